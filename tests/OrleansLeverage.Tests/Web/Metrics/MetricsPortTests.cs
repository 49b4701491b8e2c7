using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web;
using Xunit;

namespace OrleansLeverage.Tests.Web.Metrics;

/// <summary>A port for metrics has them, and nothing else; the other port has everything else.</summary>
public sealed class MetricsPortTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MetricsAreWhereTheyAreSaidToBeAndNowhereElse(bool isApart)
    {
        await using var server = await GridServer.StartAsync(new StubGrid(),
            OpenServer.Options with { MetricsPort = isApart ? 0 : null });
        var (api, metrics) = (server.Address.Port, server.MetricsAddress.Port);
        Assert.Equal("/metrics", server.MetricsAddress.AbsolutePath);
        Assert.Equal(isApart, api != metrics);
        Assert.Equal(200, (await RawHttp.GetAsync(metrics, "/metrics")).Status);
        Assert.Equal(isApart ? 404 : 200, (await RawHttp.GetAsync(api, "/metrics")).Status);
        Assert.Equal(200, (await RawHttp.GetAsync(api, "/v1/oracle")).Status);
        Assert.Equal(isApart ? 404 : 200, (await RawHttp.GetAsync(metrics, "/v1/oracle")).Status);
        Assert.Equal(isApart ? 404 : 200, (await RawHttp.GetAsync(metrics, "/healthz/live")).Status);
    }

    [Fact]
    public async Task AKeyIsNeededThereToo()
    {
        using var keys = new TestKeys();
        await using var server = await GridServer.StartAsync(new StubGrid(), new GridServerOptions
        {
            Access = keys.Access, Port = 0, MetricsPort = 0,
        });
        var port = server.MetricsAddress.Port;
        Assert.Equal(401, (await RawHttp.GetAsync(port, "/metrics")).Status);
        Assert.Equal(200, (await RawHttp.GetAsync(port, "/metrics", keys.Header("read"))).Status);
    }
}
