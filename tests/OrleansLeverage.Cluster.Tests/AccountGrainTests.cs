using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>What an account is called, how it is kept, and when its row comes and goes.</summary>
public sealed class AccountGrainTests
{
    private readonly ManualTime _time = new(1_700_000_000_000);

    /// <summary>Ids that a store could take for each other are no ids.</summary>
    [Fact]
    public async Task An_account_whose_id_is_none_does_nothing_and_leaves_nothing()
    {
        await using var cluster = await StartAsync();
        foreach (var id in new[] { "A", "a_b", "a/b", "a#b", "-a", "a-", "a b", new string('a', 65) })
        {
            var account = cluster.Grains.GetGrain<IAccountGrain>(id);
            await Assert.ThrowsAnyAsync<Exception>(account.TouchAsync);
            var deposit = CommandTranslation.ToMessage(
                new Deposit(CommandId.Series(1, 1, 1), new AccountId("alice"), AssetId.Usd, 1m));
            await Assert.ThrowsAnyAsync<Exception>(() => account.ExecuteAsync(deposit with { Account = id }));
        }
        // and one account does nothing for another
        await Assert.ThrowsAsync<ArgumentException>(() => cluster.Grains.GetGrain<IAccountGrain>("bob").ExecuteAsync(
            CommandTranslation.ToMessage(
                new Deposit(CommandId.Series(1, 1, 1), new AccountId("alice"), AssetId.Usd, 1m))));
        Assert.DoesNotContain(cluster.Storage.Grains, g => g.StartsWith("account", StringComparison.Ordinal));
        Assert.All(cluster.Columns, c => Assert.Equal(0, c.Count));
    }

    [Fact]
    public async Task Who_is_asked_for_and_is_none_has_no_row_and_does_not_stay()
    {
        await using var cluster = await StartAsync();
        Assert.False(await cluster.Grains.GetGrain<IAccountGrain>("nobody-here").TouchAsync());
        Assert.Null((await cluster.Grains.GetGrain<IAccountGrain>("nobody-here").ReadAsync()).Account);
        Assert.All(cluster.Columns, c => Assert.Equal(0, c.Count));
        var grain = cluster.Grains.GetGrain<IAccountGrain>("nobody-here").GetGrainId();
        await GridFixture.EventuallyAsync(() => Task.FromResult(cluster.Cluster.TryGetGrainContext(grain, out _)),
            isActive => !isActive, "nobody stays in memory");
    }

    /// <summary>A row comes with the account, follows it, moves with it and goes with its activation.</summary>
    [Fact]
    public async Task A_row_lives_as_long_as_its_activation()
    {
        await using var cluster = await StartAsync(silos: 2);
        var account = cluster.Grains.GetGrain<IAccountGrain>("alice");
        Assert.True((await cluster.Grid.ExecuteAsync(
            new Deposit(CommandId.Series(_time.NowMs, 1, 1), new AccountId("alice"), AssetId.Usd, 5m))).IsApplied);
        Assert.Equal(1, cluster.Columns.Sum(c => c.Count));
        var before = cluster.Columns.Select(c => c.Count).ToArray();

        for (var i = 0; i < 20 && cluster.Columns.Select(c => c.Count).SequenceEqual(before); i++)
        {
            await account.MoveAsync();
            await GridFixture.EventuallyAsync(async () => await account.TouchAsync() ? cluster.Columns.Sum(c => c.Count)
                : 0, rows => rows == 1, "the row is there twice or not at all");
        }
        var message = await account.ReadAsync();
        Assert.Equal(1L, message.Applied);

        await cluster.Cluster.DeactivateAsync(account);
        await GridFixture.EventuallyAsync(() => Task.FromResult(cluster.Columns.Sum(c => c.Count)), rows => rows == 0,
            "a row outlives its activation");
        Assert.True(await account.TouchAsync());
        Assert.Equal(1, cluster.Columns.Sum(c => c.Count));
    }

    [Fact]
    public void An_accounts_book_comes_back_as_it_was_kept()
    {
        var book = new AccountBook(16)
        {
            Account = Books.Account("alice").With("USD", 12.5m).Holding("BTC-USD-PERP", 2m, 60_000m), Applied = 7,
            Refused = 3, LastTrigger = 2,
            Prepared = new LegMessage(new TransactionKey(5, Ulid.Of(CommandId.Series(1, 2, 3)), Guid.NewGuid()),
                [1, 2, 3]),
            Sharing = new LossShare(CommandId.Series(1, 2, 4), 3, true, 5,
                [new SharedLoss(new InstrumentId("BTC-USD-PERP"), 60_000.5m, [new ShareMessage("bob", 0.25m)])]),
        };
        book.House.Add(HouseAccount.Insurance, AssetId.Usd, 1.25m);
        book.Window.Add(CommandId.Series(_time.NowMs, 1, 1),
            new RememberedCommand(new PayloadDigest(11, 22), CommandStatus.Applied, 6), _time.NowMs);
        book.Outbox.Add(new Trigger(2, new AccountId("alice"), TriggerKind.MarginCall, RiskTier.MarginCall,
            new FrameNumber(1, 9), 99, 6, 1m, 2m, 3m, 4m));
        var bytes = book.Write(new ByteSink());

        var back = AccountBook.Read(new AccountId("alice"), bytes, Books.Universe, 16, _time.NowMs);

        Assert.Equal(bytes, back.Write(new ByteSink()));
        Assert.Equal((7L, 3L, 2L), (back.Applied, back.Refused, back.LastTrigger));
        Assert.Equal(book.Outbox, back.Outbox);
        Assert.Equal(book.Prepared!.Transaction, back.Prepared!.Transaction);
        Assert.Equal(1.25m, back.House[HouseAccount.Insurance, AssetId.Usd]);
        Assert.True(back.Window.TryGet(CommandId.Series(_time.NowMs, 1, 1), out var remembered));
        Assert.Equal(6L, remembered.Sequence);
        Assert.Equal((book.Sharing.Opens, 60_000.5m, new ShareMessage("bob", 0.25m)),
            (back.Sharing!.Opens, back.Sharing.Loss.Mark, back.Sharing.Batch[0]));
        Assert.Equal(1.25m, AccountBook.Peek(new AccountId("alice"), bytes, Books.Universe)
            .House[HouseAccount.Insurance, AssetId.Usd]);
        // where nothing is shared it is what silos of before write, and can read
        book.Sharing = null;
        Assert.Equal(1, book.Write(new ByteSink())[0]);
        // a body of a newer program is refused by its version, and one that is cut short is not half read
        bytes[0]++;
        var error = Assert.Throws<InvalidDataException>(() =>
            AccountBook.Read(new AccountId("alice"), bytes, Books.Universe, 16, _time.NowMs));
        Assert.Contains("version 3", error.Message, StringComparison.Ordinal);
        bytes[0]--;
        Assert.ThrowsAny<Exception>(() =>
            AccountBook.Read(new AccountId("alice"), bytes[..^1], Books.Universe, 16, _time.NowMs));
    }

    private Task<GridCluster> StartAsync(short silos = 1) => GridCluster.StartAsync(new GridOptions
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = _time, MakesFrames = false, Workers = 1,
    }, silos);

    /// <summary>A list that was planned on an account is carried out on that account and on none that it became.
    /// </summary>
    [Fact]
    public async Task What_was_planned_on_another_state_of_an_account_is_not_done()
    {
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, FrameIntervalMs = 10, Workers = 1,
        });
        var alice = new AccountId("alice");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Deposit Next(int number) => new(CommandId.Series(now, 5, number), alice, AssetId.Usd, 1m);
        Assert.True((await cluster.Grid.ExecuteAsync(Next(1))).IsApplied);
        var planned = (await ReadAsync()).Sequence;
        Assert.Equal(CommandStatus.Applied, await OrderAsync(2, planned));
        // of two that were planned on it one is done
        Assert.Equal(CommandStatus.NothingToDo, await OrderAsync(3, planned));
        Assert.Equal(CommandStatus.NothingToDo, await OrderAsync(4, planned + 2));
        Assert.Equal((planned + 1, 2m), ((await ReadAsync()).Sequence,
            (await ReadAsync()).Balance(GridFixture.Universe.Usd)));

        async Task<CommandStatus> OrderAsync(int number, long sequence) => (CommandStatus)(await cluster.Grains
            .Journal(Next(number).Id).ExecutePlannedAsync([Next(number).ToMessage()],
                new PlannedMessage(alice.Value, sequence, default, [])))[0].Status;

        async Task<Account> ReadAsync() => (await cluster.Grid.StateAsync(default)).Accounts.Read(alice)!;
    }
}
