using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Api;

/// <summary>An account's leverage at the newest frame. USD unless a name says otherwise.</summary>
internal sealed record AccountView
{
    public required string Account { get; init; }

    public required AsOf AsOf { get; init; }

    /// <summary>Commands applied to the account.</summary>
    public required long Seq { get; init; }

    public required string Frame { get; init; }

    public required Freshness Freshness { get; init; }

    /// <summary>HEALTHY, WARNING, MARGIN_CALL, LIQUIDATION, BANKRUPT or UNKNOWN.</summary>
    public required string Status { get; init; }

    /// <summary>Why every figure is null: the feed that has not been measured. Null where they are known.</summary>
    public required string? Reason { get; init; }

    public required string? Equity { get; init; }

    /// <summary>Equity with positive collateral at its weight.</summary>
    public required string? MarginBalance { get; init; }

    /// <summary>Gross: long plus short.</summary>
    public required string? Notional { get; init; }

    /// <summary>Signed: long minus short.</summary>
    public required string? NetNotional { get; init; }

    public required string? LongNotional { get; init; }

    public required string? ShortNotional { get; init; }

    /// <summary>Gross notional / equity; null without positive equity, see leverageReason.</summary>
    public required double? Leverage { get; init; }

    /// <summary>NO_EQUITY, NO_EXPOSURE or PRICE_UNKNOWN where leverage is null.</summary>
    public required string? LeverageReason { get; init; }

    public required double? NetLeverage { get; init; }

    public required double? LongLeverage { get; init; }

    public required double? ShortLeverage { get; init; }

    /// <summary>Gross notional / collateral alone, profit left out.</summary>
    public required double? CashLeverage { get; init; }

    public required string? InitialMargin { get; init; }

    public required string? MaintenanceMargin { get; init; }

    /// <summary>Maintenance margin / margin balance; 1.00 = liquidation.</summary>
    public required double? MarginRatio { get; init; }

    public required string? FreeCollateral { get; init; }

    /// <summary>What today's margins would allow on today's mix of positions, now.</summary>
    public required double? MaxLeverage { get; init; }

    /// <summary>Common move of the market that liquidates the cross account: 0.1 is up by 10 %.</summary>
    public required double? JointMoveDown { get; init; }

    public required double? JointMoveUp { get; init; }

    /// <summary>Percent of equity per percent of a feed.</summary>
    public required IReadOnlyList<LeverageFactorView> LeverageFactors { get; init; }

    public required IReadOnlyList<BalanceView> Balances { get; init; }

    public required IReadOnlyList<PositionView> Positions { get; init; }

    public static AccountView Of(LeverageSnapshot snapshot) => new()
    {
        Account = snapshot.Account.Value,
        AsOf = AsOf.At(snapshot.FrameTimeMs),
        Seq = snapshot.Sequence,
        Frame = snapshot.Frame.ToString(),
        Freshness = new Freshness(Freshness.Word(snapshot.PriceState), snapshot.PriceAgeMs,
            snapshot.MissingFeed is { } feed ? [feed.Value] : []),
        Status = Shown.Word(snapshot.Tier),
        Reason = snapshot.MissingFeed is { } missing ? $"{missing} has not been measured" : null,
        Equity = Shown.Money(snapshot.Equity),
        MarginBalance = Shown.Money(snapshot.MarginBalance),
        Notional = Shown.Money(snapshot.GrossNotional),
        NetNotional = Shown.Money(snapshot.NetNotional),
        LongNotional = Shown.Money(snapshot.LongNotional),
        ShortNotional = Shown.Money(snapshot.ShortNotional),
        Leverage = Shown.Statistic(snapshot.Leverage),
        LeverageReason = snapshot.LeverageReason == NoLeverageReason.None ? null : Shown.Word(snapshot.LeverageReason),
        NetLeverage = Shown.Statistic(snapshot.NetLeverage),
        LongLeverage = Shown.Statistic(snapshot.LongLeverage),
        ShortLeverage = Shown.Statistic(snapshot.ShortLeverage),
        CashLeverage = Shown.Statistic(snapshot.CashLeverage),
        InitialMargin = Shown.Money(snapshot.InitialMargin),
        MaintenanceMargin = Shown.Money(snapshot.MaintenanceMargin),
        MarginRatio = Shown.Statistic(snapshot.MarginRatio),
        FreeCollateral = Shown.Money(snapshot.FreeCollateral),
        MaxLeverage = Shown.Statistic(snapshot.MaxLeverage),
        JointMoveDown = Shown.Statistic(snapshot.JointMoveDown),
        JointMoveUp = Shown.Statistic(snapshot.JointMoveUp),
        LeverageFactors = [.. snapshot.LeverageFactors.Select(factor =>
            new LeverageFactorView(factor.Feed.Value, (double)factor.Value))],
        Balances = [.. snapshot.Balances.Select(balance =>
            new BalanceView(balance.Asset.Id.Value, Decimals.Text(balance.Amount)))],
        Positions = [.. snapshot.Positions.Select(PositionView.Of)],
    };
}

internal sealed record LeverageFactorView(string Asset, double Value);

/// <param name="Asset">What is held.</param>
/// <param name="Amount">Units of the asset; below zero is owed.</param>
internal sealed record BalanceView(string Asset, string Amount);

/// <summary>One position. Sizes in contracts without sign, the side in words.</summary>
internal sealed record PositionView
{
    public required string Symbol { get; init; }

    /// <summary>long or short.</summary>
    public required string Side { get; init; }

    public required string Contracts { get; init; }

    public required string Notional { get; init; }

    /// <summary>Signed notional.</summary>
    public required string NetNotional { get; init; }

    public required string MarkPrice { get; init; }

    public required string? EntryPrice { get; init; }

    public required string UnrealizedPnl { get; init; }

    /// <summary>Settlement asset.</summary>
    public required string RealizedPnl { get; init; }

    public required string AccruedFunding { get; init; }

    public required string InitialMargin { get; init; }

    public required string MaintenanceMargin { get; init; }

    /// <summary>cross, isolated or portfolio.</summary>
    public required string MarginMode { get; init; }

    /// <summary>The account's setting; null means the largest allowed.</summary>
    public required string? LeverageSetting { get; init; }

    /// <summary>Notional / equity of the margin bucket.</summary>
    public required double? Leverage { get; init; }

    /// <summary>Notional / collateral behind it, profit left out.</summary>
    public required double? CashLeverage { get; init; }

    public required double MaxLeverage { get; init; }

    public required string? LiquidationPrice { get; init; }

    /// <summary>FULLY_COLLATERALISED, NEVER_REACHED, NO_SOLUTION or PRICE_UNKNOWN where there is no such price.</summary>
    public required string? LiquidationPriceReason { get; init; }

    public required string? BankruptcyPrice { get; init; }

    public required string? BankruptcyPriceReason { get; init; }

    /// <summary>Liquidation price / mark − 1.</summary>
    public required double? DistanceToLiquidation { get; init; }

    /// <summary>The same in daily standard deviations.</summary>
    public required double? DistanceSigmas { get; init; }

    public static PositionView Of(PositionLeverage held)
    {
        var position = held.Position;
        return new PositionView
        {
            Symbol = position.Instrument.Id.Value,
            Side = position.Quantity.IsShort ? "short" : "long",
            Contracts = Decimals.Text(position.Quantity.Abs.Value),
            Notional = Decimals.Text(held.Notional),
            NetNotional = Decimals.Text(position.Quantity.IsShort ? -held.Notional : held.Notional),
            MarkPrice = Decimals.Text(held.MarkPrice),
            EntryPrice = Shown.Money(position.EntryPrice),
            UnrealizedPnl = Decimals.Text(held.UnrealisedProfit),
            RealizedPnl = Decimals.Text(position.RealisedProfit),
            AccruedFunding = Decimals.Text(held.AccruedFunding),
            InitialMargin = Decimals.Text(held.InitialMargin),
            MaintenanceMargin = Decimals.Text(held.MaintenanceMargin),
            MarginMode = Shown.Word(position.Mode).ToLowerInvariant(),
            LeverageSetting = Shown.Money(position.LeverageSetting),
            Leverage = Shown.Statistic(held.EquityLeverage),
            CashLeverage = Shown.Statistic(held.CashLeverage),
            MaxLeverage = (double)held.MaxLeverage,
            LiquidationPrice = Shown.Money(held.LiquidationPrice.Shown),
            LiquidationPriceReason = Why(held.LiquidationPrice),
            BankruptcyPrice = Shown.Money(held.BankruptcyPrice.Shown),
            BankruptcyPriceReason = Why(held.BankruptcyPrice),
            DistanceToLiquidation = Shown.Statistic(held.DistanceToLiquidation),
            DistanceSigmas = Shown.Statistic(held.DistanceSigmas),
        };
    }

    private static string? Why(SolvedPrice price) => price.Shown is null ? Shown.Word(price.Reason) : null;
}
