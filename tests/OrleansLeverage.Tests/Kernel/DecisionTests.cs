using OrleansLeverage.Benchmarks.Canonical;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// Tiers that are not decided anew because prices have not moved far enough, against a sweep that decides all of them,
/// over a walk of prices that takes accounts across every line.
/// </summary>
public sealed class DecisionTests
{
    private const int Accounts = 1_500;

    [Fact]
    public void A_tier_that_is_not_decided_is_what_it_would_be()
    {
        var market = new CanonicalMarket(Accounts, seed: 91);
        MakeLong(market);
        using var table = market.Table();
        using var sweep = new LeverageSweep(table);
        var marks = new MarkVector();
        var (swept, decided, due) = (0L, 0L, new HashSet<long>());
        for (var step = 0; step < 1_000; step++)
        {
            // down and up again, a little at every frame
            var trend = step < 800 ? -0.0002 : 0.0002;
            for (var i = 0; i < market.Prices.Length; i++)
            {
                market.Prices[i] *= 1d + trend;
            }
            var frame = market.Next(_ => true);
            marks.Load(frame);
            sweep.Run(marks);
            swept += sweep.RowsSwept;
            decided += sweep.RowsDecided;
            due.Add(sweep.Nominations.Offered);
            if (step % 10 != 0)
            {
                continue;
            }
            using var other = market.Table();
            using var all = new LeverageSweep(other, variant: "scalar");
            var fresh = new MarkVector();
            fresh.Load(frame);
            all.Run(fresh);
            Assert.Equal(SummaryText.Of(all.Summary, frame.Universe), SummaryText.Of(sweep.Summary, frame.Universe));
            Assert.Equal(Nominated(all), Nominated(sweep));
        }
        if (sweep.Variant != "scalar")
        {
            Assert.True(decided < swept * 9 / 10, $"{decided} of {swept} rows were decided");
        }
        Assert.True(due.Count > 5, "nothing crossed a line");
    }

    /// <summary>All accounts are hit by every fall in full, which is what the proof allows for.</summary>
    private static void MakeLong(CanonicalMarket market)
    {
        for (var at = 0; at < market.Quantities.Length; at++)
        {
            if (market.Quantities[at] < 0d)
            {
                market.Cash[at / CanonicalMarket.PositionsPerAccount] -=
                    2d * Math.Abs(market.Quantities[at]) * market.Prices[market.Instruments[at]];
                market.Quantities[at] = -market.Quantities[at];
            }
        }
    }

    private static IEnumerable<(long, object, double)> Nominated(LeverageSweep sweep) =>
        sweep.Nominations.Items.ToArray().Select(n => (n.Key, (object)n.Tier, n.Severity)).Order();
}
