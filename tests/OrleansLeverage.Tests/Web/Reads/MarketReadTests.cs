using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>Markets, skew, maps and the rest over HTTP, against the market worked by hand.</summary>
public sealed class MarketReadTests
{
    [Fact]
    public async Task MarketsSayWhatIsHeldAndByHowMany()
    {
        await using var web = await SmallMarket.StartAsync();
        var markets = await SmallMarket.GetAsync(web, "/v1/markets");
        Assert.Equal(["BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "DOGE-USD", "ADA-USD", "AVAX-USD", "LINK-USD",
            "LTC-USD"], SmallMarket.Texts(markets, "asset"));
        var bitcoin = markets.GetProperty("items")[0];
        Assert.Equal(("50250", "LIVE", 552_750.0, 552_750.0, 1_105_500.0, 4L, 2L, 2L, 0.0),
            (bitcoin.GetProperty("price").GetString(), bitcoin.GetProperty("state").GetString(),
                bitcoin.GetProperty("longNotional").GetDouble(), bitcoin.GetProperty("shortNotional").GetDouble(),
                bitcoin.GetProperty("notional").GetDouble(), bitcoin.GetProperty("accounts").GetInt64(),
                bitcoin.GetProperty("longAccounts").GetInt64(), bitcoin.GetProperty("shortAccounts").GetInt64(),
                bitcoin.GetProperty("notionalSkew").GetDouble()));
        // Σ notional / Σ equity of its holders: all of theirs lies here
        Assert.Equal(1_105_500.0 / 2_210_000.0, bitcoin.GetProperty("leverage").GetDouble(), 12);
        Assert.Equal(552_750.0 / 902_750.0, bitcoin.GetProperty("longLeverage").GetDouble(), 12);
        var symbols = bitcoin.GetProperty("symbols");
        Assert.Equal(["BTC-USD-PERP", "BTC-USDI-PERP", "BTC-USD", "BTC-USD-20261225"],
            symbols.EnumerateArray().Select(s => s.GetProperty("symbol").GetString()!));
        Assert.Equal(("perpetual", "50250", "552750", 2L), (symbols[0].GetProperty("kind").GetString(),
            symbols[0].GetProperty("markPrice").GetString(), symbols[0].GetProperty("openInterestNotional").GetString(),
            symbols[0].GetProperty("longAccounts").GetInt64()));
        var ether = markets.GetProperty("items")[1];
        Assert.Equal(("NOT_MEASURED", JsonValueKind.Null, JsonValueKind.Null), (ether.GetProperty("state").GetString(),
            ether.GetProperty("price").ValueKind, ether.GetProperty("notional").ValueKind));

        var one = (await SmallMarket.GetAsync(web, "/v1/markets/BTC-USD-PERP")).GetProperty("market");
        Assert.Equal("BTC-USD", one.GetProperty("asset").GetString());
        Assert.Equal(["BTC-USD", "ETH-USD"],
            SmallMarket.Texts(await SmallMarket.GetAsync(web, "/v1/markets?kind=spot"), "asset"));
        Assert.Equal(["SOL-USD"],
            SmallMarket.Texts(await SmallMarket.GetAsync(web, "/v1/markets?symbol=SOL-USD-PERP"), "asset"));
        var first = await SmallMarket.GetAsync(web, "/v1/markets?limit=4");
        var rest = await SmallMarket.GetAsync(web,
            $"/v1/markets?limit=5&cursor={first.GetProperty("nextCursor").GetString()}");
        Assert.Equal("DOGE-USD", SmallMarket.Texts(rest, "asset")[0]);
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("nextCursor").ValueKind);
    }

    [Fact]
    public async Task SkewIsOfTheMarketOfEveryMarketAndOfEverySize()
    {
        await using var web = await SmallMarket.StartAsync();
        var skew = await SmallMarket.GetAsync(web, "/v1/skew");
        var (longs, shorts) = (552_750.0 / 902_750.0, 552_750.0 / 1_307_250.0);
        Assert.Equal((longs - shorts) / (longs + shorts),
            skew.GetProperty("system").GetProperty("leverageSkew").GetDouble(), 12);
        var market = Assert.Single(skew.GetProperty("markets").EnumerateArray());
        Assert.Equal(("BTC-USD", 0.0, 2L), (market.GetProperty("asset").GetString(),
            market.GetProperty("accountSkew").GetDouble(), market.GetProperty("longAccounts").GetInt64()));
        var cohorts = skew.GetProperty("cohorts");
        Assert.Equal([("below 1k", 1, 50_250.0, 0.0), ("1k to 10k", 0, 0.0, 0.0), ("10k to 100k", 1, 0.0, 0.0),
            ("100k to 1M", 2, 502_500.0, 50_250.0), ("1M to 10M", 1, 0.0, 502_500.0), ("10M and more", 0, 0.0, 0.0)],
            cohorts.EnumerateArray().Select(c => (c.GetProperty("group").GetString()!,
                c.GetProperty("accounts").GetInt32(), c.GetProperty("longUsd").GetDouble(),
                c.GetProperty("shortUsd").GetDouble())));
        Assert.Equal(452_250.0 / 552_750.0, cohorts[3].GetProperty("bias").GetDouble(), 12);
        Assert.Equal(JsonValueKind.Null, cohorts[1].GetProperty("bias").ValueKind);
    }

    [Fact]
    public async Task TheHistogramCountsAccountsBySideAndLeverage()
    {
        await using var web = await SmallMarket.StartAsync();
        var histogram = await SmallMarket.GetAsync(web, "/v1/histogram");
        // carol at 201x, alice and the shorts below 1x
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, 1], Numbers(histogram.GetProperty("long").GetProperty("accounts")));
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 0, 0], Numbers(histogram.GetProperty("short").GetProperty("accounts")));

        static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];
    }

    [Fact]
    public async Task TheMapSaysWhoIsLiquidatedWhere()
    {
        await using var web = await SmallMarket.StartAsync();
        var map = await SmallMarket.EventuallyAsync(web, "/v1/liquidation-map/BTC-USD", m =>
            m.GetProperty("price").GetDouble() == SmallMarket.Price
            && m.GetProperty("buckets")[49].GetProperty("accounts").GetInt64() == 1);
        Assert.Equal(100, map.GetProperty("buckets").GetArrayLength());
        var fall = map.GetProperty("buckets")[49];
        // carol's line is 0.0975 % below
        Assert.Equal((0, -1, "long", 50_250.0, SmallMarket.Price, SmallMarket.Price * 0.99),
            (fall.GetProperty("fromPct").GetInt32(), fall.GetProperty("toPct").GetInt32(),
                fall.GetProperty("side").GetString(), fall.GetProperty("notional").GetDouble(),
                fall.GetProperty("priceFrom").GetDouble(), fall.GetProperty("priceTo").GetDouble()));
        Assert.Equal([0.0, 0.0, 0.0, 0.0, 0.0, 50_250.0],
            fall.GetProperty("byBand").EnumerateArray().Select(band => band.GetDouble()));
        var rise = map.GetProperty("buckets")[50];
        Assert.Equal((0, 1, "short"), (rise.GetProperty("fromPct").GetInt32(), rise.GetProperty("toPct").GetInt32(),
            rise.GetProperty("side").GetString()));
        // alice has more than she owes at any price; bob and dave are liquidated far above
        Assert.Equal((1L, 2L, 0L), (map.GetProperty("never").GetProperty("accounts").GetInt64(),
            map.GetProperty("beyond").GetProperty("accounts").GetInt64(),
            map.GetProperty("past").GetProperty("accounts").GetInt64()));
        Assert.Equal((SmallMarket.Price * 0.99, JsonValueKind.Null),
            (map.GetProperty("maxPain").GetProperty("long").GetProperty("price").GetDouble(),
                map.GetProperty("maxPain").GetProperty("short").ValueKind));

        // CoinGlass: {"code":"0","data":{"<price>":[[price, level, ratio, null]]}}
        var coinglass = await SmallMarket.GetAsync(web, "/v1/liquidation-map/BTC-USD-PERP?compat=coinglass");
        Assert.Equal(("0", ""), (coinglass.GetProperty("code").GetString(), coinglass.GetProperty("msg").GetString()));
        var level = Assert.Single(coinglass.GetProperty("data").EnumerateObject());
        Assert.Equal("49747.5", level.Name);
        Assert.Equal("[[49747.5,50250,50,null]]", level.Value.GetRawText());

        var history = await SmallMarket.EventuallyAsync(web, "/v1/liquidation-map/BTC-USD/history",
            h => h.GetProperty("times").GetArrayLength() > 0);
        Assert.Equal(100, history.GetProperty("notional")[0].GetArrayLength());
        Assert.Equal(-50, history.GetProperty("fromPct")[0].GetInt32());
    }

    [Fact]
    public async Task TheOracleBoardNamesTheWorstFirst()
    {
        await using var web = await SmallMarket.StartAsync();
        var board = await SmallMarket.GetAsync(web, "/v1/oracle");
        Assert.Equal((10, "NOT_MEASURED", 1, 9), (board.GetProperty("items").GetArrayLength(),
            board.GetProperty("items")[0].GetProperty("state").GetString(),
            board.GetProperty("states").GetProperty("LIVE").GetInt32(),
            board.GetProperty("states").GetProperty("NOT_MEASURED").GetInt32()));
        Assert.Equal(board.GetProperty("items")[0].GetProperty("feed").GetString(),
            board.GetProperty("worst").GetString());
        Assert.Equal(["liquidation", "deleveraging", "withdrawal"], board.GetProperty("items")[0]
            .GetProperty("inhibits").EnumerateArray().Select(word => word.GetString()!));
        var bitcoin = board.GetProperty("items")[9];
        Assert.Equal(("BTC-USD", "LIVE", "FRESH", "50250", 1, 2_000L), (bitcoin.GetProperty("feed").GetString(),
            bitcoin.GetProperty("state").GetString(), bitcoin.GetProperty("decides").GetString(),
            bitcoin.GetProperty("price").GetString(), bitcoin.GetProperty("sourcesLive").GetInt32(),
            bitcoin.GetProperty("cadenceMs").GetInt64()));
        var source = Assert.Single(bitcoin.GetProperty("sources").EnumerateArray());
        Assert.Equal((WebGrid.Source, "50250", 0.0, "GOOD"), (source.GetProperty("source").GetString(),
            source.GetProperty("price").GetString(), source.GetProperty("deviationBp").GetDouble(),
            source.GetProperty("state").GetString()));
        await SmallMarket.EventuallyAsync(web, "/v1/oracle",
            o => o.GetProperty("items")[9].GetProperty("beats").GetArrayLength() > 0);
    }

    [Fact]
    public async Task EventsTellOfTriggersAndFeeds()
    {
        await using var web = await SmallMarket.StartAsync();
        var events = await SmallMarket.EventuallyAsync(web, "/v1/events?kind=trigger",
            e => e.GetProperty("items").GetArrayLength() == 1);
        var warning = events.GetProperty("items")[0];
        Assert.Equal(("warning", "carol", "carol is near its margin, margin ratio 0.80"),
            (warning.GetProperty("severity").GetString(), warning.GetProperty("account").GetString(),
                warning.GetProperty("text").GetString()));
        web.Time.Advance(60_000);
        var stale = await SmallMarket.EventuallyAsync(web, "/v1/events?kind=oracle&severity=critical",
            e => e.GetProperty("items").GetArrayLength() > 0);
        Assert.Equal("BTC-USD", stale.GetProperty("items")[0].GetProperty("market").GetString());
        var after = stale.GetProperty("newest").GetInt64();
        Assert.Empty(SmallMarket.Texts(await SmallMarket.GetAsync(web, $"/v1/events?after={after}"), "text"));
        var page = await SmallMarket.GetAsync(web, "/v1/events?limit=1");
        var next = await SmallMarket.GetAsync(web,
            $"/v1/events?limit=1&cursor={page.GetProperty("nextCursor").GetString()}");
        Assert.Equal(page.GetProperty("items")[0].GetProperty("seq").GetInt64() - 1,
            next.GetProperty("items")[0].GetProperty("seq").GetInt64());
    }

    [Fact]
    public async Task HistoryRulesUniverseReportAndVolatilityAnswer()
    {
        await using var web = await SmallMarket.StartAsync();
        var history = await SmallMarket.EventuallyAsync(web,
            "/v1/history?metrics=marketLeverage,leverageSkew,longHistogram",
            h => h.GetProperty("times").GetArrayLength() > 0
                && Last(h.GetProperty("marketLeverage")).ValueKind == JsonValueKind.Number
                && Math.Abs(Last(h.GetProperty("marketLeverage")).GetDouble() - (1_105_500.0 / 2_240_000.0)) < 1e-12);
        Assert.Equal(9, history.GetProperty("longHistogram")[0].GetArrayLength());
        var feed = await SmallMarket.GetAsync(web, "/v1/history?feed=BTC-USD");
        Assert.Equal(SmallMarket.Price, Last(feed.GetProperty("price")).GetDouble());

        var rules = await SmallMarket.GetAsync(web, "/v1/rules");
        Assert.Equal(("generic", "0.7", "1"), (rules.GetProperty("name").GetString(),
            rules.GetProperty("warningRatio").GetString(), rules.GetProperty("liquidationRatio").GetString()));
        var bracket = rules.GetProperty("schedules")[0].GetProperty("brackets")[1];
        Assert.Equal(("50000", "0.005", "50", 100.0), (bracket.GetProperty("minNotional").GetString(),
            bracket.GetProperty("maintenanceMarginRate").GetString(),
            bracket.GetProperty("maintenanceAmount").GetString(), bracket.GetProperty("maxLeverage").GetDouble()));
        var universe = await SmallMarket.GetAsync(web, "/v1/universe");
        Assert.Equal((10, 11), (universe.GetProperty("feeds").GetArrayLength(),
            universe.GetProperty("assets").GetArrayLength()));
        var greeks = await SmallMarket.GetAsync(web, "/v1/greeks");
        Assert.Equal((JsonValueKind.Null, "no options are listed"),
            (greeks.GetProperty("greeks").ValueKind, greeks.GetProperty("reason").GetString()));
        Assert.Equal(10, (await SmallMarket.GetAsync(web, "/v1/vol-index")).GetProperty("items").GetArrayLength());
        var report = await RawHttp.GetAsync(web.Port, "/v1/report");
        Assert.True(report.Status == 200 || report.Code == "not_measured", report.Body);
    }

    private static JsonElement Last(JsonElement array) => array[array.GetArrayLength() - 1];
}
