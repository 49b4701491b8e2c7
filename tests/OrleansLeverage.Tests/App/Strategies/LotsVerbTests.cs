using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using Xunit;

namespace OrleansLeverage.Tests.App.Strategies;

/// <summary><c>lots</c> from files and from a journal.</summary>
public sealed class LotsVerbTests
{
    private const string Ledger = """
        time,asset,kind,quantity,price,fee
        2021-01-01,BTC,buy,1,100,2
        2021-02-01,BTC,buy,1,140,2
        2022-03-01,BTC,sell,1.5,200,3
        2021-05-01,ETH,income,2,10,0
        """;

    [Fact]
    public async Task AFileBecomesMatchesYearsAndWhatIsLeft()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("ledger.csv", Ledger);
        var run = await Cli.RunAsync("lots", "--in", path, "--method", "hifo", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var btc = json.RootElement.GetProperty("assets")[0];
        // 1.5·200 − 3 less 142 and half of 102
        Assert.Equal("104", btc.GetProperty("gain").GetString());
        Assert.Equal("51", btc.GetProperty("openBasis").GetString());
        Assert.Equal("20", json.RootElement.GetProperty("assets")[1].GetProperty("gain").GetString());
        var csv = await Cli.RunAsync("lots", "--in", path, "--method", "hifo", "--csv", "-");
        Assert.StartsWith("asset,time,event,kind,label,quantity,proceeds,basis,gain", csv.Output);
        Assert.Equal(4, csv.Output.TrimEnd('\n').Split('\n').Length);
        foreach (var method in new[] { "fifo", "lifo", "lofo", "average", "section104", "acb-canada" })
        {
            Assert.Equal(0, (await Cli.RunAsync("lots", "--in", path, "--method", method)).Code);
        }
    }

    [Theory]
    [InlineData("time,kind,quantity,price\n2021-01-01,sell,1,5\n", "oversell")]
    [InlineData("time,kind,quantity,price\n2021-01-01,bought,1,5\n", "none of buy, income, sell, transfer")]
    [InlineData("time,kind,quantity,price\nyesterday,buy,1,5\n", "is no time")]
    [InlineData("time,kind,quantity,price\n2021-01-01,buy,one,5\n", "is no number")]
    [InlineData("time,kind,quantity,price\n2021-01-01,buy,1\n", "has 3 fields")]
    [InlineData("time,kind\n2021-01-01,buy\n", "no column 'quantity'")]
    [InlineData("[{\"time\":1}", "is no JSON")]
    public async Task BadLedgersSayWhatIsWrong(string text, string words)
    {
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync("lots", "--in", folder.Write("bad.csv", text));
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(words, run.Error);
    }

    [Fact]
    public async Task JsonRowsAreTheSameAsCsv()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("ledger.json", """
            {"rows":[{"time":"2021-01-01","kind":"buy","quantity":"2","price":10},
                     {"time":"2021-01-02","kind":"sell","quantity":1,"price":"15","lots":null}]}
            """);
        Assert.Contains("\"gain\": \"5\"", (await Cli.RunAsync("lots", "--in", path, "--json")).Output);
    }

    /// <summary>
    /// The account's own books say what it realised; the lots, by average as the account keeps its positions, must say
    /// the same up to the quantums that the account rounded.
    /// </summary>
    [Fact]
    public void FillsMakeLotsThatAgreeWithTheAccount()
    {
        using var folder = new TemporaryFolder();
        JournalMaker.Fill(folder.Path, snapshot: true);
        var universe = StandardRules.Universe();
        var book = ArchiveBook.Read(folder.Path, universe);
        var positions = 0;
        foreach (var account in book.Accounts)
        {
            var lots = AccountLots.Read(folder.Path, universe, account.Id);
            foreach (var position in account.Positions.Where(p => !p.Quantity.IsZero || p.RealisedProfit != 0m))
            {
                var lines = lots.Lines.Where(l => l.Asset == position.Instrument.Id.Value)
                    .Select(l => l.Line with { Fee = 0m });
                var ledger = OrleansLeverage.Domain.Lots.LotEngine.Run(lines, new()
                {
                    Method = OrleansLeverage.Domain.Lots.LotMethod.Average,
                    Oversell = OrleansLeverage.Domain.Lots.OversellRule.OpenShort,
                });
                Assert.Equal(position.RealisedProfit, ledger.Gain, 6);
                var side = position.Instrument.Style == ContractStyle.Linear ? 1m : -1m;
                Assert.Equal(position.Quantity.Value * position.Instrument.Multiplier * side, ledger.OpenQuantity);
                Assert.Equal(position.Cost * side, ledger.OpenBasis, 6);
                positions++;
            }
        }
        Assert.True(positions >= 5, $"{positions} positions");
    }

    [Fact]
    public async Task AnAccountsLotsComeFromItsJournal()
    {
        using var folder = new TemporaryFolder();
        JournalMaker.Fill(folder.Path, snapshot: false);
        var run = await Cli.RunAsync("lots", "--data", folder.Path, "--account", "alice", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var stocks = json.RootElement.GetProperty("assets").EnumerateArray()
            .Select(a => a.GetProperty("asset").GetString()).ToList();
        Assert.Equal(["BTC collateral", "BTC-USD-PERP"], stocks);
        Assert.Contains("market price", json.RootElement.GetProperty("notes")[0].GetString());
        Assert.Equal(2, (await Cli.RunAsync("lots", "--data", folder.Path, "--account", "nobody")).Code);
        Assert.Equal(2, (await Cli.RunAsync("lots", "--data", folder.Path)).Code);
    }
}
