using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Status;

namespace OrleansLeverage.Web;

/// <summary>
/// The server around the endpoints: nothing from the environment or a settings file, loopback only, limits set, and the
/// edge's checks between routing and every endpoint.
/// </summary>
internal static class EdgeHost
{
    public const string MeterName = "LeverageGrid";

    private const int SendBufferBytes = 64 * 1024;

    public static WebApplicationBuilder Builder(GridServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // whoever starts the server is told why it did not start; the host need not say it too
        builder.Logging.SetMinimumLevel(options.LogLevel).AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // standard output belongs to whoever starts the server, and may be read by a machine
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Configure(server, options));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = BoundSocket);
        builder.Services.AddRouting().AddMetrics();
        builder.Services.AddSingleton(options).AddSingleton(options.Clock).AddSingleton(options.Limits);
        builder.Services.AddSingleton<IRefusalAudit>(services =>
            options.Audit ?? new RefusalLog(services.GetRequiredService<ILogger<RefusalLog>>()));
        builder.Services.AddSingleton(services => services.GetRequiredService<IMeterFactory>().Create(MeterName));
        builder.Services.AddSingleton(services => new EdgeGate(options.Hosts, options.Limits,
            services.GetRequiredService<Meter>(), services.GetRequiredService<IRefusalAudit>(), options.Clock,
            services.GetRequiredService<ILogger<EdgeGate>>()));
        return builder;
    }

    /// <summary>Puts the checks in front of whatever is mapped on <paramref name="app"/>.</summary>
    public static void UseEdge(WebApplication app, string prefix)
    {
        var gate = app.Services.GetRequiredService<EdgeGate>();
        app.Use(next => context => SecurityHeaders.AddAsync(context, next));
        app.Use(next => context =>
        {
            AccountPath.Settle(context, prefix + "/accounts/");
            return next(context);
        });
        app.UseRouting();
        var times = app.Services.GetService<RouteTimes>();
        app.Use(next => times is null ? next : context => times.MeasureAsync(context, next));
        app.Use(next => context => gate.PassAsync(context, next));
    }

    /// <summary>
    /// A slow reader is to be noticed while what waits for it is still new: by itself the system would keep megabytes
    /// for it, which at the pace of a stream are minutes.
    /// </summary>
    private static Socket BoundSocket(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = SendBufferBytes;
        return socket;
    }

    private static void Configure(KestrelServerOptions server, GridServerOptions options)
    {
        var limits = options.Limits;
        server.AddServerHeader = false;
        server.Limits.MaxRequestLineSize = limits.RequestLineBytes;
        server.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        server.Limits.MaxConcurrentConnections = limits.Connections;
        server.Limits.MaxConcurrentUpgradedConnections = limits.Connections;
        server.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        server.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BodyBytesPerSecond, limits.BodyGrace);
        // bodies are refused by the edge at their real limit; this one lets the server read the rest of a refused body,
        // so that its sender gets the answer and not a reset
        server.Limits.MaxRequestBodySize = 64L * limits.BatchBytes;
        server.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
    }
}

/// <summary>Writes the audited refusals to the log: bounded words only, never what was sent.</summary>
internal sealed partial class RefusalLog(ILogger<RefusalLog> log) : IRefusalAudit
{
    public void Record(RefusalAudit entry) =>
        Log(log, entry.Code, entry.Surface, entry.RemoteAddress, entry.RequestId);

    [LoggerMessage(2, LogLevel.Information, "refused: {Code} at {Surface} from {RemoteAddress}, request {RequestId}")]
    private static partial void Log(ILogger log, string code, string surface, string? remoteAddress, string requestId);
}
