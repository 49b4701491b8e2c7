using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.OpenApi;

namespace OrleansLeverage.Web.Api;

/// <summary>The parameters that every list takes, as the description says them.</summary>
internal static class ListParameters
{
    public static readonly TakesParameter Format = new("format", "CSV has a header; NDJSON is a row a line", "json")
    {
        Words = ListQuery.Formats,
        Default = "json",
    };

    public static readonly TakesParameter Limit = new("limit", "Rows at most", "100")
    {
        Whole = (1, ListQuery.LimitMax),
        Default = "100",
    };

    public static readonly TakesParameter Cursor = new("cursor", "The nextCursor of the page before", "7.100");

    public static readonly TakesParameter[] All = [Limit, Cursor, Format];
}
