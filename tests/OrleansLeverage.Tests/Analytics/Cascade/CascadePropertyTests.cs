using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Benchmarks;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Cascade;

/// <summary>
/// Conservation, monotonicity and determinism of cascades (reliability reference I1, I5, I7, I12, I18 to I21), on
/// random accounts, paths and settings. A failing case prints its seed.
/// </summary>
public sealed class CascadePropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(10_000)
        .WithReplay(new Replay(new Rnd(20251010, 1), Microsoft.FSharp.Core.FSharpOption<int>.None));

    /// <summary>
    /// Whatever happens, cash and units are conserved in every step (the simulator throws where they are not), the fund
    /// never falls below 0, deficits are paid to the last cent by fund, winners and bad debt, winners pay only when the
    /// fund is empty, and any partitioning gives the same bytes.
    /// </summary>
    [Fact]
    public void NothingIsMadeOrLostAndPartitionsDoNotMatter()
    {
        Check.One(Many, Prop.ForAll(Seeds.ToArbitrary(), seed =>
        {
            var one = Run(seed, partitions: 1);
            var three = Run(seed, partitions: 3);
            return one.TriggerHash == three.TriggerHash && Text(one) == Text(three)
                && one.ConservationError <= 1e-9
                && one.Ticks.All(t => t.Fund >= 0.0 && t.BadDebt >= 0.0)
                && Math.Abs(one.Deficit - one.FundPaid - one.DeleveragedAmount * Paying(seed) - one.BadDebt)
                    <= 1e-9 * Math.Max(1.0, one.Deficit)
                && one.Ticks.All(t => t.Deleveraged == 0 || Paying(seed) == 0.0
                    || t.Fund <= one.Fees + 1e-9 * Math.Max(1.0, t.Deficit));
        }));
    }

    /// <summary>The same accounts fall as in the naive cascade that values everybody in every round.</summary>
    [Fact]
    public void HeapsFindExactlyWhomAFullScanFinds()
    {
        Check.One(Many, Prop.ForAll(Seeds.ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var (scene, path, lambda) = Scene(random);
            var depths = scene.Book.Prices.Take(2).Select(p => p / lambda).ToArray();
            var settings = new CascadeSettings
            {
                Markets = [.. scene.Book.Prices.Take(2).Select(p => CascadeScene.Ladder(p, lambda))],
                Liquidation = LiquidationStyle.Whole, Deleveraging = DeleveragingStyle.None, FeeRate = 0.0,
                InsuranceFund = 50.0, Partitions = 1 + seed % 3,
            };
            var outcome = scene.Run(settings, path);
            var naive = new NaiveCascade([.. scene.Accounts.Select(Naive)], depths, 0.01, 50.0);
            naive.Run(path);
            return naive.Triggers.SequenceEqual(outcome.Triggers.Select(t => (t.Tick, t.Bucket)))
                && Math.Abs(naive.BadDebt - outcome.BadDebt) <= 1e-7 * Math.Max(1.0, naive.BadDebt)
                && naive.Prices.Zip(outcome.Ticks[^1].OwnPrices).All(p => Math.Abs(p.First / p.Second - 1.0) < 1e-9);
        }));
    }

    /// <summary>
    /// Of longs alone, a deeper shock, a shallower market or an emptier account never liquidates less.
    /// </summary>
    [Fact]
    public void MoreOfABadThingNeverLiquidatesLess()
    {
        var cases = from seed in Seeds from worse in Gen.Choose(0, 2) select (seed, worse);
        Check.One(Many, Prop.ForAll(cases.ToArbitrary(), pair =>
        {
            var (mild, bad) = (Longs(pair.seed, -1), Longs(pair.seed, pair.worse));
            return bad.Triggers.Count >= mild.Triggers.Count
                && bad.Ticks[^1].OwnPrices[0] <= mild.Ticks[^1].OwnPrices[0] * (1.0 + 1e-12)
                && mild.LiquidatedBuckets.All(bad.LiquidatedBuckets.Contains);
        }));
    }

    private static Gen<int> Seeds => Gen.Choose(0, int.MaxValue - 1);

    private static CascadeOutcome Longs(int seed, int worse)
    {
        var random = new Random(seed);
        var scene = new CascadeScene(0.01m, 100m);
        for (var i = random.Next(2, 12); i > 0; i--)
        {
            var cash = random.Next(200, 4_000) / 10m;
            scene.Add(worse == 2 ? cash * 0.9m : cash, random.Next(10, 150) / 10m);
        }
        var lambda = random.Next(1, 100) / 200.0;
        var shocked = 100.0 - random.Next(1, 300) / 10.0 - (worse == 0 ? 1.0 : 0.0);
        // one depth for both shocks, so that only one thing is worse
        var market = CascadeScene.Ladder(100.0, worse == 1 ? lambda * 1.2 : lambda);
        return scene.Run(new CascadeSettings
        {
            Markets = [market], Liquidation = LiquidationStyle.Whole, FeeRate = 0.0,
            Deleveraging = DeleveragingStyle.None,
        }, [100.0], [shocked]);
    }

    private static CascadeOutcome Run(int seed, int partitions)
    {
        var random = new Random(seed);
        var (scene, path, lambda) = Scene(random);
        return scene.Run(new CascadeSettings
        {
            Markets =
            [
                .. scene.Book.Prices.Take(2).Select(p => new CascadeMarket
                {
                    Depth = p * p / lambda, Law = Law(random), PermanentShare = random.NextDouble(),
                    RecoveryPerTick = random.NextDouble() / 4.0, DepthExponent = random.Next(3),
                    ReferenceVolatility = 0.01,
                }),
            ],
            Oracle = (OraclePolicy)random.Next(2),
            Liquidation = (LiquidationStyle)random.Next(2),
            Deleveraging = Style(seed),
            Rule = random.Next(2) == 0 ? DeficitRules.ProRata : DeficitRules.Queue,
            FeeRate = random.Next(3) * 0.001,
            InsuranceFund = random.Next(3) * 40.0,
            Funding = random.Next(2) == 0 ? new CascadeFunding(2, (random.NextDouble() - 0.5) / 50.0) : null,
            ReentryTicks = random.Next(3) == 0 ? 2 : null,
            Partitions = partitions,
        }, path);
    }

    private static DeleveragingStyle Style(int seed) => (DeleveragingStyle)(seed % 3);

    /// <summary>By contracts winners forgo gains; nothing of that goes into a deficit.</summary>
    private static double Paying(int seed) => Style(seed) == DeleveragingStyle.Haircut ? 1.0 : 0.0;

    private static ImpactLaw Law(Random random) => random.Next(4) switch
    {
        0 => ImpactLaw.Linear,
        1 => ImpactLaw.SquareRoot(0.05),
        2 => ImpactLaw.Exponential,
        _ => ImpactLaw.Bounded(0.4),
    };

    private static (CascadeScene Scene, double[][] Path, double Lambda) Scene(Random random)
    {
        var scene = new CascadeScene(0.01m, 100m, 20m);
        for (var i = random.Next(1, 14); i > 0; i--)
        {
            var market = random.Next(2);
            scene.Add(random.Next(-50, 3_000) / 10m, Quantity(random, market), Entry(random, market), market,
                coins: random.Next(3) == 0 ? random.Next(0, 50) / 10m : 0m, coin: random.Next(2));
            if (random.Next(3) == 0)
            {
                scene.Hold(Quantity(random, 1 - market), Entry(random, 1 - market), 1 - market);
            }
        }
        double[] point = [100.0, 20.0];
        var path = new double[random.Next(1, 10)][];
        for (var tick = 0; tick < path.Length; tick++)
        {
            point = [.. point.Select(p => Math.Round(p * Math.Exp((random.NextDouble() - 0.55) / 6.0), 6))];
            path[tick] = point;
        }
        return (scene, path, random.Next(1, 60) / 500.0);
    }

    private static decimal Quantity(Random random, int market) =>
        (random.Next(2) == 0 ? 1m : -1m) * random.Next(1, 200) / (market == 0 ? 10m : 2m);

    private static decimal Entry(Random random, int market) => random.Next(900, 1_100) / (market == 0 ? 10m : 50m);

    private static NaiveAccount Naive(OrleansLeverage.Domain.Account account)
    {
        var naive = new NaiveAccount();
        foreach (var balance in account.Balances)
        {
            if (balance.Asset.PriceFeed is { } feed)
            {
                naive.Coins.Add((feed.Index, (double)balance.Amount, (double)balance.Asset.CollateralWeight));
            }
            else
            {
                naive.Cash = (double)balance.Amount;
            }
        }
        foreach (var position in account.Positions)
        {
            naive.Positions.Add((position.Instrument.MarkFeed.Index, (double)position.Quantity.Value,
                (double)position.Cost));
        }
        return naive;
    }

    private static string Text(CascadeOutcome outcome) => string.Join('\n', outcome.Ticks.Select(t =>
        FormattableString.Invariant($"{t.OwnPrices[0]:R} {t.OwnPrices[1]:R} {t.Fund:R} {t.BadDebt:R} {t.Rounds} ")
        + FormattableString.Invariant($"{t.Liquidated:R} {t.DeleveragedAmount:R} {t.Deficit:R}")));
}
