using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Api.Accounts;

/// <summary>
/// An account in the shape of Hyperliquid's <c>clearinghouseState</c>, for code that was written against it (names and
/// nesting: hyperliquid-python-sdk, <c>hyperliquid/info.py</c>, <c>user_state</c>). Amounts are decimal strings, an
/// unknown one is null. A coin is the base asset where the instrument is its linear perpetual in USD, otherwise the
/// whole instrument.
/// <code>
/// totalRawUsd      = accountValue − Σ signed position value
/// isolated rawUsd  = margin used − signed position value
/// returnOnEquity   = unrealised profit / (entry value / leverage value)
/// </code>
/// </summary>
internal sealed record ClearinghouseState(
    IReadOnlyList<AssetPosition> AssetPositions, string? CrossMaintenanceMarginUsed, MarginSummary CrossMarginSummary,
    MarginSummary MarginSummary, long Time, string? Withdrawable)
{
    public static ClearinghouseState Of(LeverageSnapshot snapshot)
    {
        var isolated = snapshot.Positions.Where(IsIsolated).ToArray();
        var net = snapshot.NetNotional;
        decimal? isolatedEquity = 0m;
        foreach (var position in isolated)
        {
            isolatedEquity += IsolatedEquity(position);
        }
        return new ClearinghouseState(
            [.. snapshot.Positions.Select(p => new AssetPosition(CoinPosition.Of(p), "oneWay"))],
            Exact.Text(snapshot.MaintenanceMargin - isolated.Sum(p => p.MaintenanceMargin)),
            MarginSummary.Of(snapshot.Equity - isolatedEquity,
                snapshot.InitialMargin - isolated.Sum(p => p.InitialMargin),
                snapshot.GrossNotional - isolated.Sum(p => p.Notional), net - isolated.Sum(Signed)),
            MarginSummary.Of(snapshot.Equity, snapshot.InitialMargin, snapshot.GrossNotional, net),
            snapshot.FrameTimeMs,
            // what may leave is never below nothing there
            snapshot.FreeCollateral is { } free ? Exact.Text(Math.Max(0m, free)) : null);
    }

    internal static bool IsIsolated(PositionLeverage position) => position.Position.Mode == MarginMode.Isolated;

    internal static decimal Signed(PositionLeverage position) =>
        position.Position.Quantity.IsLong ? position.Notional : -position.Notional;

    /// <summary>The bucket's equity; through its leverage where it is kept in a coin.</summary>
    internal static decimal? IsolatedEquity(PositionLeverage leverage) =>
        leverage.Position.Instrument.Settlement.Id == AssetId.Usd
            ? leverage.Position.IsolatedMargin + leverage.UnrealisedProfit + leverage.AccruedFunding
            : leverage.EquityLeverage is > 0m and var times
                ? decimal.Round(leverage.Notional / times, 8)
                : null;
}

internal sealed record AssetPosition(CoinPosition Position, string Type);

internal sealed record MarginSummary(
    string? AccountValue, string? TotalMarginUsed, string? TotalNtlPos, string? TotalRawUsd)
{
    public static MarginSummary Of(decimal? value, decimal? used, decimal? gross, decimal? net) =>
        new(Exact.Text(value), Exact.Text(used), Exact.Text(gross), Exact.Text(value - net));
}

/// <param name="AllTime">Not kept.</param>
/// <param name="SinceChange">Paid since the position was last settled; below zero was received.</param>
/// <param name="SinceOpen">Not kept.</param>
internal sealed record CumulativeFunding(string? AllTime, string? SinceChange, string? SinceOpen);

internal sealed record CoinLeverage(string Type, long Value, string? RawUsd);

internal sealed record CoinPosition(
    string Coin, CumulativeFunding CumFunding, string? EntryPx, CoinLeverage Leverage, string? LiquidationPx,
    string? MarginUsed, long MaxLeverage, string PositionValue, string? ReturnOnEquity, string Szi,
    string UnrealizedPnl)
{
    public static CoinPosition Of(PositionLeverage leverage)
    {
        var (position, instrument) = (leverage.Position, leverage.Position.Instrument);
        var isIsolated = ClearinghouseState.IsIsolated(leverage);
        var value = (long)Math.Max(1m, decimal.Floor(position.LeverageSetting ?? leverage.MaxLeverage));
        var used = isIsolated ? ClearinghouseState.IsolatedEquity(leverage) : leverage.InitialMargin;
        var entered = leverage.Notional - ((position.Quantity.IsLong ? 1m : -1m) * leverage.UnrealisedProfit);
        return new CoinPosition(CoinOf(instrument),
            new CumulativeFunding(null, Exact.Text(-leverage.AccruedFunding), null),
            Rounded(position.EntryPrice),
            new CoinLeverage(isIsolated ? "isolated" : "cross", value,
                isIsolated ? Exact.Text(used - ClearinghouseState.Signed(leverage)) : null),
            Rounded(leverage.LiquidationPrice.Shown), Exact.Text(used),
            (long)Math.Max(1m, decimal.Floor(leverage.MaxLeverage)), Decimals.Text(leverage.Notional),
            entered > 0m ? Rounded(leverage.UnrealisedProfit * value / entered) : null,
            Decimals.Text(instrument.Style == ContractStyle.Linear
                ? position.Quantity.Value * instrument.Multiplier
                : position.Quantity.Value),
            Decimals.Text(leverage.UnrealisedProfit));
    }

    private static string CoinOf(Instrument instrument) =>
        instrument.Id.Value == $"{instrument.Base.Id}-USD-PERP" && instrument.Style == ContractStyle.Linear
            ? instrument.Base.Id.Value
            : instrument.Id.Value;

    private static string? Rounded(decimal? value) =>
        value is { } known ? Decimals.Text(decimal.Round(known, Decimals.ScaleMax)) : null;
}
