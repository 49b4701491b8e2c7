namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Collateral and liability weights that fall (rise) with the amount held, rounded where an on-chain venue rounds:
/// roots to 5 digits, the product with the factor to 6, weights to 4, all down. Amounts are units of the asset, not
/// USD. Source: Drift v2 <c>math/margin.rs</c>, <c>state/spot_market.rs</c>.
/// <code>
/// asset       min(w, 1.1 / (1 + factor·√amount))
/// liability   max(w, w − w/5 + factor·√amount)
/// cap         w·start / (deposits of everybody · price), where these are worth more than start
/// </code>
/// </summary>
public static class SizeWeight
{
    private const decimal RootStep = 0.00001m;
    private const decimal ProductStep = 0.000001m;

    /// <summary>One step of a weight: a ten-thousandth.</summary>
    public const decimal Step = 0.0001m;

    /// <summary>Share of a deposit, or of a profit, that counts.</summary>
    public static decimal Asset(decimal weight, decimal factor, decimal amount) => factor == 0m ? weight
        : Math.Min(weight, Decimals.FloorTo(
            1.1m / (1m + Decimals.FloorTo(Root(amount) * factor, ProductStep)), Step));

    /// <summary>What a borrowed amount counts for, or the margin ratio of a position.</summary>
    public static decimal Liability(decimal weight, decimal factor, decimal amount) => factor == 0m ? weight
        : Math.Max(weight, weight - Decimals.FloorTo(weight / 5m, Step)
            + Decimals.FloorTo(Root(amount) * factor, Step));

    /// <summary>
    /// A weight under a cap on what the whole venue holds of the asset; a start of 0 means no cap.
    /// </summary>
    public static decimal Capped(decimal weight, decimal start, decimal depositsValue) =>
        start == 0m || depositsValue <= start ? weight : Decimals.FloorTo(weight * start / depositsValue, Step);

    /// <summary>
    /// The same without steps, for venues that scale by USD: weight between two bounds, falling with size·scalar/scale
    /// from 1. Source: Synthetix v3 <c>PerpsCollateralConfiguration.sol</c>.
    /// </summary>
    public static decimal Discounted(decimal amount, decimal skewScale, decimal scalar, decimal least, decimal most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(skewScale);
        return 1m - Math.Clamp(Math.Abs(amount) / skewScale * scalar, least, most);
    }

    /// <summary>√(amount + 10⁻¹⁰), to 5 digits: the venue takes the root of an integer and adds one to it.</summary>
    private static decimal Root(decimal amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        var value = amount + 0.0000000001m;
        var root = Decimals.FloorTo((decimal)Math.Sqrt((double)value), RootStep);
        // the double may stand a step beside the root: squares are exact
        while (root * root > value)
        {
            root -= RootStep;
        }
        while ((root + RootStep) * (root + RootStep) <= value)
        {
            root += RootStep;
        }
        return root;
    }
}
