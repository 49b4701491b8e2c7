using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// Binance public klines, with or without header: open_time, open, high, low, close, volume, close_time, quote_volume,
/// count, taker_buy_volume, taker_buy_quote_volume, ignore. Spot files carry microseconds from 2025-01-01, futures
/// files milliseconds; the number of digits tells. close_time is the last instant inside the bar.
/// </summary>
internal sealed class BinanceRows(string path, FeedId feed, bool hasVolume) : IPriceRows
{
    public const int Columns = 12;

    public IEnumerable<PriceRow> Read(Stream stream)
    {
        foreach (var (line, fields) in CsvRows.Read(stream))
        {
            if (line > 1 || fields[0] != "open_time")
            {
                yield return Row(line, fields);
            }
        }
    }

    private PriceRow Row(long line, string[] fields)
    {
        if (fields.Length != Columns)
        {
            return PriceRow.Rejected(line, $"{fields.Length} columns, {Columns} expected");
        }
        if (!TimeUnit.TryReadMs(path, line, "open_time", fields[0], milli: true, micro: true, out var startMs)
            || !TimeUnit.TryReadMs(path, line, "close_time", fields[6], milli: true, micro: true, out var lastMs))
        {
            return PriceRow.Rejected(line, $"open_time '{PriceText.Shorten(fields[0])}', "
                + $"close_time '{PriceText.Shorten(fields[6])}' are no times");
        }
        if (lastMs <= startMs)
        {
            return PriceRow.Rejected(line, $"close_time {fields[6]} is not after open_time {fields[0]}");
        }
        if (!OhlcFields.TryRead(fields.AsSpan(1, 4), out var bar, out var reason)
            || !OhlcFields.TryVolume(fields[5], out var volume, out reason))
        {
            return PriceRow.Rejected(line, reason!);
        }
        return PriceRow.Of(line, new PriceBar(
            feed, startMs, lastMs + 1, bar.Open, bar.High, bar.Low, bar.Close, hasVolume ? volume : null));
    }
}
