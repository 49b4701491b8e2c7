using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>What was closed of an account, and what was done with a plan, are events.</summary>
public sealed class LiquidationEventTests
{
    [Fact]
    public async Task EveryFillOfALiquidationIsAnEventAndATradeIsNone()
    {
        await using var web = await FallenMarket.FallenAsync();
        Assert.True((await web.Grid.ExecuteAsync(new Liquidate(web.Prices.NextId(), new AccountId("lou")))).IsApplied);
        var closed = web.Prices.Fill("lou", "alice", -0.25m, 57_000m) with { Reason = FillReason.Liquidation };
        var result = await web.Grid.ExecuteAsync(closed);
        Assert.True(result.IsApplied, $"{result.Status} {result.Detail}");
        var events = await SmallMarket.EventuallyAsync(web, "/v1/events?kind=liquidation",
            e => e.GetProperty("items").GetArrayLength() > 0);
        var row = Assert.Single(events.GetProperty("items").EnumerateArray());
        Assert.Equal(("liquidation", "critical", "lou", "BTC-USD-PERP",
            "closed 0.25 BTC-USD-PERP long of lou at 57000"), (row.GetProperty("kind").GetString(),
            row.GetProperty("severity").GetString(), row.GetProperty("account").GetString(),
            row.GetProperty("market").GetString(), row.GetProperty("text").GetString()));
        Assert.True(row.GetProperty("timestamp").GetInt64() > 0);
    }

    [Fact]
    public async Task APlanThatIsArmedIsAnEvent()
    {
        await using var web = await FallenMarket.FallenAsync();
        var plan = web.Prices.NextId().ToString();
        var armed = await FallenMarket.PostAsync(web, "/v1/adl/BTC-USD-PERP/arm",
            new { planId = plan, @operator = "day shift", bankruptAccount = "lou" });
        Assert.True(armed.Status == 200, armed.Body);
        var row = Assert.Single((await SmallMarket.GetAsync(web, "/v1/events?kind=deleveraging")).GetProperty("items")
            .EnumerateArray());
        Assert.Equal(("lou", $"plan {plan} of BTC-USD-PERP is ARMED"), (row.GetProperty("account").GetString(),
            row.GetProperty("text").GetString()));
    }
}
