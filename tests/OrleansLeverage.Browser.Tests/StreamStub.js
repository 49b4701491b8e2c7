// Stands in for the stream: open until it is dropped, and says what a test tells it.
(() => {
  const real = window.fetch.bind(window);
  const text = new TextEncoder();
  const open = new Set();
  const stub = {
    isDown: false, refusal: null, first: [],
    push(message) {
      for (const line of open) line.enqueue(text.encode(`data: ${JSON.stringify(message)}\n\n`));
    },
    drop() {
      for (const line of open) line.close();
      open.clear();
    },
  };
  window.streamStub = stub;
  window.fetch = (address, init) => {
    if (!String(address).includes('/v1/stream')) return real(address, init);
    if (stub.isDown) return Promise.reject(new TypeError('Failed to fetch'));
    if (stub.refusal) {
      return Promise.resolve(new Response(JSON.stringify(stub.refusal), { status: stub.refusal.status }));
    }
    let line;
    const body = new ReadableStream({ start(controller) { line = controller; }, cancel() { open.delete(line); } });
    open.add(line);
    for (const message of stub.first) line.enqueue(text.encode(`data: ${JSON.stringify(message)}\n\n`));
    return Promise.resolve(new Response(body, { status: 200, headers: { 'Content-Type': 'text/event-stream' } }));
  };
})();
