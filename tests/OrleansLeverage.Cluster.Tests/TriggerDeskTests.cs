using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Triggers between accounts and subscribers: none lost, none twice, none before it is durable.</summary>
public sealed class TriggerDeskTests : IAsyncLifetime
{
    private const string Desk = "trigger-desk/0";
    private readonly ManualTime _time = new(1_700_000_000_000);
    private GridCluster _cluster = null!;

    private ITriggerDeskGrain Grain => _cluster.Grains.GetGrain<ITriggerDeskGrain>(0);

    public async Task InitializeAsync()
    {
        _cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = _time, MakesFrames = false,
            Workers = 1, TriggersMax = 16,
        });
        Assert.Empty(await Grain.PendingAsync("one", 100));
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task An_offer_repeated_is_taken_once_and_numbered_by_the_desk()
    {
        Assert.Equal(2, await Grain.RaiseAsync("alice", [Trigger("alice", 1), Trigger("alice", 2)]));
        Assert.Equal(1, await Grain.RaiseAsync("bob", [Trigger("bob", 1)]));
        Assert.Equal(2, await Grain.RaiseAsync("alice", [Trigger("alice", 1), Trigger("alice", 2)]));
        Assert.Equal(3, await Grain.RaiseAsync("alice", [Trigger("alice", 2), Trigger("alice", 3)]));

        var pending = await Grain.PendingAsync("one", 100);
        Assert.Equal([(1L, "alice"), (2L, "alice"), (3L, "bob"), (4L, "alice")],
            pending.Select(t => (t.Sequence, t.Account)));
        Assert.Equal(2, (await Grain.PendingAsync("one", 2)).Length);
    }

    [Fact]
    public async Task A_trigger_stays_until_every_subscriber_has_acknowledged_it_and_survives_the_desk()
    {
        await Grain.PendingAsync("two", 1);
        await Grain.RaiseAsync("alice", [Trigger("alice", 1), Trigger("alice", 2)]);
        await Grain.AcknowledgeAsync("one", 1);
        Assert.Equal([2L], (await Grain.PendingAsync("one", 100)).Select(t => t.Sequence));
        Assert.Equal([1L, 2L], (await Grain.PendingAsync("two", 100)).Select(t => t.Sequence));

        await _cluster.Cluster.DeactivateAsync(Grain);

        Assert.Equal([2L], (await Grain.PendingAsync("one", 100)).Select(t => t.Sequence));
        Assert.Equal([1L, 2L], (await Grain.PendingAsync("two", 100)).Select(t => t.Sequence));
        // what it has taken it still knows
        Assert.Equal(2, await Grain.RaiseAsync("alice", [Trigger("alice", 2)]));
        Assert.Equal(2, (await Grain.BooksAsync()).LastSequence);
        await Grain.AcknowledgeAsync("two", 2);
        await Grain.AcknowledgeAsync("one", 2);
        Assert.Empty((await Grain.BooksAsync()).Pending);
    }

    [Fact]
    public async Task A_full_desk_takes_no_more_and_goes_on_when_there_is_room()
    {
        var offered = Enumerable.Range(1, 20).Select(i => Trigger("alice", i)).ToArray();
        Assert.Equal(16, await Grain.RaiseAsync("alice", offered));
        Assert.Equal(0, await Grain.RaiseAsync("bob", [Trigger("bob", 1)]));
        await Grain.AcknowledgeAsync("one", 10);
        Assert.Equal(20, await Grain.RaiseAsync("alice", offered));
        Assert.Equal(1, await Grain.RaiseAsync("bob", [Trigger("bob", 1)]));

        var pending = await Grain.PendingAsync("one", 100);
        Assert.Equal(Enumerable.Range(11, 11).Select(i => (long)i), pending.Select(t => t.Sequence));
        Assert.Equal("bob", pending[^1].Account);
    }

    [Fact]
    public async Task What_is_not_durable_is_not_taken_and_not_shown()
    {
        _cluster.Storage.Before = id => id == Desk ? throw new IOException("no store") : Task.CompletedTask;
        await Assert.ThrowsAnyAsync<Exception>(() => Grain.RaiseAsync("alice", [Trigger("alice", 1)]));
        _cluster.Storage.Before = static _ => Task.CompletedTask;
        Assert.Empty(await Grain.PendingAsync("one", 100));

        Assert.Equal(1, await Grain.RaiseAsync("alice", [Trigger("alice", 1)]));
        Assert.Equal([1L], (await Grain.PendingAsync("one", 100)).Select(t => t.Sequence));
    }

    private TriggerMessage Trigger(string account, long sequence) => TriggerMessage.Of(new Trigger(sequence,
        new AccountId(account), TriggerKind.MarginCall, RiskTier.MarginCall, new FrameNumber(1, sequence), _time.NowMs,
        sequence, 1m, 1m, 1m, 1m));
}
