using OrleansLeverage.Tests.App;
using OrleansLeverage.Tests.Web.Security;
using Xunit;
using static OrleansLeverage.Tests.Web.FallenMarket;

namespace OrleansLeverage.Tests.Web.Acts;

/// <summary>Reports out of a folder: those and nothing else, and a page that can do nothing.</summary>
public sealed class CalibrationApiTests
{
    [Fact]
    public async Task ReportsAreListedAndGivenAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        folder.Write("btc.json", """{ "schema": "leverage-calibration/1", "feed": "BTC-USD", "model": "garch" }""");
        folder.Write("btc.html", "<!doctype html><title>btc</title><style>p{}</style>");
        folder.Write("eth.json", "{ not json");
        folder.Write("secret.txt", "secret");
        folder.Write("a..json", "{}");
        File.CreateSymbolicLink(folder["link.json"], folder["secret.txt"]);
        Directory.CreateDirectory(folder["more"]);
        await using var server = await StubServer.StartAsync(new StubGrid(),
            OpenServer.Options with { Reports = folder.Path });
        var list = (await RawHttp.GetAsync(server.Port, "/v1/calibration")).Json;
        Assert.Equal(["btc json,html", "eth json"], list.GetProperty("items").EnumerateArray().Select(row =>
            row.GetProperty("name").GetString() + " "
            + string.Join(',', row.GetProperty("forms").EnumerateArray().Select(form => form.GetString()))));
        var btc = list.GetProperty("items")[0];
        Assert.Equal(("leverage-calibration/1", "BTC-USD", true), (btc.GetProperty("kind").GetString(),
            btc.GetProperty("feed").GetString(), btc.GetProperty("hasHtml").GetBoolean()));
        var json = await RawHttp.GetAsync(server.Port, "/v1/calibration/btc");
        Assert.Equal("garch", json.Json.GetProperty("model").GetString());
        Assert.Equal(304, (await RawHttp.GetAsync(server.Port, "/v1/calibration/btc",
            $"If-None-Match: {json.Headers["ETag"]}")).Status);
        var page = await RawHttp.GetAsync(server.Port, "/v1/calibration/btc.html");
        Assert.StartsWith("text/html", page.Headers["Content-Type"]);
        Assert.Contains("sandbox", page.Headers["Content-Security-Policy"]);
        Assert.DoesNotContain("script", page.Headers["Content-Security-Policy"]);
        Refused(500, "bad_report", await RawHttp.GetAsync(server.Port, "/v1/calibration/eth"));
        foreach (var name in new[] { "eth.html", "secret.txt", "secret", "link", "a.", "more", "..%2Fbtc", "%2e%2e",
            "btc.json", "btc%00" })
        {
            Assert.True((await RawHttp.GetAsync(server.Port, "/v1/calibration/" + name)).Status is 404 or 400, name);
        }
        Refused(400, "bad_query", await RawHttp.GetAsync(server.Port, "/v1/calibration?name=btc"));
    }

    [Fact]
    public async Task WithoutAFolderThereIsNoneAndThatIsSaid()
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        var list = (await RawHttp.GetAsync(server.Port, "/v1/calibration")).Json;
        Assert.Equal(("no_folder", 0), (list.GetProperty("reason").GetString(),
            list.GetProperty("items").GetArrayLength()));
        Refused(404, "not_found", await RawHttp.GetAsync(server.Port, "/v1/calibration/btc"));
    }
}
