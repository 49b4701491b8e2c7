namespace OrleansLeverage.Domain;

/// <summary>Why a leverage figure is null.</summary>
public enum NoLeverageReason
{
    None,
    PriceUnknown,

    /// <summary>Equity is zero or below: leverage has no value, which is not the same as zero or infinity.</summary>
    NoEquity,

    /// <summary>Nothing is held that could be levered.</summary>
    NoExposure,
}

/// <summary>
/// How levered an account is at one frame. Amounts in USD and exact; ratios are exact divisions rounded to 28 digits.
/// Every figure is null where <see cref="MissingFeed"/> is named.
/// </summary>
public sealed record LeverageSnapshot
{
    public required AccountId Account { get; init; }

    /// <summary>Commands applied to the account when the snapshot was taken.</summary>
    public required long Sequence { get; init; }

    public required FrameNumber Frame { get; init; }

    public required long FrameTimeMs { get; init; }

    public required int RulesVersion { get; init; }

    public required RiskTier Tier { get; init; }

    /// <summary>The least trustworthy price behind the figures, and the age of the oldest.</summary>
    public required PriceState PriceState { get; init; }

    public required long? PriceAgeMs { get; init; }

    public FeedId? MissingFeed { get; init; }

    public decimal? Equity { get; init; }

    /// <summary>Equity with positive collateral at its weight.</summary>
    public decimal? MarginBalance { get; init; }

    public decimal? GrossNotional { get; init; }

    /// <summary>Long minus short.</summary>
    public decimal? NetNotional { get; init; }

    public decimal? LongNotional { get; init; }

    public decimal? ShortNotional { get; init; }

    /// <summary>Gross notional / equity.</summary>
    public decimal? Leverage { get; init; }

    public NoLeverageReason LeverageReason { get; init; }

    /// <summary>Net notional / equity, signed.</summary>
    public decimal? NetLeverage { get; init; }

    public decimal? LongLeverage { get; init; }

    public decimal? ShortLeverage { get; init; }

    /// <summary>Gross notional / collateral alone, profit left out: the cash denominator.</summary>
    public decimal? CashLeverage { get; init; }

    public decimal? InitialMargin { get; init; }

    public decimal? MaintenanceMargin { get; init; }

    /// <summary>Maintenance margin / margin balance of the worst bucket; 1.00 = liquidation.</summary>
    public decimal? MarginRatio { get; init; }

    public decimal? FreeCollateral { get; init; }

    /// <summary>
    /// Leverage at which today's mix of positions would need the whole margin balance as initial margin; null without
    /// positions, equity or margin balance, and where margin is that of scenarios.
    /// </summary>
    public decimal? MaxLeverage { get; init; }

    /// <summary>
    /// Common move of the market, by betas, at which the cross account is liquidated: negative down, positive up. Null
    /// where margin is that of scenarios.
    /// </summary>
    public decimal? JointMoveDown { get; init; }

    public decimal? JointMoveUp { get; init; }

    /// <summary>Percent of equity gained per percent of a feed: elasticity of equity to each underlying.</summary>
    public IReadOnlyList<LeverageFactor> LeverageFactors { get; init; } = [];

    public IReadOnlyList<Balance> Balances { get; init; } = [];

    public IReadOnlyList<PositionLeverage> Positions { get; init; } = [];

    /// <summary>Margin by scenarios of each underlying that is held in portfolio margin, and what made it.</summary>
    public IReadOnlyList<PortfolioValuation> Portfolios { get; init; } = [];

    /// <summary>Where each of these is liquidated; empty where it was not solved.</summary>
    public IReadOnlyList<PortfolioLine> PortfolioLines { get; init; } = [];

    /// <summary>
    /// Leverage by what options move like, beside <see cref="Leverage"/>, for which an option's notional is its
    /// premium; null where no options are held, or where nobody asked.
    /// </summary>
    public NonLinearLeverage? NonLinear { get; init; }
}

/// <summary>d ln(equity) / d ln(price) of one feed; 3 means 1 % of price is 3 % of equity.</summary>
public sealed record LeverageFactor(FeedId Feed, decimal Value);

/// <summary>One position in a snapshot.</summary>
public sealed record PositionLeverage
{
    public required Position Position { get; init; }

    public required decimal MarkPrice { get; init; }

    public required decimal Notional { get; init; }

    public required decimal UnrealisedProfit { get; init; }

    public required decimal AccruedFunding { get; init; }

    public required decimal InitialMargin { get; init; }

    public required decimal MaintenanceMargin { get; init; }

    /// <summary>
    /// Notional / equity of the bucket (the account's, or the isolated position's); null without positive equity.
    /// </summary>
    public decimal? EquityLeverage { get; init; }

    /// <summary>Notional / collateral put behind it, profit left out; null where that is not positive.</summary>
    public decimal? CashLeverage { get; init; }

    /// <summary>Largest leverage setting at this notional.</summary>
    public required decimal MaxLeverage { get; init; }

    public required SolvedPrice LiquidationPrice { get; init; }

    public required SolvedPrice BankruptcyPrice { get; init; }

    /// <summary>Liquidation price / mark − 1; null where there is none.</summary>
    public decimal? DistanceToLiquidation { get; init; }

    /// <summary>The same in daily standard deviations of the feed; null where either is unknown.</summary>
    public double? DistanceSigmas { get; init; }
}
