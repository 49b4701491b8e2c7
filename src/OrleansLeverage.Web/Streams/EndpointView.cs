using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

/// <summary>
/// What the GET of a channel's name answers, by asking it: a channel and its GET cannot say different things. Asked
/// with the tag of the answer before, so that what did not change is not made again. One question at a time.
/// </summary>
/// <param name="pattern">Of the endpoint's route.</param>
/// <param name="value">What stands in the pattern's one place; null for a pattern without one.</param>
internal sealed class EndpointView(
    IServiceProvider services, string pattern, (string Name, string Value)? value = null)
{
    private readonly string _path = value is { } one ? pattern.Replace($"{{{one.Name}}}", one.Value) : pattern;

    private readonly Lazy<RouteEndpoint?> _endpoint = new(() => services.GetRequiredService<EndpointDataSource>()
        .Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint => endpoint.RoutePattern.RawText == pattern
            && endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true));

    private readonly MemoryStream _body = new();
    private string? _tag;

    /// <summary>Whether the answer names no account, so that whoever may see only some of them may have it.</summary>
    public bool IsAccountFree => _endpoint.Value?.Metadata.GetMetadata<AccountFree>() is not null;

    /// <summary>The answer's JSON, UTF-8, or null where there is none, or none that is new.</summary>
    public async ValueTask<object?> ReadAsync(CancellationToken cancel)
    {
        if (_endpoint.Value is not { RequestDelegate: { } answer } endpoint)
        {
            return null;
        }
        _body.SetLength(0);
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = cancel };
        context.Features.Set(Principal.Local);
        context.Features.Set(new AskedByUs());
        context.SetEndpoint(endpoint);
        context.Request.Method = HttpMethods.Get;
        context.Request.Path = _path;
        if (value is { } place)
        {
            context.Request.RouteValues[place.Name] = place.Value;
        }
        context.Request.Headers.IfNoneMatch = _tag;
        context.Response.Body = _body;
        await answer(context);
        if (context.Response.StatusCode != StatusCodes.Status200OK)
        {
            return null;
        }
        _tag = context.Response.Headers.ETag;
        return _body.ToArray();
    }
}

/// <summary>Marks a request that this server makes of itself: what it is refused is nobody's input.</summary>
internal sealed class AskedByUs;
