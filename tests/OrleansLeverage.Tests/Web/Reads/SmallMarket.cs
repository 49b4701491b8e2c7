using System.Text.Json;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>
/// Five accounts behind a real server, worked by hand. Bitcoin was bought at 60,000 and stands at 50,250; its margin is
/// 0.5 % of the notional less 50 (the schedule's second bracket).
/// <code>
/// account  deposit     contracts   equity      notional   maintenance   ratio
/// alice    1,000,000     +10         902,500   502,500    2,462.50      .0027
/// bob      1,000,000     −10       1,097,500   502,500    2,462.50      .0022
/// carol       10,000      +1             250    50,250      201.25      .805    WARNING, liquidated at 49,950/.995
/// dave       200,000      −1         209,750    50,250      201.25      .00096
/// erin        30,000       0          30,000         0           0      0
/// </code>
/// </summary>
internal static class SmallMarket
{
    public const double Price = 50_250.0;

    public static async Task<WebGrid> StartAsync()
    {
        var web = await WebGrid.StartAsync();
        foreach (var (account, amount) in new[] { ("carol", 10_000m), ("dave", 200_000m), ("erin", 30_000m) })
        {
            Assert.True((await web.Prices.DepositAsync(account, amount)).IsApplied);
        }
        foreach (var fill in new[]
        {
            web.Prices.Fill("alice", "bob", 10m, 60_000m), web.Prices.Fill("carol", "dave", 1m, 60_000m),
        })
        {
            var result = await web.Grid.ExecuteAsync(fill);
            Assert.True(result.IsApplied, $"{result.Status} {result.Detail}");
        }
        await web.Prices.PriceAsync(GridFixture.Bitcoin, 50_250m);
        // what was asked for before may be of the price before
        await EventuallyAsync(web, "/v1/at-risk", at => at.GetProperty("items").GetArrayLength() == 1);
        await EventuallyAsync(web, "/v1/skew", skew => skew.GetProperty("system").GetProperty("longUsd").GetDouble()
            == 11 * Price && skew.GetProperty("cohorts")[0].GetProperty("accounts").GetInt64() == 1);
        return web;
    }

    public static Task<JsonElement> EventuallyAsync(WebGrid web, string target, Func<JsonElement, bool> holds) =>
        GridFixture.EventuallyAsync(async () =>
        {
            var answer = await RawHttp.GetAsync(web.Port, target);
            return answer.Status == 200 ? answer.Json : default;
        }, json => json.ValueKind == JsonValueKind.Object && holds(json), target);

    public static async Task<JsonElement> GetAsync(WebGrid web, string target)
    {
        var answer = await RawHttp.GetAsync(web.Port, target);
        Assert.True(answer.Status == 200, $"{target}: {answer.Status} {answer.Body}");
        return answer.Json;
    }

    public static string[] Texts(JsonElement list, string name) =>
        [.. list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty(name).GetString()!)];
}
