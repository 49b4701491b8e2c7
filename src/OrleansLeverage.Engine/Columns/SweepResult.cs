using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Columns;

/// <summary>What a sweep found: whom the exact layer must look at, and the market as a whole.</summary>
/// <param name="Nominated">Account numbers, most under water first.</param>
/// <param name="Overflowed">More were due than the queues hold: the others are nominated by the next sweep.</param>
internal sealed record SweepResult(PriceFrame Frame, SweepSummary Summary, IReadOnlyList<int> Nominated,
    bool Overflowed)
{
    /// <summary>
    /// The figures of DESIGN §8. Valid until the next sweep of the same columns.
    /// </summary>
    /// <param name="name">An account's id by its number.</param>
    /// <param name="sensitivities">Those of options, as they were last made beside the sweeps.</param>
    public SystemFigures Figures(Func<int, AccountId> name, MarketSensitivities? sensitivities = null)
    {
        var all = Summary.Sides(Population.All);
        var customers = Summary.Sides(Population.WithoutMarketMakers);
        var unknown = Summary.Count(RiskTier.Unknown);
        var counts = Summary.Counts(Population.All);
        return new SystemFigures
        {
            Frame = Frame.Number,
            FrameTimeMs = Frame.TimeMs,
            OldestPriceAgeMs = OldestPriceAgeMs(),
            NotFresh = Frame.Universe.Markets.Where(f => Frame[f].State != PriceState.Fresh).Select(f => f.Id)
                .ToArray(),
            Coverage = Summary.Accounts > 0 ? (double)(Summary.Accounts - unknown) / Summary.Accounts : null,
            NotionalCoverage = unknown == 0 && Summary.Accounts > 0 ? 1.0 : null,
            Accounts = Summary.Accounts,
            AccountsWithExposure = counts.Long + counts.Short,
            Equity = Summary.Equity,
            GrossNotional = all.GrossNotional,
            LongNotional = all.LongNotional,
            ShortNotional = all.ShortNotional,
            Borrowed = Summary.Borrowed,
            MarketLeverage = Summary.MarketLeverage,
            LongLeverage = all.LongLeverage,
            ShortLeverage = all.ShortLeverage,
            LeverageSkew = all.LeverageSkew,
            NotionalSkew = all.NotionalSkew,
            AccountSkew = counts.Skew,
            LeverageSkewExMakers = customers.LeverageSkew,
            NotionalSkewExMakers = customers.NotionalSkew,
            EstimatedLeverageRatio = Summary.Equity > 0.0 ? all.GrossNotional / 2.0 / Summary.Equity : null,
            Concentration = new Concentration(Summary.NotionalHhi, TopShare(10), Summary.EquityHhi),
            Assets = Frame.Universe.Markets.Select(Of).Where(a => a.LongNotional > 0.0 || a.ShortNotional > 0.0)
                .ToArray(),
            LongHistogram = Histogram(NetSide.Long),
            ShortHistogram = Histogram(NetSide.Short),
            Tiers = Enum.GetValues<RiskTier>().Select(t => new TierFigures(t, Summary.Count(t), Summary.Notional(t)))
                .ToArray(),
            AccountsAtRisk = Summary.AtRiskAccounts,
            NotionalAtRisk = Summary.AtRiskNotional,
            Bankrupt = Summary.Count(RiskTier.Bankrupt),
            Deficit = Summary.Deficit,
            MostAtRisk = MostAtRisk(name),
            Sensitivities = sensitivities,
        };
    }

    private long? OldestPriceAgeMs()
    {
        long? oldest = null;
        foreach (var price in Frame.Prices)
        {
            if (price.Price is not null)
            {
                oldest = Math.Max(oldest ?? 0L, Frame.TimeMs - price.TimeMs);
            }
        }
        return oldest;
    }

    private double? TopShare(int count)
    {
        var sum = 0.0;
        var top = Summary.TopByNotional;
        for (var i = 0; i < Math.Min(count, top.Length); i++)
        {
            sum += top[i].GrossNotional;
        }
        return Summary.GrossNotional > 0.0 ? sum / Summary.GrossNotional : null;
    }

    private AssetLeverage Of(Feed feed)
    {
        var sides = Summary.Feed(Frame.Universe, feed, Population.All);
        return new AssetLeverage(feed.Id, sides.LongNotional, sides.ShortNotional, sides.Leverage, sides.LongLeverage,
            sides.ShortLeverage,
            sides.LeverageSkew, sides.NotionalSkew);
    }

    private AccountAtRisk[] MostAtRisk(Func<int, AccountId> name)
    {
        var ranked = Summary.TopByMarginRatio;
        var result = new AccountAtRisk[Math.Min(ranked.Length, 20)];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = new AccountAtRisk(name((int)ranked[i].Key), ranked[i].Tier, ranked[i].MarginRatio,
                ranked[i].GrossNotional);
        }
        return result;
    }

    private LeverageDistribution Histogram(NetSide side)
    {
        var histogram = Summary.Histogram(side);
        var bounds = LeverageBuckets.Bounds;
        var accounts = new long[bounds.Count];
        var notional = new double[bounds.Count];
        for (var i = 0; i < histogram.Counts.Count; i++)
        {
            var bucket = LeverageBuckets.Of(LeverageHistogram.LowerBound(i));
            accounts[bucket] += histogram.Counts[i];
            notional[bucket] += histogram.Notional[i];
        }
        return new LeverageDistribution(bounds, accounts, notional, histogram.AccountQuantile(0.5),
            histogram.AccountQuantile(0.9),
            histogram.AccountQuantile(0.99));
    }
}

/// <summary>
/// The buckets people look at; every bound is a bound of the kernel's finer ones, so nothing is split.
/// </summary>
internal static class LeverageBuckets
{
    public static IReadOnlyList<double> Bounds { get; } = [0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0];

    public static int Of(double leverage)
    {
        var bucket = Bounds.Count - 1;
        while (Bounds[bucket] > leverage)
        {
            bucket--;
        }
        return bucket;
    }
}
