using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Dashboard;

/// <summary>
/// The dashboard at <c>/</c>, out of the assembly: nothing is fetched from anywhere else. The first page is told the
/// mode and what the server offers, so that it asks for nothing that is not there. An assembly that was built without
/// Node has no dashboard; the page then says how to get it.
/// </summary>
internal static class DashboardEndpoints
{
    private const string Prefix = "Dashboard/";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".map"] = "application/json",
        [".svg"] = "image/svg+xml",
        [".ico"] = "image/x-icon",
        [".txt"] = "text/plain; charset=utf-8",
    };

    public static void Map(IEndpointRouteBuilder routes, string api, GridServerOptions options)
    {
        var assembly = typeof(DashboardEndpoints).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(IsPart).Order(StringComparer.Ordinal))
        {
            var name = resource[Prefix.Length..];
            var part = Part.Of(Load(assembly, resource), Types[Path.GetExtension(name)]);
            routes.MapWritten("/" + name, context => part.WriteAsync(context)).AllowAnybody();
        }
        var page = new Lazy<Part>(() => Part.Of(Page(assembly, routes, api, options), Types[".html"]));
        routes.MapWritten("/", context => page.Value.WriteAsync(context)).AllowAnybody();
    }

    private static bool IsPart(string resource) => resource.StartsWith(Prefix, StringComparison.Ordinal)
        && resource != Prefix + "index.html" && Types.ContainsKey(Path.GetExtension(resource));

    /// <summary>Made with the first request, when every endpoint has been mapped.</summary>
    private static byte[] Page(Assembly assembly, IEndpointRouteBuilder routes, string api, GridServerOptions options)
    {
        if (assembly.GetManifestResourceInfo(Prefix + "index.html") is null)
        {
            return Encoding.UTF8.GetBytes(Missing);
        }
        var offered = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => Offered(endpoint, api)).Distinct().Order(StringComparer.Ordinal);
        var head = $"""
            <meta name="leverage-mode" content="{options.Mode}">
              <meta name="leverage-api" content="{api.TrimStart('/')}">
              <meta name="leverage-routes" content="{string.Join(' ', offered)}">
            </head>
            """;
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Load(assembly, Prefix + "index.html"))
            .Replace("</head>", head, StringComparison.Ordinal));
    }

    /// <summary><c>GET:accounts/{id}</c>, relative to the API's prefix.</summary>
    private static IEnumerable<string> Offered(RouteEndpoint endpoint, string api)
    {
        var pattern = endpoint.RoutePattern.RawText ?? "";
        return !pattern.StartsWith(api + "/", StringComparison.Ordinal) ? []
            : (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                .Select(method => $"{method}:{pattern[(api.Length + 1)..]}");
    }

    private static byte[] Load(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"the assembly has no {resource}");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private const string Missing = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>OrleansLeverage</title></head>
        <body>
        <h1>OrleansLeverage</h1>
        <p>This build has no dashboard: Node was not there when it was built, or it was left out with
        <code>-p:SkipDashboard=true</code>. Install Node 20.19 or newer and build again:</p>
        <pre>dotnet build src/OrleansLeverage.Web</pre>
        <p>The figures are served all the same: <a href="v1/system">v1/system</a>,
        <a href="openapi/v1.json">the API's description</a>, <a href="healthz/ready">health</a>.</p>
        </body></html>
        """;

    /// <summary>Bytes of one file, packed once, with a tag by which a browser asks whether they changed.</summary>
    private sealed record Part(byte[] Plain, byte[] Packed, string ContentType, string Tag)
    {
        public static Part Of(byte[] plain, string contentType)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                gzip.Write(plain);
            }
            return new Part(plain, packed.ToArray(), contentType,
                $"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 8))}\"");
        }

        public async Task<Answer?> WriteAsync(HttpContext context)
        {
            var (request, response) = (context.Request, context.Response);
            response.Headers.CacheControl = "no-cache";
            response.Headers.ETag = Tag;
            response.Headers.Vary = "Accept-Encoding";
            if (request.Headers.IfNoneMatch.ToString().Contains(Tag, StringComparison.Ordinal))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return null;
            }
            var isPacked = request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal);
            var body = isPacked ? Packed : Plain;
            if (isPacked)
            {
                response.Headers.ContentEncoding = "gzip";
            }
            response.ContentType = ContentType;
            response.ContentLength = body.Length;
            await response.Body.WriteAsync(body, context.RequestAborted);
            return null;
        }
    }
}
