using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

/// <summary>The contract, in memory.</summary>
public sealed class EmbeddedGridInMemoryTests : LeverageGridContract
{
    private protected override GridFixture Open() => EmbeddedFixture.Open(durable: false);
}

/// <summary>The contract on a journal, and what only a journal can promise.</summary>
public sealed class EmbeddedGridTests : LeverageGridContract
{
    private protected override GridFixture Open() => EmbeddedFixture.Open(durable: true);

    [Fact]
    public async Task After_a_restart_everything_acknowledged_is_there_and_nothing_else()
    {
        var fixture = EmbeddedFixture.Open(durable: true);
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("alice", 2_000m);
        await fixture.DepositAsync("maker", 1_000_000m);
        await fixture.Grid.TriggersAsync("margin-engine", 10);
        var fill = fixture.Fill("alice", "maker", 1m, 60_000m, fee: 3m);
        var applied = await fixture.Grid.ExecuteAsync(fill);
        Assert.Equal(CommandStatus.Applied, applied.Status);
        await fixture.PriceAsync(GridFixture.Bitcoin, 58_100m);
        var told = await GridFixture.EventuallyAsync(async () =>
            await fixture.Grid.TriggersAsync("margin-engine", 10), t => t.Count > 0, "no trigger");
        var hash = await fixture.Grid.StateHashAsync();
        await fixture.Grid.DisposeAsync();

        await using var again = EmbeddedFixture.Reopen(fixture);

        Assert.Equal(hash, await again.Grid.StateHashAsync());
        Assert.Equal(told, await again.Grid.TriggersAsync("margin-engine", 10));
        var repeated = await again.Grid.ExecuteAsync(fill);
        Assert.Equal((CommandStatus.Duplicate, applied.Sequence), (repeated.Status, repeated.Sequence));
        Assert.Equal(1, again.Grid.Frame.Number.CompareTo(told[0].Frame));
    }

    [Fact]
    public async Task After_a_restart_old_prices_are_shown_and_decide_nothing()
    {
        var fixture = EmbeddedFixture.Open(durable: true);
        await fixture.StandardPricesAsync();
        await fixture.DepositAsync("alice", 2_000m);
        await fixture.DepositAsync("maker", 1_000_000m);
        await fixture.Grid.ExecuteAsync(fixture.Fill("alice", "maker", 1m, 60_000m));
        await fixture.Grid.DisposeAsync();

        await using var again = EmbeddedFixture.Reopen(fixture);

        var snapshot = (await again.Grid.AccountAsync(GridFixture.Account("alice")))!;
        Assert.Equal((PriceState.Stale, 2_000m), (snapshot.PriceState, snapshot.Equity));
        var withdraw = new Withdraw(again.NextId(), GridFixture.Account("alice"), AssetId.Usd, 1m);
        Assert.Equal(CommandStatus.OracleStale, (await again.Grid.ExecuteAsync(withdraw)).Status);
    }

    [Fact]
    public async Task Ids_that_have_left_the_window_are_too_old_and_never_applied_again()
    {
        await using var fixture = EmbeddedFixture.Open(durable: false, windowCapacity: 1024);
        var first = new Deposit(fixture.NextId(), GridFixture.Account("alice"), AssetId.Usd, 1m);
        await fixture.Grid.ExecuteAsync(first);
        for (var i = 0; i < 1100; i++)
        {
            fixture.Time.Advance(1);
            await fixture.DepositAsync("alice", 1m);
        }
        Assert.Equal(CommandStatus.IdTooOld, (await fixture.Grid.ExecuteAsync(first)).Status);
        Assert.Equal(1101m, (await fixture.Grid.AccountAsync(GridFixture.Account("alice")))!.Equity);
    }

    [Fact]
    public async Task A_second_grid_on_the_same_directory_is_refused()
    {
        await using var fixture = EmbeddedFixture.Open(durable: true);
        var exception = Assert.ThrowsAny<Exception>(() => EmbeddedFixture.Reopen(fixture));
        Assert.Contains("already open", exception.Message, StringComparison.Ordinal);
    }
}

internal static class EmbeddedFixture
{
    private const long StartMs = 1_700_000_000_000;

    public static GridFixture Open(bool durable, int windowCapacity = 1_000_000)
    {
        var directory = durable ? Directory.CreateTempSubdirectory("leverage-test-").FullName : null;
        var time = new ManualTime(StartMs);
        return new GridFixture(EmbeddedGrid.Open(Options(directory, time) with { WindowCapacity = windowCapacity }),
            time, directory);
    }

    /// <summary>Another grid on the directory of a fixture, its clock a minute later.</summary>
    public static GridFixture Reopen(GridFixture closed)
    {
        closed.Time.Advance(60_000);
        return new GridFixture(EmbeddedGrid.Open(Options(closed.Directory, closed.Time)), closed.Time,
            closed.Directory);
    }

    private static EmbeddedOptions Options(string? directory, ManualTime time) => new()
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Directory = directory, Time = time,
            FrameIntervalMs = 5, Workers = 2,
    };
}
