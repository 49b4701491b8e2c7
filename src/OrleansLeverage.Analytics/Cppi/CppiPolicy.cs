namespace OrleansLeverage.Analytics.Cppi;

public enum FloorRule
{
    /// <summary>A share of the start value, as it is.</summary>
    Fixed,

    /// <summary>A share of the start value that grows at the riskless rate.</summary>
    Accreting,

    /// <summary>A share of the highest value so far: 1 − the drawdown that is borne.</summary>
    Drawdown,

    /// <summary>
    /// Begins as a share of the start value and rises to a share of the value whenever that is higher; never falls.
    /// Between, it grows at the riskless rate.
    /// </summary>
    Ratchet,
}

/// <summary>
/// Constant-proportion portfolio insurance: multiplier times cushion is exposed, the rest earns the riskless rate.
/// Sources: Perold and Sharpe 1988; Black and Perold 1992; quant reference §15.
/// </summary>
/// <exception cref="ArgumentOutOfRangeException">A multiplier below 1, a floor outside [0, 1), a negative band.
/// </exception>
public sealed record CppiPolicy
{
    public CppiPolicy(double multiplier, double floorShare)
    {
        CheckMultiplier(multiplier);
        if (!(floorShare is >= 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(floorShare), floorShare,
                "a floor is a share of the value in [0, 1): above the value there is no cushion to begin with");
        }
        (Multiplier, FloorShare) = (multiplier, floorShare);
    }

    public double Multiplier { get; }

    /// <summary>Of the start value, of the peak or of the value, as <see cref="Floor"/> says.</summary>
    public double FloorShare { get; }

    public FloorRule Floor { get; init; } = FloorRule.Fixed;

    /// <summary>Largest exposure / value; 1 does not borrow, null has no cap.</summary>
    public double? LeverageCap { get; init; } = 1.0;

    /// <summary>Steps between looks at the portfolio, at least 1.</summary>
    public int RebalanceEvery { get; init; } = 1;

    /// <summary>
    /// Nothing is traded while exposure is within this share of its target; 0 trades at every look.
    /// </summary>
    public double Band { get; init; }

    /// <summary>Cost of trading per notional traded.</summary>
    public double CostRate { get; init; }

    /// <summary>A one-period loss of the exposed asset larger than this takes the floor: 1/m.</summary>
    public double GapLoss => 1.0 / Multiplier;

    internal static void CheckMultiplier(double multiplier)
    {
        if (!(multiplier >= 1.0) || !double.IsFinite(multiplier))
        {
            throw new ArgumentOutOfRangeException(nameof(multiplier), multiplier,
                "a multiplier is at least 1: below it the cushion is not even invested, hold a fixed mix instead");
        }
    }
}
