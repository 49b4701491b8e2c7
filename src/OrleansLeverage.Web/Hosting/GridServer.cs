using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Web;

/// <summary>
/// A running server. Disposing it ends its streams and lets requests in progress finish; the grid stays.
/// </summary>
public sealed class GridServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GridServer(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>Where it answers, such as <c>http://127.0.0.1:5080/</c>.</summary>
    public Uri Address { get; }

    internal IServiceProvider Services => _app.Services;

    /// <summary>
    /// Starts to serve <paramref name="grid"/> and returns when the listener answers. A busy port moves on to the next
    /// free one where the options allow it.
    /// </summary>
    /// <exception cref="IOException">No port could be bound; the message names those tried.</exception>
    public static async Task<GridServer> StartAsync(
        ILeverageGrid grid, GridServerOptions options, CancellationToken cancellation = default)
    {
        var tries = options is { MovesOnFromBusyPort: true, Port: > 0 } ? options.PortsTried : 1;
        for (var offset = 0; offset < tries && options.Port + offset <= ushort.MaxValue; offset++)
        {
            var app = LeverageGridWeb.CreateBuilder(grid, options with { Port = options.Port + offset }).Build()
                .MapLeverageGrid("/v1");
            try
            {
                await app.StartAsync(cancellation);
                var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
                return new GridServer(app, new Uri(bound!.Addresses.Single()));
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
