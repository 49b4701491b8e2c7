namespace OrleansLeverage.Analytics.Systemic;

/// <summary>Accounts and their notional.</summary>
public readonly record struct Counted(long Accounts, double Notional);

/// <summary>
/// What liquidates when a feed moves between <see cref="FromMove"/> and <see cref="ToMove"/>: longs below the price,
/// shorts above it.
/// </summary>
/// <param name="NotionalByBand">By <see cref="LiquidationMap.LeverageBands"/>; sums to the notional.</param>
public sealed record LiquidationBucket(
    double FromMove, double ToMove, Counted Longs, Counted Shorts, IReadOnlyList<double> NotionalByBand)
{
    public long Accounts => Longs.Accounts + Shorts.Accounts;

    public double Notional => Longs.Notional + Shorts.Notional;
}

/// <summary>
/// The liquidation map of one feed: who is liquidated at which move of it, everything else held (DESIGN §8). A bucket
/// belongs to the move that passes all of it: longs at [−5 %, −4 %) by a fall to −5 %, shorts at (4 %, 5 %] by a rise
/// to 5 %. The parts sum to all that was added.
/// </summary>
public sealed class LiquidationMap
{
    public const double RangeDefault = 0.50;
    public const double StepDefault = 0.01;

    private readonly int _half;
    private readonly FixedOrderSum[] _longs;
    private readonly FixedOrderSum[] _shorts;
    private readonly long[] _longAccounts;
    private readonly long[] _shortAccounts;
    private readonly FixedOrderSum[][] _bands;
    private FixedOrderSum _past;
    private FixedOrderSum _never;
    private FixedOrderSum _beyond;
    private (long Past, long Never, long Beyond) _counts;

    /// <param name="range">Largest move, such as 0.5 for ±50 %.</param>
    /// <param name="step">Width of a bucket; the range is a whole number of them.</param>
    public LiquidationMap(int feed, double range = RangeDefault, double step = StepDefault)
    {
        var count = range / step;
        if (!(step > 0.0) || !(range is > 0.0 and <= 10.0) || Math.Abs(count - Math.Round(count)) > 1e-9
            || count > 100_000.0)
        {
            throw new ArgumentOutOfRangeException(nameof(step), $"a range of {range} in whole steps of {step}");
        }
        (Feed, Range, Step, _half) = (feed, range, step, (int)Math.Round(count));
        _longs = new FixedOrderSum[2 * _half];
        _shorts = new FixedOrderSum[2 * _half];
        _longAccounts = new long[2 * _half];
        _shortAccounts = new long[2 * _half];
        _bands = [.. _longs.Select(_ => new FixedOrderSum[LeverageBands.Count])];
    }

    /// <summary>Lower bounds of the bands by which bars are split; the last has no upper end.</summary>
    public static IReadOnlyList<double> LeverageBands { get; } = [0.0, 3.0, 5.0, 10.0, 25.0, 50.0];

    public int Feed { get; }

    public double Range { get; }

    public double Step { get; }

    /// <summary>From the largest fall to the largest rise.</summary>
    public IReadOnlyList<LiquidationBucket> Buckets =>
        [.. Enumerable.Range(0, 2 * _half).Select(Bucket)];

    /// <summary>Past the line already: liquidated at any price.</summary>
    public Counted PastLine => new(_counts.Past, _past.Value);

    /// <summary>Not liquidated by any price of this feed alone.</summary>
    public Counted Never => new(_counts.Never, _never.Value);

    /// <summary>Liquidated by a move outside the range.</summary>
    public Counted Beyond => new(_counts.Beyond, _beyond.Value);

    public static LiquidationMap Of(int feed, IEnumerable<LiquidationPoint> points, double range = RangeDefault,
        double step = StepDefault)
    {
        var map = new LiquidationMap(feed, range, step);
        foreach (var point in points)
        {
            if (point.Feed == feed)
            {
                map.Add(point);
            }
        }
        return map;
    }

    /// <summary>Takes a point in; the same points in the same order give the same bits.</summary>
    public void Add(LiquidationPoint point)
    {
        if (point.Reach == LiquidationReach.PastLine)
        {
            _past.Add(point.Notional);
            _counts.Past++;
        }
        else if (point.Reach == LiquidationReach.Never)
        {
            _never.Add(point.Notional);
            _counts.Never++;
        }
        else if (Place(point) is { } place)
        {
            ref var side = ref point.LosesWhenFalling ? ref _longs[place] : ref _shorts[place];
            side.Add(point.Notional);
            (point.LosesWhenFalling ? _longAccounts : _shortAccounts)[place]++;
            _bands[place][Band(point.Leverage)].Add(point.Notional);
        }
        else
        {
            _beyond.Add(point.Notional);
            _counts.Beyond++;
        }
    }

    /// <summary>
    /// What liquidates when the feed moves by up to <paramref name="move"/>: longs for a fall, shorts for a rise, and
    /// who is past the line. Whole buckets: the move is rounded away from 0 to the next bound.
    /// </summary>
    public Counted Within(double move)
    {
        var steps = Math.Min(_half, (int)Math.Ceiling(Math.Abs(move) / Step - 1e-9));
        var from = move < 0.0 ? _half - steps : _half;
        var (accounts, notional) = (_counts.Past, default(FixedOrderSum));
        notional.Add(_past.Value);
        for (var place = from; place < from + steps; place++)
        {
            notional.Add(move < 0.0 ? _longs[place].Value : _shorts[place].Value);
            accounts += move < 0.0 ? _longAccounts[place] : _shortAccounts[place];
        }
        return new Counted(accounts, notional.Value);
    }

    /// <summary>
    /// At-risk skew: (notional that liquidates within −x − within +x) / both, in [−1, 1]; positive where a fall
    /// liquidates more. Who is past the line already counts on neither side. Null where neither liquidates anybody.
    /// </summary>
    public double? AtRiskSkew(double move)
    {
        var size = Math.Abs(move);
        var (down, up) = (Within(-size).Notional - _past.Value, Within(size).Notional - _past.Value);
        return down + up > 0.0 ? (down - up) / (down + up) : null;
    }

    /// <summary>The bucket with the largest notional among longs and among shorts; null where there is none.</summary>
    public (LiquidationBucket? Long, LiquidationBucket? Short) MaxPain()
    {
        var buckets = Buckets;
        return (buckets.Where(b => b.Longs.Notional > 0.0).MaxBy(b => b.Longs.Notional),
            buckets.Where(b => b.Shorts.Notional > 0.0).MaxBy(b => b.Shorts.Notional));
    }

    /// <summary>
    /// Units sold per unit of relative move around a bucket's fall: notional within ±<paramref name="width"/> of the
    /// move / the width. Times the impact per notional it is the branching ratio.
    /// </summary>
    public double Density(double move, double width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        var sum = default(FixedOrderSum);
        for (var place = 0; place < 2 * _half; place++)
        {
            var middle = (place - _half + 0.5) * Step;
            if (Math.Abs(middle - move) < width)
            {
                sum.Add(move < 0.0 ? _longs[place].Value : _shorts[place].Value);
            }
        }
        return sum.Value / (2.0 * width);
    }

    private LiquidationBucket Bucket(int place) => new(
        Math.Round((place - _half) * Step, 12), Math.Round((place + 1 - _half) * Step, 12),
        new Counted(_longAccounts[place], _longs[place].Value),
        new Counted(_shortAccounts[place], _shorts[place].Value),
        [.. _bands[place].Select(b => b.Value)]);

    private int? Place(in LiquidationPoint point)
    {
        // a line on a bound, or at the price itself, belongs to the bucket that the losing move passes whole
        var steps = point.Move / Step;
        var place = point.LosesWhenFalling
            ? Math.Min(Math.Floor(steps + 1e-9), -1.0)
            : Math.Max(Math.Ceiling(steps - 1e-9) - 1.0, 0.0);
        return place >= -_half && place < _half ? (int)place + _half : null;
    }

    private static int Band(double leverage)
    {
        var band = LeverageBands.Count - 1;
        while (LeverageBands[band] > leverage)
        {
            band--;
        }
        return band;
    }
}
