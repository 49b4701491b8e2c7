using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Web.Api.History;

/// <summary>One moment of one series: its numbers, NaN where there was none.</summary>
internal readonly record struct Moment(long TimeMs, double[] Values);

/// <summary>
/// A series at two paces: the last of every second for an hour, the last of every minute for a day. Time is that of the
/// frames, so a replay has its own. Not thread-safe.
/// </summary>
internal sealed class TwoPaceRing
{
    public const int Seconds = 3_600;
    public const int Minutes = 1_440;
    private const long SecondMs = 1_000;
    private const long MinuteMs = 60_000;

    private readonly Queue<Moment> _seconds = [];
    private readonly Queue<Moment> _minutes = [];
    private Moment? _newest;

    public Moment? Newest => _newest;

    /// <summary>The finished minutes and the newest moment, oldest first.</summary>
    public IEnumerable<Moment> Day => _newest is { } newest ? _minutes.Append(newest) : _minutes;

    public void Add(Moment moment)
    {
        if (_newest is { } last)
        {
            if (moment.TimeMs < last.TimeMs)
            {
                // time that runs back is another story, such as a demonstration that begins again
                _seconds.Clear();
                _minutes.Clear();
            }
            else
            {
                Close(_seconds, last, moment, SecondMs, Seconds);
                Close(_minutes, last, moment, MinuteMs, Minutes);
            }
        }
        _newest = moment;
    }

    /// <summary>Moments from a time to another, both included, at the finer pace that reaches back so far.</summary>
    public List<Moment> Between(long fromMs, long toMs)
    {
        if (_newest is not { } newest)
        {
            return [];
        }
        var isFine = _minutes.Count == 0 || fromMs > newest.TimeMs - (Seconds * SecondMs);
        return [.. (isFine ? _seconds : _minutes).Append(newest).Where(m => m.TimeMs >= fromMs && m.TimeMs <= toMs)];
    }

    private static void Close(Queue<Moment> ring, Moment last, Moment next, long widthMs, int kept)
    {
        if (next.TimeMs / widthMs == last.TimeMs / widthMs)
        {
            return;
        }
        ring.Enqueue(last);
        if (ring.Count > kept)
        {
            ring.Dequeue();
        }
    }
}

/// <summary>
/// The figures of the market and of every market over the last hour and day. One writer, readers on any thread.
/// </summary>
internal sealed class FigureHistory
{
    public const int FeedsMax = 64;

    private readonly Lock _gate = new();
    private readonly TwoPaceRing _system = new();
    private readonly Dictionary<FeedId, TwoPaceRing> _feeds = [];
    private readonly Dictionary<FeedId, CandleRing> _indices = [];
    private readonly Dictionary<InstrumentId, FundingSeen> _funding = [];
    private MarketMap? _map;

    public void Take(SystemFigures figures, PriceFrame frame)
    {
        var map = _map is { } known && ReferenceEquals(known.Universe, frame.Universe)
            ? known
            : _map = MarketMap.Of(frame.Universe);
        var system = new Moment(figures.FrameTimeMs, RecordedFigures.OfSystem(figures));
        lock (_gate)
        {
            _system.Add(system);
            foreach (var feed in frame.Universe.Feeds)
            {
                if (!feed.Id.IsMade && (_feeds.ContainsKey(feed.Id) || _feeds.Count < FeedsMax))
                {
                    if (!_feeds.TryGetValue(feed.Id, out var ring))
                    {
                        _feeds.Add(feed.Id, ring = new TwoPaceRing());
                    }
                    ring.Add(new Moment(figures.FrameTimeMs, RecordedFigures.OfFeed(figures, frame, feed,
                        map.Traded[feed.Index], Funding(map, frame, feed))));
                }
            }
            foreach (var index in map.Indices)
            {
                // an index that grows old is shown with its age, and has no candles
                if (frame[index] is { Price: { } price, State: PriceState.Fresh or PriceState.Degraded })
                {
                    if (!_indices.TryGetValue(index.Id, out var candles))
                    {
                        _indices.Add(index.Id, candles = new CandleRing());
                    }
                    candles.Add(figures.FrameTimeMs, (double)price.Value);
                }
            }
        }
    }

    /// <summary>Candles of an index that is published, oldest first; none where it was not seen.</summary>
    public (long WidthMs, IReadOnlyList<Candle> Candles) Candles(FeedId index)
    {
        lock (_gate)
        {
            return _indices.GetValueOrDefault(index)?.Show() ?? (CandleRing.MinuteMs, []);
        }
    }

    /// <summary>Moments of the market, or of one market; none where nothing is kept of it.</summary>
    public (List<Moment> Moments, List<Moment> Day) Between(FeedId? feed, long fromMs, long toMs)
    {
        lock (_gate)
        {
            var ring = feed is { } one ? _feeds.GetValueOrDefault(one) : _system;
            return ring is null ? ([], []) : (ring.Between(fromMs, toMs), [.. ring.Day]);
        }
    }

    private FundingSeen? Funding(MarketMap map, PriceFrame frame, Feed feed)
    {
        if (map.Perpetuals.GetValueOrDefault(feed.Index) is not { } perpetual)
        {
            return null;
        }
        if (!_funding.TryGetValue(perpetual.Id, out var seen))
        {
            _funding.Add(perpetual.Id, seen = new FundingSeen());
        }
        seen.Take(perpetual, frame);
        return seen;
    }

    /// <summary>What belongs to which market, looked up once for a universe.</summary>
    /// <param name="Perpetuals">The first of a market, by the market's index.</param>
    private sealed record MarketMap(Universe Universe, ILookup<int, Instrument> Traded,
        IReadOnlyDictionary<int, Instrument> Perpetuals, IReadOnlyList<Feed> Indices)
    {
        public static MarketMap Of(Universe universe) => new(universe,
            universe.Instruments.ToLookup(instrument => universe.MarketOf(instrument).Index),
            universe.Instruments.Where(instrument => instrument.Kind == InstrumentKind.Perpetual)
                .GroupBy(instrument => universe.MarketOf(instrument).Index)
                .ToDictionary(same => same.Key, same => same.First()),
            [.. universe.Assets.Select(asset => universe.Feed(FeedId.VolatilityIndexOf(asset.Id))).OfType<Feed>()]);
    }
}
