using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// LEAN trade bars: <c>ms since midnight, open, high, low, close, volume</c>. Crypto markets keep UTC. The first column
/// has no epoch in it, so a wrong unit shows as a time outside the day or off the interval.
/// </summary>
internal sealed class LeanTradeRows(string path, FeedId feed, long midnightMs, long intervalMs) : IPriceRows
{
    private const long DayMs = 86_400_000;
    private const int Columns = 6;

    public IEnumerable<PriceRow> Read(Stream stream)
    {
        foreach (var (line, fields) in CsvRows.Read(stream))
        {
            yield return Row(line, fields);
        }
    }

    private PriceRow Row(long line, string[] fields)
    {
        if (fields.Length != Columns)
        {
            return PriceRow.Rejected(line, $"{fields.Length} columns, {Columns} expected");
        }
        if (!TimeUnit.IsDigits(fields[0])
            || !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
        {
            return PriceRow.Rejected(line, $"time '{PriceText.Shorten(fields[0])}' is not milliseconds since midnight");
        }
        if (WrongUnit(fields[0], ms) is { } unit)
        {
            throw new PriceFileException(path,
                $"line {line}: time {fields[0]} looks like {unit}; LEAN rows carry milliseconds since midnight");
        }
        if (ms % intervalMs != 0)
        {
            return PriceRow.Rejected(line, $"time {ms} is not on a bar of {intervalMs} ms");
        }
        if (!OhlcFields.TryRead(fields.AsSpan(1, 4), out var bar, out var reason)
            || !OhlcFields.TryVolume(fields[5], out var volume, out reason))
        {
            return PriceRow.Rejected(line, reason!);
        }
        var startMs = midnightMs + ms;
        return PriceRow.Of(line,
            new PriceBar(feed, startMs, startMs + intervalMs, bar.Open, bar.High, bar.Low, bar.Close, volume));
    }

    private string? WrongUnit(string text, long ms)
    {
        if (ms >= DayMs)
        {
            return TimeUnit.Guess(text) is { } epoch ? $"{epoch} since 1970"
                : ms < DayMs * 1_000 ? "microseconds since midnight"
                : "nanoseconds since midnight";
        }
        // a bar's start in seconds: within the day's seconds, on the bar when read so, off it when read as milliseconds
        return ms is > 0 and < DayMs / 1_000 && ms % intervalMs != 0 && ms % (intervalMs / 1_000) == 0
            ? "seconds since midnight"
            : null;
    }
}

/// <summary>LEAN margin interest (funding) of a perpetual: <c>yyyyMMdd HH:mm:ss,rate</c>, UTC.</summary>
internal sealed class LeanMarginInterestRows(FeedId feed) : IPriceRows
{
    public const string TimeFormat = "yyyyMMdd HH:mm:ss";

    public IEnumerable<PriceRow> Read(Stream stream)
    {
        foreach (var (line, fields) in CsvRows.Read(stream))
        {
            yield return fields.Length != 2 ? PriceRow.Rejected(line, $"{fields.Length} columns, 2 expected")
                : !DateTimeOffset.TryParseExact(fields[0], TimeFormat, CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal, out var time)
                    ? PriceRow.Rejected(line, $"time '{PriceText.Shorten(fields[0])}' is not {TimeFormat}")
                : !PriceText.TryDecimal(fields[1], out var rate)
                    ? PriceRow.Rejected(line, $"rate '{PriceText.Shorten(fields[1])}' is not a number")
                : PriceRow.Of(line, new FundingPoint(feed, time.ToUnixTimeMilliseconds(), rate));
        }
    }
}
