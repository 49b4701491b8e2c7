// What changed is underlined for 600 ms by a class that is put on and taken off: an animation would have the browser
// style the page sixty times a second for as long as anything changes, which on a living market is always.
const SHOWN_MS = 600;

const until = new Map<Element, number>();
let timer: ReturnType<typeof setTimeout> | null = null;

/** Marks an element as changed; one that goes on changing stays marked. */
export function flash(element: Element): void {
  if (!until.has(element)) element.classList.add('changed');
  until.set(element, Date.now() + SHOWN_MS);
  timer ??= setTimeout(sweep, SHOWN_MS);
}

function sweep(): void {
  const now = Date.now();
  let next = Infinity;
  for (const [element, end] of until) {
    if (end <= now) {
      element.classList.remove('changed');
      until.delete(element);
    } else next = Math.min(next, end);
  }
  timer = until.size === 0 ? null : setTimeout(sweep, next - now);
}
