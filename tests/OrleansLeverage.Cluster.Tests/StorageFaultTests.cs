using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>A store that fails before, after and in between: no false success, nothing lost, nothing twice.</summary>
public sealed class StorageFaultTests
{
    [Fact]
    public async Task A_write_that_was_made_and_not_answered_is_a_duplicate_when_it_is_sent_again()
    {
        await using var bench = await StartAsync();
        await bench.DepositAsync("alice", 100m);
        var failures = 0;
        bench.Storage.After = id => id == "account/alice" && failures++ == 0
            ? throw new IOException("the answer was lost") : Task.CompletedTask;

        var deposit = bench.Deposit("alice", 7m);
        var result = await bench.Grid.ExecuteAsync(deposit);

        // the client has sent it again by itself
        Assert.Equal((CommandStatus.Duplicate, CommandStatus.Applied), (result.Status, result.Original!.Value));
        Assert.True(failures > 0);
        Assert.Equal(107m, await bench.UsdAsync("alice"));
    }

    [Fact]
    public async Task A_grain_says_that_it_does_not_know_when_its_write_fails()
    {
        await using var bench = await StartAsync();
        await bench.DepositAsync("alice", 100m);
        bench.Storage.Before = id => id == "account/alice" ? throw new IOException("no store") : Task.CompletedTask;
        var account = bench.Cluster.Grains.GetGrain<IAccountGrain>("alice");

        var answer = await account.ExecuteAsync(CommandTranslation.ToMessage(bench.Deposit("alice", 7m)));

        Assert.Equal(CommandStatus.OutcomeUnknown, (CommandStatus)answer.Status);
        bench.Storage.Before = static _ => Task.CompletedTask;
        Assert.Equal(100m, await bench.UsdAsync("alice"));
    }

    /// <summary>
    /// Three commands at one account while its first write is on its way and will be made but not answered: what that
    /// write holds is unknown to its caller and to whoever repeats it; what was to be written next is not in the store.
    /// </summary>
    [Fact]
    public async Task What_repeats_a_command_whose_write_failed_is_as_unknown_as_it()
    {
        await using var bench = await StartAsync();
        await bench.DepositAsync("alice", 100m);
        var (release, reached) = (new TaskCompletionSource(), new TaskCompletionSource());
        bench.Storage.After = async id =>
        {
            if (id == "account/alice")
            {
                reached.TrySetResult();
                await release.Task;
                throw new IOException("the answer was lost");
            }
        };
        var account = bench.Cluster.Grains.GetGrain<IAccountGrain>("alice");
        var (one, other) = (bench.Deposit("alice", 7m), bench.Deposit("alice", 9m));
        var first = account.ExecuteAsync(CommandTranslation.ToMessage(one));
        await reached.Task;
        var again = account.ExecuteAsync(CommandTranslation.ToMessage(one));
        var next = account.ExecuteAsync(CommandTranslation.ToMessage(other));
        // read turns interleave: both are decided by now
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(100m, await bench.UsdAsync("alice"));
        }
        release.SetResult();

        Assert.Equal(CommandStatus.OutcomeUnknown, (CommandStatus)(await first).Status);
        Assert.Equal(CommandStatus.OutcomeUnknown, (CommandStatus)(await again).Status);
        Assert.Equal(CommandStatus.StorageUnavailable, (CommandStatus)(await next).Status);
        bench.Storage.After = static _ => Task.CompletedTask;
        Assert.Equal(107m, await bench.UsdAsync("alice"));
        Assert.Equal(CommandStatus.Duplicate, (await bench.Grid.ExecuteAsync(one)).Status);
        Assert.Equal(CommandStatus.Applied, (await bench.Grid.ExecuteAsync(other)).Status);
        Assert.Equal(116m, await bench.UsdAsync("alice"));
    }

    /// <summary>
    /// An account that comes anew from the store, with what it had prepared and not yet brought into one place: whoever
    /// was told that it was done does not read what was before.
    /// </summary>
    [Fact]
    public async Task What_was_acknowledged_is_read_wherever_the_account_comes_from()
    {
        await using var bench = await StartAsync();
        await bench.DepositAsync("alice", 100m);
        await bench.DepositAsync("bob", 1m);
        var writes = 0;
        bench.Storage.Before = id => id == "account/alice" && Interlocked.Increment(ref writes) > 1
            ? throw new IOException("no store") : Task.CompletedTask;

        var result = await bench.Grid.ExecuteAsync(new Transfer(bench.Deposit("alice", 1m).Id, new AccountId("alice"),
            new AccountId("bob"), AssetId.Usd, 7m));

        Assert.Equal(CommandStatus.Applied, result.Status);
        using var over = new CancellationTokenSource();
        var rows = Task.Run(() =>
        {
            var seen = new HashSet<decimal>();
            while (!over.IsCancellationRequested)
            {
                seen.Add(bench.RowUsd("alice") ?? 93m);
            }
            return seen;
        });
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(93m, await bench.UsdAsync("alice"));
        }
        await over.CancelAsync();
        Assert.Equal([93m], await rows);
        Assert.True(Volatile.Read(ref writes) > 2, $"{writes} writes");
        bench.Storage.Before = static _ => Task.CompletedTask;
        Assert.Equal((93m, 8m), (await bench.UsdAsync("alice"), await bench.UsdAsync("bob")));
    }

    /// <summary>A write that takes longer than is set is unknown, although it is made in the end.</summary>
    [Fact]
    public async Task A_write_that_takes_too_long_is_unknown_and_the_account_is_read_again()
    {
        await using var bench = await StartAsync();
        await bench.DepositAsync("alice", 100m);
        var release = new TaskCompletionSource();
        bench.Storage.Before = id => id == "account/alice" ? release.Task : Task.CompletedTask;
        var account = bench.Cluster.Grains.GetGrain<IAccountGrain>("alice");

        var deposit = bench.Deposit("alice", 7m);
        var answer = await account.ExecuteAsync(CommandTranslation.ToMessage(deposit));

        Assert.Equal(CommandStatus.OutcomeUnknown, (CommandStatus)answer.Status);
        bench.Storage.Before = static _ => Task.CompletedTask;
        release.SetResult();
        var again = await bench.Grid.ExecuteAsync(deposit);
        Assert.True(again.IsApplied);
        Assert.Equal(107m, await bench.UsdAsync("alice"));
    }

    [Fact]
    public async Task Who_waits_for_the_store_joins_one_write()
    {
        await using var bench = await StartAsync();
        await bench.DepositAsync("alice", 1m);
        var release = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        bench.Storage.Before = async id =>
        {
            if (id == "account/alice")
            {
                reached.TrySetResult();
                await release.Task;
            }
        };
        var before = bench.Storage.Writes;
        var first = bench.Grid.ExecuteAsync(bench.Deposit("alice", 1m)).AsTask();
        await reached.Task;
        var others = Enumerable.Range(0, 50)
            .Select(_ => bench.Grid.ExecuteAsync(bench.Deposit("alice", 1m)).AsTask()).ToArray();
        // read turns interleave with the write: meanwhile the commands have their ids claimed and are decided
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1m, await bench.UsdAsync("alice"));
        }
        release.SetResult();

        Assert.All(await Task.WhenAll([first, .. others]), r => Assert.Equal(CommandStatus.Applied, r.Status));
        Assert.InRange(bench.Storage.Writes - before, 2, 8);
        Assert.Equal(52m, await bench.UsdAsync("alice"));
    }

    /// <summary>Fails every write of a fill in turn, before or after it is made, until one meets none.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fill_is_whole_whichever_write_fails(bool after)
    {
        await using var bench = await StartAsync();
        await bench.Prices.StandardPricesAsync();
        await bench.DepositAsync("alice", 1_000_000m);
        await bench.DepositAsync("bob", 1_000_000m);
        var (failAt, met) = (0, true);
        for (; met; failAt++)
        {
            var count = 0;
            met = false;
            Func<string, Task> fail = id =>
            {
                if ((id.StartsWith("account/", StringComparison.Ordinal)
                    || id.StartsWith("fill-journal/", StringComparison.Ordinal)) && count++ == failAt)
                {
                    met = true;
                    throw new IOException($"write {failAt} of {id}");
                }
                return Task.CompletedTask;
            };
            bench.Storage.Before = after ? Fine : fail;
            bench.Storage.After = after ? fail : Fine;

            var fill = bench.Prices.Fill("alice", "bob", 1m, 60_000m);
            var result = await bench.Grid.ExecuteAsync(fill);
            (bench.Storage.Before, bench.Storage.After) = (Fine, Fine);

            Assert.True(result.IsApplied, $"write {failAt}: {result}");
            Assert.Equal((failAt + 1m, -failAt - 1m), await bench.PositionsAsync(failAt + 1m));
        }
        Assert.InRange(failAt, 4, 12);
    }

    [Fact]
    public async Task Two_activations_over_one_store_apply_every_command_once()
    {
        var storage = new TestStorage();
        await using var one = await StartAsync(storage);
        await using var two = await StartAsync(storage, ids: 1_000_000);
        await one.DepositAsync("alice", 1m);
        await two.DepositAsync("alice", 1m);
        // of the state as it was before the other one wrote
        await one.DepositAsync("alice", 1m);
        Assert.True(storage.Conflicts > 0, "the activations did not meet");
        var results = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var bench = i % 2 == 0 ? one : two;
            var deposit = bench.Deposit("alice", 1m);
            CommandResult result;
            do
            {
                result = await bench.Grid.ExecuteAsync(deposit);
            }
            while (!result.IsApplied);
            return result;
        }));

        Assert.Equal(60, results.Length);
        // whoever reads last reads the store
        Assert.Equal(63m, await ReloadedAsync(storage));
    }

    private static Task Fine(string grain) => Task.CompletedTask;

    private static async Task<decimal> ReloadedAsync(TestStorage storage)
    {
        await using var fresh = await StartAsync(storage, ids: 2_000_000);
        return await fresh.UsdAsync("alice");
    }

    private static async Task<FaultBench> StartAsync(TestStorage? storage = null, long ids = 0)
    {
        var time = new ManualTime(1_700_000_000_000);
        var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = time, FrameIntervalMs = 10,
            ReportEveryFrames = 2, Workers = 1, HoldMs = 300, StorageTimeoutMs = 400,
        }, silos: 1, storage);
        return new FaultBench(cluster, time, ids);
    }

    private sealed class FaultBench(GridCluster cluster, ManualTime time, long ids) : IAsyncDisposable
    {
        private long _ids = ids;

        public GridCluster Cluster => cluster;

        public TestStorage Storage => cluster.Storage;

        public ILeverageGrid Grid => cluster.Grid;

        public GridFixture Prices { get; } = new(cluster.Grid, time, directory: null);

        public Deposit Deposit(string account, decimal amount) => new(CommandId.Series(time.NowMs, 3, ++_ids),
            GridFixture.Account(account), AssetId.Usd, amount);

        public async Task DepositAsync(string account, decimal amount) => Assert.True(
            (await Grid.ExecuteAsync(Deposit(account, amount))).IsApplied);

        /// <summary>What the row of an account has; null while there is none.</summary>
        public decimal? RowUsd(string account)
        {
            var cut = Cluster.Cluster.GetSiloServiceProvider(Cluster.Cluster.Silos[0].SiloAddress)
                .GetRequiredService<SiloGrid>().Cut(GrainKeys.RosterBucket(account)).Cut;
            var at = Array.IndexOf(cut.Accounts, account);
            return at < 0 ? null : AccountCodec.Read(new AccountId(account), cut.States[at], GridFixture.Universe,
                names: true).Balances.Single(b => b.Asset.Id == AssetId.Usd).Amount;
        }

        public async Task<decimal> UsdAsync(string account) =>
            (await Grid.AccountAsync(GridFixture.Account(account)))!.Balances.Sum(b => b.Amount);

        /// <summary>Both sides' contracts, once both are settled.</summary>
        public async Task<(decimal, decimal)> PositionsAsync(decimal until) => await GridFixture.EventuallyAsync(
            async () => (await ContractsAsync("alice"), await ContractsAsync("bob")),
            held => held == (until, -until), $"both sides do not come to {until}");

        public ValueTask DisposeAsync() => cluster.DisposeAsync();

        private async Task<decimal> ContractsAsync(string account) =>
            (await Grid.AccountAsync(GridFixture.Account(account)))!.Positions.Sum(p => p.Position.Quantity.Value);
    }
}
