namespace OrleansLeverage.Engine.Scenarios;

/// <summary>How a scenario works: on how many threads, who is told how far it is, and who may stop it.</summary>
/// <param name="Workers">Threads; no result depends on it.</param>
/// <param name="Progress">Told now and then of the share that is done, 0 to 1.</param>
public sealed record Workload(int Workers = 1, Action<double>? Progress = null,
    CancellationToken Cancellation = default)
{
    /// <summary>A part of the work, which tells its own shares as those of the whole.</summary>
    public Workload Part(double from, double to) => this with
    {
        Progress = Progress is { } whole ? share => whole(from + (share * (to - from))) : null,
    };

    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public void Reached(double share)
    {
        Cancellation.ThrowIfCancellationRequested();
        Progress?.Invoke(share);
    }
}
