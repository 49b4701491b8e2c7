using System.Diagnostics;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// Durable commands per second: 256 callers, one command outstanding each, every acknowledgement after a synced commit.
/// Half are deposits, half are fills between two accounts (which change both, exactly, with a margin check on what adds
/// risk).
/// </summary>
internal static class DurableCommands
{
    private const int Callers = 256;
    private const int Accounts = 10_000;

    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var commands = tiny ? 2_000 : 500_000;
        await using var grid = await TestGrid.OpenAsync(tiny ? 100 : Accounts);
        var runs = tiny ? 1 : 5;
        for (var run = 0; run < runs; run++)
        {
            var before = grid.Grid.JournalStatistics!.Commits;
            var (seconds, latencies) = await MeasureAsync(grid, commands, tiny ? 100 : Accounts);
            var journal = grid.Grid.JournalStatistics!;
            var commits = journal.Commits - before;
            output.WriteLine($"run {run + 1}: {Machine.Number(commands / seconds)} commands/s, "
                + $"p50 {Machine.Percentile(latencies, 50):F2} ms, p99 {Machine.Percentile(latencies, 99):F2} ms, "
                + $"max {latencies[^1]:F1} ms; {Machine.Number(commits / seconds)} commits/s of "
                + $"{(double)commands / commits:F0} commands, "
                + $"commit p50 {journal.CommitLatency.PercentileNs(50) / 1e6:F2} ms, "
                + $"p99 {journal.CommitLatency.PercentileNs(99) / 1e6:F2} ms; load {Machine.Load()}");
        }
    }

    private static async Task<(double Seconds, List<double> Latencies)> MeasureAsync(TestGrid grid, int commands,
        int accounts)
    {
        var started = 0;
        var all = new List<double>(commands);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var latencies = new List<double>(commands / Callers * 2);
            for (var i = Interlocked.Increment(ref started); i <= commands; i = Interlocked.Increment(ref started))
            {
                var from = Stopwatch.GetTimestamp();
                var result = await grid.Grid.ExecuteAsync(Command(grid.NextId(), i, accounts));
                latencies.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                if (!result.IsApplied)
                {
                    throw new InvalidOperationException(result.ToString());
                }
            }
            lock (all)
            {
                all.AddRange(latencies);
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        all.Sort();
        return (seconds, all);
    }

    private static AccountCommand Command(CommandId id, int number, int accounts)
    {
        var first = (int)(number * 2_654_435_761L % accounts);
        if (number % 2 == 0)
        {
            return new Deposit(id, TestGrid.Account(first), AssetId.Usd, 10m);
        }
        var second = (first + 1 + number % 97) % accounts;
        var quantity = new Quantity(0.001m * (number % 4 == 1 ? 1 : -1));
        return new ApplyFill(id, new InstrumentId("BTC-USD-PERP"), new Price(60_000m),
            new FillLeg(TestGrid.Account(first), quantity, 0.01m),
            new FillLeg(TestGrid.Account(second == first ? (first + 1) % accounts : second), -quantity, 0.01m));
    }
}
