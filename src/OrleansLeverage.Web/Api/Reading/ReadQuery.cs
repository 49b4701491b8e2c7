using OrleansLeverage.Domain;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>A request's query, read by the endpoint's parameters.</summary>
internal sealed class ReadQuery
{
    private readonly Dictionary<string, string> _values = [];

    private ReadQuery()
    {
    }

    /// <summary>The words, or the first fault.</summary>
    public static (ReadQuery Query, Refusal? Refusal) Of(IQueryCollection sent, IReadOnlyList<QueryParameter> known)
    {
        var query = new ReadQuery();
        foreach (var (name, values) in sent)
        {
            if (known.FirstOrDefault(parameter => parameter.Name == name) is not { } parameter)
            {
                return (query, Refusal.Of("bad_query",
                    detail: $"known are {string.Join(", ", known.Select(p => p.Name))}"));
            }
            if (values is not [{ } text] || !parameter.IsGood(text))
            {
                return (query, Refusal.Of(parameter.Code, parameter.Name,
                    values.Count > 1 ? "given more than once" : parameter.Expected));
            }
            query._values.Add(name, text);
        }
        return known.FirstOrDefault(parameter => parameter.IsRequired && query.Text(parameter.Name) is null)
            is { } missing ? (query, Refusal.Of(missing.Code, missing.Name, missing.Expected)) : (query, null);
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public IReadOnlyList<string> Words(string name) => Text(name)?.Split(',') ?? [];

    public long? Count(string name) => Text(name) is { } text ? CountParameter.Read(text) : null;

    public double? Number(string name) => Text(name) is { } text ? NumberParameter.Read(text) : null;

    public decimal? Move(string name) => Text(name) is { } text ? MoveParameter.Read(text) : null;

    public int Limit => (int)(Count("limit") ?? ReadParameters.LimitDefault);

    public string? CursorText => Text("cursor");

    /// <param name="usual">Where none is asked for.</param>
    public ListFormat Format(ListFormat usual = ListFormat.Json) => Text("format") is { } word
        ? (ListFormat)ReadParameters.Formats.Index().First(format => format.Item == word).Index
        : usual;
}

/// <summary>What every list takes.</summary>
internal static class ReadParameters
{
    public const int LimitDefault = 100;
    public const int LimitMax = 1_000;

    /// <summary>In the order of <see cref="ListFormat"/>.</summary>
    public static readonly IReadOnlyList<string> Formats = ["json", "csv", "ndjson"];

    public static readonly QueryParameter Limit =
        new CountParameter("limit", "Items of a page", 1, LimitMax, LimitDefault);

    public static readonly QueryParameter Cursor = new CursorParameter();

    public static readonly QueryParameter Format = new WordParameter("format",
        "json, or one item a line without the frame around: csv with a header, ndjson",
        Formats, Default: "json");

    /// <summary>Of what is rows and nothing else.</summary>
    public static readonly QueryParameter RowFormat = new WordParameter("format",
        "CSV has a header; NDJSON is a row a line", ["csv", "ndjson"], Default: "csv");

    public static readonly IReadOnlyList<QueryParameter> Page = [Limit, Cursor, Format];

    public static readonly QueryParameter Symbol = new NameParameter("symbol", "Only what has to do with an instrument",
        InstrumentId.IsValid, "BTC-USD-PERP", "unknown_asset");
}
