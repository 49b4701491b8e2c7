using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>The parameters of an endpoint, for the description.</summary>
internal sealed record TakesQuery(IReadOnlyList<QueryParameter> Parameters);

/// <summary>
/// Reads behind the edge: parameters are checked, lists are written in the format asked for, and an answer that has a
/// version is not sent again to whoever names it in If-None-Match.
/// </summary>
internal static class LookRoutes
{
    public static IEndpointConventionBuilder MapLook(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, IReadOnlyList<QueryParameter> parameters,
        Func<HttpContext, ReadQuery, Task<Look>> handle)
    {
        var salt = routes.ServiceProvider.GetRequiredService<VersionSalt>();
        return routes.MapWritten(pattern, async context =>
        {
            var (query, fault) = ReadQuery.Of(context.Request.Query, parameters);
            if (fault is not null)
            {
                return fault;
            }
            var look = await handle(context, query);
            if (look.Refusal is { } refusal)
            {
                return refusal;
            }
            await WriteAsync(context, look, query.Text("format") ?? "json", salt);
            return null;
        }).WithMetadata(new TakesQuery(parameters)).RequireScope(Scope.Read);
    }

    public static IEndpointConventionBuilder MapLook(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, IReadOnlyList<QueryParameter> parameters,
        Func<ReadQuery, Look> handle) =>
        routes.MapLook(pattern, parameters, (_, query) => Task.FromResult(handle(query)));

    private static async Task WriteAsync(HttpContext context, Look look, string format, VersionSalt salt)
    {
        var response = context.Response;
        // may be kept, and is asked for again every time
        response.Headers.CacheControl = look.Version is null ? "no-store" : "no-cache, private";
        if (look.Version is { } version)
        {
            var tag = new EntityTagHeaderValue($"\"{salt.Value}.{version}.{format}\"");
            response.Headers.ETag = tag.ToString();
            if (IsKnown(context.Request, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        var body = look.Body!();
        response.StatusCode = StatusCodes.Status200OK;
        var bytes = Bytes(response, body, format);
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static byte[] Bytes(HttpResponse response, object body, string format)
    {
        if (format == "json" || body is not IListed list)
        {
            response.ContentType = "application/json; charset=utf-8";
            return JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Answer.Json);
        }
        response.Headers["As-Of"] = $"{list.AsOf.Frame} {list.AsOf.Datetime}";
        if (list.NextCursor is { } next)
        {
            response.Headers["Next-Cursor"] = next;
        }
        var form = format == "csv" ? ListFormat.Csv : ListFormat.NdJson;
        response.ContentType = RowText.MediaType(form);
        return Encoding.UTF8.GetBytes(RowText.Of(list.Rows, form, list.RowType));
    }

    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } sent
        && EntityTagHeaderValue.TryParseList([.. sent!], out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false));
}

/// <summary>
/// Tells versions of this process from those of the one before: where nothing is kept, frames are counted anew.
/// </summary>
internal sealed class VersionSalt(TimeProvider clock)
{
    public string Value { get; } = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x",
        System.Globalization.CultureInfo.InvariantCulture);
}
