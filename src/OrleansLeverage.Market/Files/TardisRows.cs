using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// Tardis <c>derivative_ticker</c>: columns by header name in any order, microseconds, empty fields normal. A row
/// gives an observation of the mark (feed …-PERP) and of the index (the feed without -PERP) where each is present.
/// Funding: the last rate seen before a settlement instant is what was settled there, so a point is given when the
/// instant has passed.
/// </summary>
internal sealed class TardisRows(string path, FeedId? named) : IPriceRows
{
    private readonly Dictionary<string, FeedId?> _feeds = [];
    private readonly Dictionary<FeedId, (long TimeMs, decimal Rate)> _pendingFunding = [];

    public static bool IsHeader(ReadOnlySpan<string> fields) => fields.Contains("timestamp")
        && fields.Contains("symbol") && fields.Contains("mark_price");

    public IEnumerable<PriceRow> Read(Stream stream)
    {
        Columns? columns = null;
        foreach (var (line, fields) in CsvRows.Read(stream))
        {
            if (columns is null)
            {
                columns = IsHeader(fields)
                    ? new Columns(fields)
                    : throw new PriceFileException(path, $"line {line}: no header with timestamp, symbol, mark_price");
                continue;
            }
            foreach (var row in Row(line, fields, columns))
            {
                yield return row;
            }
        }
    }

    private IEnumerable<PriceRow> Row(long line, string[] fields, Columns columns)
    {
        if (fields.Length != columns.Count)
        {
            yield return PriceRow.Rejected(line, $"{fields.Length} columns, {columns.Count} expected");
            yield break;
        }
        var symbol = fields[columns.Symbol];
        if (Feed(symbol) is not { } feed)
        {
            yield return PriceRow.Rejected(line, $"symbol '{PriceText.Shorten(symbol)}' names no feed");
            yield break;
        }
        if (!TryTime(line, "timestamp", fields[columns.Time], out var timeMs))
        {
            yield return PriceRow.Rejected(line, $"timestamp '{PriceText.Shorten(fields[columns.Time])}' is no time");
            yield break;
        }
        if (Funding(line, fields, columns, FeedNames.Mark(feed), timeMs) is { } funding)
        {
            yield return funding;
        }
        var mark = Observation(line, "mark_price", fields[columns.Mark], FeedNames.Mark(feed), timeMs);
        var index = columns.Index < 0
            ? PriceRow.Nothing(line)
            : Observation(line, "index_price", fields[columns.Index], FeedNames.Index(feed), timeMs);
        yield return mark;
        yield return index;
    }

    private FeedId? Feed(string symbol)
    {
        if (!_feeds.TryGetValue(symbol, out var feed))
        {
            if (named is not null && _feeds.Count > 0)
            {
                throw new PriceFileException(path,
                    $"it holds {_feeds.Keys.First()} and {PriceText.Shorten(symbol)}: one feed name cannot be both");
            }
            feed = named ?? FeedNames.Of(symbol, perpetual: true);
            _feeds.Add(symbol, feed);
        }
        return feed;
    }

    private PriceRow? Funding(long line, string[] fields, Columns columns, FeedId feed, long timeMs)
    {
        PriceRow? settled = null;
        var announced = columns.FundingTime >= 0 && columns.FundingRate >= 0
            && TryTime(line, "funding_timestamp", fields[columns.FundingTime], out var dueMs)
            ? dueMs
            : 0;
        if (_pendingFunding.TryGetValue(feed, out var pending)
            && (pending.TimeMs <= timeMs || pending.TimeMs < announced))
        {
            settled = PriceRow.Of(line, new FundingPoint(feed, pending.TimeMs, pending.Rate));
            _pendingFunding.Remove(feed);
        }
        if (announced > timeMs && PriceText.TryDecimal(fields[columns.FundingRate], out var rate))
        {
            _pendingFunding[feed] = (announced, rate);
        }
        return settled;
    }

    private bool TryTime(long line, string column, string text, out long ms) =>
        TimeUnit.TryReadMs(path, line, column, text, milli: false, micro: true, out ms);

    private static PriceRow Observation(long line, string column, string text, FeedId feed, long timeMs) =>
        text.Length == 0 ? PriceRow.Nothing(line)
        : PriceText.TryPrice(column, text, out var price, out var reason)
            ? PriceRow.Of(line, PriceBar.Point(feed, timeMs, price))
        : PriceRow.Rejected(line, reason!);

    private sealed class Columns(string[] header)
    {
        public int Count { get; } = header.Length;

        public int Symbol { get; } = Array.IndexOf(header, "symbol");

        public int Time { get; } = Array.IndexOf(header, "timestamp");

        public int Mark { get; } = Array.IndexOf(header, "mark_price");

        public int Index { get; } = Array.IndexOf(header, "index_price");

        public int FundingTime { get; } = Array.IndexOf(header, "funding_timestamp");

        public int FundingRate { get; } = Array.IndexOf(header, "funding_rate");
    }
}
