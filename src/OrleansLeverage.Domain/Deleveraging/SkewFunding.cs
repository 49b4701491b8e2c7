namespace OrleansLeverage.Domain.Deleveraging;

/// <summary>
/// Funding as the deleveraging literature writes it, with the opposite sign of exchanges: a positive rate is paid by
/// shorts to longs. Source: T. Chitra, Autodeleveraging (arXiv, December 2025), worked example.
/// </summary>
public static class SkewFunding
{
    /// <summary>κ·(longs / shorts − mark / oracle).</summary>
    public static decimal Rate(decimal longs, decimal shorts, decimal mark, decimal oracle, decimal kappa = 1m) =>
        kappa * ((longs / shorts) - (mark / oracle));

    /// <summary>rate·mark·side·quantity: positive is received.</summary>
    public static decimal Cash(decimal rate, decimal mark, int side, decimal quantity) => rate * mark * side * quantity;
}
