namespace OrleansLeverage.Benchmarks.Load;

/// <summary>How much is asked of the server.</summary>
/// <param name="Clients">Reading addresses, each with its share of the streams.</param>
/// <param name="SlowStreams">Of the streams, those that read a few kilobytes a second.</param>
/// <param name="Phase">Of quiet, load and quiet again, each; its last part is what is measured.</param>
/// <param name="Minute">What a line of the memory curve is of.</param>
internal sealed record LoadPlan(int Accounts, int Clients, int Streams, int SlowStreams, int ReadsPerSecond,
    TimeSpan Phase, TimeSpan Minute)
{
    /// <summary>The most that the server looks back.</summary>
    private const int WindowMax = 60;

    public static readonly LoadPlan Full =
        new(100_000, 25, 200, 20, 2_000, TimeSpan.FromSeconds(16), TimeSpan.FromMinutes(1));

    public static readonly LoadPlan Tiny =
        new(300, 2, 8, 2, 50, TimeSpan.FromSeconds(2.2), TimeSpan.FromSeconds(1.2));

    /// <summary>Seconds that the server is asked about at the end of a phase.</summary>
    public static int Window(TimeSpan phase) => Math.Clamp((int)phase.TotalSeconds - 4, 1, WindowMax);
}
