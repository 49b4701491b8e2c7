using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>
/// Blobs in this process's memory over HTTP, as much of the protocol as grain storage speaks: conditional writes and
/// reads. For figures that the emulator is in the way of: it looks at every blob to find one, so that its reads become
/// slower with every blob it has.
/// </summary>
internal sealed class BlobServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (byte[] Body, long Version)> _blobs = new(StringComparer.Ordinal);
    private long _versions;

    private BlobServer(WebApplication app, int port)
    {
        (_app, Port) = (app, port);
        _app.MapPut("/{account}/{container}", Created);
        _app.MapPut("/{account}/{container}/{**blob}", WriteAsync);
        _app.MapGet("/{account}/{container}/{**blob}", ReadAsync);
    }

    public int Port { get; }

    /// <summary>What is kept, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> Kept => _blobs.ToDictionary(b => b.Key, b => b.Value.Body);

    public void Keep(string blob, byte[] body) => _blobs[blob] = (body, Interlocked.Increment(ref _versions));

    public static async Task<BlobServer> StartAsync()
    {
        var port = Servers.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o => o.Listen(IPAddress.Loopback, port));
        var server = new BlobServer(builder.Build(), port);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void Created(HttpContext context) => Answer(context, 1L, StatusCodes.Status201Created);

    private async Task WriteAsync(HttpContext context, string blob)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var next = (body.ToArray(), Interlocked.Increment(ref _versions));
        var (match, noMatch) = (context.Request.Headers.IfMatch.ToString(),
            context.Request.Headers.IfNoneMatch.ToString());
        var isMade = noMatch == "*" ? _blobs.TryAdd(blob, next)
            : match.Length == 0 ? _blobs.AddOrUpdate(blob, next, (_, _) => next) == next
            : _blobs.TryGetValue(blob, out var kept) && Tag(kept.Version) == match
                && _blobs.TryUpdate(blob, next, kept);
        if (isMade)
        {
            Answer(context, next.Item2, StatusCodes.Status201Created);
            return;
        }
        context.Response.Headers["x-ms-error-code"] = noMatch == "*" ? "BlobAlreadyExists" : "ConditionNotMet";
        context.Response.StatusCode = noMatch == "*" ? StatusCodes.Status409Conflict
            : StatusCodes.Status412PreconditionFailed;
    }

    private async Task ReadAsync(HttpContext context, string blob)
    {
        if (!_blobs.TryGetValue(blob, out var kept))
        {
            context.Response.Headers["x-ms-error-code"] = "BlobNotFound";
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        Answer(context, kept.Version, StatusCodes.Status200OK);
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = kept.Body.Length;
        context.Response.Headers["x-ms-blob-type"] = "BlockBlob";
        await context.Response.Body.WriteAsync(kept.Body);
    }

    private static void Answer(HttpContext context, long version, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.ETag = Tag(version);
        context.Response.Headers.LastModified = "Sat, 01 Nov 2025 00:00:00 GMT";
        context.Response.Headers["x-ms-request-id"] = version.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["x-ms-version"] = context.Request.Headers["x-ms-version"];
        context.Response.Headers["x-ms-request-server-encrypted"] = "false";
    }

    private static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"0x{version:X}\"");
}
