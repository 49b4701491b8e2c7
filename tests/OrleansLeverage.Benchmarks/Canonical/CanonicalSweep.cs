using System.Diagnostics;
using System.Text.Json;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Benchmarks.Canonical;

/// <summary>
/// Publish → all rows and the summary fresh, of 1,000,000 accounts with 3,000,000 positions, beside what people would
/// use instead. One frame moves every price, the assets of rank 21, 42 … 126, or the most popular alone.
/// </summary>
internal static class CanonicalSweep
{
    private static readonly (string Name, SweepDetail Detail, Func<int, bool> Moves)[] Frames =
    [
        ("full", SweepDetail.None, _ => true),
        ("full, with long and short leverage per asset", SweepDetail.Instruments, _ => true),
        ("quiet: assets of rank 21, 42 … 126", SweepDetail.None, i => (i + 1) % 21 == 0),
        ("rank 1 alone", SweepDetail.None, i => i == 0),
    ];

    public static Task RunAsync(bool tiny, TextWriter output)
    {
        var accounts = tiny ? 2_000 : 1_000_000;
        var runs = tiny ? 3 : 60;
        var workers = Math.Min(2, Environment.ProcessorCount);
        var market = new CanonicalMarket(accounts);
        using var table = market.Table();
        var marks = new MarkVector();
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var variant in SweepVariant.Supported)
        {
            using var sweep = new LeverageSweep(table, workers, variant: variant);
            output.WriteLine($"{variant}, {workers} threads, {accounts:N0} accounts:");
            foreach (var (name, detail, moves) in Frames)
            {
                var (times, bytes) = Measure(market, marks, sweep, detail, moves, runs);
                figures[$"{variant} {name} p50 ms"] = Machine.Percentile(times, 50);
                output.WriteLine($"  {name}: p50 {Machine.Percentile(times, 50):F2} ms, "
                    + $"p99 {Machine.Percentile(times, 99):F2} ms, max {times[^1]:F2} ms, "
                    + $"{accounts * 3 / Machine.Percentile(times, 50) / 1e3:F0} M positions/s, {bytes} B per frame, "
                    + $"{sweep.RowsSwept:N0} rows valued");
            }
        }
        Peer(output, figures, "object per account, decimal, one thread",
            Peers.DecimalObjects(market, tiny ? 1 : 10));
        Peer(output, figures, "object per account, double, one thread", Peers.DoubleObjects(market));
        Peer(output, figures, "numpy", Peers.Numpy(accounts));
        Peer(output, figures, "plain read of the bytes of a sweep", Peers.PlainRead(accounts * 76L, workers));
        output.WriteLine("  messages per account: needs Orleans, see the cluster's benchmark");
        output.WriteLine($"load {Machine.Load()}");
        output.WriteLine(JsonSerializer.Serialize(figures));
        return Task.CompletedTask;
    }

    private static (List<double> Times, long Bytes) Measure(CanonicalMarket market, MarkVector marks,
        LeverageSweep sweep, SweepDetail detail, Func<int, bool> moves, int runs)
    {
        var times = new List<double>(runs);
        var bytes = 0L;
        for (var i = -runs / 3; i < runs; i++)
        {
            var frame = market.Next(moves);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var from = Stopwatch.GetTimestamp();
            marks.Load(frame);
            sweep.Run(marks, detail);
            var time = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
            if (i >= 0)
            {
                bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
                times.Add(time);
            }
        }
        times.Sort();
        return (times, bytes);
    }

    private static void Peer(TextWriter output, SortedDictionary<string, double> figures, string name, double? time)
    {
        if (time is { } found)
        {
            figures[name + " ms"] = found;
        }
        output.WriteLine(time is null ? $"  {name}: not installed" : $"  {name}: {time:F2} ms");
    }
}
