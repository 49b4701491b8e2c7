using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>What was applied to an account: from memory, and from the journal of an earlier run.</summary>
public sealed class AccountHistoryTests : IDisposable
{
    private const int Commands = 150;

    private readonly string _directory = Directory.CreateTempSubdirectory("history").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task EveryCommandIsThereOnceNewestFirst(bool isKept, bool isRestarted)
    {
        var grid = new SteppedGrid(isKept ? _directory : null);
        await ApplyAsync(grid);
        if (isRestarted)
        {
            await grid.DisposeAsync();
            grid = new SteppedGrid(_directory);
            await grid.DepositAsync("alice", 1m);
        }
        await using var _ = grid;
        var (found, isWhole) = await WalkAsync(grid, "alice", 20);
        // deposits of 1, 2, … and after a restart one more of 1
        var expected = Enumerable.Range(1, Commands).Select(n => (decimal)n).Concat(isRestarted ? [1m] : []).Reverse();
        Assert.Equal(expected, found.Select(c => Assert.IsType<BalanceChanged>(Assert.Single(c.Events)).Delta));
        Assert.Equal(Enumerable.Range(1, found.Count).Reverse().Select(n => (long)n),
            found.Select(c => c.AccountSequence));
        Assert.All(found, command => Assert.NotNull(command.FrameTimeMs));
        Assert.True(isWhole);
    }

    [Fact]
    public async Task WithoutAJournalOrAnAccountItSaysSo()
    {
        await using var grid = new SteppedGrid();
        Assert.Null(await grid.Grid.Reads.HistoryAsync(new AccountId("nobody"), null, 10));
        await grid.DepositAsync("alice", 5m);
        var history = (await grid.Grid.Reads.HistoryAsync(new AccountId("alice"), null, 10))!;
        Assert.Equal((1, (HistoryPlace?)null, true), (history.Items.Count, history.Next, history.IsWhole));
        var older = (await grid.Grid.Reads.HistoryAsync(new AccountId("alice"), new HistoryPlace(1, 0), 10))!;
        Assert.Empty(older.Items);
    }

    [Fact]
    public async Task BothLegsOfAFillAreInBothHistories()
    {
        await using var grid = new SteppedGrid(_directory);
        await grid.PricesAsync(60_000m, 3_000m);
        await grid.DepositAsync("alice", 100_000m);
        await grid.DepositAsync("bob", 100_000m);
        await grid.TradeAsync("alice", "bob", 1m, 60_000m);
        var alice = (await grid.Grid.Reads.HistoryAsync(new AccountId("alice"), null, 1))!.Items.Single();
        var bob = (await grid.Grid.Reads.HistoryAsync(new AccountId("bob"), null, 1))!.Items.Single();
        Assert.Equal((alice.Id, alice.Sequence, grid.Grid.Frame.TimeMs), (bob.Id, bob.Sequence, bob.FrameTimeMs));
        Assert.Equal(new Quantity(-1m),
            bob.Events.OfType<PositionChanged>().Single().After.Quantity);
    }

    private static async Task ApplyAsync(SteppedGrid grid)
    {
        await grid.PricesAsync(60_000m, 3_000m);
        for (var n = 1; n <= Commands; n++)
        {
            await grid.DepositAsync("alice", n);
            await grid.DepositAsync($"other-{n % 7}", n);
        }
    }

    private static async Task<(List<AppliedCommand> Found, bool IsWhole)> WalkAsync(
        SteppedGrid grid, string account, int countMax)
    {
        var found = new List<AppliedCommand>();
        HistoryPlace? place = null;
        for (var page = 0; page < 100; page++)
        {
            var history = (await grid.Grid.Reads.HistoryAsync(new AccountId(account), place, countMax))!;
            found.AddRange(history.Items);
            if (history.Next is not { } next)
            {
                return (found, history.IsWhole);
            }
            place = next;
        }
        throw new InvalidOperationException("the history does not end");
    }
}
