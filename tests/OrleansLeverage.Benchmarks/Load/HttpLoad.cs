using System.Text.Json;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>
/// What the API carries beside the sweeps: a real <c>serve</c> with every price moving, quiet, then under readers and
/// streams, then quiet again. The server tells its frames, its memory and what slow readers did not get; what a read
/// took is measured here. Everything on one machine, so the readers take processor from the server too.
/// </summary>
internal static class HttpLoad
{
    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var plan = tiny ? LoadPlan.Tiny : LoadPlan.Full;
        await using var serve = await ServeProcess.StartAsync(plan.Accounts, plan.Clients);
        using var stop = new CancellationTokenSource();
        var publisher = new PricePublisher(serve);
        var publishing = publisher.RunAsync(stop.Token);
        await FiguresAsync(serve);

        output.WriteLine($"{Machine.Number(plan.Accounts)} accounts, {plan.Streams} streams of {plan.Clients} clients "
            + $"({plan.SlowStreams} slow), {Machine.Number(plan.ReadsPerSecond)} reads/s asked for, prices move");
        output.WriteLine("| | quiet | load | quiet again |");
        output.WriteLine("|---|---|---|---|");
        // code is compiled and the collector has settled before anything is compared
        await ReadAsync(serve, plan, TimeSpan.FromTicks(plan.Phase.Ticks / 4));
        var before = await PhaseAsync(serve, plan);
        var (reads, streams, during) = await UnderLoadAsync(serve, plan);
        var after = await PhaseAsync(serve, plan);
        Report(output, [before, during, after]);

        var fast = streams.Where(stream => !stream.IsSlow).ToArray();
        var slow = streams.Where(stream => stream.IsSlow).ToArray();
        output.WriteLine();
        output.WriteLine($"reads: {Machine.Number(reads.Latencies.Count / plan.Phase.TotalSeconds)}/s, "
            + $"p50 {Machine.Percentile(reads.Latencies, 50):F2} ms, p99 {Machine.Percentile(reads.Latencies, 99):F1} "
            + $"ms, p99.9 {Machine.Percentile(reads.Latencies, 99.9):F1} ms, max {reads.Latencies[^1]:F1} ms; "
            + $"not 200: {(reads.NotOk.Count == 0 ? "none" : string.Join(", ", reads.NotOk))}");
        output.WriteLine($"streams: {fast.Average(s => s.Events) / plan.Phase.TotalSeconds:F1} events/s each, "
            + $"slow ones {slow.Average(s => s.Events) / plan.Phase.TotalSeconds:F1}; "
            + $"{Machine.Number(during.Dropped - before.Dropped)} coalesced; "
            + $"{streams.Count(s => s.Ended is not null)} ended early "
            + $"{streams.FirstOrDefault(s => s.Ended is not null)?.Ended}; {publisher.Refused} price batches refused; "
            + $"load {Machine.Load()}");
        await stop.CancelAsync();
        await publishing;
    }

    private static async Task<(ReadLoad, IReadOnlyList<EventReader>, Moment)> UnderLoadAsync(ServeProcess serve,
        LoadPlan plan)
    {
        using var stop = new CancellationTokenSource();
        var streams = Enumerable.Range(0, plan.Streams)
            .Select(at => new EventReader(serve, at % plan.Clients, isSlow: at < plan.SlowStreams)).ToArray();
        const string Target = "/v1/stream?channels=system";
        var watching = Task.WhenAll(streams.Select(stream => stream.RunAsync(Target, stop.Token)));
        var reads = new ReadLoad(serve, plan);
        var reading = reads.RunAsync(await reads.TargetsAsync(stop.Token), stop.Token);
        var during = await PhaseAsync(serve, plan);
        await stop.CancelAsync();
        await watching;
        await reading;
        return (reads, streams, during);
    }

    private static async Task ReadAsync(ServeProcess serve, LoadPlan plan, TimeSpan time)
    {
        using var stop = new CancellationTokenSource(time);
        var reads = new ReadLoad(serve, plan);
        await reads.RunAsync(await reads.TargetsAsync(CancellationToken.None), stop.Token);
    }

    private static async Task<Moment> PhaseAsync(ServeProcess serve, LoadPlan plan)
    {
        var processor = serve.Processor;
        await Task.Delay(plan.Phase);
        using var client = Client(serve);
        using var status = JsonDocument.Parse(await client.GetStringAsync($"v1/status?seconds={plan.Window}"));
        return Moment.Of(status.RootElement, serve.ResidentBytes,
            (serve.Processor - processor).TotalSeconds / plan.Phase.TotalSeconds);
    }

    private static HttpClient Client(ServeProcess serve)
    {
        var client = new HttpClient { BaseAddress = serve.Address };
        client.DefaultRequestHeaders.Add("X-Api-Key", serve.Keys.Readers[0]);
        return client;
    }

    private static async Task FiguresAsync(ServeProcess serve)
    {
        using var client = Client(serve);
        while (!(await client.GetAsync("v1/system")).IsSuccessStatusCode)
        {
            await Task.Delay(50);
        }
    }

    private static void Report(TextWriter output, IReadOnlyList<Moment> moments)
    {
        Row("frames/s", moment => $"{moment.FramesPerSecond:F1}");
        Row("between frames, p50", moment => $"{moment.IntervalP50:F2} ms");
        Row("between frames, p99", moment => $"{moment.IntervalP99:F1} ms");
        Row("prices to figures, p50", moment => $"{moment.SweepP50:F2} ms");
        Row("prices to figures, p99", moment => $"{moment.SweepP99:F1} ms");
        Row("server's cores in use", moment => $"{moment.Cores:F2}");
        Row("resident", moment => $"{moment.Resident / 1e6:F0} MB");
        Row("managed heap", moment => $"{moment.Heap / 1e6:F0} MB");
        Row("part of the time in collections", moment => $"{moment.PausePercent:F2} %");

        void Row(string name, Func<Moment, string> cell) =>
            output.WriteLine($"| {name} | {string.Join(" | ", moments.Select(cell))} |");
    }

    /// <summary>What the server says of itself at the end of a phase.</summary>
    private sealed record Moment(double FramesPerSecond, double IntervalP50, double IntervalP99, double SweepP50,
        double SweepP99, double Cores, long Resident, long Heap, double PausePercent, long Dropped)
    {
        public static Moment Of(JsonElement status, long resident, double cores)
        {
            var frames = status.GetProperty("frames");
            return new Moment(Number("perSecond"), Number("intervalP50Ms"), Number("intervalP99Ms"),
                Number("sweepP50Ms"), Number("sweepP99Ms"), cores, resident,
                status.GetProperty("gc").GetProperty("heapBytes").GetInt64(),
                status.GetProperty("gc").GetProperty("pausePercent").GetDouble(),
                status.GetProperty("streams").GetProperty("dropped").GetInt64());

            double Number(string name) => frames.GetProperty(name) is { ValueKind: JsonValueKind.Number } known
                ? known.GetDouble() : double.NaN;
        }
    }
}
