using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;
using static OrleansLeverage.Cluster.Tests.Hosting.LiquidationPair;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// A loss that holders who gain share on a cluster of two silos, while writes fail and payers leave: everybody pays
/// once, what one process has them pay, or nothing.
/// </summary>
public sealed class LossShareTests : IAsyncLifetime
{
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly decimal[] Shorts = [0.05m, 0.06m, 0.07m, 0.08m, 0.09m, 0.1m, 0.15m];
    private readonly ManualTime _time = new(Crowd.StartMs);
    private readonly TestStorage _storage = new();
    private readonly LockstepGrid _lockstep = new(Under(LiquidationScope.Bucket, 0m), Crowd.Profiles, 1, 4096, Shares);
    private GridCluster _cluster = null!;
    private LiquidationPair _both = null!;
    private long _ids;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _lockstep.Dispose();
    }

    /// <summary>Every third write in turn fails, before or after it was made; with all payers at once, and with three.
    /// </summary>
    [Theory]
    [InlineData(128, true)]
    [InlineData(128, false)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public async Task Whichever_write_fails_everybody_pays_once(int atOnce, bool isMade)
    {
        await StartAsync(o => o with { SharesAtOnce = atOnce });
        var failures = 0;
        for (var (round, write) = (1, 1); ; round++, write += 3)
        {
            await TradeAsync(round);
            var seen = 0;
            Task Fail(string grain) => Interlocked.Increment(ref seen) == write
                ? throw new IOException("the store is away") : Task.CompletedTask;
            (_storage.Before, _storage.After) = isMade ? (_storage.Before, (Func<string, Task>)Fail)
                : ((Func<string, Task>)Fail, _storage.After);
            _both.Move(0.95m);
            await _both.PublishAsync();
            (_storage.Before, _storage.After) = (static _ => Task.CompletedTask, static _ => Task.CompletedTask);
            var expected = Accounts(_lockstep.State);
            var lou = _lockstep.State.Accounts.Read(new AccountId($"lou-{round}"))!;
            Assert.True(!lou.HasExposure && lou.Balances.All(b => b.Amount == 0m), $"{lou}");
            var rounds = 0;
            var state = await GridFixture.EventuallyAsync(async () =>
            {
                await _both.PublishAsync();
                return await _cluster.Grid.StateAsync(default);
            }, s => Accounts(s) == expected || ++rounds > 200, "never");
            Assert.Equal((write, expected), (write, Accounts(state)));
            Assert.Empty(Conservation.Check(state).Unbalanced);
            await CloseAsync(round, Shorts.Length);
            if (Volatile.Read(ref seen) < write)
            {
                break;
            }
            failures++;
        }
        // kept, closed (account, desk, record), and in threes: three payers, the account, the fund and the record
        Assert.True(failures >= (atOnce == 3 ? 7 : 4), $"{failures} writes failed");
    }

    /// <summary>Who has closed since the loss was planned does not pay any more; that stays with the account, as a debt
    /// that the fund pays when it can.</summary>
    [Fact]
    public async Task A_payer_who_leaves_meanwhile_pays_nothing()
    {
        await StartAsync(o => o with { SharesAtOnce = 2 });
        await TradeAsync(1);
        var leaver = new AccountId("ann-1-6");
        var before = await _cluster.Grid.StateAsync(default);
        CommandResult? left = null;
        var leaving = 0;
        _storage.Before = async grain =>
        {
            // closed, and the first two are about to pay
            if (grain == "account/lou-1"
                && _storage.Body("account/lou-1") is { } body && AccountBook.Read(new AccountId("lou-1"), body,
                Books.Universe, 512, _time.NowMs).Sharing is { IsBegun: true }
                && Interlocked.Exchange(ref leaving, 1) == 0)
            {
                left = await _cluster.Grid.ExecuteAsync(new ApplyFill(NextId(), Market, new Price(57_000m),
                    new FillLeg(leaver, new Quantity(Shorts[6]), 0m),
                    new FillLeg(Desk, new Quantity(-Shorts[6]), 0m)));
            }
        };
        _both.Move(0.95m);
        await _both.PublishAsync();
        _storage.Before = static _ => Task.CompletedTask;
        Assert.Equal(CommandStatus.Applied, left?.Status);
        var state = await _cluster.Grid.StateAsync(default);
        var share = Usd(before, "ann-1-6") - Usd(_lockstep.State, "ann-1-6");
        Assert.True(share > 0m);
        // its profit of 0.15 × 3,000 is its own
        Assert.Equal(Usd(before, "ann-1-6") + 450m, Usd(state, "ann-1-6"));
        Assert.Equal(-share, Usd(state, "lou-1"));
        Assert.Equal(Usd(_lockstep.State, "ann-1-5"), Usd(state, "ann-1-5"));
        Assert.Empty(Conservation.Check(state).Unbalanced);
        // the fund comes into money
        Assert.Equal(CommandStatus.Applied, (await _cluster.Grid.ExecuteAsync(
            new InsuranceTransfer(NextId(), Desk, AssetId.Usd, share))).Status);
        _time.Advance(Crowd.FrameMs);
        await _both.PublishAsync();
        await _both.PublishAsync();
        state = await _cluster.Grid.StateAsync(default);
        Assert.Equal((0m, 0m), (Usd(state, "lou-1"), Fund(state)));
    }

    [Fact]
    public async Task A_loss_of_more_payers_than_may_waits()
    {
        await StartAsync(o => o with { PayersMax = Shorts.Length - 1 });
        await TradeAsync(1);
        var before = Accounts(await _cluster.Grid.StateAsync(default));
        _both.Move(0.95m);
        await _both.PublishAsync();
        Assert.Equal(before, Accounts(await _cluster.Grid.StateAsync(default)));
    }

    /// <summary>A list is carried out on what it was planned on only: the sequence, what is shared, and the gains.
    /// </summary>
    [Fact]
    public async Task A_list_that_was_planned_on_something_else_does_nothing()
    {
        await StartAsync(o => o with { Liquidation = null });
        await TradeAsync(1);
        var lou = await _cluster.Grains.Account(new AccountId("lou-1")).ReadAsync();
        var sequence = AccountCodec.Read(new AccountId("lou-1"), lou.Account!, Books.Universe, names: true).Sequence;
        var none = default(Ulid);
        // 0.05 contracts × a fall of 3,000
        GainMessage Gain(decimal least) => new("ann-1-0", Market.Value, 57_000m, least);
        foreach (var (planned, isDone) in new[]
        {
            (new PlannedMessage("lou-1", sequence + 1, none, []), false),
            (new PlannedMessage("lou-1", sequence, Ulid.Of(NextId()), []), false),
            (new PlannedMessage("lou-1", sequence, none, [Gain(150.01m)]), false),
            (new PlannedMessage("lou-1", sequence, none, [Gain(150m)]), true),
        })
        {
            var id = NextId();
            var answers = await _cluster.Grains.Journal(id).ExecutePlannedAsync(
            [
                new InsuranceTransfer(id, new AccountId("ann-1-0"), AssetId.Usd, 1m).ToMessage(),
                new InsuranceTransfer(NextId(), new AccountId("lou-1"), AssetId.Usd, -1m).ToMessage(),
            ], planned);
            Assert.All(answers, a => Assert.Equal(isDone ? CommandStatus.Applied : CommandStatus.NothingToDo,
                (CommandStatus)a.Status));
        }
        var state = await _cluster.Grid.StateAsync(default);
        Assert.Equal((1_001m, 29_999m, 0m), (Usd(state, "lou-1"), Usd(state, "ann-1-0"), Fund(state)));
    }

    [Fact]
    public async Task What_is_kept_moves_on_with_what_is_applied()
    {
        await StartAsync(o => o);
        var (first, other) = (CommandId.Create(1, (UInt128)1 << 20), CommandId.Create(2, 7));
        var payers = Enumerable.Range(0, 5).Select(i => new ShareMessage($"p-{i}", 1m + i)).ToArray();
        var share = new LossShare(first, 0, false, 2, [new SharedLoss(Market, 57_000.5m, payers),
            new SharedLoss(new InstrumentId("ETH-USD-PERP"), 2m, payers[..1])]);
        Assert.Same(share, share.After(other));
        share = share.After(share.Opens)!;
        Assert.True(share.IsBegun);
        // the payments themselves are others' commands
        Assert.Same(share, share.After(share.Opens));
        Assert.Same(share, share.After(share.Id(1)));
        var used = new HashSet<CommandId> { first };
        foreach (var batch in new[] { "p-0 p-1", "p-2 p-3", "p-4", "p-0" })
        {
            var sink = new ByteSink();
            share!.Write(sink);
            var source = new ByteSource(sink.Written);
            share = LossShare.Read(ref source);
            source.End();
            Assert.Equal(batch, string.Join(' ', share.Batch.ToArray().Select(p => p.Account)));
            Assert.All(Enumerable.Range(0, share.Batch.Length + 1), i => Assert.True(used.Add(share.Id(i))));
            var without = share.Without(new HashSet<string> { share.Batch[0].Account });
            Assert.True(without is null || !used.Contains(without.Opens));
            share = share.After(share.Id(share.Batch.Length));
        }
        Assert.Null(share);
    }

    private static AccountId Desk => How.Desk;

    private async Task StartAsync(Func<GridOptions, GridOptions> with)
    {
        _cluster = await GridCluster.StartAsync(with(Options(Under(LiquidationScope.Bucket, 0m), _time) with
        {
            Liquidation = Shares,
        }), silos: 2, _storage);
        _both = new LiquidationPair(_cluster, _lockstep, _time);
        await _both.PublishAsync();
        await _both.ExecuteAsync(new Deposit(NextId(), Desk, AssetId.Usd, 50_000_000m));
    }

    /// <summary>A long that a fall of 3,000 leaves 800 short, and those who sold to it.</summary>
    private async Task TradeAsync(int round)
    {
        _both.Reset();
        await _both.PublishAsync();
        await _both.ExecuteAsync(new ImportAccount(NextId(), new AccountId($"lou-{round}"),
            [new ImportedBalance(AssetId.Usd, 1_000m)],
            [new ImportedPosition(Market, new Quantity(Shorts.Sum()), new Price(60_000m))]));
        for (var i = 0; i < Shorts.Length; i++)
        {
            await _both.ExecuteAsync(new ImportAccount(NextId(), new AccountId($"ann-{round}-{i}"),
                [new ImportedBalance(AssetId.Usd, 30_000m)],
                [new ImportedPosition(Market, new Quantity(-Shorts[i]), new Price(60_000m))]));
        }
    }

    /// <summary>Who gained takes its gain, from the desk.</summary>
    private async Task CloseAsync(int round, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _both.ExecuteAsync(new ApplyFill(NextId(), Market, new Price(57_000m),
                new FillLeg(new AccountId($"ann-{round}-{i}"), new Quantity(Shorts[i]), 0m),
                new FillLeg(Desk, new Quantity(-Shorts[i]), 0m)));
        }
    }

    private static decimal Usd(GridState state, string account) => state.Accounts.Read(new AccountId(account))!
        .Balances.Where(b => b.Asset.Id == AssetId.Usd).Sum(b => b.Amount);

    private CommandId NextId() => CommandId.Series(Crowd.StartMs, 51, Interlocked.Increment(ref _ids));
}
