using System.Text.Json;
using OrleansLeverage.Tests.Engine;
using Xunit;
using static OrleansLeverage.Tests.Web.FallenMarket;

namespace OrleansLeverage.Tests.Web.Acts;

/// <summary>Triggers for subscribers: until acknowledged, in order, to each for itself.</summary>
public sealed class TriggerApiTests
{
    [Fact]
    public async Task WhatIsNotAcknowledgedComesAgain()
    {
        await using var web = await WebGrid.StartAsync();
        Assert.Empty(await ReadAsync(web, "desk"));
        Assert.Empty(await ReadAsync(web, "risk"));
        await TradeAsync(web);
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 58_300m);
        var first = await GridFixture.EventuallyAsync(() => ReadAsync(web, "desk"), rows => rows.Count > 0, "none");
        var trigger = first[0];
        // 2,000 less 1,700 against 0.4 percent of 58,300: past 0.70 of the line
        Assert.Equal(("lou", "300", "WARNING"), (trigger.GetProperty("account").GetString(),
            trigger.GetProperty("equity").GetString(), trigger.GetProperty("tier").GetString()));
        Assert.Equal(first.Select(row => row.GetRawText()), (await ReadAsync(web, "desk")).Take(first.Count)
            .Select(row => row.GetRawText()));
        var last = first[^1].GetProperty("seq").GetInt64();
        var acknowledged = await PostAsync(web, "/v1/triggers/ack", new { subscriber = "desk", sequence = last });
        Assert.True((200, "applied") == (acknowledged.Status, acknowledged.Code), acknowledged.Body);
        Assert.DoesNotContain(await ReadAsync(web, "desk"), row => row.GetProperty("seq").GetInt64() <= last);
        Assert.Contains(await ReadAsync(web, "risk"), row => row.GetProperty("seq").GetInt64() == last);
        // far ahead of what there is: nothing that is still to come is lost
        await PostAsync(web, "/v1/triggers/ack", new { subscriber = "desk", sequence = long.MaxValue });
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 57_000m);
        await GridFixture.EventuallyAsync(() => ReadAsync(web, "desk"), rows => rows.Count > 0,
            "what came after it is lost");
        var csv = await RawHttp.GetAsync(web.Port, "/v1/export/triggers?subscriber=risk");
        Assert.StartsWith("seq,account,kind,tier,frame,", csv.Body);
        Assert.Contains(",lou,", csv.Body);
    }

    [Theory]
    [InlineData("/v1/triggers", 400, "bad_subscriber")]
    [InlineData("/v1/triggers?subscriber=", 400, "bad_subscriber")]
    [InlineData("/v1/triggers?subscriber=two%20words", 400, "bad_subscriber")]
    [InlineData("/v1/triggers?subscriber=a&cursor=1", 400, "bad_query")]
    [InlineData("/v1/triggers?subscriber=a&limit=0", 400, "bad_query")]
    [InlineData("/v1/triggers?name=a", 400, "bad_query")]
    [InlineData("/v1/export/triggers", 400, "bad_subscriber")]
    [InlineData("/v1/export/triggers?subscriber=a&format=json", 400, "bad_query")]
    public async Task WhatIsNoReaderIsRefused(string path, int status, string code)
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        Refused(status, code, await RawHttp.GetAsync(server.Port, path));
    }

    [Theory]
    [InlineData("""{ "subscriber": "a" }""", 400, "missing_field")]
    [InlineData("""{ "subscriber": "", "sequence": 1 }""", 400, "bad_subscriber")]
    [InlineData("""{ "subscriber": "a", "sequence": -1 }""", 400, "bad_integer")]
    [InlineData("""{ "subscriber": "a", "sequence": "1" }""", 400, "bad_integer")]
    [InlineData("""{ "subscriber": "a", "sequence": 1 }""", 501, "not_supported")]
    public async Task WhatIsNoAcknowledgementIsRefused(string body, int status, string code)
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        Refused(status, code, await RawHttp.PostAsync(server.Port, "/v1/triggers/ack", body));
    }

    [Fact]
    public async Task ThereAreOnlySoManySubscribers()
    {
        await using var web = await WebGrid.StartAsync();
        for (var i = 0; i < 64; i++)
        {
            Assert.Empty(await ReadAsync(web, $"reader-{i}"));
        }
        Refused(429, "too_many_subscribers", await RawHttp.GetAsync(web.Port, "/v1/triggers?subscriber=one-more"));
    }

    private static async Task<List<JsonElement>> ReadAsync(WebGrid web, string subscriber)
    {
        var answer = await RawHttp.GetAsync(web.Port, $"/v1/triggers?subscriber={subscriber}");
        Assert.True(answer.Status == 200, answer.Body);
        return [.. answer.Json.GetProperty("items").EnumerateArray()];
    }
}
