using CsvHelper;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// What one row gave: a bar, a funding point, or the reason why it gave nothing. A ticker's row may give several, with
/// the same line. A row that gives nothing and is not wrong (all its fields empty) is a <see cref="Nothing"/>.
/// </summary>
internal readonly record struct PriceRow(long Line, PriceBar? Bar, FundingPoint? Funding, string? Reject)
{
    public static PriceRow Of(long line, in PriceBar bar) => new(line, bar, null, null);

    public static PriceRow Of(long line, in FundingPoint funding) => new(line, null, funding, null);

    public static PriceRow Rejected(long line, string reason) => new(line, null, null, reason);

    public static PriceRow Nothing(long line) => new(line, null, null, null);
}

/// <summary>A format's reader. The whole-file facts (path, feed, times) are in it; it keeps no rows.</summary>
internal interface IPriceRows
{
    IEnumerable<PriceRow> Read(Stream stream);
}

internal static class CsvRows
{
    // No price file quotes its fields; without quoting, a stray quote spoils its own row and not the rest of the file.
    private static readonly CsvReaderOptions Options = new()
    {
        Separator = ',',
        HasHeader = false,
        Mode = CsvMode.NoEscape,
        TrackLineNumbers = true,
        MaxRecordSize = 1 << 16,
    };

    /// <summary>Fields of each row with the row's line, blank lines skipped.</summary>
    public static IEnumerable<(long Line, string[] Fields)> Read(Stream stream)
    {
        using var reader = CsvReader.Create(stream, Options, leaveOpen: true);
        while (reader.Read())
        {
            yield return (reader.LineNumber, reader.Current.ToArray());
        }
    }
}
