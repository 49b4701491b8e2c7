using OrleansLeverage.Domain;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// Account ids in paths, judged on what was sent. The server decodes once, leaves %2F alone and takes dot segments out
/// before routing, so two URLs could mean one account and one URL another route. Here the sent segment is decoded once;
/// where it breaks the id rule the path that routing sees gets a segment that breaks it too, and nothing else changes.
/// </summary>
internal static class AccountPath
{
    private const string Broken = "!";

    /// <summary>
    /// Corrects <see cref="HttpRequest.Path"/> under <paramref name="prefix"/>, such as <c>/v1/accounts/</c>.
    /// </summary>
    public static void Settle(HttpContext context, string prefix)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var end = target.IndexOfAny(['?', '#']);
        var path = end < 0 ? target : target[..end];
        if (!path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }
        var rest = path[prefix.Length..];
        var slash = rest.IndexOf('/');
        var segment = slash < 0 ? rest : rest[..slash];
        if (segment.Length > 0 && !AccountId.IsValid(Uri.UnescapeDataString(segment)))
        {
            context.Request.Path = prefix + Broken + (slash < 0 ? "" : rest[slash..]);
        }
    }
}
