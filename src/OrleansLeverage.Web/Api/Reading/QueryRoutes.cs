using System.Diagnostics.CodeAnalysis;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>The query parameters of an endpoint, for the description.</summary>
internal sealed record TakesQuery(IReadOnlyList<QueryParameter> Parameters);

/// <summary>
/// GETs behind the edge that take a query: what is no parameter of theirs, or no value of one, is refused before they
/// are asked.
/// </summary>
internal static class QueryRoutes
{
    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, IReadOnlyList<QueryParameter> parameters,
        Func<HttpContext, ReadQuery, Task<Answer>> handle) =>
        routes.MapWritten(pattern, parameters, async (context, query) => await handle(context, query));

    /// <summary>One whose handler writes by itself, unless it refuses.</summary>
    public static IEndpointConventionBuilder MapWritten(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, IReadOnlyList<QueryParameter> parameters,
        Func<HttpContext, ReadQuery, Task<Answer?>> handle) =>
        routes.MapWritten(pattern, async context =>
        {
            var (query, fault) = ReadQuery.Of(context.Request.Query, parameters);
            return fault is not null ? fault : await handle(context, query);
        }).WithMetadata(new TakesQuery(parameters));
}
