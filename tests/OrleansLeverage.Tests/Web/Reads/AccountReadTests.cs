using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>Accounts over HTTP, against the market worked by hand.</summary>
public sealed class AccountReadTests
{
    [Fact]
    public async Task AccountsAreListedFilteredAndPaged()
    {
        await using var web = await SmallMarket.StartAsync();
        var all = await SmallMarket.GetAsync(web, "/v1/accounts");
        Assert.Equal(["carol", "alice", "bob", "dave", "erin"], SmallMarket.Texts(all, "account"));
        Assert.Equal(5, all.GetProperty("accounts").GetInt64());
        Assert.Equal(JsonValueKind.Null, all.GetProperty("nextCursor").ValueKind);
        var carol = all.GetProperty("items")[0];
        Assert.Equal(("WARNING", "250", "50250", "50250", "long", "BTC-USD-PERP"),
            (carol.GetProperty("tier").GetString(), carol.GetProperty("equity").GetString(),
                carol.GetProperty("notional").GetString(), carol.GetProperty("netNotional").GetString(),
                carol.GetProperty("side").GetString(), carol.GetProperty("worstSymbol").GetString()));
        Assert.Equal(0.805, carol.GetProperty("marginRatio").GetDouble(), 12);
        Assert.Equal(201.0, carol.GetProperty("leverage").GetDouble(), 12);
        Assert.Equal(49_950.0 / 0.995 / SmallMarket.Price - 1.0,
            carol.GetProperty("distanceToLiquidation").GetDouble(), 12);
        var erin = all.GetProperty("items")[4];
        Assert.Equal((0.0, "flat", JsonValueKind.Null), (erin.GetProperty("leverage").GetDouble(),
            erin.GetProperty("side").GetString(), erin.GetProperty("worstSymbol").ValueKind));

        await ListedAsync("sort=notional", "alice", "bob", "carol", "dave", "erin");
        await ListedAsync("sort=leverage", "carol", "alice", "bob", "dave", "erin");
        await ListedAsync("sort=id", "alice", "bob", "carol", "dave", "erin");
        await ListedAsync("tier=WARNING", "carol");
        await ListedAsync("tier=WARNING,HEALTHY&side=long", "carol", "alice");
        await ListedAsync("side=short", "bob", "dave");
        await ListedAsync("side=flat", "erin");
        await ListedAsync("symbol=BTC-USD-PERP&sort=id", "alice", "bob", "carol", "dave");
        await ListedAsync("symbol=ETH-USD-PERP");
        await ListedAsync("market=BTC-USD&sort=id", "alice", "bob", "carol", "dave");
        await ListedAsync("market=BTC-USD&side=short&sort=id", "bob", "dave");
        await ListedAsync("market=BTC-USD&moveFrom=-1&moveTo=0&sort=id", "carol");
        await ListedAsync("market=BTC-USD&moveFrom=1&moveTo=3&sort=id", "bob");
        await ListedAsync("minEquity=200&maxEquity=1000", "carol");
        await ListedAsync("market=ETH-USD");
        await ListedAsync("minLeverage=0.5", "carol", "alice");
        await ListedAsync("maxLeverage=0.5&sort=id", "bob", "dave", "erin");
        await ListedAsync("minNotional=100000", "alice", "bob");

        async Task ListedAsync(string query, params string[] expected)
        {
            var whole = await SmallMarket.GetAsync(web, "/v1/accounts?" + query);
            Assert.Equal(expected, SmallMarket.Texts(whole, "account"));
            var paged = new List<string>();
            string? cursor = null;
            do
            {
                var page = await SmallMarket.GetAsync(web,
                    $"/v1/accounts?{query}&limit=2" + (cursor is null ? "" : $"&cursor={cursor}"));
                paged.AddRange(SmallMarket.Texts(page, "account"));
                cursor = page.GetProperty("nextCursor").GetString();
            }
            while (cursor is not null);
            Assert.Equal(expected, paged);
        }
    }

    [Fact]
    public async Task AListIsAlsoCommaSeparatedOrALineAnItem()
    {
        await using var web = await SmallMarket.StartAsync();
        var csv = await RawHttp.GetAsync(web.Port, "/v1/accounts?sort=id&limit=2&format=csv");
        Assert.StartsWith("text/csv", csv.Headers["Content-Type"]);
        var lines = csv.Body.Split("\r\n");
        Assert.Equal("account,tier,marginRatio,leverage,leverageReason,equity,notional,netNotional,side,positions,"
            + "worstSymbol,distanceToLiquidation,ageMs,seq", lines[0]);
        Assert.Equal(["alice", "HEALTHY"], lines[1].Split(',')[..2]);
        Assert.Equal(["902500", "502500", "502500", "long", "1", "BTC-USD-PERP", ""], lines[1].Split(',')[5..12]);
        Assert.Equal("-502500", lines[2].Split(',')[7]);
        Assert.Equal(4, lines.Length);
        var rest = await RawHttp.GetAsync(web.Port,
            $"/v1/accounts?sort=id&format=ndjson&cursor={csv.Headers["Next-Cursor"]}");
        Assert.StartsWith("application/x-ndjson", rest.Headers["Content-Type"]);
        Assert.Equal(["carol", "dave", "erin"], rest.Body.TrimEnd('\n').Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("account").GetString()));
        Assert.False(rest.Headers.ContainsKey("Next-Cursor"));
    }

    [Fact]
    public async Task AtRiskIsWhoeverIsNearOrPastALine()
    {
        await using var web = await SmallMarket.StartAsync();
        Assert.Equal(["carol"], SmallMarket.Texts(await SmallMarket.GetAsync(web, "/v1/at-risk"), "account"));
        Assert.Empty(SmallMarket.Texts(await SmallMarket.GetAsync(web, "/v1/at-risk?side=short"), "account"));
    }

    [Fact]
    public async Task PositionsOrdersHistoryAndTriggersOfAnAccount()
    {
        await using var web = await SmallMarket.StartAsync();
        var order = new ReserveOrder(web.Prices.NextId(), GridFixture.Account("alice"), GridFixture.Perpetual,
            new Quantity(-2m), new Price(51_000m));
        Assert.True((await web.Grid.ExecuteAsync(order)).IsApplied);

        var position = (await SmallMarket.GetAsync(web, "/v1/accounts/alice/positions")).GetProperty("items")[0];
        Assert.Equal(("BTC-USD-PERP", "10", "-97500"), (position.GetProperty("symbol").GetString(),
            position.GetProperty("contracts").GetString(), position.GetProperty("unrealizedPnl").GetString()));
        Assert.Empty(SmallMarket.Texts(
            await SmallMarket.GetAsync(web, "/v1/accounts/alice/positions?symbol=ETH-USD-PERP"), "symbol"));

        var open = (await SmallMarket.GetAsync(web, "/v1/accounts/alice/orders")).GetProperty("items")[0];
        Assert.Equal((order.Id.ToString(), "short", "2", "51000"), (open.GetProperty("order").GetString(),
            open.GetProperty("side").GetString(), open.GetProperty("contracts").GetString(),
            open.GetProperty("price").GetString()));
        Assert.Equal(order.Id.UnixMs, open.GetProperty("timestamp").GetInt64());

        var history = await SmallMarket.GetAsync(web, "/v1/accounts/alice/history");
        Assert.Equal(["order", "trade", "deposit"], SmallMarket.Texts(history, "kind"));
        Assert.True(history.GetProperty("isWhole").GetBoolean());
        var deposit = history.GetProperty("items")[2];
        Assert.Equal((1, "balance", "1000000", "deposit"), (deposit.GetProperty("accountSeq").GetInt64(),
            deposit.GetProperty("changes")[0].GetProperty("kind").GetString(),
            deposit.GetProperty("changes")[0].GetProperty("delta").GetString(),
            deposit.GetProperty("changes")[0].GetProperty("reason").GetString()));
        var first = await SmallMarket.GetAsync(web, "/v1/accounts/alice/history?limit=2");
        var second = await SmallMarket.GetAsync(web,
            $"/v1/accounts/alice/history?limit=2&cursor={first.GetProperty("nextCursor").GetString()}");
        Assert.Equal(["order", "trade", "deposit"],
            [.. SmallMarket.Texts(first, "kind"), .. SmallMarket.Texts(second, "kind")]);
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);

        var trigger = await SmallMarket.EventuallyAsync(web, "/v1/accounts/carol/triggers",
            triggers => triggers.GetProperty("items").GetArrayLength() == 1);
        Assert.Equal(("WARNING", "250", "201.25"), (trigger.GetProperty("items")[0].GetProperty("tier").GetString(),
            trigger.GetProperty("items")[0].GetProperty("equity").GetString(),
            trigger.GetProperty("items")[0].GetProperty("maintenanceMargin").GetString()));
        Assert.Empty(SmallMarket.Texts(await SmallMarket.GetAsync(web, "/v1/accounts/alice/triggers"), "kind"));
    }

    /// <summary>
    /// Names and nesting as hyperliquid-python-sdk's examples read them: marginSummary, assetPositions and
    /// withdrawable.
    /// </summary>
    [Fact]
    public async Task AnAccountReadsAsAClearinghouseState()
    {
        await using var web = await SmallMarket.StartAsync();
        Assert.True((await web.Grid.ExecuteAsync(new SetLeverage(web.Prices.NextId(), GridFixture.Account("alice"),
            GridFixture.Perpetual, 20m))).IsApplied);
        var state = await SmallMarket.GetAsync(web, "/v1/accounts/alice?compat=hyperliquid");
        Assert.Equal(["assetPositions", "crossMaintenanceMarginUsed", "crossMarginSummary", "marginSummary", "time",
            "withdrawable"], Names(state));
        var summary = state.GetProperty("marginSummary");
        Assert.Equal(["accountValue", "totalMarginUsed", "totalNtlPos", "totalRawUsd"], Names(summary));
        // 502,500 at 20x; raw is value less the signed position
        Assert.Equal(("902500", "25125", "502500", "400000"), (summary.GetProperty("accountValue").GetString(),
            summary.GetProperty("totalMarginUsed").GetString(), summary.GetProperty("totalNtlPos").GetString(),
            summary.GetProperty("totalRawUsd").GetString()));
        Assert.Equal(("2462.5", "877375"), (state.GetProperty("crossMaintenanceMarginUsed").GetString(),
            state.GetProperty("withdrawable").GetString()));
        var wrapped = state.GetProperty("assetPositions")[0];
        Assert.Equal("oneWay", wrapped.GetProperty("type").GetString());
        var position = wrapped.GetProperty("position");
        Assert.Equal(["coin", "cumFunding", "entryPx", "leverage", "liquidationPx", "marginUsed", "maxLeverage",
            "positionValue", "returnOnEquity", "szi", "unrealizedPnl"], Names(position));
        Assert.Equal(["allTime", "sinceChange", "sinceOpen"], Names(position.GetProperty("cumFunding")));
        Assert.Equal(("BTC", "60000", null, "25125", "502500", "10", "-97500"),
            (position.GetProperty("coin").GetString(), position.GetProperty("entryPx").GetString(),
                position.GetProperty("liquidationPx").GetString(), position.GetProperty("marginUsed").GetString(),
                position.GetProperty("positionValue").GetString(), position.GetProperty("szi").GetString(),
                position.GetProperty("unrealizedPnl").GetString()));
        // −97,500 over the margin at entry, 600,000 / 20
        Assert.Equal("-3.25", position.GetProperty("returnOnEquity").GetString());
        Assert.Equal(("cross", 20), (position.GetProperty("leverage").GetProperty("type").GetString(),
            position.GetProperty("leverage").GetProperty("value").GetInt32()));
        Assert.Equal(100, position.GetProperty("maxLeverage").GetInt32());

        static string[] Names(JsonElement of) =>
            [.. of.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
    }
}
