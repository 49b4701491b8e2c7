using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>The verbs of deleveraging, from the command line.</summary>
public sealed class AdlTests
{
    // lou entered 1 at 60,000 with 2,000 and owes 1,000 at 57,000; ann and ben are the other side
    private const string Market = """
        { "time": "2026-01-02T00:00:00Z", "prices": [ { "feed": "BTC-USD", "price": "57000" } ],
          "accounts": [
            { "account": "lou", "balances": [ { "asset": "USD", "amount": "2000" } ], "positions":
              [ { "symbol": "BTC-USD-PERP", "side": "long", "contracts": "1", "entryPrice": "60000" } ] },
            { "account": "ann", "balances": [ { "asset": "USD", "amount": "10000" } ], "positions":
              [ { "symbol": "BTC-USD-PERP", "side": "short", "contracts": "0.4", "entryPrice": "60000" } ] },
            { "account": "ben", "balances": [ { "asset": "USD", "amount": "5000" } ], "positions":
              [ { "symbol": "BTC-USD-PERP", "side": "short", "contracts": "0.5", "entryPrice": "60000" } ] } ] }
        """;

    [Fact]
    public async Task The_queue_ranks_every_position_and_shows_why()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("market.json", Market);
        var run = await Cli.RunAsync("adl", "queue", "--in", file, "--instrument", "BTC-USD-PERP", "--json");
        Assert.Equal("", run.Error);
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("1000", json.GetProperty("insolvent")[0].GetProperty("shortfall").GetString());
        var shorts = json.GetProperty("positions").EnumerateArray()
            .Where(p => p.GetProperty("side").GetString() == "short").ToList();
        // leverage: ben 28,500 / 6,500, ann 22,800 / 11,200
        Assert.Equal(["ben", "ann"], shorts.Select(p => p.GetProperty("account").GetString()));
        Assert.Equal([0.5, 1.0], shorts.Select(p => p.GetProperty("quantile").GetDouble()));
        Assert.Equal(28_500.0 / 6_500.0, shorts[0].GetProperty("leverageTerm").GetDouble(), 12);

        var csv = await Cli.RunAsync("adl", "queue", "--in", file, "--instrument", "BTC-USD-PERP", "--csv", "-");
        var lines = csv.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("side,rank,quantile,lights,account,contracts,hedged,profitTerm,leverageTerm,score,unrealizedPnl,"
            + "equity", lines[0]);
        Assert.Equal("short,1,0.5,5,ben,0.5,0,1.052632,4.384615,4.615385,1500,6500", lines[2]);
    }

    [Fact]
    public async Task The_plan_names_its_residual_and_the_accounts_after_it()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("market.json", Market);
        var run = await Cli.RunAsync("adl", "plan", "--in", file, "--instrument", "BTC-USD-PERP", "--account", "lou",
            "--json");
        Assert.True(run.Code == 0, run.Error);
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(("planned_short", "58000", "0.9", "0.1"), (json.GetProperty("status").GetString(),
            json.GetProperty("price").GetString(), json.GetProperty("contracts").GetString(),
            json.GetProperty("residual").GetString()));
        var first = json.GetProperty("legs")[0];
        Assert.Equal(("ben", "500", "6000"), (first.GetProperty("counterparty").GetString(),
            first.GetProperty("forgone").GetString(), first.GetProperty("after").GetProperty("equity").GetString()));

        var table = await Cli.RunAsync("adl", "plan", "--in", file, "--instrument", "BTC-USD-PERP", "--account", "lou");
        Assert.Contains("planned_short", table.Output, StringComparison.Ordinal);
        var capped = await Cli.RunAsync("adl", "plan", "--in", file, "--instrument", "BTC-USD-PERP", "--account", "lou",
            "--policy", "CappedProRata", "--profit-share-max", "0.1");
        Assert.Equal(1, capped.Code);
        Assert.Contains("infeasible", capped.Output, StringComparison.Ordinal);
        var solvent = await Cli.RunAsync("adl", "plan", "--in", file, "--instrument", "BTC-USD-PERP", "--account",
            "ann");
        Assert.Equal(1, solvent.Code);
        Assert.Contains("solvent", solvent.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adl queue --instrument BTC-USD-PERP", "--in or --data")]
    [InlineData("adl queue --in x --data y --instrument BTC-USD-PERP", "--in or --data")]
    [InlineData("adl queue --in FILE --instrument NO-USD-PERP", "is none of")]
    [InlineData("adl queue --in FILE --instrument BTC-USD-PERP --policy Lottery", "Lottery")]
    [InlineData("adl queue --in FILE --instrument BTC-USD-PERP --policy CappedProRata --profit-share-max 2",
        "at most 1")]
    [InlineData("adl plan --in FILE --instrument BTC-USD-PERP --account Lou", "Lou")]
    [InlineData("adl compare --from nowhere", "not a folder")]
    public async Task A_wrong_command_is_usage(string line, string named)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("market.json", Market);
        var run = await Cli.RunAsync(line.Replace("FILE", file, StringComparison.Ordinal).Split(' '));
        Assert.Equal(2, run.Code);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_comparison_prints_the_published_figures_as_a_table_a_chart_and_a_picture()
    {
        if (SharedData.Path("data/adl_2025_10_10") is not { } study)
        {
            return;
        }
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync("adl", "compare", "--from", study, "--svg", folder["waves.svg"], "--csv",
            folder["waves.csv"]);
        Assert.True(run.Code == 0, run.Error);
        foreach (var figure in new[] { "34,983", "162", "2,103,111,431", "45.8%", "84.2%", "15,079,670", "60,108,335",
            "33,175,295x", "458", "4.1x", "20.9x", "# taken in production" })
        {
            Assert.Contains(figure, run.Output, StringComparison.Ordinal);
        }
        Assert.StartsWith("<svg", File.ReadAllText(folder["waves.svg"]), StringComparison.Ordinal);
        Assert.Equal(18, File.ReadAllLines(folder["waves.csv"]).Length);
        var json = JsonDocument.Parse((await Cli.RunAsync("adl", "compare", "--from", study, "--json")).Output)
            .RootElement;
        Assert.Equal(34_983, json.GetProperty("totals").GetProperty("events").GetInt64());
        Assert.Equal(16, json.GetProperty("waves").GetArrayLength());
    }

    [Fact]
    public async Task The_log_of_a_journal_without_plans_is_empty_and_its_queue_is_as_of_its_last_frame()
    {
        using var folder = new TemporaryFolder();
        JournalMaker.Fill(Directory.CreateDirectory(folder["data"]).FullName, snapshot: true);
        var log = await Cli.RunAsync("adl", "log", "--data", folder["data"], "--csv", "-");
        Assert.True(log.Code == 0, log.Error);
        Assert.StartsWith("time,market,bankruptAccount,counterparty,size,price,priceAgeMs,rank,ruleVersion,operator,"
            + "commandId", log.Output, StringComparison.Ordinal);
        Assert.Single(log.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var queue = await Cli.RunAsync("adl", "queue", "--data", folder["data"], "--instrument", "BTC-USD-PERP",
            "--json");
        Assert.True(queue.Code == 0, queue.Error);
        Assert.True(JsonDocument.Parse(queue.Output).RootElement.GetProperty("positions").GetArrayLength() > 0);
    }
}
