namespace OrleansLeverage.Domain;

/// <summary>One bracket of a margin schedule, for notionals in [floor, cap) of the valuation currency.</summary>
public sealed record MarginTier
{
    public required decimal FloorNotional { get; init; }

    /// <summary>Null in the last bracket of a schedule that has no upper end.</summary>
    public decimal? CapNotional { get; init; }

    /// <summary>Maintenance margin per notional, in (0, 1].</summary>
    public required decimal MaintenanceRate { get; init; }

    /// <summary>
    /// What is deducted so that the margin is continuous: <c>cum_n = cum_{n-1} + floor_n·(rate_n − rate_{n-1})</c>.
    /// </summary>
    public decimal MaintenanceAmount { get; init; }

    /// <summary>Largest leverage setting in the bracket, at least 1 in practice, above 0 always.</summary>
    public required decimal MaxLeverage { get; init; }

    /// <summary>
    /// Initial margin per notional where the rule states a fraction; otherwise 1 / <see cref="MaxLeverage"/>.
    /// </summary>
    public decimal? InitialRate { get; init; }

    /// <summary>Maintenance margin of a notional in this bracket.</summary>
    public decimal Maintenance(decimal notional) => notional * MaintenanceRate - MaintenanceAmount;

    /// <summary>The amount that makes the margin continuous at this bracket's floor.</summary>
    public static decimal CumulativeAmount(decimal previousAmount, decimal floor, decimal rate, decimal previousRate) =>
        previousAmount + floor * (rate - previousRate);
}

/// <summary>
/// Initial margin that grows with the market: from open interest <see cref="LowerCap"/> to <see cref="UpperCap"/> (both
/// in the valuation currency) the fraction goes linearly from its base to 1. Source: dYdX v4 <c>liquidity_tier.go</c>.
/// </summary>
public sealed record OpenInterestScaling(decimal LowerCap, decimal UpperCap)
{
    /// <summary>
    /// Scaled initial fraction; the base itself where <see cref="UpperCap"/> is 0 or OI is at most the lower cap.
    /// </summary>
    public decimal InitialRate(decimal baseRate, decimal openInterest)
    {
        if (UpperCap == 0m || openInterest <= LowerCap)
        {
            return baseRate;
        }
        return openInterest >= UpperCap
            ? 1m
            : baseRate + (1m - baseRate) * (openInterest - LowerCap) / (UpperCap - LowerCap);
    }
}
