using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Market.Files;
using OrleansLeverage.Market.Simulation;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Cascade;

/// <summary>The points of quant reference §22 that need a market of many accounts.</summary>
public sealed class CascadeAcceptanceTests
{
    /// <summary>
    /// Point 3. Liquidations come before the first deleveraging, there are ticks with liquidations only, deleveraging
    /// comes in bursts with more than five quiet ticks (seconds) between them, and in the peak second by contracts
    /// there is one taking over for every liquidation.
    /// </summary>
    [Fact]
    public void DeleveragingComesLateInBurstsAndOneForOne()
    {
        var scene = new CascadeScene(0.005m, 100m);
        for (var i = 0; i < 300; i++)
        {
            // lines from 97 down to 61, one unit each; a winner who can take them all
            scene.Rung(97m - 0.12m * i, 1m, 0.005m);
        }
        scene.Add(1_000_000m, -400m);
        double[] levels = [100.0, 96.5, 96.0, .. Enumerable.Repeat(86.0, 20), .. Enumerable.Repeat(85.9, 10),
            .. Enumerable.Repeat(72.0, 20)];
        var outcome = scene.Run(new CascadeSettings
        {
            Markets = [CascadeScene.Ladder(100.0, 0.0005)], Liquidation = LiquidationStyle.Whole, InsuranceFund = 1.0,
            Deleveraging = DeleveragingStyle.Contracts, FeeRate = 0.0,
        }, [.. levels.Select(l => (double[])[l])]);
        var liquidating = outcome.Ticks.Where(t => t.Liquidations > 0).ToList();
        var deleveraging = outcome.Ticks.Where(t => t.Deleveraged > 0).ToList();
        Assert.True(liquidating[0].Tick < deleveraging[0].Tick);
        Assert.Contains(liquidating, t => t.Deleveraged == 0);
        Assert.True(deleveraging.Count >= 2);
        Assert.All(deleveraging.Zip(deleveraging.Skip(1)), pair => Assert.True(pair.Second.Tick - pair.First.Tick > 5));
        var peak = outcome.Ticks.MaxBy(t => t.Liquidations)!;
        Assert.InRange((double)peak.Deleveraged / peak.Liquidations, 0.8, 1.0);
    }

    /// <summary>
    /// Point 6. Independent normal news and accounts that come back: the more leverage they may use, the fatter the
    /// tails of the price, and large moves cluster although the news do not.
    /// </summary>
    [Fact]
    public void LeverageMakesHeavyTailsAndClusters()
    {
        var kurtosis = new List<double>();
        var clustering = new List<double>();
        foreach (var leverage in (int[])[2, 16, 20])
        {
            var returns = Returns(leverage);
            kurtosis.Add(Kurtosis(returns));
            clustering.Add(AfterLargeMoves(returns));
        }
        Assert.Equal(3.0, kurtosis[0], 0.6);
        Assert.True(kurtosis[0] < kurtosis[1] && kurtosis[1] < kurtosis[2], string.Join(' ', kurtosis));
        Assert.True(kurtosis[2] > 6.0, $"{kurtosis[2]}");
        // of independent returns 1, give or take a twentieth
        Assert.Equal(1.0, clustering[0], 0.2);
        Assert.True(clustering[2] > 1.2, string.Join(' ', clustering));
    }

    /// <summary>Point 8. On the hours of two crashes the share that is liquidated rises with leverage.</summary>
    [Theory]
    [InlineData("2020-03-11", "2020-03-14", 0.38)]
    [InlineData("2021-05-18", "2021-05-21", 0.28)]
    public void TheLiquidatedShareRisesWithLeverage(string from, string to, double fall)
    {
        if (SharedData.Path("data/btc_usd_daily.csv") is not { } path)
        {
            return;
        }
        var history = PriceHistory.Load([PriceFile.Open(path)])
            .Between(DateTimeOffset.Parse($"{from}Z").ToUnixTimeMilliseconds(),
                DateTimeOffset.Parse($"{to}Z").ToUnixTimeMilliseconds()).OnTicks(_ => 0.01m);
        var hours = BridgedHistory.Frames(history, 24, 42, _ => 0.01m).Select(f => f.Prices[0].Value.Value).ToList();
        var last = -1.0;
        foreach (var leverage in (int[])[1, 2, 3, 5, 10, 25])
        {
            var scene = new CascadeScene(0.005m, hours[0]);
            for (var i = 0; i < 200; i++)
            {
                // leverage spread by a fifth around the nominal one, entries over three per cent
                var entry = hours[0] * (0.985m + 0.0003m * (i % 100));
                scene.Add(entry / (leverage * (0.9m + 0.2m * i / 200m)), 1m, entry);
            }
            var outcome = scene.Run(new CascadeSettings
            {
                Markets = [new CascadeMarket { Depth = 1e9 }], Liquidation = LiquidationStyle.Whole,
            }, [.. hours.Select(p => (double[])[(double)p])]);
            var share = outcome.LiquidatedBuckets.Count / 200.0;
            Assert.True(share >= last, $"{leverage}x: {share} after {last}");
            last = share;
            if (leverage == 1)
            {
                Assert.Equal(0.0, share);
            }
        }
        Assert.Equal(1.0, last);
        Assert.True((double)(1m - hours.Min() / hours[0]) > fall - 0.03);
    }

    /// <summary>
    /// Point 7. On one path the rules agree on what is missing; continuous ones take exactly that, whole profits take
    /// more, and nobody's refusal leaves it all as bad debt.
    /// </summary>
    [Fact]
    public void PoliciesDifferInWhoPaysAndInWhatIsTakenBeyondNeed()
    {
        CascadeOutcome Run(DeleveragingStyle style, DeficitRule rule)
        {
            var scene = new CascadeScene(0.005m, 100m);
            for (var i = 0; i < 40; i++)
            {
                scene.Add(200m, 30m).Add(2_000m, -10m - i, 100m + i % 7);
            }
            return scene.Run(new CascadeSettings
            {
                Markets = [CascadeScene.Ladder(100.0, 0.0001)], Liquidation = LiquidationStyle.Whole, FeeRate = 0.0,
                InsuranceFund = 500.0, Deleveraging = style, Rule = rule,
            }, [100.0], [85.0]);
        }
        var none = Run(DeleveragingStyle.None, DeficitRules.ProRata);
        var rata = Run(DeleveragingStyle.Haircut, DeficitRules.ProRata);
        var queue = Run(DeleveragingStyle.Haircut, DeficitRules.Queue);
        var whole = Run(DeleveragingStyle.Haircut, DeficitRules.WholeQueue);
        Assert.Equal(none.BadDebt, rata.DeleveragedAmount, 1e-6);
        Assert.Equal(rata.DeleveragedAmount, queue.DeleveragedAmount, 1e-6);
        Assert.Equal((0.0, 0.0), (rata.Overshoot, queue.Overshoot));
        Assert.True(whole.Overshoot > 0.0 && whole.DeleveragedAmount > queue.DeleveragedAmount);
        Assert.True(queue.Ticks[1].Deleveraged < rata.Ticks[1].Deleveraged);
    }

    private static double[] Returns(int leverage)
    {
        const int Ticks = 3_000;
        var scene = new CascadeScene(0.01m, 100m);
        for (var i = 0; i < 120; i++)
        {
            var own = leverage * (0.5m + 0.5m * i / 120m);
            scene.Add(100m * 10m / own, 10m);
        }
        var random = new SeededRandom(11, 3);
        var path = new double[Ticks][];
        var log = 0.0;
        for (var tick = 0; tick < Ticks; tick++)
        {
            // news pull back to where they began, so that the scene lasts
            log += 0.004 * random.NextGaussian() - 0.01 * log;
            path[tick] = [100.0 * Math.Exp(log)];
        }
        var outcome = scene.Run(new CascadeSettings
        {
            Markets =
            [
                CascadeScene.Ladder(100.0, 0.004) with
                {
                    PermanentShare = 0.0, RecoveryPerTick = 0.2, DepthExponent = 1.0, ReferenceVolatility = 0.004,
                },
            ],
            Liquidation = LiquidationStyle.Whole, FeeRate = 0.0, InsuranceFund = 1e9, ReentryTicks = 20,
        }, path);
        return [.. outcome.Ticks.Zip(outcome.Ticks.Skip(1), (a, b) => Math.Log(b.OwnPrices[0] / a.OwnPrices[0]))];
    }

    private static double Kurtosis(double[] values)
    {
        var mean = values.Average();
        var variance = values.Average(v => Math.Pow(v - mean, 2));
        return values.Average(v => Math.Pow(v - mean, 4)) / (variance * variance);
    }

    /// <summary>Mean size of the five moves after each of the largest two-hundredth / mean size of all moves.</summary>
    private static double AfterLargeMoves(double[] returns)
    {
        var sizes = returns.Select(Math.Abs).ToArray();
        var large = sizes.OrderDescending().ElementAt(sizes.Length / 200);
        var after = Enumerable.Range(0, sizes.Length - 5).Where(i => sizes[i] > large)
            .SelectMany(i => sizes.Skip(i + 1).Take(5));
        return after.Average() / sizes.Average();
    }
}
