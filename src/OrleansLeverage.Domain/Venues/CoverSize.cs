namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Size whose liquidation covers a margin shortage: what closing frees per unit less what it costs. Null where no size
/// does, because the close costs as much as it frees. Rounded down where an on-chain venue rounds. Source: Drift v2
/// <c>math/liquidation.rs</c>.
/// <code>
/// position   shortage / (P·quote·(ratio − liquidator fee) − P·fund fee)
/// debt       shortage / (P·(liability weight − asset weight·asset multiplier / liability multiplier
///                           − fund fee·liability weight))
/// </code>
/// </summary>
public static class CoverSize
{
    private const decimal PriceStep = 0.000001m;
    private const decimal WeightStep = 0.00001m;

    public static decimal? Position(decimal shortage, decimal price, decimal quotePrice, decimal marginRatio,
        decimal liquidatorFee, decimal fundFee, decimal step)
    {
        if (price == 0m || marginRatio <= liquidatorFee)
        {
            return null;
        }
        var freed = Decimals.FloorTo(Decimals.FloorTo(price * quotePrice, PriceStep) * (marginRatio - liquidatorFee),
            PriceStep);
        var perUnit = freed - Decimals.FloorTo(price * fundFee, PriceStep);
        return perUnit <= 0m ? null : Decimals.FloorTo(shortage / perUnit, step);
    }

    public static decimal? Debt(decimal shortage, decimal price, decimal assetWeight, decimal assetMultiplier,
        decimal liabilityWeight, decimal liabilityMultiplier, decimal fundFee, decimal step)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(liabilityMultiplier);
        if (price == 0m || assetWeight >= liabilityWeight)
        {
            return null;
        }
        var given = Decimals.FloorTo(assetWeight * assetMultiplier / liabilityMultiplier, WeightStep);
        var freed = liabilityWeight - given - Decimals.FloorTo(fundFee * liabilityWeight, WeightStep);
        return freed <= 0m ? null : Decimals.FloorTo(shortage / (price * freed), step);
    }
}
