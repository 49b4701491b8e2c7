namespace OrleansLeverage.Benchmarks.Load;

/// <summary>
/// What the API carries beside the sweeps: a real <c>serve</c> with every price moving, quiet, then under readers and
/// streams, then quiet again. The server tells its frames, its memory and what slow readers did not get; what a read
/// took is measured here. Everything on one machine, so the readers take processor from the server too.
/// <code>
/// load                quiet, load, quiet again
/// load --minutes=10   the load for ten minutes: memory, frames and reads by the minute
/// load --work         frames beside a cascade, looks at the deleveraging board, an export of every account
/// load --allocations  what one read of each kind allocates in the server
/// </code>
/// </summary>
internal static class HttpLoad
{
    private const string Minutes = "--minutes=";

    public static async Task RunAsync(BenchmarkRun run)
    {
        var (plan, output) = (run.Tiny ? LoadPlan.Tiny : LoadPlan.Full, run.Output);
        await using var session = await LoadSession.StartAsync(plan);
        output.WriteLine($"{Machine.Number(plan.Accounts)} accounts, {plan.Streams} streams of {plan.Clients} clients "
            + $"({plan.SlowStreams} slow), {Machine.Number(plan.ReadsPerSecond)} reads/s asked for, prices move");
        if (run.Flags.Contains("--work"))
        {
            await WorkBeside.RunAsync(session, output);
        }
        else if (run.Flags.Contains("--allocations"))
        {
            await ReadCosts.RunAsync(session, output);
        }
        else if (run.Flags.FirstOrDefault(flag => flag.StartsWith(Minutes, StringComparison.Ordinal)) is { } minutes)
        {
            await MemoryCurve.RunAsync(session, int.Parse(minutes[Minutes.Length..]), output);
        }
        else
        {
            await PhasesAsync(session, output);
        }
        output.WriteLine($"{session.Refused} price batches refused; load {Machine.Load()}");
    }

    private static async Task PhasesAsync(LoadSession session, TextWriter output)
    {
        var plan = session.Plan;
        var before = await session.PhaseAsync(plan.Phase);
        var readers = await Readers.StartAsync(session);
        var during = await session.PhaseAsync(plan.Phase);
        await readers.StopAsync();
        var after = await session.PhaseAsync(plan.Phase);
        MomentTable.Write(output, ["quiet", "load", "quiet again"], [before, during, after]);

        var fast = readers.Streams.Where(stream => !stream.IsSlow).ToArray();
        var slow = readers.Streams.Where(stream => stream.IsSlow).ToArray();
        var latencies = readers.Reads.Take();
        output.WriteLine();
        output.WriteLine($"reads: {Machine.Number(latencies.Count / plan.Phase.TotalSeconds)}/s, "
            + $"p50 {Machine.Percentile(latencies, 50):F2} ms, p99 {Machine.Percentile(latencies, 99):F1} "
            + $"ms, p99.9 {Machine.Percentile(latencies, 99.9):F1} ms, max {latencies[^1]:F1} ms; "
            + $"not 200: {readers.NotOk}");
        output.WriteLine($"streams: {fast.Average(s => s.Events) / plan.Phase.TotalSeconds:F1} events/s each, "
            + $"slow ones {slow.Average(s => s.Events) / plan.Phase.TotalSeconds:F1}; "
            + $"{Machine.Number(during.Dropped - before.Dropped)} coalesced; {readers.Ended}");
    }
}
