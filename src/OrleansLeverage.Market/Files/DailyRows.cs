using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// Daily history as data vendors print it: <c>date,open,high,low,close[,volume]</c>, one row per UTC day. The prices
/// are doubles printed whole; digits beyond what a price has are rounded away, which nothing else here does.
/// </summary>
internal sealed class DailyRows(FeedId feed) : IPriceRows
{
    private const long DayMs = 86_400_000;
    private const int ColumnsMin = 5;
    private static readonly string[] Names = ["date", "open", "high", "low", "close"];

    public static bool IsHeader(string[] fields) => fields.Length >= ColumnsMin
        && Names.Index().All(name => fields[name.Index].Equals(name.Item, StringComparison.OrdinalIgnoreCase));

    public IEnumerable<PriceRow> Read(Stream stream)
    {
        foreach (var (line, fields) in CsvRows.Read(stream))
        {
            if (line > 1 || !IsHeader(fields))
            {
                yield return Row(line, fields);
            }
        }
    }

    private PriceRow Row(long line, string[] fields)
    {
        if (fields.Length < ColumnsMin)
        {
            return PriceRow.Rejected(line, $"{fields.Length} columns, at least {ColumnsMin} expected");
        }
        if (!DateTimeOffset.TryParseExact(fields[0], "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var day))
        {
            return PriceRow.Rejected(line, $"date '{PriceText.Shorten(fields[0])}' is not yyyy-MM-dd");
        }
        string[] prices = [.. fields[1..ColumnsMin].Select(Rounded)];
        if (!OhlcFields.TryRead(prices, out var bar, out var reason))
        {
            return PriceRow.Rejected(line, reason!);
        }
        decimal? volume = fields.Length > ColumnsMin && PriceText.TryDecimal(fields[ColumnsMin], out var known)
            && known >= 0m ? known : null;
        var startMs = day.ToUnixTimeMilliseconds();
        return PriceRow.Of(line,
            new PriceBar(feed, startMs, startMs + DayMs, bar.Open, bar.High, bar.Low, bar.Close, volume));
    }

    private static string Rounded(string text) => PriceText.TryDecimal(text, out var value)
        ? decimal.Round(value, Decimals.ScaleMax).ToString(CultureInfo.InvariantCulture)
        : text;
}
