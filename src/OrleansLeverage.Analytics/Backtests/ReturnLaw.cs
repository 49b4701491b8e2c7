using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Performance;

namespace OrleansLeverage.Analytics.Backtests;

/// <summary>What a model says of the next return. Risk figures are positive for a loss.</summary>
public abstract class ReturnLaw
{
    /// <summary>Deviation of the next return.</summary>
    public abstract double Volatility { get; }

    /// <summary>The loss that is exceeded with probability <paramref name="tail"/>.</summary>
    public abstract double ValueAtRisk(double tail);

    /// <summary>The mean loss where it is exceeded.</summary>
    public abstract double ExpectedShortfall(double tail);

    /// <summary>P(return ≤ <paramref name="change"/>).</summary>
    public abstract double Cumulative(double change);
}

/// <summary>
/// A normal or Student law of a given deviation and mean; a Student law is scaled by √((ν − 2)/ν) to have it.
/// </summary>
public sealed class StudentLaw : ReturnLaw
{
    private readonly double? _degrees;
    private readonly double _scale;
    private readonly double _mean;

    /// <param name="degrees">Above 2; null is the normal law.</param>
    public StudentLaw(double volatility, double? degrees, double mean = 0.0)
    {
        if (!(volatility > 0.0) || !double.IsFinite(volatility) || degrees <= 2.0)
        {
            throw new ArgumentOutOfRangeException(nameof(volatility), volatility,
                $"a law has a deviation above 0 and more than 2 degrees of freedom, not {degrees}");
        }
        (Volatility, _degrees, _mean) = (volatility, degrees, mean);
        _scale = degrees is { } nu ? volatility * Math.Sqrt((nu - 2.0) / nu) : volatility;
    }

    public override double Volatility { get; }

    public override double ValueAtRisk(double tail) =>
        (_scale * ShortfallTests.StandardTail(tail, _degrees).ValueAtRisk) - _mean;

    public override double ExpectedShortfall(double tail) =>
        (_scale * ShortfallTests.StandardTail(tail, _degrees).ExpectedShortfall) - _mean;

    public override double Cumulative(double change) => _degrees is { } nu
        ? StudentT.CDF(0.0, 1.0, nu, (change - _mean) / _scale)
        : Normal.CDF(0.0, 1.0, (change - _mean) / _scale);
}

/// <summary>A sample of what happened, each as likely as the others, scaled to the volatility of now.</summary>
public sealed class EmpiricalLaw : ReturnLaw
{
    private readonly double[] _sorted;

    /// <param name="sample">Past returns, or past standardised returns times the volatility now.</param>
    public EmpiricalLaw(double[] sample)
    {
        if (SampleMoments.Of(sample).Deviation is not { } deviation)
        {
            throw new ArgumentException($"{sample.Length} past returns, at least 2 are needed", nameof(sample));
        }
        Volatility = deviation;
        _sorted = [.. sample.Order()];
    }

    public override double Volatility { get; }

    public override double ValueAtRisk(double tail) => -SampleMoments.QuantileOfSorted(_sorted, tail);

    /// <summary>
    /// Mean of the tail's share of the sample, the last member by its part, so that it moves smoothly with the share.
    /// </summary>
    public override double ExpectedShortfall(double tail)
    {
        var share = tail * _sorted.Length;
        var whole = (int)Math.Floor(share);
        var sum = 0.0;
        for (var i = 0; i < whole; i++)
        {
            sum += _sorted[i];
        }
        sum += whole < _sorted.Length ? (share - whole) * _sorted[whole] : 0.0;
        // never below the quantile it is the mean beyond
        return Math.Max(-sum / share, ValueAtRisk(tail));
    }

    /// <summary>Between 0 and 1 exclusive: the place among the sample and the next return.</summary>
    public override double Cumulative(double change)
    {
        var (low, high) = (0, _sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _sorted[middle] <= change ? (middle + 1, high) : (low, middle);
        }
        return (low + 0.5) / (_sorted.Length + 1.0);
    }
}
