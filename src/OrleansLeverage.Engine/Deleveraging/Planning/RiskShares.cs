namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>How much more a levered winner carries than an unlevered one, g(λ).</summary>
public enum LeverageWeight
{
    /// <summary>Equity alone: leverage does not count.</summary>
    None,

    /// <summary>λ · λ^exponent.</summary>
    Power,

    /// <summary>λ · max(0, λ − threshold).</summary>
    Excess,
}

/// <summary>
/// Shares of a deficit in proportion to equity·λ·g(λ), λ effective leverage. Source: T. Chitra, Autodeleveraging, risk
/// aware policies.
/// </summary>
public static class RiskShares
{
    /// <param name="parameter">Exponent of <see cref="LeverageWeight.Power"/> (a whole number from 0), threshold of
    /// <see cref="LeverageWeight.Excess"/>.</param>
    /// <returns>By account, summing to 1; all 0 where nobody has weight.</returns>
    public static decimal[] Of(IReadOnlyList<decimal> equities, IReadOnlyList<decimal> leverages, LeverageWeight weight,
        decimal parameter = 1m)
    {
        var weights = new decimal[equities.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = equities[i] * Weight(leverages[i], weight, parameter);
        }
        var sum = weights.Sum();
        return sum > 0m ? [.. weights.Select(w => w / sum)] : weights;
    }

    private static decimal Weight(decimal leverage, LeverageWeight weight, decimal parameter) => weight switch
    {
        LeverageWeight.None => 1m,
        LeverageWeight.Power => Power(leverage, 1 + (int)parameter),
        LeverageWeight.Excess => leverage * Math.Max(0m, leverage - parameter),
        _ => throw new ArgumentOutOfRangeException(nameof(weight), weight, "is no weight"),
    };

    private static decimal Power(decimal value, int exponent)
    {
        var product = 1m;
        for (var i = 0; i < exponent; i++)
        {
            product *= value;
        }
        return product;
    }
}
