using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Console;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Metrics;
using OrleansLeverage.Web.Security;
using OrleansLeverage.Web.Status;

namespace OrleansLeverage.Web;

/// <summary>
/// The server around the endpoints: nothing from the environment or a settings file, limits set, and the edge's checks
/// between routing and every endpoint.
/// </summary>
internal static class EdgeHost
{
    public const string MeterName = "LeverageGrid";

    /// <summary>What waits for a reader at most: with the server, and again with the system.</summary>
    private const int WaitingBytes = 16 * 1024;

    public static WebApplicationBuilder Builder(GridServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // whoever starts the server is told why it did not start; the host need not say it too
        builder.Logging.SetMinimumLevel(options.LogLevel).AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            // it writes down URLs as they were sent, and somebody may have put a secret into one
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        // standard output belongs to whoever starts the server, and may be read by a machine
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Configure(server, options));
        builder.Services.Configure<SocketTransportOptions>(sockets =>
        {
            sockets.MaxWriteBufferSize = WaitingBytes;
            sockets.CreateBoundListenSocket = BoundSocket;
        });
        builder.Services.AddRouting().AddMetrics();
        builder.Services.AddSingleton(options).AddSingleton(options.Clock).AddSingleton(options.Limits);
        builder.Services.AddSingleton(services => services.GetRequiredService<IMeterFactory>().Create(MeterName));
        builder.Services.AddSecurity().AddSingleton<EdgeGate>();
        return builder;
    }

    /// <summary>Puts the checks in front of whatever is mapped on <paramref name="app"/>.</summary>
    public static void UseEdge(WebApplication app, string prefix)
    {
        var gate = app.Services.GetRequiredService<EdgeGate>();
        app.Use(next => context => SecurityHeaders.AddAsync(context, next));
        if (app.Services.GetRequiredService<GridServerOptions>().MetricsPort is not null)
        {
            app.Use(next => context => IsMisplaced(context)
                ? gate.RefuseAsync(context, Refusal.Of("not_found"))
                : next(context));
        }
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
    /// A slow reader is to be noticed while what waits for it is still new. By itself the system would keep megabytes
    /// for it, which at the pace of a stream are minutes: on Linux little may wait that has not been sent, and what is
    /// on its way is not bounded; elsewhere both are.
    /// </summary>
    private static Socket BoundSocket(EndPoint endpoint)
    {
        const int Tcp = 6;
        const int NotSentLowWater = 25; // linux/tcp.h, TCP_NOTSENT_LOWAT; connections take it over from the listener
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (OperatingSystem.IsLinux() && endpoint is IPEndPoint)
        {
            socket.SetRawSocketOption(Tcp, NotSentLowWater, BitConverter.GetBytes(WaitingBytes));
        }
        else
        {
            socket.SendBufferSize = 4 * WaitingBytes;
        }
        return socket;
    }

    private static void Configure(KestrelServerOptions server, GridServerOptions options)
    {
        var limits = options.Limits;
        server.AddServerHeader = false;
        server.Limits.MaxResponseBufferSize = WaitingBytes;
        server.Limits.MaxRequestLineSize = limits.RequestLineBytes;
        server.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        server.Limits.MaxConcurrentConnections = limits.Connections;
        server.Limits.MaxConcurrentUpgradedConnections = limits.Connections;
        server.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        server.Limits.MinRequestBodyDataRate = new MinDataRate(limits.BodyBytesPerSecond, limits.BodyGrace);
        // bodies are refused by the edge at their real limit; this one lets the server read the rest of a refused body,
        // so that its sender gets the answer and not a reset
        server.Limits.MaxRequestBodySize = 64L * limits.BatchBytes;
        server.Listen(options.Bind, options.Port, listen => Configure(listen, options));
        if (options.MetricsPort is { } port)
        {
            server.Listen(options.Bind, port, listen =>
            {
                listen.Use(next => connection =>
                {
                    connection.Features.Set(new MetricsOnly());
                    return next(connection);
                });
                Configure(listen, options);
            });
        }
    }

    private static void Configure(ListenOptions listen, GridServerOptions options)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (options.Certificate is { } certificate)
        {
            listen.UseHttps(certificate, tls => tls.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);
        }
    }

    /// <summary>Where metrics have a port of their own, they are there and nowhere else, and nothing else is.</summary>
    private static bool IsMisplaced(HttpContext context) =>
        context.Features.Get<MetricsOnly>() is not null != (context.Request.Path == MetricsEndpoint.Path);

    /// <summary>Marks a connection to the port of the metrics.</summary>
    private sealed class MetricsOnly;
}
