using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>Marks an endpoint whose answers may have a version, for the description.</summary>
internal sealed record HasVersions;

/// <summary>
/// Reads behind the edge: parameters are checked, lists are written in the format asked for, and an answer that has a
/// version is not sent again to whoever names it in If-None-Match, nor made again for the next who asks the same at the
/// same frame.
/// </summary>
internal static class LookRoutes
{
    private const string JsonType = "application/json; charset=utf-8";

    public static IEndpointConventionBuilder MapLook(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, IReadOnlyList<QueryParameter> parameters,
        Func<HttpContext, ReadQuery, Task<Look>> handle)
    {
        var salt = routes.ServiceProvider.GetRequiredService<VersionSalt>();
        var grid = routes.ServiceProvider.GetRequiredService<ILeverageGrid>();
        // of one account hardly anybody asks what another just did
        var last = pattern.Contains("/accounts/{id}", StringComparison.Ordinal) ? null : new LastAnswer();
        return routes.MapWritten(pattern, parameters, async (context, query) =>
        {
            var look = await handle(context, query);
            if (look.Refusal is { } refusal)
            {
                return refusal;
            }
            await WriteAsync(context, look, query.Format(), salt, grid.Frame.Number, last);
            return null;
        }).WithMetadata(new HasVersions()).RequireScope(Scope.Read);
    }

    public static IEndpointConventionBuilder MapLook(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, IReadOnlyList<QueryParameter> parameters,
        Func<ReadQuery, Look> handle) =>
        routes.MapLook(pattern, parameters, (_, query) => Task.FromResult(handle(query)));

    private static async Task WriteAsync(HttpContext context, Look look, ListFormat format, VersionSalt salt,
        FrameNumber frame, LastAnswer? last)
    {
        var response = context.Response;
        // may be kept, and is asked for again every time
        response.Headers.CacheControl = look.Version is null ? "no-store" : "no-cache, private";
        foreach (var (name, value) in look.Headers)
        {
            response.Headers[name] = value;
        }
        byte[]? bytes = null;
        string? tag = null;
        if (look.Version is { } version)
        {
            tag = $"\"{salt.Value}.{version}.{ReadParameters.Formats[(int)format]}\"";
            response.Headers.ETag = tag;
            if (IsKnown(context.Request, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
            bytes = format == ListFormat.Json ? last?.Find(tag, context.Request, frame) : null;
        }
        response.StatusCode = StatusCodes.Status200OK;
        if (bytes is not null)
        {
            response.ContentType = JsonType;
        }
        else
        {
            bytes = Bytes(response, look.Body!(), format);
            if (tag is not null && format == ListFormat.Json)
            {
                last?.Keep(tag, context.Request, frame, bytes);
            }
        }
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private static byte[] Bytes(HttpResponse response, object body, ListFormat format)
    {
        if (format == ListFormat.Json || body is not IListed list)
        {
            response.ContentType = JsonType;
            return JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Answer.Json);
        }
        response.Headers["As-Of"] = $"{list.AsOf.Frame} {list.AsOf.Datetime}";
        foreach (var (name, value) in (body as IReaching)?.Reach?.Headers() ?? [])
        {
            response.Headers[name] = value;
        }
        if (list.NextCursor is { } next)
        {
            response.Headers["Next-Cursor"] = next;
        }
        response.ContentType = RowText.MediaType(format);
        return Encoding.UTF8.GetBytes(RowText.Of(list.Rows, format, list.RowType));
    }

    private static bool IsKnown(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } sent
        && EntityTagHeaderValue.TryParseList([.. sent!], out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any)
            || one.Compare(EntityTagHeaderValue.Parse(tag), useStrongComparison: false));
}

/// <summary>
/// Tells versions of this process from those of the one before: where nothing is kept, frames are counted anew.
/// </summary>
internal sealed class VersionSalt(TimeProvider clock)
{
    public string Value { get; } = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x",
        System.Globalization.CultureInfo.InvariantCulture);
}
