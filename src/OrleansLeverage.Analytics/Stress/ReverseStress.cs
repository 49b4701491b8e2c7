using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Stress;

/// <summary>
/// The smallest shock that does it, in the unit of the move, of the price, and of the daily deviation.
/// </summary>
/// <param name="Move">Fraction, negative is a fall.</param>
/// <param name="Price">Of the feed; null where all feeds move together.</param>
/// <param name="Sigmas">ln(1 + move) / daily deviation; null where that is not known.</param>
public readonly record struct BreakingMove(double Move, double? Price, double? Sigmas);

/// <summary>
/// Reverse stress: the smallest |move| in (0, range] at which something breaks, searched outwards on a grid and then
/// bisected, so a break that heals before the next grid point can be missed and one that is found is real. Null where
/// none within the range breaks it. Quant reference §20.
/// </summary>
public static class ReverseStress
{
    public const double RangeDefault = 0.95;
    public const double StepDefault = 0.0025;
    private const int Bisections = 60;

    /// <summary>The move of one feed, or of all together, that leaves a bucket without equity.</summary>
    /// <param name="feed">Null moves all feeds together by their betas.</param>
    /// <param name="reached">Told the share of the range that is searched; stops the search by throwing.</param>
    public static BreakingMove? Bucket(ExposureBook book, int bucket, int? feed = null, double range = RangeDefault,
        double step = StepDefault, Action<double>? reached = null) =>
        Smallest(book, feed, range, step, prices => book.Value(bucket, prices).Equity < 0.0, reached);

    /// <summary>The move at which deficits of insolvent accounts exceed the insurance fund.</summary>
    public static BreakingMove? Venue(ExposureBook book, double fund, int? feed = null, double range = RangeDefault,
        double step = StepDefault, Action<double>? reached = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fund);
        return Smallest(book, feed, range, step, prices => Deficit(book, prices) > fund, reached);
    }

    /// <summary>Σ −equity of buckets without equity.</summary>
    public static double Deficit(ExposureBook book, ReadOnlySpan<double> prices)
    {
        var sum = default(FixedOrderSum);
        for (var bucket = 0; bucket < book.Count; bucket++)
        {
            sum.Add(Math.Max(0.0, -book.Value(bucket, prices).Equity));
        }
        return sum.Value;
    }

    private static BreakingMove? Smallest(ExposureBook book, int? feed, double range, double step,
        Func<double[], bool> breaks, Action<double>? reached)
    {
        if (!(range is > 0.0 and <= 10.0) || !(step > 0.0) || range / step > 100_000.0)
        {
            throw new ArgumentOutOfRangeException(nameof(step), $"a range of {range} in steps of {step}");
        }
        bool At(double move) => breaks(feed is { } one ? Alone(book, one, move) : book.MovedTogether(move));
        if (At(0.0))
        {
            return Described(book, feed, 0.0);
        }
        var count = (int)Math.Ceiling(range / step - 1e-9);
        for (var i = 1; i <= count; i++)
        {
            reached?.Invoke((i - 1.0) / count);
            var outside = Math.Min(range, i * step);
            var found = (Down: outside < 1.0 && At(-outside), Up: At(outside));
            if (!found.Down && !found.Up)
            {
                continue;
            }
            var inside = (i - 1) * step;
            var down = found.Down ? Bisected(At, -inside, -outside) : double.NegativeInfinity;
            var up = found.Up ? Bisected(At, inside, outside) : double.PositiveInfinity;
            return Described(book, feed, -down <= up ? down : up);
        }
        return null;
    }

    private static double Bisected(Func<double, bool> breaks, double inside, double outside)
    {
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (inside + outside) / 2.0;
            if (breaks(middle))
            {
                outside = middle;
            }
            else
            {
                inside = middle;
            }
        }
        return outside;
    }

    private static double[] Alone(ExposureBook book, int feed, double move)
    {
        var moves = new double[book.Feeds.Count];
        moves[feed] = move;
        return book.Moved(moves);
    }

    private static BreakingMove Described(ExposureBook book, int? feed, double move)
    {
        // the market's own deviation is that of the first feed that moves with it one to one
        var measure = feed ?? Enumerable.Range(0, book.Feeds.Count).FirstOrDefault(f => book.Betas[f] == 1.0, -1);
        var sigma = measure >= 0 ? book.DailyVolatility[measure] : 0.0;
        return new BreakingMove(move, feed is { } one ? book.Prices[one] * (1.0 + move) : null,
            sigma > 0.0 ? Math.Log(1.0 + move) / sigma : null);
    }
}
