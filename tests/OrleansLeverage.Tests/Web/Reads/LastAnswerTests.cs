using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Api.Reading;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>An answer that is given again is of the same question and of now.</summary>
public sealed class LastAnswerTests
{
    [Fact]
    public async Task AnAnswerIsForTheSameQuestionAtTheSameFrame()
    {
        var grid = new StubGrid();
        await using var server = await GridServer.StartAsync(grid, OpenServer.Options);
        var port = server.Address.Port;
        var all = (await RawHttp.GetAsync(port, "/v1/markets")).Body;
        Assert.Equal(all, (await RawHttp.GetAsync(port, "/v1/markets")).Body);
        var one = (await RawHttp.GetAsync(port, "/v1/markets?limit=1")).Json;
        Assert.Single(one.GetProperty("items").EnumerateArray());
        // events have a version of their own, and say at which frame they were looked up
        Assert.Equal("1.1", await FrameAsync(port));
        grid.Frame = new PriceFrame(new FrameNumber(1, 2), 5, grid.Universe,
            new FramePrice[grid.Universe.Feeds.Count]);
        Assert.Equal("1.2", await FrameAsync(port));
    }

    [Fact]
    public void AnotherPathIsAnotherQuestion()
    {
        var (last, frame) = (new LastAnswer(), new FrameNumber(1, 1));
        var asked = new DefaultHttpContext { Request = { Path = "/v1/markets/BTC-USD" } }.Request;
        var other = new DefaultHttpContext { Request = { Path = "/v1/markets/ETH-USD" } }.Request;
        last.Keep("\"a\"", asked, frame, [1]);
        Assert.Equal(new byte[] { 1 }, last.Find("\"a\"", asked, frame)!);
        Assert.Null(last.Find("\"a\"", other, frame));
        Assert.Null(last.Find("\"b\"", asked, frame));
    }

    private static async Task<string?> FrameAsync(int port) => (await RawHttp.GetAsync(port, "/v1/events")).Json
        .GetProperty("asOf").GetProperty("frame").GetString();
}
