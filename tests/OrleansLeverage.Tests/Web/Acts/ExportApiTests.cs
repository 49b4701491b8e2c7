using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using Xunit;
using static OrleansLeverage.Tests.Web.FallenMarket;

namespace OrleansLeverage.Tests.Web.Acts;

/// <summary>Exports: every row, as the accounts say it, and nothing that passes for a whole and is not.</summary>
public sealed class ExportApiTests
{
    [Fact]
    public async Task AccountsAndPositionsAreThoseThatTheAccountsSay()
    {
        await using var web = await FallenAsync();
        var csv = await RawHttp.GetAsync(web.Port, "/v1/export/accounts");
        var lines = csv.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("account,seq,tier,priceState,equity,", lines[0]);
        Assert.Equal(7, lines.Length);
        Assert.StartsWith("attachment; filename=\"accounts-", csv.Headers["Content-Disposition"]);
        Assert.Matches(@"^\d+\.\d+$", csv.Headers["Leverage-Frame"]);
        Assert.Contains(lines, line => line.StartsWith("lou,", StringComparison.Ordinal)
            && line.Contains(",BANKRUPT,FRESH,-1000,", StringComparison.Ordinal));
        var equity = lines.Skip(1).Sum(line => decimal.Parse(line.Split(',')[4], CultureInfo.InvariantCulture));
        Assert.Equal(2_019_000m, equity);

        var rows = (await RawHttp.GetAsync(web.Port, "/v1/export/positions?format=ndjson")).Body
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        Assert.Equal(["ann short 0.4", "ben short 0.5", "cat short 0.1", "lou long 1"], rows.Select(row =>
            $"{Text(row, "account")} {Text(row, "side")} {Text(row, "contracts")}").Order());
        var own = (await RawHttp.GetAsync(web.Port, "/v1/accounts/ann")).Json.GetProperty("positions")[0];
        var exported = rows.Single(row => Text(row, "account") == "ann");
        foreach (var name in new[] { "notional", "unrealizedPnl", "initialMargin", "maintenanceMargin",
            "liquidationPrice" })
        {
            Assert.Equal(Text(own, name), Text(exported, name));
        }
        // nothing was ever deleveraged: a header, and the same in the list
        var none = (await RawHttp.GetAsync(web.Port, "/v1/export/adl-log")).Body;
        Assert.StartsWith("timestamp,datetime,market,bankruptAccount,", none);
        Assert.Equal(none, (await RawHttp.GetAsync(web.Port, "/v1/adl/log?format=csv")).Body);
        Assert.Single(none.Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("accounts?format=json", 400, "bad_query")]
    [InlineData("accounts?limit=1", 400, "bad_query")]
    [InlineData("accounts", 501, "not_supported")]
    [InlineData("positions", 501, "not_supported")]
    [InlineData("adl-log", 501, "not_supported")]
    public async Task WhatCannotBeExportedIsRefused(string path, int status, string code)
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        Refused(status, code, await RawHttp.GetAsync(server.Port, "/v1/export/" + path));
    }

    [Fact]
    public async Task AnExportThatCannotBeFinishedIsCutOff()
    {
        await using var web = await FallenAsync();
        var broken = new BrokenCut((await web.Grid.CutAsync())!);
        await using var server = await StubServer.StartAsync(
            new StubGrid { Cut = _ => ValueTask.FromResult<IMarketCut?>(broken) });
        using var http = new HttpClient();
        var uri = $"http://127.0.0.1:{server.Port}/v1/export/accounts";
        using var answer = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)answer.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsStringAsync());
    }

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    /// <summary>Many accounts, of which one in the middle cannot be read.</summary>
    private sealed class BrokenCut(IMarketCut cut) : IMarketCut
    {
        public PriceFrame Frame => cut.Frame;

        public decimal FundUsd => 0m;

        public int Count => 10_000;

        public Account Read(int number) => number < 5_000
            ? cut.Read(number % cut.Count)
            : throw new InvalidDataException("one account cannot be read");
    }
}
