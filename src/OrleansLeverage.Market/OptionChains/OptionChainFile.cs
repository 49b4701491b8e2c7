using System.Text.Json;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Market.OptionChains;

/// <summary>
/// An option chain out of a file: Deribit's book summary, LEAN's option universe, or this project's own columns
/// <c>time,expiry,strike,right,underlying,bid,ask,mark,mark_iv,open_interest</c> (those that are known), as CSV or as
/// JSON under the same names in a list <c>quotes</c> beside <c>underlying</c> and <c>time</c>. A row that cannot be
/// read is reported with its line and costs nobody else anything. Of rows of one option at different times the newest
/// counts; two of one time are both kept, for whoever uses them to refuse.
/// </summary>
/// <param name="Superseded">Rows with a newer one of the same option.</param>
public sealed record OptionChainFile(
    OptionChain Chain, string Format, int Superseded, IReadOnlyList<PriceFileReject> Rejects)
{
    /// <param name="asOf">When the quotes were seen, for files that do not say.</param>
    /// <exception cref="PriceFileException">No such file, of no known format, or without a time or a quote.
    /// </exception>
    public static OptionChainFile Open(string path, DateTimeOffset? asOf = null)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path, asOf);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException
            or CsvHelper.CsvFormatException)
        {
            throw new PriceFileException(path, cause.Message, cause);
        }
    }

    public static OptionChainFile Read(Stream stream, string name, DateTimeOffset? asOf = null)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        buffer.Position = 0;
        var rows = Rows(buffer);
        var header = rows.FirstOrDefault()
            ?? throw new PriceFileException(name, "it holds no options");
        var format = IOptionRowFormat.Of(header)
            ?? throw new PriceFileException(name, "its columns are those of no known option file: "
                + string.Join(',', header.Names.Take(8)));
        var (readings, rejects) = (new List<OptionRowReading>(), new List<PriceFileReject>());
        string? underlying = null;
        foreach (var row in rows)
        {
            try
            {
                var read = format.Read(row);
                underlying ??= read.Underlying;
                if (read.Underlying is { } other && other != underlying)
                {
                    throw new FormatException($"an option of {other} among those of {underlying}");
                }
                readings.Add(read);
            }
            catch (FormatException fault)
            {
                rejects.Add(new PriceFileReject(row.Line, fault.Message));
            }
        }
        List<OptionQuote> quotes = [.. readings.GroupBy(read => (read.Quote.Expiry, read.Quote.Strike,
            read.Quote.Right)).SelectMany(same => same.Where(read => read.Time == same.Max(each => each.Time)))
            .Select(read => read.Quote)];
        var newest = asOf ?? readings.Max(read => read.Time);
        if (quotes.Count == 0)
        {
            throw new PriceFileException(name, rejects is [var first, ..]
                ? $"no option can be read; line {first.Line}: {first.Reason}"
                : "it holds no options");
        }
        return newest is { } time
            ? new OptionChainFile(new OptionChain(underlying ?? Path.GetFileNameWithoutExtension(name), time, quotes),
                format.Name, readings.Count - quotes.Count, rejects)
            : throw new PriceFileException(name, "it does not say when its quotes were seen; name the time");
    }

    internal static IReadOnlyList<NamedRow> Rows(MemoryStream buffer) =>
        [.. IsJson(buffer)
            ? NamedRows.OfJson(buffer, "quotes", name => name == "underlying" ? "asset" : name)
            : NamedRows.OfCsv(buffer)];

    private static bool IsJson(MemoryStream buffer)
    {
        int first;
        do
        {
            first = buffer.ReadByte();
        }
        while (first is ' ' or '\n' or '\r' or '\t' or 0xEF or 0xBB or 0xBF);
        buffer.Position = 0;
        return first is '{' or '[';
    }
}
