using System.Globalization;
using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>The series that a case names, by file or by a short name, and the part of it that the case means.</summary>
internal static class SeriesCases
{
    private static readonly Dictionary<string, string> Short = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sp500"] = "data/sp500_daily_1999_2018.csv",
        ["nasdaq"] = "data/nasdaq_daily_1999_2018.csv",
        ["btc"] = "data/btc_usd_daily.csv",
        ["eth"] = "data/eth_usd_daily.csv",
    };

    public static IReadOnlyList<SeriesRow> Rows(CaseInputs inputs)
    {
        var name = inputs.Text("series");
        var lines = inputs.Tables.Text(Short.GetValueOrDefault(name, name))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r').Split(',')).ToList();
        var header = lines[0];
        var column = Array.FindIndex(header, field => field is "close" or "adj_close");
        var isPrice = column >= 0;
        column = isPrice ? column : 1;
        return [.. lines.Skip(1).Select(row => new SeriesRow(row[0],
            double.Parse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture), isPrice))];
    }

    /// <summary>Rows whose date lies within <c>from</c> and <c>to</c>, where these are given.</summary>
    public static SeriesRow[] Within(CaseInputs inputs)
    {
        var (from, to) = (inputs.TextOrNull("from"), inputs.TextOrNull("to"));
        return [.. Rows(inputs).Where(row => (from is null || string.CompareOrdinal(row.Date, from) >= 0)
            && (to is null || string.CompareOrdinal(row.Date, to) <= 0))];
    }

    /// <summary>Returns as the case words them: in percent unless the scale is given.</summary>
    public static ReturnSeries Returns(CaseInputs inputs, double? scale = null)
    {
        var rows = Within(inputs);
        var kind = inputs.TextOrNull("returns")?.Contains("log", StringComparison.Ordinal) == true
            ? ReturnKind.Log
            : ReturnKind.Simple;
        var values = rows.Select(row => row.Value).ToArray();
        return rows[0].IsPrice
            ? ReturnSeries.FromPrices(values, kind, scale ?? 100.0)
            : ReturnSeries.Of(values, scale ?? 100.0);
    }
}

/// <param name="Date">The first field of the row: a date or a number.</param>
internal readonly record struct SeriesRow(string Date, double Value, bool IsPrice);
