namespace OrleansLeverage.Analytics.Performance;

/// <summary>
/// A product of β times an index against what its name promises. All growths are value at the end over value at the
/// start.
/// </summary>
/// <param name="Exact">As it is reset, with its costs.</param>
/// <param name="Frictionless">Reset every period, free of cost: Π(1 + β·r).</param>
/// <param name="Naive">β times the index's return over the whole time, plus 1: what is often expected.</param>
/// <param name="AvellanedaZhang">The continuous approximation; null where the index fell to nothing.</param>
/// <param name="VarianceDrag">(β − β²)·V/2, the logarithm that volatility takes.</param>
/// <param name="TrackingError">Deviation of the product's return less β times the index's, per year.</param>
/// <param name="LeverageMax">Largest leverage between two resets; null where the equity was gone.</param>
public sealed record LeveragedTrack(double Beta, double Exact, double Frictionless, double Index, double Naive,
    double? AvellanedaZhang, double VarianceDrag, double? TrackingError, double? LeverageMax,
    IReadOnlyList<double> Values)
{
    /// <param name="resetEvery">Periods between resets to β, at least 1.</param>
    /// <param name="financing">Cost of a period on what is borrowed, (|β| − 1) of the value and more.</param>
    /// <param name="costRate">Of the notional traded at a reset.</param>
    public static LeveragedTrack Of(double beta, ReadOnlySpan<double> returns, double periodsPerYear,
        int resetEvery = 1, double financing = 0.0, double costRate = 0.0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resetEvery, 1);
        if (returns.Length == 0 || !double.IsFinite(beta))
        {
            throw new ArgumentException("a finite beta and at least one return", nameof(returns));
        }
        var frictionless = LeveragedProduct.Growth(beta, returns);
        var index = LeveragedProduct.Growth(1.0, returns);
        var (value, exposure, largest) = (1.0, beta, (double?)Math.Abs(beta));
        var (values, product, target) = (new List<double> { 1.0 }, new List<double>(), new List<double>());
        var variance = 0.0;
        for (var i = 0; i < returns.Length; i++)
        {
            var before = value;
            var borrowed = Math.Max(0.0, Math.Abs(exposure) - value);
            value = Math.Max(0.0, value + (exposure * returns[i]) - (borrowed * financing));
            exposure *= 1.0 + returns[i];
            variance += returns[i] > -1.0 ? Math.Pow(Math.Log(1.0 + returns[i]), 2.0) : 0.0;
            if (value > 0.0)
            {
                largest = largest is { } most ? Math.Max(most, Math.Abs(exposure) / value) : null;
                if ((i + 1) % resetEvery == 0)
                {
                    value = Math.Max(0.0, value - (Math.Abs((beta * value) - exposure) * costRate));
                    exposure = beta * value;
                }
            }
            else
            {
                (largest, exposure) = (null, 0.0);
            }
            values.Add(value);
            if (before > 0.0)
            {
                product.Add((value / before) - 1.0);
                target.Add(beta * returns[i]);
            }
        }
        return new LeveragedTrack(beta, value, frictionless, index, 1.0 + (beta * (index - 1.0)),
            LeveragedProduct.AvellanedaZhang(beta, returns), (beta - (beta * beta)) * variance / 2.0,
            new RelativePerformance([.. product], [.. target], periodsPerYear).TrackingError, largest, values);
    }
}
