using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>Accounts and the notional, USD, of the positions in question.</summary>
public readonly record struct LadderCount(long Accounts, double Notional);

/// <summary>A line that was solved beside the pass.</summary>
/// <param name="Price">USD price of the feed; null where none liquidates.</param>
/// <param name="IsPast">Past the line already.</param>
public readonly record struct LadderRow(
    int Feed, bool LosesWhenFalling, double? Price, bool IsPast, double Notional);

/// <summary>An account's lines, one for each feed and direction in which it loses.</summary>
/// <param name="Leverage">Gross notional / equity; infinite without equity.</param>
public sealed record LadderAccount(double Leverage, IReadOnlyList<LadderRow> Rows);

/// <summary>
/// Who is liquidated at which price, by feed: accounts whose own margin is used up when that feed alone moves, in
/// steps of 1 % of the price at the beginning of the pass, to ±50 %; longs below, shorts above. The notional is that of
/// the positions that lose by the move, at the mark; each is rounded once to 2^-10 USD and what is rounded adds up
/// exactly. An account is looked at once in a pass, at some frame between <see cref="From"/> and <see cref="To"/>.
/// </summary>
public sealed partial class LiquidationLadder
{
    public const double Step = 0.01;

    /// <summary>Steps in either direction.</summary>
    public const int Half = 50;

    /// <summary>Buckets of a feed, from the largest fall to the largest rise.</summary>
    public const int Buckets = 2 * Half;

    /// <summary>Places beside the buckets.</summary>
    internal const int PastLine = Buckets;
    internal const int Never = Buckets + 1;
    internal const int Beyond = Buckets + 2;
    internal const int Places = Buckets + 3;

    /// <summary>Longs of a cell, by band of leverage, then its accounts and one unused: a cache line.</summary>
    internal const int CellWidth = 8;
    internal const int AccountsAt = 6;

    internal const double Quantum = 1d / 1024;

    /// <summary>Steps by which a line on a bound may miss it.</summary>
    internal const double Slack = 1e-9;

    private static readonly double[] BandBounds = [0d, 3d, 5d, 10d, 25d, 50d];

    private readonly long[] _cells;
    private readonly double[] _prices;

    /// <summary>A line further away than this, as a factor of the price, is none.</summary>
    internal const double Furthest = 1e12;

    /// <summary>Notional that stands for all larger ones, so that sums stay exact; no market has as much.</summary>
    internal const double NotionalMax = 1L << 42;

    internal LiquidationLadder(ReadOnlySpan<long> cells, ReadOnlySpan<double> prices, FrameNumber from, PriceFrame to,
        long accounts, long unknown)
    {
        _cells = cells.ToArray();
        _prices = prices.ToArray();
        (From, To, TimeMs, Accounts, Unknown) = (from, to.Number, to.TimeMs, accounts, unknown);
    }

    /// <summary>Lower bounds of the bands of gross notional / equity by which notionals are split.</summary>
    public static IReadOnlyList<double> Bands => BandBounds;

    public FrameNumber From { get; private init; }

    public FrameNumber To { get; private init; }

    /// <summary>Time of that frame.</summary>
    public long TimeMs { get; private init; }

    /// <summary>Accounts looked at.</summary>
    public long Accounts { get; private init; }

    /// <summary>
    /// Of these, the ones that a missing price leaves unknown, or for which scenarios ask and that nobody has solved;
    /// they are in no bucket.
    /// </summary>
    public long Unknown { get; private init; }

    /// <summary>Accounts by scenarios that were solved beside the pass, the earliest of them before it.</summary>
    public long Solved { get; private init; }

    /// <summary>
    /// Of a ladder put together from several: accounts that there are, those included that are in no part; null where
    /// nobody knows, and of a ladder that was made in one place.
    /// </summary>
    public long? Listed { get; private init; }

    /// <summary>Places that are alive and have no part in it; null where it was made in one place.</summary>
    public IReadOnlyList<string>? Missing { get; private init; }

    public int Feeds => _prices.Length;

    /// <summary>USD price that the steps of a feed are counted from; null where it was not measured.</summary>
    public double? Price(int feed) => double.IsNaN(_prices[feed]) ? null : _prices[feed];

    /// <summary>
    /// What is liquidated by a move that passes the bucket: [bucket − 50, bucket − 49) % for falls,
    /// (bucket − 50, bucket − 49] % for rises.
    /// </summary>
    public LadderCount Bucket(int feed, int bucket) => Count(feed, Checked(bucket));

    /// <summary>The notional of a bucket whose accounts have a leverage in the band.</summary>
    public double Notional(int feed, int bucket, int band) => _cells[At(feed, Checked(bucket)) + band] * Quantum;

    /// <summary>Past the line already.</summary>
    public LadderCount Past(int feed) => Count(feed, PastLine);

    /// <summary>Not liquidated by any price of the feed alone.</summary>
    public LadderCount NeverReached(int feed) => Count(feed, Never);

    /// <summary>Liquidated by a move of more than 50 %.</summary>
    public LadderCount BeyondRange(int feed) => Count(feed, Beyond);

    /// <summary>
    /// The same with the lines of accounts that this one counts as unknown. They are placed by the prices that its
    /// steps are counted from.
    /// </summary>
    public LiquidationLadder With(IReadOnlyCollection<LadderAccount> accounts)
    {
        var cells = _cells.ToArray();
        foreach (var (leverage, rows) in accounts)
        {
            foreach (var row in rows)
            {
                var place = row.IsPast ? PastLine
                    : row.Price is not { } price ? Never
                    : Place(price / _prices[row.Feed], row.LosesWhenFalling);
                var cell = cells.AsSpan(At(row.Feed, place), CellWidth);
                cell[Band(leverage)] += (long)Math.Round(Math.Min(row.Notional, NotionalMax) / Quantum);
                cell[AccountsAt]++;
            }
        }
        return new LiquidationLadder(cells, _prices, this)
        {
            Unknown = Math.Max(0L, Unknown - accounts.Count), Solved = accounts.Count,
        };
    }

    /// <summary>The same, put together from the parts of some places, without those of others.</summary>
    public LiquidationLadder Of(long? listed, IReadOnlyList<string> missing) => new(_cells, _prices, this)
    {
        Unknown = Unknown, Solved = Solved, Listed = listed, Missing = missing,
    };

    /// <summary>The bucket of a line at a factor of the price that steps are counted from.</summary>
    internal static int Place(double factor, bool losesWhenFalling)
    {
        var steps = (factor - 1d) / Step;
        var place = Half + (losesWhenFalling ? Math.Min(Math.Floor(steps + Slack), -1d)
            : Math.Max(Math.Ceiling(steps - Slack) - 1d, 0d));
        return place is >= 0d and < Buckets ? (int)place : Beyond;
    }

    internal static int Band(double leverage)
    {
        var band = BandBounds.Length - 1;
        while (BandBounds[band] > leverage)
        {
            band--;
        }
        return band;
    }

    internal static int At(int feed, int place) => (feed * Places + place) * CellWidth;

    private LiquidationLadder(long[] cells, double[] prices, LiquidationLadder like) =>
        (_cells, _prices, From, To, TimeMs, Accounts) = (cells, prices, like.From, like.To, like.TimeMs, like.Accounts);

    private static int Checked(int bucket) => (uint)bucket < Buckets
        ? bucket
        : throw new ArgumentOutOfRangeException(nameof(bucket), bucket, $"buckets are 0 to {Buckets - 1}");

    private LadderCount Count(int feed, int place)
    {
        var cell = _cells.AsSpan(At(feed, place), CellWidth);
        var notional = 0L;
        foreach (var band in cell[..BandBounds.Length])
        {
            notional += band;
        }
        return new LadderCount(cell[AccountsAt], notional * Quantum);
    }
}
