using System.Collections.Immutable;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>How a bar is walked in replay.</summary>
public enum BarPath
{
    /// <summary>One frame at the bar's end, with its close.</summary>
    Close,

    /// <summary>Four frames inside the bar: open, the nearer of low and high, the farther, close.</summary>
    Ohlc,
}

/// <summary>What was known at one instant: a price of each feed that has one there, by feed id.</summary>
public sealed record HistoryFrame(long TimeMs, ImmutableArray<KeyValuePair<FeedId, Price>> Prices);

/// <summary>
/// The bars of several files in one order of time. There is one frame per distinct bar end, with the feeds that have a
/// bar there and no others: a gap makes no frame, nothing is carried forward, nothing looks ahead.
/// </summary>
public sealed class PriceHistory
{
    private readonly PriceBar[] _bars;

    private PriceHistory(
        PriceBar[] bars, ImmutableArray<FundingPoint> funding, ImmutableArray<PriceFileReport> reports, long duplicates)
    {
        _bars = bars;
        Funding = funding;
        Reports = reports;
        Duplicates = duplicates;
        Feeds = [.. bars.Select(b => b.Feed).Distinct().Order()];
    }

    public IReadOnlyList<PriceBar> Bars => _bars;

    public ImmutableArray<FeedId> Feeds { get; }

    /// <summary>In order of time, then feed.</summary>
    public ImmutableArray<FundingPoint> Funding { get; }

    public ImmutableArray<PriceFileReport> Reports { get; }

    /// <summary>Bars dropped because an earlier file has a bar of that feed and end.</summary>
    public long Duplicates { get; }

    /// <summary>Shortest bar of a feed, ms: its heartbeat in replay. 0 for observations without a length.</summary>
    public long IntervalMs(FeedId feed) =>
        _bars.Where(b => b.Feed == feed).Select(b => b.IntervalMs).DefaultIfEmpty(0).Min();

    /// <summary>
    /// Reads the files in the order given; where two have a bar of one feed and end, the earlier file counts.
    /// </summary>
    public static PriceHistory Load(IEnumerable<PriceFile> files, Action<PriceFile, PriceFileReject>? onReject = null)
    {
        var bars = new List<PriceBar>();
        var funding = new List<FundingPoint>();
        var reports = ImmutableArray.CreateBuilder<PriceFileReport>();
        foreach (var file in files)
        {
            reports.Add(file.Read(bars.Add, funding.Add, reject => onReject?.Invoke(file, reject)));
        }
        return Of(bars, funding, reports.ToImmutable());
    }

    public static PriceHistory Of(IEnumerable<PriceBar> bars, IEnumerable<FundingPoint> funding) =>
        Of(bars, funding, []);

    /// <summary>Bars that begin at or after one time and before another, and funding within them.</summary>
    public PriceHistory Between(long fromMs, long toMs) => new(
        [.. _bars.Where(b => b.StartMs >= fromMs && b.StartMs < toMs)],
        [.. Funding.Where(f => f.TimeMs >= fromMs && f.TimeMs < toMs)], Reports, Duplicates);

    /// <summary>
    /// Prices on the ticks of their feeds, the nearest; a feed without a tick stays as it is. Some files print doubles
    /// where a market has ticks.
    /// </summary>
    public PriceHistory OnTicks(Func<FeedId, decimal?> tickSize)
    {
        return new PriceHistory([.. _bars.Select(Rounded)], Funding, Reports, Duplicates);

        PriceBar Rounded(PriceBar bar) => tickSize(bar.Feed) is not { } tick ? bar : bar with
        {
            Open = OnTick(bar.Open, tick), High = OnTick(bar.High, tick), Low = OnTick(bar.Low, tick),
            Close = OnTick(bar.Close, tick),
        };

        static Price OnTick(Price price, decimal tick) =>
            new(Math.Max(tick, Decimals.FloorTo(price.Value + tick / 2m, tick)));
    }

    /// <summary>Every frame, in order of time; times strictly increase.</summary>
    public IEnumerable<HistoryFrame> Frames(BarPath path = BarPath.Close)
    {
        var lastMs = long.MinValue;
        for (var from = 0; from < _bars.Length;)
        {
            var to = from + 1;
            while (to < _bars.Length && _bars[to].EndMs == _bars[from].EndMs)
            {
                to++;
            }
            var frame = new ArraySegment<PriceBar>(_bars, from, to - from);
            if (path == BarPath.Ohlc)
            {
                foreach (var step in Inside(frame, lastMs))
                {
                    yield return step;
                }
            }
            lastMs = _bars[from].EndMs;
            yield return new HistoryFrame(lastMs, [.. frame.Select(b => KeyValuePair.Create(b.Feed, b.Close))]);
            from = to;
        }
    }

    private static PriceHistory Of(
        IEnumerable<PriceBar> bars, IEnumerable<FundingPoint> funding, ImmutableArray<PriceFileReport> reports)
    {
        // a stable sort: of equal keys the earlier file comes first, of observations the later one counts
        var sorted = bars.OrderBy(b => b.EndMs).ThenBy(b => b.Feed).ToArray();
        var kept = new List<PriceBar>(sorted.Length);
        var dropped = 0L;
        foreach (var bar in sorted)
        {
            var repeats = kept.Count > 0 && kept[^1].EndMs == bar.EndMs && kept[^1].Feed == bar.Feed;
            if (!repeats)
            {
                kept.Add(bar);
                continue;
            }
            dropped++;
            if (bar.IsPoint)
            {
                kept[^1] = bar;
            }
        }
        return new PriceHistory([.. kept],
            [.. funding.Distinct().OrderBy(f => f.TimeMs).ThenBy(f => f.Feed)], reports, dropped);
    }

    // The three steps before the close lie between the previous frame and this one, so time never runs back even where
    // feeds have bars of different lengths.
    private static IEnumerable<HistoryFrame> Inside(ArraySegment<PriceBar> bars, long lastMs)
    {
        const int Steps = 4;
        var endMs = bars[0].EndMs;
        var spanMs = bars.Min(b => b.IntervalMs);
        spanMs = lastMs == long.MinValue ? spanMs : Math.Min(spanMs, endMs - lastMs);
        if (spanMs < Steps)
        {
            yield break;
        }
        for (var step = 0; step < Steps - 1; step++)
        {
            var timeMs = endMs - ((Steps - 1 - step) * spanMs / Steps);
            yield return new HistoryFrame(timeMs, [.. bars.Select(b => KeyValuePair.Create(b.Feed, At(b, step)))]);
        }
    }

    private static Price At(in PriceBar bar, int step)
    {
        var lowFirst = bar.Open.Value - bar.Low.Value <= bar.High.Value - bar.Open.Value;
        return step switch
        {
            0 => bar.Open,
            1 => lowFirst ? bar.Low : bar.High,
            _ => lowFirst ? bar.High : bar.Low,
        };
    }
}
