using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Market.OptionChains;

/// <summary>
/// Smiles as dealers quote them: a row per expiry with the volatilities of the 25-delta put, the delta-neutral straddle
/// and the 25-delta call. Columns <c>expiry,spot,put25,atm,call25</c>, and where they are known <c>rate</c> and
/// <c>yield</c> (continuous per year, else 0) and <c>delta</c> (<c>spot</c>, <c>forward</c>,
/// <c>premium_adjusted_spot</c>, <c>premium_adjusted_forward</c>; forward where it is left out). CSV, or JSON as an
/// option chain has it.
/// </summary>
public sealed record PillarFile(IReadOnlyList<PillarRow> Rows, IReadOnlyList<PriceFileReject> Rejects)
{
    public static bool IsPillars(string path)
    {
        using var reader = new StreamReader(path);
        var start = new char[4_096];
        var text = new string(start, 0, reader.ReadBlock(start)).ToLowerInvariant();
        return text.Contains("put25", StringComparison.Ordinal) && text.Contains("call25", StringComparison.Ordinal);
    }

    /// <exception cref="PriceFileException">No such file, or without a row that can be read.</exception>
    public static PillarFile Open(string path)
    {
        try
        {
            using var buffer = new MemoryStream(File.ReadAllBytes(path));
            return Read(OptionChainFile.Rows(buffer), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException
            or System.Text.Json.JsonException or CsvHelper.CsvFormatException)
        {
            throw new PriceFileException(path, cause.Message, cause);
        }
    }

    private static PillarFile Read(IReadOnlyList<NamedRow> rows, string path)
    {
        var (pillars, rejects) = (new List<PillarRow>(), new List<PriceFileReject>());
        foreach (var row in rows)
        {
            try
            {
                pillars.Add(new PillarRow(PlainRows.Time(row.Required("expiry")), row.RequiredNumber("spot"),
                    row.Number("rate") ?? 0.0, row.Number("yield") ?? 0.0,
                    new VannaVolgaPillars(row.RequiredNumber("put25"), row.RequiredNumber("atm"),
                        row.RequiredNumber("call25"), Convention(row.Text("delta")))));
            }
            catch (FormatException fault)
            {
                rejects.Add(new PriceFileReject(row.Line, fault.Message));
            }
        }
        return pillars.Count > 0
            ? new PillarFile(pillars, rejects)
            : throw new PriceFileException(path, rejects is [var first, ..]
                ? $"no row can be read; line {first.Line}: {first.Reason}"
                : "it holds no rows");
    }

    private static DeltaConvention Convention(string? text) => text?.ToLowerInvariant() switch
    {
        null or "forward" => DeltaConvention.Forward,
        "spot" => DeltaConvention.Spot,
        "premium_adjusted_spot" => DeltaConvention.PremiumAdjustedSpot,
        "premium_adjusted_forward" => DeltaConvention.PremiumAdjustedForward,
        var other => throw new FormatException($"delta '{PriceText.Shorten(other)}' is no convention"),
    };
}
