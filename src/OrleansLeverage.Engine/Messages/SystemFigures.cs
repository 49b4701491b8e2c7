using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// The whole market at one frame, rolled up from every account's own state. Doubles with compensated sums in a fixed
/// order:
/// the same accounts and prices give the same bits. A figure without a denominator is null, never 0.
/// </summary>
public sealed record SystemFigures
{
    public required FrameNumber Frame { get; init; }

    public required long FrameTimeMs { get; init; }

    /// <summary>Prices behind the figures: oldest age at the frame, and feeds that are not fresh.</summary>
    public required long? OldestPriceAgeMs { get; init; }

    public required IReadOnlyList<FeedId> NotFresh { get; init; }

    /// <summary>Accounts seen / accounts on the roster; null while the roster is empty.</summary>
    public required double? Coverage { get; init; }

    /// <summary>Notional seen / (seen + last known notional of accounts that could not be valued).</summary>
    public required double? NotionalCoverage { get; init; }

    /// <summary>
    /// Null where one place has all accounts. <see cref="Coverage"/> may be less than what it names: accounts of which
    /// it is not certain that they are whole are summed and do not count as seen.
    /// </summary>
    public ReadScope? Scope { get; init; }

    public required long Accounts { get; init; }

    public required long AccountsWithExposure { get; init; }

    public required double Equity { get; init; }

    public required double GrossNotional { get; init; }

    public required double LongNotional { get; init; }

    public required double ShortNotional { get; init; }

    /// <summary>Σ max(0, gross − equity): what positions exceed their owners' equity by.</summary>
    public required double Borrowed { get; init; }

    /// <summary>Σ gross / Σ equity over accounts with positive equity.</summary>
    public required double? MarketLeverage { get; init; }

    /// <summary>
    /// Σ long notional / Σ the equity behind it, equity split over an account's positions by notional.
    /// </summary>
    public required double? LongLeverage { get; init; }

    public required double? ShortLeverage { get; init; }

    /// <summary>(L+ − L−) / (L+ + L−), in [−1, 1].</summary>
    public required double? LeverageSkew { get; init; }

    /// <summary>(long − short) / (long + short) notional.</summary>
    public required double? NotionalSkew { get; init; }

    /// <summary>(net long accounts − net short accounts) / both.</summary>
    public required double? AccountSkew { get; init; }

    /// <summary>The same two skews without market makers.</summary>
    public required double? LeverageSkewExMakers { get; init; }

    public required double? NotionalSkewExMakers { get; init; }

    /// <summary>
    /// One-sided open interest / equity of solvent accounts, which over a closed market is their collateral: what one
    /// account gained another lost.
    /// </summary>
    public required double? EstimatedLeverageRatio { get; init; }

    public required Concentration Concentration { get; init; }

    public required IReadOnlyList<AssetLeverage> Assets { get; init; }

    /// <summary>Accounts by leverage, per side.</summary>
    public required LeverageDistribution LongHistogram { get; init; }

    public required LeverageDistribution ShortHistogram { get; init; }

    /// <summary>By tier, in the order of <see cref="RiskTier"/>.</summary>
    public required IReadOnlyList<TierFigures> Tiers { get; init; }

    public required long AccountsAtRisk { get; init; }

    public required double NotionalAtRisk { get; init; }

    public required long Bankrupt { get; init; }

    /// <summary>Σ −equity of accounts with equity at or below zero; never part of a ratio.</summary>
    public required double Deficit { get; init; }

    public required IReadOnlyList<AccountAtRisk> MostAtRisk { get; init; }

    /// <summary>
    /// Of options, made every five seconds: they name their own frame. Null where there are none, before the first, and
    /// where nobody makes them.
    /// </summary>
    public MarketSensitivities? Sensitivities { get; init; }
}

/// <summary>
/// Herfindahl index and share of the largest, of notional and of equity, each in (0, 1]; null for an empty market.
/// </summary>
public sealed record Concentration(double? NotionalHhi, double? NotionalTop10Share, double? EquityHhi);

/// <summary>One market: leverage of the accounts that hold it, weighted by what they hold.</summary>
public sealed record AssetLeverage(FeedId Asset, double LongNotional, double ShortNotional, double? Leverage,
    double? LongLeverage,
    double? ShortLeverage, double? LeverageSkew, double? NotionalSkew);

public sealed record TierFigures(RiskTier Tier, long Accounts, double Notional);

/// <summary>
/// An account near or past its line; the ratio is null where a bucket has margin to keep and no balance.
/// </summary>
public sealed record AccountAtRisk(AccountId Account, RiskTier Tier, double? MarginRatio, double Notional);

/// <summary>Buckets of leverage with their lower bounds; percentiles are within one bucket of the truth.</summary>
public sealed record LeverageDistribution(IReadOnlyList<double> LowerBounds, IReadOnlyList<long> Accounts,
    IReadOnlyList<double> Notional,
    double? P50, double? P90, double? P99);
