using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>Takes metrics by OTLP over gRPC and keeps their bytes, in which names are plain text.</summary>
internal sealed class OtlpListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, string Body)> _exports = new();

    private OtlpListener(WebApplication app, int port)
    {
        (_app, Endpoint) = (app, $"http://127.0.0.1:{port}");
        _app.MapPost("/{service}/{method}", TakeAsync);
    }

    public string Endpoint { get; }

    public IReadOnlyCollection<(string Path, string Body)> Exports => _exports;

    public static async Task<OtlpListener> StartAsync()
    {
        var port = Servers.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o =>
            o.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http2));
        var listener = new OtlpListener(builder.Build(), port);
        await listener._app.StartAsync();
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _exports.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
        context.Response.ContentType = "application/grpc";
        // an empty message, and that all is well
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
