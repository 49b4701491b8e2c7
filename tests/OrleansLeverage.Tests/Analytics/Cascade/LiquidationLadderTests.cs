using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Cascade;

/// <summary>The ladder of quant reference §22, its knife's edge, and random ladders in exact fractions.</summary>
public sealed class LiquidationLadderTests
{
    private static LiquidationLadder Published { get; } = LiquidationLadder.Even(98m, 96m, 60m, 10m);

    [Theory]
    [InlineData("0.02", "0.1", "97", 1, 1)]
    [InlineData("0.02", "0.2", "58", 20, 20)]
    [InlineData("0.02", "0.3", "38", 20, 7)]
    [InlineData("0.05", "0.1", "91", 4, 3)]
    [InlineData("0.05", "0.25", "45", 20, 6)]
    [InlineData("0.01", "0.1", "99", 0, 0)]
    public void PublishedAnchors(string shock, string lambda, string price, int liquidated, int rounds)
    {
        var outcome = Published.Run(100m, decimal.Parse(shock), decimal.Parse(lambda));
        Assert.Equal(decimal.Parse(price), outcome.FinalPrice);
        Assert.Equal((liquidated, rounds), (outcome.Liquidated, outcome.Rounds));
        Assert.Equal(10m * liquidated, outcome.QuantityLiquidated);
        Assert.Equal(rounds + 1, outcome.Prices.Count);
    }

    /// <summary>
    /// At the critical impact every round ends on the next step exactly; in doubles the same recursion stops early,
    /// which is why this is not in doubles.
    /// </summary>
    [Fact]
    public void AtTheCriticalImpactEveryStepFallsAndDoublesStopEarly()
    {
        var (numerator, denominator) = Published.CriticalImpact(100m, 0.02m)!.Value;
        Assert.Equal(0.2m, numerator / denominator);
        Assert.Equal(20, Published.Run(100m, 0.02m, 0.2m).Liquidated);
        Assert.Equal(1, Published.Run(100m, 0.02m, 0.2m - 0.0000000000000000000000001m).Liquidated);
        var (sold, price) = (0, 100.0 * (1.0 - 0.02));
        while (Enumerable.Range(1, 20).Count(i => 100.0 * (1.0 - 0.02 * i) >= price) is var reached && reached > sold)
        {
            sold = reached;
            price = 100.0 * (1.0 - 0.02) - 0.2 * 10.0 * sold;
        }
        Assert.InRange(sold, 1, 19);
    }

    [Fact]
    public void TheCriticalPriceDividesRestFromRuin()
    {
        var critical = Published.CriticalPrice(0.19m)!.Value;
        var shock = 1m - critical / 100m;
        Assert.Equal(20, Published.Run(100m, shock, 0.19m).Liquidated);
        Assert.True(Published.Run(100m, shock - 0.0000000001m, 0.19m).Liquidated < 20);
    }

    [Fact]
    public void BranchingIsImpactTimesDensity()
    {
        Assert.Equal(5m, Published.Density(60m, 98m) * 38m / 38m);
        Assert.Equal(1m, LiquidationLadder.BranchingRatio(0.2m, 5m));
        Assert.Equal(1.0, LiquidationLadder.BranchingRatio(0.2, 5.0), 1e-15);
    }

    /// <summary>Volume as a function of the shock: convex regimes, never less for a larger shock or impact.</summary>
    [Fact]
    public void LargerShocksAndImpactsNeverLiquidateLess()
    {
        decimal[] impacts = [0m, 0.05m, 0.1m, 0.19m, 0.2m, 0.25m, 0.4m];
        var before = new int[41];
        foreach (var impact in impacts)
        {
            var last = 0;
            for (var percent = 0; percent <= 40; percent++)
            {
                var now = Published.Run(100m, percent / 100m, impact).Liquidated;
                Assert.True(now >= last && now >= before[percent], $"{impact} at {percent} %");
                (last, before[percent]) = (now, now);
            }
        }
    }

    [Fact]
    public void RandomLaddersInFractions()
    {
        const int Seed = 20_171_012;
        var random = new Random(Seed);
        var edges = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var steps = Enumerable.Range(0, random.Next(1, 25)).Select(_ => new LadderStep(
                random.Next(400, 1_000) / 10m, random.Next(1, 60) / (decimal)(1 << random.Next(3)))).ToList();
            var ladder = new LiquidationLadder(steps);
            var (shock, impact) = (random.Next(0, 300) / 1_000m, random.Next(0, 400) / 1_000m);
            var (price, liquidated, rounds) = Reference(steps, 100m, shock, impact);
            var outcome = ladder.Run(100m, shock, impact);
            Assert.True(liquidated == outcome.Liquidated && rounds == outcome.Rounds, $"seed {Seed}, ladder {i}");
            Assert.True(Rational.Abs(price - outcome.FinalPrice) <= 0.0000000000000000000001m, $"ladder {i}");
            if (ladder.CriticalImpact(100m, shock) is { } critical)
            {
                // a step above or below the fraction decides; at it, everything falls
                Rational least = (Rational)critical.Numerator / critical.Denominator;
                Assert.Equal(steps.Count, Reference(steps, 100m, shock, least).Liquidated);
                edges++;
                if (least > Rational.Zero)
                {
                    Assert.True(Reference(steps, 100m, shock, least * 0.999999999m).Liquidated < steps.Count);
                }
            }
        }
        Assert.True(edges > 1_000, $"{edges} critical points");
    }

    [Fact]
    public void NoLadderIsNoCascade()
    {
        var empty = new LiquidationLadder([]);
        Assert.Equal((95m, 0), (empty.Run(100m, 0.05m, 1m).FinalPrice, empty.Run(100m, 0.05m, 1m).Rounds));
        Assert.Null(empty.CriticalPrice(1m));
        Assert.Null(empty.CriticalImpact(100m, 0.5m));
        Assert.Null(Published.CriticalImpact(100m, 0.01m));
        Assert.Null(Published.Run(100m, 0m, 0.1m).Amplification);
        Assert.Throws<ArgumentException>(() => new LiquidationLadder([new LadderStep(1m, 0m)]));
        Assert.Throws<ArgumentException>(() => LiquidationLadder.Even(90m, 95m, 60m, 1m));
        Assert.Throws<ArgumentOutOfRangeException>(() => Published.Run(0m, 0.1m, 0.1m));
    }

    /// <summary>The recursion as it is written, in fractions, counting over the unsorted list.</summary>
    private static (Rational Price, int Liquidated, int Rounds) Reference(List<LadderStep> steps, Rational start,
        Rational shock, Rational impact)
    {
        var shocked = start * (Rational.One - shock);
        var (price, liquidated, rounds) = (shocked, 0, 0);
        while (true)
        {
            var reached = steps.Where(s => (Rational)s.LiquidationPrice >= price).ToList();
            if (reached.Count == liquidated)
            {
                return (price, liquidated, rounds);
            }
            (liquidated, rounds) = (reached.Count, rounds + 1);
            price = shocked - impact * reached.Aggregate(Rational.Zero, (sum, s) => sum + s.Quantity);
        }
    }
}
