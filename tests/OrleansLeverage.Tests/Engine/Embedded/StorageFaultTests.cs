using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Tests.Engine.Journal;
using SQLitePCL;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>
/// A store that fails at any call, before or after it did its work, once or for a while: no acknowledged command is
/// lost, none is applied twice, every caller is answered, and once the store is well again so is the grid.
/// </summary>
public sealed class StorageFaultTests(ITestOutputHelper output)
{
    private const int Commands = 4;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 6)]
    [InlineData(true, 6)]
    public async Task Whatever_call_fails_nothing_is_lost_or_doubled(bool after, int lasting)
    {
        var answers = new SortedDictionary<CommandStatus, int>();
        var failing = 1;
        for (var faults = 1; faults > 0; failing += lasting > 1 ? 3 : 1)
        {
            faults = await RunAsync(failing, after, lasting, answers);
        }
        output.WriteLine($"{failing} calls, answers {string.Join(", ", answers.Select(a => $"{a.Key} {a.Value}"))}");
        Assert.True(failing > 12, $"only {failing} calls");
        Assert.Contains(CommandStatus.Applied, answers.Keys);
        Assert.Contains(lasting > 1 && !after ? CommandStatus.OutcomeUnknown : CommandStatus.StorageUnavailable,
            answers.Keys);
    }

    [Fact]
    public async Task An_unknown_outcome_that_landed_is_found_by_the_retry()
    {
        await using var bench = new GridBench();
        await bench.Execute(bench.Deposit("a", 5m));
        // written whole, the sync refused, and nothing works after it
        bench.Fault = (call, _) => call == FileCall.Sync ? raw.SQLITE_IOERR_FSYNC : 0;
        var deposit = bench.Deposit("a", 7m);
        var unknown = await bench.Execute(deposit);
        Assert.Equal(CommandStatus.OutcomeUnknown, unknown.Status);
        Assert.Equal(GridCondition.ReadOnly, bench.Grid.Health.Condition);
        Assert.Equal(5m, await bench.Usd("a"));
        // reads go on, and what needs no store is answered
        Assert.Equal(CommandStatus.UnknownAsset,
            (await bench.Execute(new Deposit(bench.NextId(), new AccountId("a"), new AssetId("NOPE"), 1m))).Status);
        Assert.Equal(CommandStatus.StorageUnavailable, (await bench.Execute(bench.Deposit("a", 1m))).Status);

        bench.Fault = (_, _) => 0;
        var retried = await Retry(bench, deposit);

        Assert.Equal((CommandStatus.Duplicate, 2L), (retried.Status, retried.Sequence));
        Assert.Equal(12m, await bench.Usd("a"));
        Assert.Equal((GridCondition.Ready, ""), (bench.Grid.Health.Condition, bench.Grid.Health.Reason));
        Assert.Equal(2, bench.Journaled<AppliedRecord>().Count);
        var hash = await bench.Grid.StateHashAsync();
        await bench.Reopen();
        Assert.Equal(hash, await bench.Grid.StateHashAsync());
    }

    [Fact]
    public async Task Health_says_when_the_store_is_back_although_nobody_writes()
    {
        await using var bench = new GridBench();
        await bench.Execute(bench.Deposit("a"));
        bench.Fault = (call, _) => call == FileCall.Sync ? raw.SQLITE_IOERR_FSYNC : 0;
        await bench.Execute(bench.Deposit("a"));
        Assert.Equal(GridCondition.ReadOnly, bench.Grid.Health.Condition);
        Assert.NotEmpty(bench.Grid.Health.Reason);

        bench.Fault = (_, _) => 0;

        await GridBench.Until(() =>
            bench.Grid.Health.Condition == GridCondition.Ready, "the store is back and nobody noticed");
        // and what had landed is there
        Assert.Equal(2m, await bench.Usd("a"));
    }

    [Fact]
    public async Task A_full_disk_refuses_and_reads_go_on_and_room_ends_it()
    {
        var pages = 30;
        await using var bench = new GridBench(o => o with { Journal = j => j with { SegmentPagesMax = pages } });
        var acknowledged = 0;
        CommandResult result;
        do
        {
            var import = new ImportAccount(bench.NextId(), new AccountId($"a-{acknowledged}"),
                [.. Enumerable.Range(0, 300).Select(_ => new ImportedBalance(AssetId.Usd, 1m))], []);
            result = await bench.Execute(import);
            acknowledged += result.Status == CommandStatus.Applied ? 1 : 0;
        }
        while (result.Status == CommandStatus.Applied && acknowledged < 500);
        Assert.Equal(CommandStatus.StorageUnavailable, result.Status);
        Assert.InRange(acknowledged, 2, 400);
        Assert.Equal(300m, await bench.Usd("a-0"));
        Assert.Equal(0m, await bench.Usd($"a-{acknowledged}"));
        var hash = await bench.Grid.StateHashAsync();

        pages = 0;
        await bench.Reopen();

        Assert.Equal(hash, await bench.Grid.StateHashAsync());
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(bench.Deposit("a-0"))).Status);
    }

    /// <summary>
    /// Four deposits while a call fails, then each again until it is settled; returns how often a call was made to
    /// fail.
    /// </summary>
    private static async Task<int> RunAsync(int failing, bool after, int lasting, SortedDictionary<CommandStatus,
        int> answers)
    {
        var where = $"call {failing} {(after ? "after" : "before")}, {lasting} calls long";
        await using var bench = new GridBench(o =>
            o with { Journal = j => j with { CheckpointBytes = 60_000, SegmentBytesMax = 700 } });
        await bench.Grid.StateHashAsync();
        var (calls, faults) = (0, 0);
        int Fail(FileCall call, string name)
        {
            var isDue = ++calls >= failing && calls < failing + lasting;
            faults += isDue ? 1 : 0;
            return !isDue ? 0 : call == FileCall.Sync ? raw.SQLITE_IOERR_FSYNC : raw.SQLITE_IOERR_WRITE;
        }
        bench.Fault = after ? bench.Fault : Fail;
        bench.Files.After = after ? Fail : bench.Files.After;
        var commands = Enumerable.Range(0, Commands).Select(_ => bench.Deposit("a")).ToArray();
        var acknowledged = 0m;
        foreach (var command in commands)
        {
            var result = await bench.Execute(command);
            answers[result.Status] = answers.GetValueOrDefault(result.Status) + 1;
            var isHonest = result.Status is CommandStatus.Applied or CommandStatus.StorageUnavailable
                or CommandStatus.OutcomeUnknown;
            Assert.True(isHonest, $"{where}: {result}");
            acknowledged += result.Status == CommandStatus.Applied ? 1m : 0m;
            // acknowledged is visible; what was refused outright may still turn out to be there
            Assert.True(await bench.Usd("a") >= acknowledged, $"{where}: {await bench.Usd("a")} of {acknowledged}");
        }
        bench.Fault = (_, _) => 0;
        bench.Files.After = (_, _) => 0;
        foreach (var command in commands)
        {
            var settled = await Retry(bench, command);
            Assert.True(settled.IsApplied, $"{where}: {settled}");
        }
        Assert.Equal(Commands, await bench.Usd("a"));
        var applied = bench.Journaled<AppliedRecord>();
        Assert.True(applied.Count == Commands && applied.Select(a => a.Id).Distinct().Count() == Commands,
            $"{where}: {applied.Count} in the journal");
        Assert.Equal([1L, 2L, 3L, 4L], applied.Select(a => a.Sequence));
        var hash = await bench.Grid.StateHashAsync();
        Assert.Equal(GridCondition.Ready, bench.Grid.Health.Condition);
        await using var copy = bench.OpenCopy();
        Assert.Equal(hash, await copy.StateHashAsync());
        return faults;
    }

    private static async Task<CommandResult> Retry(GridBench bench, AccountCommand command)
    {
        CommandResult result;
        var tries = 0;
        do
        {
            result = await bench.Execute(command);
        }
        while (result.Status is CommandStatus.StorageUnavailable or CommandStatus.OutcomeUnknown && ++tries < 10);
        return result;
    }
}
