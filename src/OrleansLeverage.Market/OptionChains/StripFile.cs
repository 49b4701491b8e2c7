using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Market.OptionChains;

/// <summary>The strikes of one term of a strip file.</summary>
/// <param name="Term"><c>near</c>, <c>next</c>, or the number of days.</param>
public sealed record StripTerm(string Term, IReadOnlyList<StripRow> Rows);

/// <summary>
/// Strips as Cboe prints them in its white papers: a row per term and strike with bid and ask of call and put. Columns
/// <c>term,strike,call_bid,call_ask,put_bid,put_ask</c> (2014) or
/// <c>Expiration,Days,Strike,Call Bid,Call Ask,Put Bid,Put Ask</c> (2009).
/// </summary>
public sealed record StripFile(IReadOnlyList<StripTerm> Terms, IReadOnlyList<PriceFileReject> Rejects)
{
    private static readonly string[] Quotes = ["call_bid", "call_ask", "put_bid", "put_ask"];

    public static bool IsStrip(string path)
    {
        using var reader = new StreamReader(path);
        return Layout(new NamedRow(1, (reader.ReadLine() ?? "").Split(','), [])) is not null;
    }

    /// <exception cref="PriceFileException">No such file, or not of these columns.</exception>
    public static StripFile Open(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException
            or CsvHelper.CsvFormatException)
        {
            throw new PriceFileException(path, cause.Message, cause);
        }
    }

    /// <summary>Terms in the order in which the file begins them.</summary>
    public static StripFile Read(Stream stream, string name)
    {
        var (terms, rejects) = (new List<(string Term, List<StripRow> Rows)>(), new List<PriceFileReject>());
        foreach (var row in NamedRows.OfCsv(stream))
        {
            var termColumn = Layout(row) ?? throw new PriceFileException(name,
                "its columns are not term (or Days), strike, call_bid, call_ask, put_bid, put_ask");
            try
            {
                var strip = new StripRow(row.RequiredNumber("strike"),
                    StripPrice.FromQuote(row.Number("call_bid"), row.Number("call_ask")),
                    StripPrice.FromQuote(row.Number("put_bid"), row.Number("put_ask")));
                var term = row.Required(termColumn);
                var known = terms.FindIndex(other => other.Term == term);
                if (known < 0)
                {
                    terms.Add((term, []));
                    known = terms.Count - 1;
                }
                terms[known].Rows.Add(strip);
            }
            catch (FormatException fault)
            {
                rejects.Add(new PriceFileReject(row.Line, fault.Message));
            }
        }
        return terms.Count == 0
            ? throw new PriceFileException(name, "it holds no strikes")
            : new StripFile([.. terms.Select(term => new StripTerm(term.Term, term.Rows))], rejects);
    }

    // the column that names the term
    private static string? Layout(NamedRow row) => !row.Has(["strike", .. Quotes]) ? null
        : row.Has("term") ? "term"
        : row.Has("days") ? "days"
        : null;
}
