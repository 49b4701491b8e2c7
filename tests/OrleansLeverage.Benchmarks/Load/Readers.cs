namespace OrleansLeverage.Benchmarks.Load;

/// <summary>All who read at once: streams, some of them slow, and reads at a fixed rate.</summary>
internal sealed class Readers
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _all;

    private Readers(LoadSession session, ReadLoad reads, IReadOnlyList<string> targets)
    {
        var plan = session.Plan;
        Reads = reads;
        Streams = [.. Enumerable.Range(0, plan.Streams)
            .Select(at => new EventReader(session.Serve, at % plan.Clients, isSlow: at < plan.SlowStreams))];
        const string Target = "/v1/stream?channels=system";
        _all = Task.WhenAll([.. Streams.Select(stream => stream.RunAsync(Target, _stop.Token)),
            reads.RunAsync(targets, _stop.Token)]);
    }

    public ReadLoad Reads { get; }

    public IReadOnlyList<EventReader> Streams { get; }

    public string NotOk => Reads.NotOk.Count == 0 ? "none" : string.Join(", ", Reads.NotOk);

    public string Ended => $"{Streams.Count(s => s.Ended is not null)} streams ended early "
        + Streams.FirstOrDefault(s => s.Ended is not null)?.Ended;

    public static async Task<Readers> StartAsync(LoadSession session)
    {
        var reads = new ReadLoad(session.Serve, session.Plan);
        return new Readers(session, reads, await reads.TargetsAsync(CancellationToken.None));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _all;
        _stop.Dispose();
    }
}
