using MathNet.Numerics.Distributions;

namespace OrleansLeverage.Analytics.Backtests;

public enum TrafficZone
{
    Green,
    Yellow,
    Red,
}

/// <summary>
/// The supervisor's traffic light: the zone by the probability of at most so many exceptions of a right model, yellow
/// from 95 %, red from 99.99 %. Sources: BCBS 22 (1996), table 2; BCBS d457 (2019), MAR32.
/// </summary>
public readonly record struct TrafficLight
{
    private const double YellowFrom = 0.95;
    private const double RedFrom = 0.9999;
    private static readonly double[] PlusFactors = [0.40, 0.50, 0.65, 0.75, 0.85, 1.00];
    private static readonly double[] AddOns = [0.20, 0.26, 0.33, 0.38, 0.42, 0.50];

    public TrafficLight(int exceptions, int observations, double probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exceptions);
        ArgumentOutOfRangeException.ThrowIfLessThan(observations, exceptions);
        Exceptions = exceptions;
        CumulativeProbability = Binomial.CDF(probability, observations, exceptions);
        Zone = CumulativeProbability < YellowFrom ? TrafficZone.Green
            : CumulativeProbability < RedFrom ? TrafficZone.Yellow
            : TrafficZone.Red;
        IsStandard = observations == 250 && probability == 0.01;
    }

    public int Exceptions { get; }

    public double CumulativeProbability { get; }

    public TrafficZone Zone { get; }

    /// <summary>Whether the count is of 250 days at 99 %, for which the tables of factors are made.</summary>
    public bool IsStandard { get; }

    /// <summary>Increase of the multiplier of 3 (1996); null where the table does not apply.</summary>
    public double? PlusFactor => Factor(PlusFactors);

    /// <summary>Add-on to the multiplier of 1.5 (2019); null where the table does not apply.</summary>
    public double? AddOn => Factor(AddOns);

    private double? Factor(double[] table) =>
        !IsStandard ? null : Exceptions < 5 ? 0.0 : table[Math.Min(Exceptions - 5, table.Length - 1)];
}
