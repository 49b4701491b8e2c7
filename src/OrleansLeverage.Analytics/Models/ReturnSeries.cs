namespace OrleansLeverage.Analytics.Models;

/// <summary>Simple: P1/P0 − 1. Log: ln(P1/P0).</summary>
public enum ReturnKind
{
    Simple,
    Log,
}

/// <summary>
/// Returns that a model may be fitted to: finite, not all equal, long enough. Scale 100 is percent, in which the
/// likelihoods of this folder are best conditioned; variances are in the square of the scale, per period.
/// </summary>
public sealed class ReturnSeries
{
    /// <summary>Fewer say nothing about a variance that moves.</summary>
    public const int LengthMin = 50;

    private readonly double[] _values;

    private ReturnSeries(double[] values, double scale) => (_values, Scale) = (values, scale);

    public ReadOnlySpan<double> Values => _values;

    public int Count => _values.Length;

    /// <summary>What a return of 100 % is in these units.</summary>
    public double Scale { get; }

    /// <exception cref="SeriesException">Too short, not finite or constant.</exception>
    public static ReturnSeries Of(ReadOnlySpan<double> values, double scale = 100.0, int lengthMin = LengthMin)
    {
        Check(values, lengthMin);
        return new ReturnSeries(values.ToArray(), scale);
    }

    /// <summary>Returns of prices, each against the one before.</summary>
    /// <exception cref="SeriesException">As <see cref="Of"/>, or a price that is not above 0.</exception>
    public static ReturnSeries FromPrices(ReadOnlySpan<double> prices, ReturnKind kind, double scale = 100.0)
    {
        if (prices.Length < 2)
        {
            throw new SeriesException(SeriesProblem.TooShort, $"{prices.Length} prices have no return");
        }
        for (var i = 0; i < prices.Length; i++)
        {
            if (!double.IsFinite(prices[i]))
            {
                throw new SeriesException(SeriesProblem.NotFinite,
                    $"price {i + 1} is {prices[i]}: leave the row out or repair it");
            }
            if (prices[i] <= 0.0)
            {
                throw new SeriesException(SeriesProblem.NonPositivePrice,
                    $"price {i + 1} is {prices[i]}: prices are above 0; is the column right?");
            }
        }
        var values = new double[prices.Length - 1];
        for (var i = 0; i < values.Length; i++)
        {
            var ratio = prices[i + 1] / prices[i];
            values[i] = scale * (kind == ReturnKind.Log ? Math.Log(ratio) : ratio - 1.0);
        }
        return Of(values, scale);
    }

    /// <summary>
    /// Refuses times that do not increase, and steps longer than a multiple of the usual one (the median): a return
    /// over a gap is a return of another horizon.
    /// </summary>
    /// <exception cref="SeriesException">Out of order, or a gap.</exception>
    public static void CheckSteps(IReadOnlyList<DateTimeOffset> times, double stepsMax)
    {
        var steps = new List<double>(times.Count);
        for (var i = 1; i < times.Count; i++)
        {
            var step = (times[i] - times[i - 1]).TotalSeconds;
            if (step <= 0.0)
            {
                throw new SeriesException(SeriesProblem.OutOfOrder,
                    $"{times[i]:O} follows {times[i - 1]:O}: sort the file and drop repeated times");
            }
            steps.Add(step);
        }
        if (steps.Count == 0)
        {
            return;
        }
        var usual = steps.Order().ElementAt(steps.Count / 2);
        var at = steps.FindIndex(step => step > stepsMax * usual);
        if (at >= 0)
        {
            throw new SeriesException(SeriesProblem.Gap,
                $"nothing between {times[at]:O} and {times[at + 1]:O}, {steps[at] / usual:0.#} usual steps: fill the "
                + "gap, fit the longer side of it, or allow longer gaps");
        }
    }

    internal static void Check(ReadOnlySpan<double> values, int lengthMin)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new SeriesException(SeriesProblem.NotFinite,
                    $"value {i + 1} is {values[i]}: leave the row out or repair it");
            }
        }
        if (values.Length < lengthMin)
        {
            throw new SeriesException(SeriesProblem.TooShort,
                $"{values.Length} observations, at least {lengthMin}: take a longer period or a finer step");
        }
        if (values.IndexOfAnyExcept(values[0]) < 0)
        {
            throw new SeriesException(SeriesProblem.Constant,
                $"all {values.Length} values are {values[0]}: there is no variance to model");
        }
    }
}
