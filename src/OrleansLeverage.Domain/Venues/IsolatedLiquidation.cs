namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Isolated positions whose margin is stated as venues state it: as a leverage at entry, with maintenance fixed at the
/// entry value, with a closing fee. Every price is one of <see cref="LiquidationForms"/>.
/// </summary>
public static class IsolatedLiquidation
{
    /// <summary>
    /// Binance <c>(W + cum − s·q·E) / (q·r − s·q)</c>, OKX and Gate <c>(E − s·W/q) / (1 − s·(r + fee))</c>, Hyperliquid
    /// with r = 1 / (2·max leverage): wallet W, tier amount cum, closing fee per notional.
    /// </summary>
    public static decimal Linear(
        int side, decimal entry, decimal size, decimal wallet, decimal maintenanceRate, decimal amount = 0m,
        decimal closeFeeRate = 0m) =>
        LiquidationForms.Linear(side, entry, size, wallet + amount, maintenanceRate + closeFeeRate);

    /// <summary>
    /// Bybit: initial and maintenance margin both fixed at the entry value,
    /// <c>E·(1 − s·(1/leverage − r)) − s·extra/q</c>. Source: Bybit help, liquidation price (isolated, linear).
    /// </summary>
    public static decimal LinearAtEntry(
        int side, decimal entry, decimal size, decimal leverage, decimal maintenanceRate, decimal extraMargin = 0m)
    {
        LiquidationForms.Check(side, entry, size, maintenanceRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leverage);
        var margin = (size * entry * ((1m / leverage) - maintenanceRate)) + extraMargin;
        return LiquidationForms.Linear(side, entry, size, margin, 0m);
    }

    /// <summary>
    /// Bybit: inverse, both margins fixed at the entry value, <c>U / (U/E + s·(IM − MM))</c>; with maintenance rate 0
    /// the bankruptcy price <c>E·leverage/(leverage + s)</c>. Null where a short cannot be liquidated.
    /// </summary>
    public static decimal? InverseAtEntry(
        int side, decimal entry, decimal faceValue, decimal leverage, decimal maintenanceRate, decimal extraMargin = 0m)
    {
        LiquidationForms.Check(side, entry, faceValue, maintenanceRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leverage);
        var margin = (faceValue / entry * ((1m / leverage) - maintenanceRate)) + extraMargin;
        return LiquidationForms.Inverse(side, entry, faceValue, margin, 0m);
    }

    /// <summary>The same where the venue states both margins as amounts of the coin.</summary>
    public static decimal? InverseFromMargins(
        int side, decimal entry, decimal faceValue, decimal initialMargin, decimal maintenanceMargin) =>
        LiquidationForms.Inverse(side, entry, faceValue, initialMargin - maintenanceMargin, 0m);

    /// <summary>
    /// Maintenance rate where a venue states only the largest leverage: half the initial rate at that leverage.
    /// </summary>
    public static decimal HalfInitialRate(decimal leverageMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(leverageMax);
        return 1m / (2m * leverageMax);
    }
}
