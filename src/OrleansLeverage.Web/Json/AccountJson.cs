namespace OrleansLeverage.Web.Json;

/// <summary>
/// An account as interfaces show it: money as decimal strings in USD unless a name says otherwise, statistics as
/// numbers, null with a reason where there is no value. Margin ratio 1.00 = liquidation.
/// </summary>
/// <param name="Seq">Commands applied to the account when this was taken.</param>
/// <param name="Tier">HEALTHY, WARNING, MARGIN_CALL, LIQUIDATION, BANKRUPT or UNKNOWN.</param>
/// <param name="Notional">Gross: long plus short.</param>
/// <param name="NetNotional">Long minus short.</param>
/// <param name="Leverage">Notional / equity, unrealised profit included.</param>
/// <param name="LeverageReason">Why leverage is null: price_unknown, no_equity, no_exposure.</param>
/// <param name="CashLeverage">Notional / collateral, unrealised profit left out.</param>
/// <param name="MaxLeverage">What the margin rules allow now on this mix of positions.</param>
/// <param name="JointMoveDown">Move of the whole market, by betas, that liquidates the account: -0.1 is 10 %
/// down.</param>
/// <param name="LeverageFactors">Percent of equity gained per percent of a feed.</param>
/// <param name="Portfolios">What scenarios ask of the positions in portfolio margin, by underlying.</param>
/// <param name="NonLinear">Leverage of options; null where none are held.</param>
public sealed record AccountJson(
    string Account, long Seq, AsOfJson AsOf, FreshnessJson Freshness, int RulesVersion, string Tier,
    string? Equity, string? MarginBalance, string? Notional, string? NetNotional, string? LongNotional,
    string? ShortNotional, double? Leverage, string? LeverageReason, double? NetLeverage, double? LongLeverage,
    double? ShortLeverage, double? CashLeverage, double? MaxLeverage, string? InitialMargin, string? MaintenanceMargin,
    double? MarginRatio, string? FreeCollateral, double? JointMoveDown, double? JointMoveUp,
    IReadOnlyList<LeverageFactorJson> LeverageFactors, IReadOnlyList<BalanceJson> Balances,
    IReadOnlyList<PositionJson> Positions, IReadOnlyList<PortfolioJson> Portfolios, NonLinearJson? NonLinear);

/// <summary>
/// Leverage of an account with options by what it moves like; leverage beside it takes an option's premium for its
/// notional. USD and ratios; null without equity, or for the reason that is named.
/// </summary>
/// <param name="EffectiveNotional">Sum over underlyings of |delta x spot x quantity|, coins included.</param>
/// <param name="EffectiveLeverage">Effective notional / equity.</param>
/// <param name="GammaLeverage">Change of the leverage when prices move by 1 %.</param>
/// <param name="VegaElasticity">Percent of equity per percent of volatility.</param>
/// <param name="ThetaBurnPerDay">Share of equity lost per day.</param>
/// <param name="After">Leverage after a move of every underlying, everything valued anew.</param>
public sealed record NonLinearJson(double? EffectiveNotional, double? EffectiveLeverage, double? GammaLeverage,
    double? VegaElasticity, double? ThetaBurnPerDay, IReadOnlyList<LeverageAfterJson> After,
    IReadOnlyList<OptionExposureJson> Options, string? Reason);

/// <param name="Move">-0.1 is 10 % down.</param>
/// <param name="Leverage">Effective; null where no equity is left.</param>
public sealed record LeverageAfterJson(double Move, double? Leverage);

/// <param name="EffectiveNotional">delta x spot x quantity, signed.</param>
/// <param name="GrossNotional">spot x quantity.</param>
/// <param name="Elasticity">Percent of premium per percent of spot.</param>
public sealed record OptionExposureJson(string Symbol, double EffectiveNotional, double GrossNotional,
    double? Elasticity);

/// <summary>When something was true: a frame, and its time as Unix milliseconds and as ISO 8601 in UTC.</summary>
public sealed record AsOfJson(string Frame, long Timestamp, string Datetime);

/// <summary>The least trustworthy price behind the figures: FRESH, DEGRADED, STALE, HALTED or NOT_MEASURED.</summary>
/// <param name="AgeMs">Of the oldest price; null where none is needed or one is missing.</param>
/// <param name="MissingFeed">The feed without which nothing can be said.</param>
public sealed record FreshnessJson(string State, long? AgeMs, string? MissingFeed);

public sealed record BalanceJson(string Asset, string Amount);

/// <summary>3 means that 1 % of the feed's price is 3 % of equity.</summary>
public sealed record LeverageFactorJson(string Feed, double Value);

/// <summary>
/// One position; amounts in USD, what is kept in the settlement asset under <see cref="Settlement"/>.
/// </summary>
/// <param name="Side">long or short, with unsigned <paramref name="Contracts"/>.</param>
/// <param name="NetNotional">Signed: below zero for a short.</param>
/// <param name="EntryPrice">Average, at 12 decimals, as are the two solved prices.</param>
/// <param name="LiquidationPrice">Of this position's feed alone, every other price held.</param>
/// <param name="LiquidationReason">Why it is null: fully_collateralised, never_reached, no_solution; in portfolio
/// margin past_line, not_within_range, or by_scenarios for an option, of which its underlying's prices say it.</param>
/// <param name="Leverage">Effective: notional / equity of the margin bucket.</param>
/// <param name="LeverageSetting">Configured; null means the largest allowed.</param>
/// <param name="DistanceToLiquidation">Liquidation price / mark - 1.</param>
/// <param name="DistanceSigmas">The same in daily standard deviations of the feed.</param>
public sealed record PositionJson(
    string Symbol, string Side, string Contracts, string Notional, string NetNotional, string? EntryPrice,
    string MarkPrice, string? LiquidationPrice, string? LiquidationReason, string? BankruptcyPrice,
    string? BankruptcyReason, string UnrealizedPnl, string AccruedFunding, string InitialMargin,
    string MaintenanceMargin, string MarginMode, double? Leverage, double? CashLeverage, string? LeverageSetting,
    double MaxLeverage, double? DistanceToLiquidation, double? DistanceSigmas, SettlementJson Settlement);

/// <summary>What a position holds in its settlement asset.</summary>
/// <param name="Cost">Signed value at entry: profit is value - cost, for inverse contracts cost - value.</param>
public sealed record SettlementJson(string Asset, string Cost, string IsolatedMargin, string RealizedPnl);

/// <summary>
/// One underlying in portfolio margin, in the asset in which it settles. Margin is (worst loss + roll shock + delta
/// shock) times a factor, and the charges.
/// </summary>
/// <param name="Scenario">The one that loses most, in words; "none loses", or the basis where that is worse.</param>
/// <param name="Lines">What its loss is made of; they add up to it.</param>
/// <param name="LiquidationBelow">Nearest price of the underlying below, everything valued anew as it moves, at which
/// the account is liquidated.</param>
/// <param name="LiquidationBelowReason">Why it is null: past_line, not_within_range, or by_scenarios where it was not
/// solved.</param>
public sealed record PortfolioJson(string Underlying, string Rules, string Scenario, string WorstLoss, string RollShock,
    string DeltaShock, string InitialMargin, string MaintenanceMargin, IReadOnlyList<ScenarioLineJson> Lines,
    IReadOnlyList<ChargeJson> Charges, string? LiquidationBelow, string? LiquidationBelowReason,
    string? LiquidationAbove, string? LiquidationAboveReason);

/// <param name="Part">holding, static discount, skew taken as a loss, weight of the scenario, dampener, gain offset,
/// basis.</param>
/// <param name="Subject">The instrument, expiry or scenario that it is of.</param>
public sealed record ScenarioLineJson(string Part, string Subject, string Profit);

/// <summary>A charge beside the scenarios; that of initial margin comes on top of maintenance.</summary>
public sealed record ChargeJson(string Name, string Subject, string MaintenanceMargin, string InitialMargin);
