using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Api;

/// <summary>The whole market at one frame. USD; statistics are numbers, and null where there is no denominator.</summary>
internal sealed record SystemView
{
    /// <summary>DEMO, REPLAY or LIVE.</summary>
    public required string Mode { get; init; }

    public required AsOf AsOf { get; init; }

    /// <summary>The frame's sequence within its epoch.</summary>
    public required long Seq { get; init; }

    public required string Frame { get; init; }

    public required Freshness Freshness { get; init; }

    /// <summary>Accounts seen / accounts on the roster.</summary>
    public required double? Coverage { get; init; }

    public required double? NotionalCoverage { get; init; }

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

    public static SystemView Of(SystemFigures figures, Freshness freshness, string mode) => new()
    {
        Mode = mode,
        AsOf = AsOf.At(figures.FrameTimeMs),
        Seq = figures.Frame.Sequence,
        Frame = figures.Frame.ToString(),
        Freshness = freshness,
        Coverage = Shown.Statistic(figures.Coverage),
        NotionalCoverage = Shown.Statistic(figures.NotionalCoverage),
        Accounts = figures.Accounts,
        AccountsWithExposure = figures.AccountsWithExposure,
        Equity = Shown.Statistic(figures.Equity),
        Notional = Shown.Statistic(figures.GrossNotional),
        LongNotional = Shown.Statistic(figures.LongNotional),
        ShortNotional = Shown.Statistic(figures.ShortNotional),
        Borrowed = Shown.Statistic(figures.Borrowed),
        MarketLeverage = Shown.Statistic(figures.MarketLeverage),
        LongLeverage = Shown.Statistic(figures.LongLeverage),
        ShortLeverage = Shown.Statistic(figures.ShortLeverage),
        LeverageSkew = Shown.Statistic(figures.LeverageSkew),
        NotionalSkew = Shown.Statistic(figures.NotionalSkew),
        AccountSkew = Shown.Statistic(figures.AccountSkew),
        LeverageSkewExMakers = Shown.Statistic(figures.LeverageSkewExMakers),
        NotionalSkewExMakers = Shown.Statistic(figures.NotionalSkewExMakers),
        EstimatedLeverageRatio = Shown.Statistic(figures.EstimatedLeverageRatio),
        Concentration = new ConcentrationView(Shown.Statistic(figures.Concentration.NotionalHhi),
            Shown.Statistic(figures.Concentration.NotionalTop10Share), Shown.Statistic(figures.Concentration.EquityHhi)),
        Assets = [.. figures.Assets.Select(AssetView.Of)],
        LongHistogram = HistogramView.Of(figures.LongHistogram),
        ShortHistogram = HistogramView.Of(figures.ShortHistogram),
        Tiers = [.. figures.Tiers.Select(tier =>
            new TierView(Shown.Word(tier.Tier), tier.Accounts, Shown.Statistic(tier.Notional)))],
        AccountsAtRisk = figures.AccountsAtRisk,
        NotionalAtRisk = Shown.Statistic(figures.NotionalAtRisk),
        Bankrupt = figures.Bankrupt,
        Deficit = Shown.Statistic(figures.Deficit),
        MostAtRisk = [.. figures.MostAtRisk.Select(account => new AtRiskView(account.Account.Value,
            Shown.Word(account.Tier), Shown.Statistic(account.MarginRatio), Shown.Statistic(account.Notional)))],
    };
}

/// <summary>Herfindahl index and share of the ten largest, each in (0, 1].</summary>
internal sealed record ConcentrationView(double? NotionalHhi, double? NotionalTop10Share, double? EquityHhi);

/// <summary>One market.</summary>
internal sealed record AssetView(string Asset, double? LongNotional, double? ShortNotional, double? Leverage,
    double? LongLeverage, double? ShortLeverage, double? LeverageSkew, double? NotionalSkew)
{
    public static AssetView Of(AssetLeverage asset) => new(asset.Asset.Value, Shown.Statistic(asset.LongNotional),
        Shown.Statistic(asset.ShortNotional), Shown.Statistic(asset.Leverage), Shown.Statistic(asset.LongLeverage),
        Shown.Statistic(asset.ShortLeverage), Shown.Statistic(asset.LeverageSkew), Shown.Statistic(asset.NotionalSkew));
}

internal sealed record TierView(string Status, long Accounts, double? Notional);

/// <summary>An account near or past its line; the margin ratio is 1.00 at liquidation.</summary>
internal sealed record AtRiskView(string Account, string Status, double? MarginRatio, double? Notional);

/// <summary>Buckets of leverage by their lower bounds; percentiles are within one bucket.</summary>
internal sealed record HistogramView(IReadOnlyList<double> LowerBounds, IReadOnlyList<long> Accounts,
    IReadOnlyList<double> Notional, double? P50, double? P90, double? P99)
{
    public static HistogramView Of(LeverageDistribution histogram) => new(histogram.LowerBounds, histogram.Accounts,
        histogram.Notional, Shown.Statistic(histogram.P50), Shown.Statistic(histogram.P90), Shown.Statistic(histogram.P99));
}
