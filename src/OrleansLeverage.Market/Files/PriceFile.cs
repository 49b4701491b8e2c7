using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// A file of price history in one of the formats people have. Opening it settles what is true of the whole file
/// (format, packing, feed, interval); reading it streams the rows, so its size does not matter.
/// </summary>
public sealed class PriceFile
{
    private readonly IPriceRows _rows;

    private PriceFile(string path, string compression, PriceFileFormat format, FeedId? feed, IPriceRows rows)
    {
        FilePath = path;
        Compression = compression;
        Format = format;
        Feed = feed;
        _rows = rows;
    }

    public string FilePath { get; }

    /// <summary>"none", "gzip" or "zip".</summary>
    public string Compression { get; }

    /// <summary>Never <see cref="PriceFileFormat.Auto"/>.</summary>
    public PriceFileFormat Format { get; }

    /// <summary>The one feed of the file, or null where the rows name theirs (Tardis without an override).</summary>
    public FeedId? Feed { get; }

    /// <param name="feed">Overrides the feed that the file's name or rows give.</param>
    /// <param name="intervalMs">Length of a candle, for CCXT files of a single candle; else found from the
    /// file.</param>
    /// <exception cref="PriceFileException">Unreadable, of unknown format, or without what its format
    /// needs.</exception>
    public static PriceFile Open(
        string path, PriceFileFormat format = PriceFileFormat.Auto, FeedId? feed = null, long? intervalMs = null)
    {
        try
        {
            using var source = FileSource.Open(path);
            if (format == PriceFileFormat.Auto)
            {
                format = FormatSniffer.Sniff(path, source);
            }
            var (known, rows) = Rows(path, source.EntryName, format, feed, intervalMs);
            return new PriceFile(path, source.Compression, format, known, rows);
        }
        catch (Exception cause) when (FileSource.IsUnreadable(cause))
        {
            throw new PriceFileException(path, cause.Message, cause);
        }
    }

    /// <summary>
    /// Reads the file once from its beginning. Bars come in the order of the file; the report is complete when this
    /// returns.
    /// </summary>
    /// <exception cref="PriceFileException">A wrong time unit, a damaged archive, JSON that is not what it must
    /// be.</exception>
    public PriceFileReport Read(
        Action<PriceBar> onBar, Action<FundingPoint>? onFunding = null, Action<PriceFileReject>? onReject = null)
    {
        var report = new ReportBuilder();
        var lastLine = 0L;
        try
        {
            using var source = FileSource.Open(FilePath);
            foreach (var row in _rows.Read(source.Stream))
            {
                report.Rows += row.Line == lastLine ? 0 : 1;
                lastLine = row.Line;
                Take(row);
            }
        }
        catch (Exception cause) when (FileSource.IsUnreadable(cause) || cause is CsvHelper.CsvFormatException)
        {
            throw new PriceFileException(FilePath, $"after line {lastLine}: {cause.Message}", cause);
        }
        return report.Build(FilePath, Format, Compression);

        void Take(in PriceRow row)
        {
            var reject = row.Reject;
            if (row.Bar is { } bar && report.Admit(bar, out reject))
            {
                onBar(bar);
            }
            if (row.Funding is { } funding)
            {
                report.FundingPoints++;
                onFunding?.Invoke(funding);
            }
            if (reject is not null)
            {
                var rejected = new PriceFileReject(row.Line, reject);
                report.Reject(rejected);
                onReject?.Invoke(rejected);
            }
        }
    }

    private static (FeedId? Feed, IPriceRows Rows) Rows(
        string path, string entryName, PriceFileFormat format, FeedId? feed, long? intervalMs)
    {
        switch (format)
        {
            case PriceFileFormat.LeanTrade or PriceFileFormat.LeanMarginInterest:
                return Lean(path, entryName, format, feed);
            case PriceFileFormat.BinanceKlines or PriceFileFormat.BinanceMarkPriceKlines:
                var isMark = format == PriceFileFormat.BinanceMarkPriceKlines;
                var isFuture = isMark || path.Contains("futures", StringComparison.OrdinalIgnoreCase)
                    && !path.Contains("indexPrice", StringComparison.OrdinalIgnoreCase);
                var symbol = Path.GetFileName(path).Split('-', '.')[0];
                feed ??= FeedNames.Of(symbol, isFuture) ?? throw NoFeed(path, symbol);
                return (feed, new BinanceRows(path, feed.Value, hasVolume: !isMark));
            case PriceFileFormat.CcxtOhlcv:
                feed ??= FeedNames.OfFileName(Path.GetFileName(path)) ?? throw NoFeed(path, Path.GetFileName(path));
                intervalMs ??= FormatSniffer.CandleIntervalMs(path);
                return intervalMs > 0
                    ? (feed, new CcxtRows(path, feed.Value, intervalMs.Value))
                    : throw new PriceFileException(path, "fewer than two candles have times: name the interval");
            case PriceFileFormat.TardisDerivativeTicker:
                return (feed, new TardisRows(path, feed));
            case PriceFileFormat.DailyOhlcv:
                feed ??= FeedNames.OfFileName(Path.GetFileName(path)) ?? throw NoFeed(path, Path.GetFileName(path));
                return (feed, new DailyRows(feed.Value));
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "not a format");
        }
    }

    private static (FeedId? Feed, IPriceRows Rows) Lean(
        string path, string entryName, PriceFileFormat format, FeedId? feed)
    {
        var name = LeanName.Of(path, entryName);
        feed ??= name.Feed ?? throw NoFeed(path, entryName);
        if (format == PriceFileFormat.LeanMarginInterest)
        {
            return (FeedNames.Mark(feed.Value), new LeanMarginInterestRows(FeedNames.Mark(feed.Value)));
        }
        return name is { IsTrade: true, MidnightMs: { } midnightMs, IntervalMs: { } barMs }
            ? (feed, new LeanTradeRows(path, feed.Value, midnightMs, barMs))
            : throw new PriceFileException(path, "a LEAN trade file is named by its resolution (minute, second), date "
                + "(yyyyMMdd) and 'trade', as in minute_btcusd_20170904_trade.csv or minute/btcusd/20170904_trade.zip");
    }

    private static PriceFileException NoFeed(string path, string symbol) =>
        new(path, $"'{PriceText.Shorten(symbol)}' names no feed: name it, such as BTC-USD or BTC-USD-PERP");
}
