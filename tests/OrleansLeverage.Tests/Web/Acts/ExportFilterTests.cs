using OrleansLeverage.Tests.Web.Reads;
using Xunit;

namespace OrleansLeverage.Tests.Web.Acts;

/// <summary>Exports by the filters of the lists: every account that they leave, in the order asked for.</summary>
public sealed class ExportFilterTests
{
    [Fact]
    public async Task AnExportHasWhoTheListWouldHave()
    {
        await using var web = await SmallMarket.StartAsync();
        foreach (var (query, accounts) in new (string, string[])[]
        {
            ("", ["alice", "bob", "carol", "dave", "erin"]),
            ("tier=WARNING,MARGIN_CALL,LIQUIDATION,BANKRUPT", ["carol"]),
            ("tier=HEALTHY", ["alice", "bob", "dave", "erin"]),
            ("side=long", ["alice", "carol"]), ("side=short", ["bob", "dave"]), ("side=flat", ["erin"]),
            ("symbol=BTC-USD-PERP", ["alice", "bob", "carol", "dave"]), ("symbol=ETH-USD-PERP", []),
            ("minNotional=502500", ["alice", "bob"]), ("minNotional=502500.01", []), ("minLeverage=201", ["carol"]),
            ("sort=id", ["alice", "bob", "carol", "dave", "erin"]),
            ("sort=risk", ["carol", "alice", "bob", "dave", "erin"]),
            ("sort=leverage", ["carol", "alice", "bob", "dave", "erin"]),
            ("sort=notional&side=short", ["bob", "dave"]),
        })
        {
            Assert.Equal((query, string.Join(' ', accounts)), (query, string.Join(' ', await ExportAsync(web, query))));
            if (query.Contains("sort", StringComparison.Ordinal) && !query.Contains("notional"))
            {
                Assert.Equal(accounts, SmallMarket.Texts(await SmallMarket.GetAsync(web, "/v1/accounts?" + query),
                    "account"));
            }
        }
        var positions = (await RawHttp.GetAsync(web.Port, "/v1/export/positions?side=long&sort=notional")).Body;
        Assert.Equal(["alice", "carol"], First(positions));
        var unknown = await RawHttp.GetAsync(web.Port, "/v1/export/accounts?symbol=NOPE-USD-PERP");
        Assert.Equal((422, "unknown_asset"), (unknown.Status, unknown.Code));
    }

    private static async Task<IEnumerable<string>> ExportAsync(WebGrid web, string query) =>
        First((await RawHttp.GetAsync(web.Port, "/v1/export/accounts?" + query)).Body);

    private static IEnumerable<string> First(string csv) => csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
        .Skip(1).Select(line => line.Split(',')[0]);
}
