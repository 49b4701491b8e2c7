namespace OrleansLeverage.Domain.Scenarios;

/// <summary>What a scenario does to the volatility of every series.</summary>
public enum VolatilityMove
{
    None,
    Up,
    Down,

    /// <summary>The smile turns about the forward: one wing up, the other down.</summary>
    LinearSkew,

    /// <summary>Both wings of the smile rise together.</summary>
    AbsoluteSkew,
}

/// <summary>
/// One state of the market under which a portfolio is valued anew. The table proper moves by what it says and counts in
/// full. The extended table moves far, and counts a share:
/// <code>
/// counted in the quote = profit · weight
/// counted in coins     = profit · weight · priceFactor / edgeFactor     coins of the far price, as coins of the edge
/// </code>
/// then <see cref="Dampening"/> times the rules' dampener is taken off, towards zero.
/// </summary>
public sealed record RiskScenario
{
    public required string Name { get; init; }

    /// <summary>Price after over price before, above 0: 1.16 is +16 %.</summary>
    public required decimal PriceFactor { get; init; }

    public VolatilityMove Volatility { get; init; }

    /// <summary>Share of the profit that counts; from 0.</summary>
    public decimal Weight { get; init; } = 1m;

    /// <summary>Price factor at the edge of the table proper on the same side; null in the table proper.</summary>
    public decimal? EdgeFactor { get; init; }

    /// <summary>How many dampeners are taken off: max(|move| / range, 1) − 1; 0 in the table proper.</summary>
    public decimal Dampening { get; init; }

    public bool IsSkew => Volatility is VolatilityMove.LinearSkew or VolatilityMove.AbsoluteSkew;

    /// <summary>What a profit in the settlement asset is multiplied by.</summary>
    public decimal Counts(ContractStyle style) => style == ContractStyle.Inverse && EdgeFactor is { } edge
        ? Weight * PriceFactor / edge
        : Weight;

    /// <summary>
    /// A far move in proportion to the table's range: weight = share·range/|move|. Source: Deribit's extended table,
    /// whose real answers for a perpetual at −66 % and +50 % follow to every digit from it; Derive's tails are the same
    /// with share 0.2.
    /// </summary>
    public static RiskScenario Far(decimal move, decimal range, decimal share)
    {
        var size = Math.Abs(move);
        return new RiskScenario
        {
            Name = ScenarioNames.Of(1m + move, VolatilityMove.Up),
            PriceFactor = 1m + move,
            Volatility = VolatilityMove.Up,
            Weight = share * range / size,
            EdgeFactor = move < 0m ? 1m - range : 1m + range,
            Dampening = Math.Max(size / range, 1m) - 1m,
        };
    }
}

internal static class ScenarioNames
{
    public static string Of(decimal priceFactor, VolatilityMove volatility)
    {
        var percent = Decimals.Text((priceFactor - 1m) * 100m);
        var price = $"{(priceFactor > 1m ? "+" : "")}{percent}%";
        return volatility switch
        {
            VolatilityMove.Up => $"{price} vol up",
            VolatilityMove.Down => $"{price} vol down",
            VolatilityMove.LinearSkew => $"{price} linear skew",
            VolatilityMove.AbsoluteSkew => $"{price} absolute skew",
            _ => $"{price} vol same",
        };
    }
}
