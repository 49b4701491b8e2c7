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
    private const string QuietFlag = "--quiet";

    /// <summary>
    /// What a sweep of all rows reads of one: cash and quantities 32, tier, place and the chunk's sums 7, names of
    /// columns that neighbours do not share 4, the chunk's head 2.
    /// </summary>
    private const long RowBytes = 45;

    private static readonly (string Flag, string Name, SweepDetail Detail, Func<int, bool> Moves)[] Frames =
    [
        ("--full", "full", SweepDetail.None, _ => true),
        ("--full", "full, with long and short leverage per asset", SweepDetail.Instruments, _ => true),
        (QuietFlag, "quiet: assets of rank 21, 42 … 126", SweepDetail.None, i => (i + 1) % 21 == 0),
        (QuietFlag, "quiet, with long and short leverage per asset", SweepDetail.Instruments, i => (i + 1) % 21 == 0),
        ("--rank1", "rank 1 alone", SweepDetail.None, i => i == 0),
        ("--rank1", "rank 1, with long and short leverage per asset", SweepDetail.Instruments, i => i == 0),
    ];

    /// <summary>
    /// All frames and the peers; with --full, --quiet or --rank1 those frames alone. With --json, figures alone, as
    /// JSON.
    /// </summary>
    public static async Task RunAsync(BenchmarkRun run)
    {
        var isJson = run.Flags.Contains("--json");
        var output = isJson ? TextWriter.Null : run.Output;
        var accounts = run.Tiny ? 2_000 : 1_000_000;
        var workers = Math.Min(2, Environment.ProcessorCount);
        var market = new CanonicalMarket(accounts);
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var chosen = Frames.Where(f => run.Flags.Contains(f.Flag)).ToArray();
        Sweeps(market, workers, chosen.Length == 0 ? Frames : chosen, run.Tiny ? 3 : 200, output, figures);
        if (chosen.Length == 0 || chosen.Any(f => f.Flag == QuietFlag))
        {
            Growth(accounts, workers, run.Tiny ? 3 : 200, output, figures);
        }
        if (chosen.Length == 0)
        {
            Peer(output, figures, "object per account, decimal, one thread",
                Peers.DecimalObjects(market, run.Tiny ? 1 : 10));
            Peer(output, figures, "object per account, double, one thread", Peers.DoubleObjects(market));
            Peer(output, figures, "numpy", Peers.Numpy(accounts));
            ReadInTurns(market, workers, run.Tiny ? 3 : 200, output, figures);
            var (oneWay, awaited, reason) = run.Tiny ? (null, null, "left out when tiny")
                : await OrleansPeer.RunAsync(accounts);
            Peer(output, figures, "one-way message per account grain, best of three", oneWay, reason);
            Peer(output, figures, "awaited message per account grain, 64 at once", awaited, reason);
        }
        output.WriteLine($"load {Machine.Load()}, commit {Machine.Commit()}");
        if (isJson)
        {
            run.Output.WriteLine(JsonSerializer.Serialize(new
            {
                machine = Machine.Describe(), load = Machine.Load(), commit = Machine.Commit(), accounts, figures,
            }));
        }
    }

    /// <summary>The quiet frame over ever more accounts, and what each time four times as many cost more.</summary>
    private static void Growth(int accounts, int workers, int runs, TextWriter output,
        SortedDictionary<string, double> figures)
    {
        var quiet = Array.Find(Frames, f => f.Flag == QuietFlag);
        double? before = null;
        foreach (var size in new[] { accounts / 64, accounts / 16, accounts / 4, accounts })
        {
            var market = new CanonicalMarket(size);
            var marks = new MarkVector();
            using var table = market.Table(marks);
            using var sweep = new LeverageSweep(table, workers);
            var (times, _) = Measure(market, marks, sweep, quiet.Detail, quiet.Moves, runs);
            var p50 = Machine.Percentile(times, 50);
            figures[$"quiet {size} accounts p50 ms"] = p50;
            output.WriteLine($"  quiet over {size:N0} accounts: p50 {p50:F3} ms"
                + (before is { } less ? $", {p50 / less:F1} times that of a quarter as many" : ""));
            before = p50;
        }
    }

    private static void Sweeps(CanonicalMarket market, int workers,
        IEnumerable<(string Flag, string Name, SweepDetail Detail, Func<int, bool> Moves)> frames, int runs,
        TextWriter output, SortedDictionary<string, double> figures)
    {
        var marks = new MarkVector();
        using var table = market.Table(marks);
        var positions = market.Accounts * CanonicalMarket.PositionsPerAccount;
        foreach (var variant in SweepVariant.Supported)
        {
            using var sweep = new LeverageSweep(table, workers, variant: variant);
            output.WriteLine($"{variant}, {workers} threads, {market.Accounts:N0} accounts:");
            foreach (var (_, name, detail, moves) in frames)
            {
                var (times, bytes) = Measure(market, marks, sweep, detail, moves, runs);
                figures[$"{variant} {name} p50 ms"] = Machine.Percentile(times, 50);
                figures[$"{variant} {name} p99 ms"] = Machine.Percentile(times, 99);
                figures[$"{variant} {name} bytes"] = bytes;
                output.WriteLine($"  {name}: p50 {Machine.Percentile(times, 50):F2} ms, "
                    + $"p99 {Machine.Percentile(times, 99):F2} ms, max {times[^1]:F2} ms, least {times[0]:F2} ms, "
                    + $"{positions / Machine.Percentile(times, 50) / 1e3:F0} M positions/s, {bytes} B per frame, "
                    + $"{sweep.RowsSwept:N0} rows valued, {sweep.RowsDecided:N0} tiers decided");
            }
            var (whole, slice) = Ladder(sweep);
            figures[$"{variant} ladder slice ms"] = slice;
            output.WriteLine($"  ladder: {whole:F0} ms for all rows, in slices of at most {slice:F2} ms");
        }
    }

    private static void ReadInTurns(CanonicalMarket market, int workers, int turns, TextWriter output,
        SortedDictionary<string, double> figures)
    {
        var marks = new MarkVector();
        using var table = market.Table(marks);
        using var sweep = new LeverageSweep(table, workers);
        var reader = new PlainRead(market.Accounts * RowBytes, workers);
        var (frame, read) = reader.TakeTurns(market, marks, sweep, turns);
        figures["full frame in turns with reads ms"] = frame;
        Peer(output, figures, "plain read of the bytes of a sweep, in turns with full frames", read);
        output.WriteLine($"  full frames in turns with it: {frame:F2} ms, {frame / read:F2} times that");
        Peer(output, figures, "the same read again and again, a part of it from the cache", reader.InARow(turns));
    }

    /// <summary>A pass of the ladder in forty slices, one to a frame: all of it, and the longest slice.</summary>
    private static (double Whole, double Slice) Ladder(LeverageSweep sweep)
    {
        var (whole, slice) = (0d, 0d);
        for (var pass = 0; pass < 2; pass++)
        {
            (whole, slice) = (0d, 0d);
            for (var isComplete = false; !isComplete;)
            {
                var from = Stopwatch.GetTimestamp();
                isComplete = sweep.AdvanceLadder(25_000);
                var time = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
                (whole, slice) = (whole + time, Math.Max(slice, time));
            }
        }
        return (whole, slice);
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

    private static void Peer(TextWriter output, SortedDictionary<string, double> figures, string name, double? time,
        string reason = "not installed")
    {
        if (time is { } found)
        {
            figures[name + " ms"] = found;
        }
        output.WriteLine(time is null ? $"  {name}: {reason}" : $"  {name}: {time:F2} ms");
    }
}
