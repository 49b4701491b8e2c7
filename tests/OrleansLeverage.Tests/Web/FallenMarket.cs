using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Web;

/// <summary>
/// The market of the deleveraging contract behind a server: lou is long 1 BTC against ann (0.4), ben (0.5) and cat
/// (0.1), entered at 60,000 with 2,000 USD; at 57,000 lou owes 1,000 and is closed at 58,000.
/// </summary>
internal static class FallenMarket
{
    public const string Perpetual = "BTC-USD-PERP";

    public static async Task<WebGrid> TradedAsync()
    {
        var web = await WebGrid.StartAsync();
        await TradeAsync(web);
        return web;
    }

    public static async Task TradeAsync(WebGrid web)
    {
        foreach (var (name, usd) in new[] { ("lou", 2_000m), ("ann", 10_000m), ("ben", 5_000m), ("cat", 2_000m) })
        {
            await web.Prices.DepositAsync(name, usd);
        }
        foreach (var (name, contracts) in new[] { ("ann", 0.4m), ("ben", 0.5m), ("cat", 0.1m) })
        {
            var result = await web.Grid.ExecuteAsync(web.Prices.Fill("lou", name, contracts, 60_000m));
            Assert.Equal(CommandStatus.Applied, result.Status);
        }
    }

    public static async Task<WebGrid> FallenAsync()
    {
        var web = await TradedAsync();
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 57_000m);
        return web;
    }

    /// <summary>Equity of everybody, as accounts are told it.</summary>
    public static async Task<IReadOnlyList<(string Account, decimal Equity)>> EquitiesAsync(WebGrid web)
    {
        var rows = new List<(string, decimal)>();
        foreach (var name in new[] { "lou", "ann", "ben", "cat" })
        {
            var answer = await RawHttp.GetAsync(web.Port, $"/v1/accounts/{name}");
            rows.Add((name, decimal.Parse(answer.Json.GetProperty("equity").GetString()!,
                CultureInfo.InvariantCulture)));
        }
        return rows;
    }

    /// <summary>Whether money and contracts are what they were, over all accounts and the house.</summary>
    public static void BooksClose(WebGrid web)
    {
        var books = ((EmbeddedGrid)web.Grid).Books();
        Assert.Empty(books.Unbalanced);
        Assert.All(books.Contracts, market => Assert.Equal(market.Long, market.Short));
    }

    public static Task<RawAnswer> PostAsync(WebGrid web, string path, object body) =>
        RawHttp.PostAsync(web.Port, path, JsonSerializer.Serialize(body));

    /// <summary>A refusal as a client sees it.</summary>
    public static void Refused(int status, string code, RawAnswer answer)
    {
        Assert.True((status, code) == (answer.Status, answer.Code), $"{status} {code}: {answer.Status} {answer.Body}");
        Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
    }
}
