using System.Net.Http.Headers;
using System.Text;

namespace OrleansLeverage.Web.Edge;

/// <summary>Marks an endpoint that reads a JSON body of one shape or a batch of it.</summary>
internal sealed record TakesJson(Shape One, Shape? Batch);

/// <summary>
/// The checks that need no body, in their order: framing, host, route and method, method override, media type,
/// encoding, credentials in the URL. Routing has been asked before, so a refusal knows its surface.
/// </summary>
internal static class EdgeChecks
{
    private static readonly string[] Lengths = ["Content-Length", "X-Content-Length"];

    private static readonly string[] Overrides = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    private static readonly string[] Credentials =
    [
        "key", "api_key", "apikey", "api-key", "access_token", "token", "auth", "authorization", "secret", "password",
        "signature", "sig", "jwt", "bearer",
    ];

    /// <summary>The code of the first fault, null where the request may go on to its body.</summary>
    public static async Task<string?> FaultAsync(HttpContext context, IReadOnlyCollection<string> hosts)
    {
        var request = context.Request;
        if (FramingFault(request) is { } framing)
        {
            return framing;
        }
        if (!hosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return "bad_host";
        }
        var endpoint = context.GetEndpoint();
        if (endpoint is null)
        {
            return "not_found";
        }
        if (endpoint is not RouteEndpoint)
        {
            // what routing chooses where the path is known and the method is not; it sets the Allow header
            await endpoint.RequestDelegate!(context);
            return "method_not_allowed";
        }
        return Overrides.Any(request.Headers.ContainsKey) ? "unknown_header_policy"
            : (endpoint.Metadata.GetMetadata<TakesJson>() is null ? null : MediaFault(request))
            ?? (HasCredential(request) ? "key_in_url" : null)
            ?? (IsOfAnotherPage(request) ? "cross_origin" : null);
    }

    /// <summary>
    /// Browsers say which page a request comes from. What other pages send is not for this server, sockets above all:
    /// nothing else keeps a page from opening one to loopback.
    /// </summary>
    private static bool IsOfAnotherPage(HttpRequest request) => request.Headers.Origin is { Count: > 0 } origin
        && !(origin.Count == 1 && Uri.TryCreate(origin[0], UriKind.Absolute, out var page)
            && page.Scheme is "http" or "https"
            && string.Equals(page.Authority, Authority(request, page.Scheme), StringComparison.OrdinalIgnoreCase));

    /// <summary>The host asked for, without the port that the scheme implies.</summary>
    private static string Authority(HttpRequest request, string scheme)
    {
        var host = request.Host;
        return host.Port == (scheme == "https" ? 443 : 80) ? host.Host : host.Value ?? "";
    }

    private static string? FramingFault(HttpRequest request)
    {
        // the server takes chunked over a length and moves the length aside: two readers could disagree on the end
        var twoLengths = request.Headers.ContainsKey("Transfer-Encoding") && Lengths.Any(request.Headers.ContainsKey);
        return twoLengths || request.Headers.Host.Count != 1 ? "bad_framing" : null;
    }

    private static string? MediaFault(HttpRequest request)
    {
        var isJson = request.Headers.ContentType.Count == 1
            && MediaTypeHeaderValue.TryParse(request.Headers.ContentType[0], out var media)
            && string.Equals(media.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            && (media.CharSet is null
                || string.Equals(media.CharSet.Trim('"'), Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase));
        return !isJson ? "unsupported_media_type"
            : request.Headers.ContentEncoding.Count > 0 ? "unsupported_encoding" : null;
    }

    private static bool HasCredential(HttpRequest request) =>
        request.Query.Keys.Any(key => Credentials.Contains(key, StringComparer.OrdinalIgnoreCase));
}
