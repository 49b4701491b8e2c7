using OrleansLeverage.Engine;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// The whole market at one frame. USD; statistics are numbers, and null where there is no denominator.
/// </summary>
internal sealed record SystemView : IReaching
{
    /// <summary>DEMO, REPLAY or LIVE.</summary>
    public required string Mode { get; init; }

    public required AsOfJson AsOf { get; init; }

    /// <summary>The frame's sequence within its epoch.</summary>
    public required long Seq { get; init; }

    public required MarketFreshness Freshness { get; init; }

    /// <summary>Accounts seen / accounts on the roster.</summary>
    public required double? Coverage { get; init; }

    public required double? NotionalCoverage { get; init; }

    public required ReachView Reach { get; init; }

    public required long Accounts { get; init; }

    public required long AccountsWithExposure { get; init; }

    public required double? Equity { get; init; }

    public required double? Notional { get; init; }

    public required double? LongNotional { get; init; }

    public required double? ShortNotional { get; init; }

    /// <summary>Σ max(0, gross − equity).</summary>
    public required double? Borrowed { get; init; }

    /// <summary>Σ gross / Σ equity over accounts with positive equity.</summary>
    public required double? MarketLeverage { get; init; }

    public required double? LongLeverage { get; init; }

    public required double? ShortLeverage { get; init; }

    /// <summary>(L+ − L−) / (L+ + L−).</summary>
    public required double? LeverageSkew { get; init; }

    public required double? NotionalSkew { get; init; }

    public required double? AccountSkew { get; init; }

    /// <summary>The two skews without market makers.</summary>
    public required double? LeverageSkewExMakers { get; init; }

    public required double? NotionalSkewExMakers { get; init; }

    /// <summary>One-sided open interest / collateral.</summary>
    public required double? EstimatedLeverageRatio { get; init; }

    public required ConcentrationView Concentration { get; init; }

    public required IReadOnlyList<AssetView> Assets { get; init; }

    public required HistogramView LongHistogram { get; init; }

    public required HistogramView ShortHistogram { get; init; }

    public required IReadOnlyList<TierView> Tiers { get; init; }

    public required long AccountsAtRisk { get; init; }

    public required double? NotionalAtRisk { get; init; }

    /// <summary>Accounts with equity at or below zero against positions.</summary>
    public required long Bankrupt { get; init; }

    /// <summary>Σ −equity of those; part of no ratio.</summary>
    public required double? Deficit { get; init; }

    public required IReadOnlyList<AtRiskView> MostAtRisk { get; init; }

    /// <summary>Of options; null where there are none, before the first, and where nobody makes them.</summary>
    public SensitivitiesView? Greeks { get; init; }

    /// <param name="feeds">How many feeds there are.</param>
    public static SystemView Of(SystemFigures figures, int feeds, string mode) => new()
    {
        Mode = mode,
        AsOf = SnapshotJson.AsOf(figures.Frame, figures.FrameTimeMs),
        Seq = figures.Frame.Sequence,
        Freshness = MarketFreshness.Of(figures.NotFresh, feeds, figures.OldestPriceAgeMs),
        Coverage = Statistic.Of(figures.Coverage),
        NotionalCoverage = Statistic.Of(figures.NotionalCoverage),
        Reach = ReachView.Of(figures),
        Accounts = figures.Accounts,
        AccountsWithExposure = figures.AccountsWithExposure,
        Equity = Statistic.Of(figures.Equity),
        Notional = Statistic.Of(figures.GrossNotional),
        LongNotional = Statistic.Of(figures.LongNotional),
        ShortNotional = Statistic.Of(figures.ShortNotional),
        Borrowed = Statistic.Of(figures.Borrowed),
        MarketLeverage = Statistic.Of(figures.MarketLeverage),
        LongLeverage = Statistic.Of(figures.LongLeverage),
        ShortLeverage = Statistic.Of(figures.ShortLeverage),
        LeverageSkew = Statistic.Of(figures.LeverageSkew),
        NotionalSkew = Statistic.Of(figures.NotionalSkew),
        AccountSkew = Statistic.Of(figures.AccountSkew),
        LeverageSkewExMakers = Statistic.Of(figures.LeverageSkewExMakers),
        NotionalSkewExMakers = Statistic.Of(figures.NotionalSkewExMakers),
        EstimatedLeverageRatio = Statistic.Of(figures.EstimatedLeverageRatio),
        Concentration = new ConcentrationView(Statistic.Of(figures.Concentration.NotionalHhi),
            Statistic.Of(figures.Concentration.NotionalTop10Share), Statistic.Of(figures.Concentration.EquityHhi)),
        Assets = [.. figures.Assets.Select(AssetView.Of)],
        LongHistogram = HistogramView.Of(figures.LongHistogram),
        ShortHistogram = HistogramView.Of(figures.ShortHistogram),
        Tiers = [.. figures.Tiers.Select(tier =>
            new TierView(SnapshotJson.Word(tier.Tier), tier.Accounts, Statistic.Of(tier.Notional)))],
        AccountsAtRisk = figures.AccountsAtRisk,
        NotionalAtRisk = Statistic.Of(figures.NotionalAtRisk),
        Bankrupt = figures.Bankrupt,
        Deficit = Statistic.Of(figures.Deficit),
        MostAtRisk = [.. figures.MostAtRisk.Select(account => new AtRiskView(account.Account.Value,
            SnapshotJson.Word(account.Tier), Statistic.Of(account.MarginRatio), Statistic.Of(account.Notional)))],
        Greeks = figures.Sensitivities is { } made ? SensitivitiesView.Of(made, figures.FrameTimeMs) : null,
    };
}

/// <summary>Herfindahl index and share of the ten largest, each in (0, 1].</summary>
internal sealed record ConcentrationView(double? NotionalHhi, double? NotionalTop10Share, double? EquityHhi);

/// <summary>One market.</summary>
internal sealed record AssetView(string Asset, double? LongNotional, double? ShortNotional, double? Leverage,
    double? LongLeverage, double? ShortLeverage, double? LeverageSkew, double? NotionalSkew)
{
    public static AssetView Of(AssetLeverage asset) => new(asset.Asset.Value, Statistic.Of(asset.LongNotional),
        Statistic.Of(asset.ShortNotional), Statistic.Of(asset.Leverage), Statistic.Of(asset.LongLeverage),
        Statistic.Of(asset.ShortLeverage), Statistic.Of(asset.LeverageSkew), Statistic.Of(asset.NotionalSkew));
}

internal sealed record TierView(string Tier, long Accounts, double? Notional);

/// <summary>An account near or past its line; the margin ratio is 1.00 at liquidation.</summary>
internal sealed record AtRiskView(string Account, string Tier, double? MarginRatio, double? Notional);

/// <summary>Buckets of leverage by their lower bounds; percentiles are within one bucket.</summary>
internal sealed record HistogramView(IReadOnlyList<double> LowerBounds, IReadOnlyList<long> Accounts,
    IReadOnlyList<double> Notional, double? P50, double? P90, double? P99)
{
    public static HistogramView Of(LeverageDistribution histogram) => new(histogram.LowerBounds, histogram.Accounts,
        histogram.Notional, Statistic.Of(histogram.P50), Statistic.Of(histogram.P90), Statistic.Of(histogram.P99));
}
