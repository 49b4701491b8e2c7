using OrleansLeverage.Engine;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Tests.Web;

/// <summary>A server on a free port over a grid that a test makes up.</summary>
internal sealed class StubServer(GridServer server) : IAsyncDisposable
{
    public int Port => server.Address.Port;

    public static async Task<StubServer> StartAsync(ILeverageGrid grid, GridServerOptions? options = null) =>
        new(await GridServer.StartAsync(grid, (options ?? new GridServerOptions()) with
        {
            Port = 0, Mode = "DEMO", Access = ServerAccess.OpenOnLoopback,
        }));

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
