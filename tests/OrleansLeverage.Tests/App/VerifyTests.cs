using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary><c>verify</c>, <c>backup</c> and <c>restore</c> on real journals, whole and spoilt.</summary>
public sealed class VerifyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AWholeJournalIsCleanAndTellsTheStateThatWasAcknowledged(bool snapshot)
    {
        using var folder = new TemporaryFolder();
        var hash = JournalMaker.Fill(folder.Path, snapshot);
        var run = await Cli.RunAsync("verify", "--data", folder.Path, "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(hash, report.GetProperty("stateHash").GetString());
        Assert.Equal(hash, report.GetProperty("recoveredHash").GetString());
        Assert.Equal(snapshot, report.GetProperty("snapshotSequence").ValueKind == JsonValueKind.Number);
        Assert.All(report.GetProperty("books").EnumerateArray(), b =>
            Assert.Equal("0", b.GetProperty("imbalance").GetString()));
        // 2 rounds of 1.2345 − 0.2344, 1777 − 333 on both sides; the imports of ETH have one
        var open = report.GetProperty("openContracts").EnumerateArray()
            .ToDictionary(c => c.GetProperty("symbol").GetString()!, c =>
                (c.GetProperty("long").GetString(), c.GetProperty("short").GetString()));
        Assert.Equal(("2.0002", "2.0002"), open["BTC-USD-PERP"]);
        Assert.Equal(("2888", "2888"), open["BTC-USDI-PERP"]);
        Assert.Equal(("4", "0"), open["ETH-USD-PERP"]);
    }

    [Fact]
    public async Task MoneyOutOfNowhereIsFound()
    {
        var run = await PlantedAsync(state => new AppliedRecord(
            CommandId.Series(1, 8, 1), default, state.Applied + 1, state.Frame!.Number,
            [Changed(state.Accounts.Read(new AccountId("alice"))!, a => new BalanceChanged(a.Balances[0].Asset, 0.01m,
                a.Balances[0].Amount + 0.01m, BalanceReason.Deposit))], []));
        Assert.Equal(1, run.Code);
        Assert.Contains("FAULT: the books of USD do not close: 0.01 USD too much", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("not clean", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ContractsOnOneSideAreFoundEvenWhereTheMoneyAddsUp()
    {
        // a long at cost 0 moves no money: only the count of contracts can tell
        var run = await PlantedAsync(state => new AppliedRecord(
            CommandId.Series(1, 8, 1), default, state.Applied + 1, state.Frame!.Number,
            [Changed(state.Accounts.Read(new AccountId("alice"))!, a => new PositionChanged(new Position
            {
                Instrument = StandardRules.Universe().Instrument(new InstrumentId("SOL-USD-PERP"))!,
                Quantity = new Quantity(5m),
            }))], []));
        Assert.Equal(1, run.Code);
        Assert.Contains("SOL-USD-PERP: 5 long and 0 short, while 0 came in from one side", run.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingCommandIsFound()
    {
        var run = await PlantedAsync(state => new AppliedRecord(
            CommandId.Series(1, 8, 1), default, state.Applied + 2, state.Frame!.Number, [], []));
        Assert.Equal(1, run.Code);
        Assert.Contains("has sequence", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFlippedByteIsNamedWithWhatToDo()
    {
        using var folder = new TemporaryFolder();
        JournalMaker.Fill(folder.Path, snapshot: true);
        var segment = Directory.GetFiles(folder.Path, "journal-*.db").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(segment);
        var at = bytes.AsSpan().IndexOf("alice"u8);
        bytes[at] ^= 1;
        File.WriteAllBytes(segment, bytes);
        var run = await Cli.RunAsync("verify", "--data", folder.Path);
        Assert.Equal(1, run.Code);
        Assert.Contains("at sequence", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("expected", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeOpenedIsSaidInWords()
    {
        using var folder = new TemporaryFolder();
        var absent = await Cli.RunAsync("verify", "--data", folder["absent"]);
        Assert.Equal(1, absent.Code);
        Assert.Contains("does not exist", absent.Error, StringComparison.Ordinal);
        var empty = await Cli.RunAsync("verify", "--data", folder.Path);
        Assert.Equal(1, empty.Code);
        Assert.Contains("no journal in", empty.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["held"]);
        using var held = new JournalMaker(folder["held"]);
        var busy = await Cli.RunAsync("verify", "--data", folder["held"]);
        Assert.Equal(1, busy.Code);
        Assert.Contains("already open", busy.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABackupRestoresTheSameStateAndOverwritesNothing()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        var hash = JournalMaker.Fill(folder["data"], snapshot: true);
        Assert.Equal(0, (await Cli.RunAsync("backup", "--data", folder["data"], "--out", folder["copy"])).Code);
        Assert.Equal(0, (await Cli.RunAsync("restore", "--from", folder["copy"], "--data", folder["again"])).Code);
        var verified = await Cli.RunAsync("verify", "--data", folder["again"], "--json");
        Assert.Equal(hash, JsonDocument.Parse(verified.Output).RootElement.GetProperty("stateHash").GetString());
        var twice = await Cli.RunAsync("restore", "--from", folder["copy"], "--data", folder["again"]);
        Assert.Equal(1, twice.Code);
        Assert.Contains("is not empty", twice.Error, StringComparison.Ordinal);
    }

    private static async Task<Cli> PlantedAsync(Func<OrleansLeverage.Engine.State.GridState, JournalRecord> make)
    {
        using var folder = new TemporaryFolder();
        using (var maker = new JournalMaker(folder.Path))
        {
            maker.Trade();
            maker.Plant(make);
        }
        return await Cli.RunAsync("verify", "--data", folder.Path);
    }

    private static AccountChange Changed(Account account, Func<Account, AccountEvent> fact) =>
        new(account.Id, account.Sequence + 1, [fact(account)]);
}
