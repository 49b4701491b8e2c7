using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>The one writer: batches, overload, stopping, faults of one among many.</summary>
public sealed class WriterTests
{
    [Fact]
    public async Task An_exception_in_one_command_is_its_callers_alone()
    {
        await using var bench = new GridBench();
        Task<CommandResult>[] good;
        Task<CommandResult>[] bad;
        Task<IReadOnlyList<CommandResult>> list;
        var before = bench.Deposit("a");
        using (await bench.HoldCommits())
        {
            // all of these are one batch: decided together, after what holds the disk
            good = [.. Enumerable.Range(0, 20).Select(_ => bench.Grid.ExecuteAsync(bench.Deposit("a")).AsTask())];
            bad = [.. Enumerable.Range(0, 5)
                .Select(_ =>
                bench.Grid.ExecuteAsync(new ImportAccount(bench.NextId(), new AccountId("b"), null!,
                null!)).AsTask())];
            list = bench.Grid.ExecuteAllAsync([before,
                new ImportAccount(bench.NextId(), new AccountId("b"), null!, null!)]).AsTask();
            good = [.. good, .. Enumerable.Range(0, 20)
                .Select(_ => bench.Grid.ExecuteAsync(bench.Deposit("a")).AsTask())];
        }
        foreach (var task in good)
        {
            Assert.Equal(CommandStatus.Applied, (await GridBench.Soon(task)).Status);
        }
        foreach (var task in bad)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => GridBench.Soon(task));
        }
        await Assert.ThrowsAnyAsync<Exception>(() => GridBench.Soon(list));
        Assert.Equal(40m, await bench.Usd("a"));
        Assert.Null(await bench.Grid.AccountAsync(new AccountId("b")));
        Assert.Equal(GridCondition.Ready, bench.Grid.Health.Condition);
        // the list was taken back whole, its first command with it
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(before)).Status);
        await using var copy = bench.OpenCopy();
        Assert.Equal(await bench.Grid.StateHashAsync(), await copy.StateHashAsync());
    }

    [Fact]
    public async Task Too_many_are_refused_at_once_and_those_taken_are_answered()
    {
        await using var bench = new GridBench(o => o with { QueueCapacity = 10 });
        Task<CommandResult>[] tasks;
        AccountCommand[] commands = [.. Enumerable.Range(0, 30).Select(_ => bench.Deposit("a"))];
        using (await bench.HoldCommits())
        {
            // a list counts for every command of it
            var list = await GridBench.Soon(bench.Grid.ExecuteAllAsync([.. commands.Take(11)]).AsTask());
            Assert.Equal(11, list.Count(r => r.Status == CommandStatus.Overloaded));
            tasks = [.. commands.Select(c => bench.Grid.ExecuteAsync(c).AsTask())];
            Assert.Equal(20,
                tasks.Count(t => t.IsCompleted && t.GetAwaiter().GetResult().Status == CommandStatus.Overloaded));
        }
        var answers = await GridBench.Soon(Task.WhenAll(tasks));
        Assert.Equal(10, answers.Count(a => a.Status == CommandStatus.Applied));
        foreach (var command in commands)
        {
            Assert.True((await bench.Execute(command)).IsApplied);
        }
        Assert.Equal(30m, await bench.Usd("a"));
    }

    [Fact]
    public async Task Whoever_waits_while_the_grid_stops_is_answered_and_what_was_acknowledged_is_there()
    {
        await using var bench = new GridBench();
        var commands = new List<Deposit>();
        var tasks = new List<Task<CommandResult>>();
        using var stop = new CancellationTokenSource();
        var hammer = Task.Run(async () =>
        {
            // posts without a pause while the grid stops underneath
            while (!stop.IsCancellationRequested || !tasks.Exists(t => t.IsCompletedSuccessfully
                && t.GetAwaiter().GetResult().Status == CommandStatus.StorageUnavailable))
            {
                for (var i = 0; i < 50; i++)
                {
                    var command = bench.Deposit("a");
                    lock (commands)
                    {
                        commands.Add(command);
                        tasks.Add(bench.Grid.ExecuteAsync(command).AsTask());
                    }
                }
                await Task.Delay(1);
            }
        });
        await GridBench.Until(() => bench.Grid.Health.CommandsApplied > 20, "nothing is applied");
        await bench.Grid.DisposeAsync();
        await stop.CancelAsync();
        await hammer;

        var answers = await GridBench.Soon(Task.WhenAll(tasks));

        Assert.All(answers, a =>
            Assert.True(a.Status is CommandStatus.Applied or CommandStatus.StorageUnavailable, a.ToString()));
        Assert.Contains(answers, a => a.Status == CommandStatus.StorageUnavailable);
        Assert.Equal(GridCondition.Stopped, bench.Grid.Health.Condition);
        Assert.Equal(CommandStatus.StorageUnavailable, (await bench.Execute(bench.Deposit("a"))).Status);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.Grid.StateHashAsync().AsTask());
        await bench.Grid.DisposeAsync();
        await bench.Reopen();
        Assert.Equal(answers.Count(a => a.Status == CommandStatus.Applied), (int)await bench.Usd("a"));
    }

    [Fact]
    public async Task What_the_queue_took_is_answered_however_the_writer_ends()
    {
        for (var round = 0; round < 60; round++)
        {
            var frame = Books.Frame();
            var core = new GridCore(new GridState(Books.Universe, 1024), frame);
            var writer = new CommandWriter(core, null, TimeProvider.System, 1_000_000, 0, () => frame, (_, _) => { });
            writer.Start();
            var posting = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                // as fast as it can, so that some are taken in the very moment of the end
                var items = new List<Task>();
                ActionItem<int> item;
                while (writer.TryPost(item = new ActionItem<int>(_ => 0)))
                {
                    items.Add(item.Task);
                }
                return items;
            })).ToArray();
            await Task.Yield();
            writer.Dispose();
            var taken = (await Task.WhenAll(posting)).SelectMany(i => i).ToArray();
            await GridBench.Soon(Task.WhenAll(taken.Select(t => t.ContinueWith(_ => 0, TaskScheduler.Default))));
        }
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_a_command_that_happens_once()
    {
        await using var bench = new GridBench();
        var (command, late) = (bench.Deposit("a"), bench.Deposit("a"));
        using var cancellation = new CancellationTokenSource();
        using (await bench.HoldCommits())
        {
            var task = bench.Grid.ExecuteAsync(command, cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GridBench.Soon(task));
            // given up before it was sent: nothing is sent
            Assert.Throws<OperationCanceledException>(() => { _ = bench.Grid.ExecuteAsync(late, cancellation.Token); });
        }
        Assert.Equal(CommandStatus.Duplicate, (await bench.Execute(command)).Status);
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(late)).Status);
        Assert.Equal(2m, await bench.Usd("a"));
    }

    [Fact]
    public async Task A_flood_of_large_lists_is_committed_in_pieces_that_the_journal_takes()
    {
        await using var bench = new GridBench();
        Task<IReadOnlyList<CommandResult>>[] tasks;
        ImportedBalance[] many = [.. Enumerable.Range(0, 500)
            .Select(_ => new ImportedBalance(AssetId.Usd, 123_456.78m))];
        using (await bench.HoldCommits())
        {
            tasks = [.. Enumerable.Range(0, 6)
                .Select(n => bench.Grid.ExecuteAllAsync([.. Enumerable.Range(0, 100).Select(i =>
                new ImportAccount(bench.NextId(), new AccountId($"a-{n}-{i}"), many, []))]).AsTask())];
        }
        foreach (var results in await GridBench.Soon(Task.WhenAll(tasks)))
        {
            Assert.All(results, r => Assert.Equal(CommandStatus.Applied, r.Status));
        }
        using var journal = DurableJournal.Open(new JournalOptions { Directory = await Stopped(bench),
            SchemaVersion = JournalCodec.SchemaVersion });
        var sizes = journal.ReadAll().Select(b => b.Payload.Length).ToArray();
        Assert.True(sizes.Max() < 6 << 20 && sizes.Count(s => s > 1 << 19) > 1, string.Join(' ', sizes));
    }

    [Fact]
    public async Task The_same_id_twice_in_one_list_is_applied_once()
    {
        await using var bench = new GridBench();
        var deposit = bench.Deposit("a", 5m);
        var results = await bench.Grid.ExecuteAllAsync([deposit, bench.Deposit("a"), deposit]);
        Assert.Equal([CommandStatus.Applied, CommandStatus.Applied, CommandStatus.Duplicate], results
            .Select(r => r.Status));
        Assert.Equal(results[0].Sequence, results[2].Sequence);
        Assert.Equal(6m, await bench.Usd("a"));

        // with another payload it is a reuse, and then nothing of the list happens
        var other = bench.Deposit("a", 5m);
        var refused = await bench.Grid.ExecuteAllAsync([other, other with { Amount = 6m }]);
        Assert.All(refused, r => Assert.Equal(CommandStatus.CommandIdReused, r.Status));
        Assert.Equal(6m, await bench.Usd("a"));
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(other with { Amount = 7m })).Status);

        // a list sent again, with one command more, does that one alone
        var again = await bench.Grid.ExecuteAllAsync([deposit, other with { Amount = 7m }, bench.Deposit("a", 100m)]);
        Assert.Equal([CommandStatus.Duplicate, CommandStatus.Duplicate, CommandStatus.Applied], again
            .Select(r => r.Status));
        Assert.Equal(113m, await bench.Usd("a"));
    }

    [Fact]
    public async Task Ids_meet_within_one_batch_as_they_do_across_batches()
    {
        await using var bench = new GridBench();
        var (deposit, withdraw) = (bench.Deposit("a", 5m),
            new Withdraw(bench.NextId(), new AccountId("a"), AssetId.Usd, 1_000m));
        Task<CommandResult>[] tasks;
        Task<IReadOnlyList<CommandResult>> list;
        using (await bench.HoldCommits())
        {
            AccountCommand[] batch = [deposit, deposit, deposit with { Amount = 6m }, withdraw, withdraw];
            tasks = [.. batch.Select(c => bench.Grid.ExecuteAsync(c).AsTask())];
            // refused, and taken back, without taking back what others of the batch did under the same ids
            list = bench.Grid.ExecuteAllAsync([deposit, bench.Deposit("a", 50m), withdraw]).AsTask();
            tasks = [.. tasks, bench.Grid.ExecuteAsync(deposit).AsTask(), bench.Grid.ExecuteAsync(withdraw).AsTask()];
        }
        var answers = await GridBench.Soon(Task.WhenAll(tasks));
        Assert.Equal([
            CommandStatus.Applied, CommandStatus.Duplicate, CommandStatus.CommandIdReused,
                CommandStatus.InsufficientBalance,
            CommandStatus.IdAlreadyFailed, CommandStatus.Duplicate, CommandStatus.IdAlreadyFailed,
        ], answers.Select(a => a.Status));
        Assert.All(await GridBench.Soon(list), r => Assert.Equal(CommandStatus.IdAlreadyFailed, r.Status));
        Assert.Equal(5m, await bench.Usd("a"));
        await using var copy = bench.OpenCopy();
        Assert.Equal(CommandStatus.IdAlreadyFailed,
            (await GridBench.Soon(copy.ExecuteAsync(withdraw).AsTask())).Status);
        var duplicate = await GridBench.Soon(copy.ExecuteAsync(deposit).AsTask());
        Assert.Equal((CommandStatus.Duplicate, answers[0].Sequence), (duplicate.Status, duplicate.Sequence));
    }

    [Fact]
    public async Task What_could_be_written_and_not_read_back_is_refused()
    {
        await using var bench = new GridBench();
        Assert.Equal(CommandStatus.UnknownAccount,
            (await bench.Execute(new Deposit(bench.NextId(), default, AssetId.Usd, 1m))).Status);
        Assert.Equal(CommandStatus.UnknownAccount,
            (await bench.Execute(new ImportAccount(bench.NextId(), default, [new ImportedBalance(AssetId.Usd, 1m)],
            []))).Status);
        await bench.Execute(bench.Deposit("a", 1_000m));
        await bench.Execute(bench.Deposit("b", 1_000m));
        var perpetual = Books.Universe.Instruments[0].Id;
        var free = new ApplyFill(bench.NextId(), perpetual, default,
            new FillLeg(new AccountId("a"), new Quantity(1m), 0m),
            new FillLeg(new AccountId("b"), new Quantity(-1m), 0m));
        Assert.Equal(CommandStatus.PriceOutOfRange, (await bench.Execute(free)).Status);
        await Assert.ThrowsAsync<ArgumentException>(() => bench.Grid.TriggersAsync("", 1).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => bench.Grid.TriggersAsync("two words", 1).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => bench.Grid.AcknowledgeAsync(new string('x', 65), 1).AsTask());
        await bench.Grid.TriggersAsync("engine", 1);
        await bench.Grid.AcknowledgeAsync("engine", -1);
        await bench.Grid.AcknowledgeAsync("engine", long.MinValue);
        await bench.Grid.AcknowledgeAsync("engine", long.MaxValue);
        var hash = await bench.Grid.StateHashAsync();
        await bench.Reopen();
        Assert.Equal(hash, await bench.Grid.StateHashAsync());
    }

    private static async Task<string> Stopped(GridBench bench)
    {
        await bench.Grid.DisposeAsync();
        return bench.Directory;
    }
}
