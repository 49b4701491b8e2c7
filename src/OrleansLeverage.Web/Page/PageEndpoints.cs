using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Page;

/// <summary>
/// The plain page at <c>/</c> and its parts, out of the assembly: nothing is fetched from anywhere else.
/// </summary>
internal static class PageEndpoints
{
    private static readonly (string Route, string Resource, string ContentType)[] Parts =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "icon.svg", "image/svg+xml"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (route, resource, contentType) in Parts)
        {
            var bytes = Load(resource);
            routes.MapWritten(route, async context =>
            {
                context.Response.ContentType = contentType;
                context.Response.ContentLength = bytes.Length;
                context.Response.Headers.CacheControl = "no-cache";
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
                return null;
            }).AllowAnybody();
        }
    }

    private static byte[] Load(string resource)
    {
        using var stream = typeof(PageEndpoints).Assembly.GetManifestResourceStream("Page." + resource)
            ?? throw new InvalidOperationException($"the assembly has no {resource}");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
