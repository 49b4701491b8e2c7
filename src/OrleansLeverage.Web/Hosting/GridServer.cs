using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Metrics;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web;

/// <summary>
/// A running server. Disposing it ends its streams and lets requests in progress finish; the grid stays.
/// </summary>
public sealed class GridServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GridServer(WebApplication app, Uri address, GridServerOptions options)
    {
        _app = app;
        Address = address;
        // whoever sees the terminal may look and operate; prices, trades and keys need a key
        LoginLink = options.KeysOrTokens
            ? new Uri(address, $"#/login/{Services.GetRequiredService<Sessions>().Invite(Scope.Read | Scope.Operate)}")
            : null;
    }

    /// <summary>Where it answers, such as <c>http://127.0.0.1:5080/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Where <c>/metrics</c> is: with the API, or at a port of its own.</summary>
    public required Uri MetricsAddress { get; init; }

    /// <summary>
    /// Logs a browser in, once and within <see cref="Sessions.LinkLifetime"/>; null where nobody needs to log in. The
    /// token is in the fragment, which browsers send to no server.
    /// </summary>
    public Uri? LoginLink { get; }

    internal IServiceProvider Services => _app.Services;

    /// <summary>
    /// Starts to serve <paramref name="grid"/> and returns when the listener answers. A busy port moves on to the next
    /// free one where the options allow it.
    /// </summary>
    /// <exception cref="ArgumentException">Who may ask is not said, or contradicts itself.</exception>
    /// <exception cref="FormatException">A file of keys or an audit is not what it must be.</exception>
    /// <exception cref="IOException">No port could be bound: the message names those tried.</exception>
    public static async Task<GridServer> StartAsync(
        ILeverageGrid grid, GridServerOptions options, CancellationToken cancellation = default)
    {
        if (ServerAccess.Fault(options) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }
        var tries = options is { MovesOnFromBusyPort: true, Port: > 0 } ? options.PortsTried : 1;
        for (var offset = 0; offset < tries && options.Port + offset <= ushort.MaxValue; offset++)
        {
            var app = LeverageGridWeb.CreateBuilder(grid, options with { Port = options.Port + offset }).Build()
                .MapLeverageGrid("/v1");
            try
            {
                await app.StartAsync(cancellation);
                var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
                var addresses = bound!.Addresses.Select(address => new Uri(address)).ToArray();
                return new GridServer(app, addresses[0], options)
                {
                    MetricsAddress = new Uri(addresses[^1], MetricsEndpoint.Path),
                };
            }
            catch (IOException busy) when (busy.InnerException is AddressInUseException or SocketException)
            {
                await app.DisposeAsync();
            }
            catch
            {
                await app.DisposeAsync();
                throw;
            }
        }
        throw new IOException($"no free port from {options.Port} on, {tries} tried");
    }

    /// <summary>Returns when the server has been told to stop.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }
}
