using System.Globalization;
using System.Text;

namespace OrleansLeverage.Market.Files;


/// <summary>
/// Tells a format by the shape of its first rows; the name of the file is only asked where two formats have the same
/// shape. Every rule is about structure, so a file of another format is not taken for one of these by its name.
/// </summary>
internal static class FormatSniffer
{
    private const int RowsLooked = 100;

    public static PriceFileFormat Sniff(string path, FileSource source)
    {
        if (FirstCharacter(path) == '[')
        {
            return PriceFileFormat.CcxtOhlcv;
        }
        var rows = CsvRows.Read(source.Stream).Take(RowsLooked).Select(row => row.Fields).ToList();
        if (rows.Count == 0)
        {
            throw new PriceFileException(path, "it holds no rows");
        }
        var first = rows[0];
        if (TardisRows.IsHeader(first))
        {
            return PriceFileFormat.TardisDerivativeTicker;
        }
        if (DailyRows.IsHeader(first))
        {
            return PriceFileFormat.DailyOhlcv;
        }
        if (first[0] == "open_time")
        {
            return Kline(path, rows.Skip(1));
        }
        if (first.Length == BinanceRows.Columns && TimeUnit.IsDigits(first[0]))
        {
            return Kline(path, rows);
        }
        if (first.Length == 6 && TimeUnit.IsDigits(first[0]))
        {
            return PriceFileFormat.LeanTrade;
        }
        if (first.Length == 2 && DateTimeOffset.TryParseExact(first[0], LeanMarginInterestRows.TimeFormat,
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            return PriceFileFormat.LeanMarginInterest;
        }
        throw new PriceFileException(path, $"unknown format: the first row has {first.Length} columns and begins "
            + $"'{PriceText.Shorten(string.Join(',', first))}'; "
            + $"known are {string.Join(", ", PriceFileFormats.All.Skip(1))}");
    }

    /// <summary>Smallest distance between two candles' times, 0 where fewer than two can be read.</summary>
    public static long CandleIntervalMs(string path)
    {
        using var source = FileSource.Open(path);
        var times = CcxtRows.Candles(path, source.Stream).Take(RowsLooked)
            .Where(c => c.Fields is [{ Length: TimeUnit.MilliDigits } time, ..] && TimeUnit.IsDigits(time))
            .Select(c => long.Parse(c.Fields[0], CultureInfo.InvariantCulture))
            .Order()
            .ToList();
        return times.Zip(times.Skip(1), (a, b) => b - a).Where(d => d > 0).DefaultIfEmpty(0).Min();
    }

    // Mark-price klines have the columns of klines and no volume at all.
    private static PriceFileFormat Kline(string path, IEnumerable<string[]> rows)
    {
        var isMark = path.Contains("markPrice", StringComparison.OrdinalIgnoreCase)
            || rows.All(r => r.Length == BinanceRows.Columns && IsZero(r[5]) && IsZero(r[7]) && IsZero(r[9]));
        return isMark ? PriceFileFormat.BinanceMarkPriceKlines : PriceFileFormat.BinanceKlines;
    }

    private static bool IsZero(string text) => PriceText.TryDecimal(text, out var value) && value == 0m;

    private static char FirstCharacter(string path)
    {
        using var source = FileSource.Open(path);
        using var text = new StreamReader(source.Stream, Encoding.UTF8);
        int c;
        while ((c = text.Read()) >= 0 && char.IsWhiteSpace((char)c))
        {
        }
        return c < 0 ? '\0' : (char)c;
    }
}
