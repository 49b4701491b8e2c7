using System.Text;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Metrics;

public sealed class OtlpTests
{
    [Theory]
    [InlineData("http://c:4317", null, false, "http://c:4317/")]
    [InlineData("http://c:4318", null, true, "http://c:4318/v1/metrics")]
    [InlineData("http://c:9090/api/v1/otlp/v1/metrics", null, true, "http://c:9090/api/v1/otlp/v1/metrics")]
    [InlineData("https://c:4317", "http/protobuf", true, "https://c:4317/v1/metrics")]
    [InlineData("http://c:4318", "grpc", false, "http://c:4318/")]
    public void TheProtocolIsWhatIsSaidOrWhatThePortSays(string endpoint, string? protocol, bool isHttp, string address)
    {
        var target = OtlpTarget.Parse(endpoint, protocol);
        Assert.Equal((isHttp, address), (target.IsHttp, target.Address.ToString()));
    }

    [Theory]
    [InlineData("collector:4317", null)]
    [InlineData("", null)]
    [InlineData("ftp://c", null)]
    [InlineData("http://c:4317", "thrift")]
    public void WhatIsNoCollectorIsRefused(string endpoint, string? protocol) =>
        Assert.Throws<FormatException>(() => OtlpTarget.Parse(endpoint, protocol));

    /// <summary>Protobuf keeps texts as they are, so the names can be seen in the bytes.</summary>
    [Fact]
    public async Task ACollectorIsSentTheInstruments()
    {
        var got = new TaskCompletionSource<(string Path, string? Type, string Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            got.TrySetResult((context.Request.Path, context.Request.ContentType,
                Encoding.Latin1.GetString(body.ToArray())));
        });
        await collector.StartAsync();
        await using var server = await GridServer.StartAsync(new StubGrid(), new GridServerOptions
        {
            Access = ServerAccess.OpenOnLoopback,
            Port = 0,
            Otlp = new OtlpTarget(new Uri(collector.Urls.Single()), IsHttp: true)
            {
                Interval = TimeSpan.FromSeconds(1),
            },
        });
        var (path, type, text) = await got.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(("/v1/metrics", "application/x-protobuf"), (path, type));
        foreach (var name in new[] { "leveragegrid.frame.count", "leveragegrid.health", "dotnet.gc.collections" })
        {
            Assert.Contains(name, text);
        }
    }
}
