using OrleansLeverage.Engine;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web;

namespace OrleansLeverage.Tests.Web;

/// <summary>A server on a free port over a grid that a test makes up.</summary>
internal sealed class StubServer(GridServer server) : IAsyncDisposable
{
    public int Port => server.Address.Port;

    public static async Task<StubServer> StartAsync(ILeverageGrid grid, GridServerOptions? options = null) =>
        new(await GridServer.StartAsync(grid, (options ?? OpenServer.Options) with
        {
            Mode = "DEMO",
        }));

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
