using System.Globalization;

namespace OrleansLeverage.Web.Edge;

internal enum ListFormat
{
    Json,
    Csv,
    NdJson,
}

/// <summary>
/// What every list takes: how many, from where on, in which form. Parameters that a list does not know are refused, so
/// that a slip of the pen is not taken for an answer.
/// </summary>
/// <param name="Cursor">As the list before gave it; null from the beginning.</param>
internal sealed record ListQuery(int Limit, string? Cursor, ListFormat Format)
{
    public const int LimitMax = 1_000;
    public const int LimitDefault = 100;
    public const int CursorLengthMax = 200;

    public static readonly IReadOnlyList<string> Formats = ["json", "csv", "ndjson"];

    /// <param name="others">Parameters that the list takes besides.</param>
    public static (ListQuery Query, Refusal? Refusal) Of(HttpContext context, params string[] others)
    {
        var none = new ListQuery(LimitDefault, null, ListFormat.Json);
        var query = context.Request.Query;
        foreach (var (name, values) in query)
        {
            if (values.Count != 1 || !(name is "limit" or "cursor" or "format" || others.Contains(name)))
            {
                return (none, Refusal.Of("bad_query", others.Contains(name) ? name : null));
            }
        }
        var limit = LimitDefault;
        if (query.TryGetValue("limit", out var count) && !(int.TryParse(count, NumberStyles.None,
            CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax))
        {
            return (none, Refusal.Of("bad_query", "limit", $"1 to {LimitMax}"));
        }
        var format = 0;
        if (query.TryGetValue("format", out var form))
        {
            format = Formats.ToList().IndexOf((string?)form ?? "");
            if (format < 0)
            {
                return (none, Refusal.Of("bad_query", "format", string.Join(", ", Formats)));
            }
        }
        string? cursor = query.TryGetValue("cursor", out var from) ? from : default(string);
        return cursor is { Length: 0 or > CursorLengthMax }
            ? (none, Refusal.Of("bad_cursor", "cursor"))
            : (new ListQuery(limit, cursor, (ListFormat)format), null);
    }

    /// <summary>One parameter of the query; null where it is not there.</summary>
    public static string? Text(HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var value) ? (string?)value : null;
}
