using System.Diagnostics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// "May this order open?" in process: exact margin of an account of three positions, at the newest frame.
/// </summary>
internal static class PreTradeChecks
{
    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var count = tiny ? 1_000 : 500_000;
        const int Accounts = 1_000;
        await using var grid = await TestGrid.OpenAsync(Accounts);
        foreach (var (instrument, price, quantity) in new[] { ("BTC-USD-PERP", 60_000m, 1m),
            ("ETH-USD-PERP", 3_000m, -10m), ("BTC-USDI-PERP", 60_000m, 100m) })
        {
            for (var i = 0; i < Accounts; i += 2)
            {
                var leg = new Quantity(quantity);
                var result = await grid.Grid.ExecuteAsync(new ApplyFill(grid.NextId(), new InstrumentId(instrument),
                    new Price(price),
                    new FillLeg(TestGrid.Account(i), leg, 0m), new FillLeg(TestGrid.Account(i + 1), -leg, 0m)));
                if (!result.IsApplied)
                {
                    throw new InvalidOperationException(result.ToString());
                }
            }
        }
        var latencies = new List<double>(count);
        for (var run = 0; run < 2; run++)
        {
            latencies.Clear();
            for (var i = 0; i < count; i++)
            {
                var question = new PreTradeQuestion(TestGrid.Account(i % Accounts), new InstrumentId("BTC-USD-PERP"),
                    new Quantity(0.5m), new Price(60_000m));
                var from = Stopwatch.GetTimestamp();
                var answer = await grid.Grid.CheckAsync(question);
                latencies.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
                if (!answer.MayOpen)
                {
                    throw new InvalidOperationException(answer.ToString());
                }
            }
        }
        latencies.Sort();
        output.WriteLine($"pre-trade check, three positions: p50 {Machine.Percentile(latencies, 50):F2} µs, "
            + $"p99 {Machine.Percentile(latencies, 99):F2} µs, "
            + $"p99.9 {Machine.Percentile(latencies, 99.9):F2} µs; load {Machine.Load()}");
    }
}
