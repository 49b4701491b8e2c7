namespace OrleansLeverage.Benchmarks.Load;

/// <summary>The load for many minutes, a line a minute as it comes: whether memory is flat, and frames.</summary>
internal static class MemoryCurve
{
    public static async Task RunAsync(LoadSession session, int minutes, TextWriter output)
    {
        output.WriteLine("| minute | resident | managed heap | allocated | full collections | between frames p99 | "
            + "reads/s | read p99 |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        var time = session.Plan.Minute;
        var before = await session.NowAsync(LoadPlan.Window(time));
        output.WriteLine($"| 0 | {before.Resident / 1e6:F0} MB | {before.Heap / 1e6:F0} MB | | {before.Gen2} | | | |");
        var readers = await Readers.StartAsync(session);
        for (var minute = 1; minute <= minutes; minute++)
        {
            var now = await session.PhaseAsync(time);
            var latencies = readers.Reads.Take();
            output.WriteLine($"| {minute} | {now.Resident / 1e6:F0} MB | {now.Heap / 1e6:F0} MB | "
                + $"{(now.Allocated - before.Allocated) / time.TotalSeconds / 1e6:F1} MB/s | "
                + $"{now.Gen2 - before.Gen2} | {now.IntervalP99:F1} ms | "
                + $"{Machine.Number(latencies.Count / time.TotalSeconds)} | "
                + $"{Machine.Percentile(latencies, 99):F1} ms |");
            output.Flush();
            before = now;
        }
        await readers.StopAsync();
        output.WriteLine($"not 200: {readers.NotOk}; {readers.Ended}");
    }
}
