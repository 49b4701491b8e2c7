using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Codec;
using OrleansLeverage.Tests.Engine.Model;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>
/// Stopped or killed at any point, with or without snapshots: what comes back is what was acknowledged.
/// </summary>
public sealed class RecoveryTests(ITestOutputHelper output)
{
    private const int Accounts = 10;
    private const string Subscriber = "margin-engine";

    [Theory]
    [InlineData(61)]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(66)]
    public async Task A_grid_that_comes_back_answers_as_the_one_that_went(int seed)
    {
        var random = new Random(seed);
        var commands = new RandomCommands(seed, Accounts);
        var path = new PricePath(seed, 0.03);
        await using var bench = new GridBench();
        var first = new Dictionary<CommandId, (AccountCommand Command, CommandResult Result)>();
        var orders = new Dictionary<AccountId, List<CommandId>>();
        var epoch = bench.Grid.Frame.Number.Epoch;
        var (restarts, kills, acknowledged) = (0, 0, 0L);
        await bench.Grid.TriggersAsync(Subscriber, 1);
        await bench.Publish(GridBench.StartMs + 1_000, Crowd.StartPrices);
        for (var i = 0; i < 400; i++)
        {
            await Turn(bench, commands, orders, first);
            switch (random.Next(40))
            {
                case < 12:
                    await bench.Publish(bench.Time.NowMs + 1_000, path.Next());
                    break;
                case < 14:
                    var pending = await bench.Grid.TriggersAsync(Subscriber, 1_000);
                    Assert.All(pending, t =>
                        Assert.True(t.Sequence > acknowledged, $"{t} was acknowledged up to {acknowledged}"));
                    acknowledged = pending.Count > 0 ? pending[pending.Count / 2].Sequence : acknowledged;
                    await bench.Grid.AcknowledgeAsync(Subscriber, acknowledged);
                    break;
                case < 16:
                    Assert.True(await bench.Grid.SnapshotAsync());
                    break;
                case 16:
                    await using (var killed = bench.OpenCopy())
                    {
                        await Same(bench.Grid, killed, first, random, $"seed {seed}, command {i}");
                        kills++;
                    }
                    break;
                case 17:
                    var before = await Known(bench.Grid);
                    await bench.Reopen();
                    Assert.Equal(before, await Known(bench.Grid));
                    Assert.True(bench.Grid.Frame.Number.Epoch > epoch, "an epoch comes twice");
                    epoch = bench.Grid.Frame.Number.Epoch;
                    restarts++;
                    break;
            }
        }
        output.WriteLine($"seed {seed}: {restarts} restarts, {kills} kills");
        Assert.True(restarts > 2 && kills > 2);
    }

    [Fact]
    public async Task Every_start_has_an_epoch_of_its_own_although_nothing_happens_in_it()
    {
        await using var bench = new GridBench();
        var epochs = new List<int> { bench.Grid.Frame.Number.Epoch };
        for (var i = 0; i < 4; i++)
        {
            await bench.Grid.StateHashAsync();
            await bench.Reopen();
            epochs.Add(bench.Grid.Frame.Number.Epoch);
        }
        Assert.Equal([1, 2, 3, 4, 5], epochs);
    }

    [Fact]
    public async Task Ids_that_left_the_window_stay_too_old_after_a_restart_with_a_snapshot_and_without()
    {
        await using var bench = new GridBench(o => o with { WindowCapacity = 1024 });
        var sent = new List<Deposit>();
        for (var i = 0; i < 30; i++)
        {
            bench.Time.Advance(3);
            bench.Grid.Step();
            var list = Enumerable.Range(0, 50).Select(_ => bench.Deposit("a")).ToArray();
            sent.AddRange(list);
            Assert.All(await bench.Grid.ExecuteAllAsync(list), r => Assert.Equal(CommandStatus.Applied, r.Status));
        }
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < sent.Count; i += 7)
            {
                var result = await bench.Execute(sent[i]);
                Assert.True(result.Status is CommandStatus.IdTooOld or CommandStatus.Duplicate,
                    $"round {round}, command {i}: {result}");
                Assert.True(i >= 450 || result.Status == CommandStatus.IdTooOld,
                    $"round {round}, command {i}: {result}");
                Assert.True(i < 550 || (result.Status, result.Sequence) == (CommandStatus.Duplicate, i + 1L),
                    $"round {round}, command {i}: {result}");
            }
            Assert.Equal(sent.Count, await bench.Usd("a"));
            if (round == 0)
            {
                await using var killed = bench.OpenCopy();
                Assert.Equal(CommandStatus.IdTooOld, (await killed.ExecuteAsync(sent[0])).Status);
                Assert.Equal(CommandStatus.Duplicate, (await killed.ExecuteAsync(sent[^1])).Status);
            }
            await bench.Reopen();
        }
    }

    [Fact]
    public async Task Funding_that_was_published_survives_although_no_command_came_after_it()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs + 1_000, Crowd.StartPrices);
        var (perpetual, inverse) = (Books.Instrument("BTC-USD-PERP"), Books.Instrument("BTC-USDI-PERP"));
        var first = new PublishFunding(bench.NextId(), perpetual.Id, 0.0001m);
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(first)).Status);
        Assert.Equal(CommandStatus.Duplicate, (await bench.Execute(first)).Status);
        Assert.Equal(CommandStatus.Applied,
            (await bench.Execute(new PublishFunding(bench.NextId(), perpetual.Id, 0.0002m))).Status);
        Assert.Equal(CommandStatus.Applied,
            (await bench.Execute(new PublishFunding(bench.NextId(), inverse.Id, -0.0001m))).Status);

        await using (var killed = bench.OpenCopy())
        {
            Assert.Equal(18m, killed.Frame.FundingIndices[perpetual.Index]);
            // −.0001 · 10 / 60000, rounded down
            Assert.Equal(-0.000000016667m, killed.Frame.FundingIndices[inverse.Index]);
        }
        var hash = await bench.Grid.StateHashAsync();
        await bench.Reopen();
        Assert.Equal(18m, bench.Grid.Frame.FundingIndices[perpetual.Index]);
        Assert.Equal(hash, await bench.Grid.StateHashAsync());
        // on a price that may not decide no money moves
        Assert.Equal(CommandStatus.OracleStale,
            (await bench.Execute(new PublishFunding(bench.NextId(), perpetual.Id, 0.1m))).Status);
        Assert.Equal(CommandStatus.UnknownInstrument,
            (await bench.Execute(new PublishFunding(bench.NextId(), new InstrumentId("BTC-USD"), 0.1m))).Status);
        Assert.Equal(CommandStatus.AmountOutOfRange,
            (await bench.Execute(new PublishFunding(bench.NextId(), perpetual.Id, 1.1m))).Status);
    }

    [Fact]
    public async Task A_nomination_confirmed_at_an_earlier_frame_takes_no_funding_back()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs + 1_000, Crowd.StartPrices);
        var perpetual = Books.Instrument("BTC-USD-PERP");
        await bench.Execute(bench.Deposit("poor", 1_000m));
        await bench.Execute(bench.Deposit("rich", 1_000_000m));
        var fill = new ApplyFill(bench.NextId(), perpetual.Id, new Price(60_000m),
            new FillLeg(new AccountId("poor"), new Quantity(1m), 0m),
            new FillLeg(new AccountId("rich"), new Quantity(-1m), 0m));
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(fill)).Status);
        Task<CommandResult> funding;
        using (await bench.HoldCommits())
        {
            // decided before the nomination of a frame that was made before it was in force
            funding = bench.Grid.ExecuteAsync(new PublishFunding(bench.NextId(), perpetual.Id, 0.001m)).AsTask();
            bench.Time.Advance(1_000);
            await bench.Grid.PublishAsync(new OrleansLeverage.Market.Oracle.PriceUpdate(new FeedId("BTC-USD"), 58_000m,
                new OrleansLeverage.Market.Oracle.SourceId("history"), 1, 10, bench.Time.NowMs));
            bench.Grid.Step();
        }
        Assert.Equal(CommandStatus.Applied, (await GridBench.Soon(funding)).Status);
        await bench.Grid.StateHashAsync();
        var index = bench.Grid.Frame.FundingIndices[perpetual.Index];
        Assert.True(index > 0m);
        Assert.NotEmpty(bench.Journaled<TriggerRecord>());
        await using var killed = bench.OpenCopy();
        Assert.Equal(index, killed.Frame.FundingIndices[perpetual.Index]);
        Assert.Equal(await bench.Grid.StateHashAsync(), await killed.StateHashAsync());
    }

    [Fact]
    public async Task After_a_restart_the_last_prices_are_stale_whatever_they_were_and_open_interest_is_there_at_once()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs + 1_000, Crowd.StartPrices.Take(3));
        await bench.Execute(bench.Deposit("poor", 100_000m));
        await bench.Execute(bench.Deposit("rich", 1_000_000m));
        var perpetual = Books.Instrument("BTC-USD-PERP");
        var fill = new ApplyFill(bench.NextId(), perpetual.Id, new Price(60_000m),
            new FillLeg(new AccountId("poor"), new Quantity(2m), 0m),
            new FillLeg(new AccountId("rich"), new Quantity(-2m), 0m));
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(fill)).Status);
        for (var restart = 0; restart < 3; restart++)
        {
            await bench.Reopen();
            var frame = bench.Grid.Frame;
            Assert.Equal(new FramePrice(new Price(60_000m), PriceState.Stale, GridBench.StartMs + 1_000),
                frame[perpetual.MarkFeed]);
            Assert.Equal(default, frame.Prices[4]);
            Assert.Equal(120_000m, frame.OpenInterest[perpetual.Index]);
            bench.Grid.Step();
            Assert.Equal(PriceState.Stale, bench.Grid.Frame[perpetual.MarkFeed].State);
            Assert.Equal(CommandStatus.OracleStale,
                (await bench.Execute(new Withdraw(bench.NextId(), new AccountId("poor"), AssetId.Usd, 1m))).Status);
        }
        // a price from before the stop is not news
        var old = new OrleansLeverage.Market.Oracle.PriceUpdate(new FeedId("BTC-USD"), 61_000m,
            new OrleansLeverage.Market.Oracle.SourceId("history"),
            1, 99, GridBench.StartMs + 2_000);
        Assert.Equal(OrleansLeverage.Market.Oracle.PriceAcceptance.StaleOnResume, await bench.Grid.PublishAsync(old));
    }

    private static async Task Turn(GridBench bench, RandomCommands commands, Dictionary<AccountId,
        List<CommandId>> orders,
        Dictionary<CommandId, (AccountCommand, CommandResult)> first)
    {
        var command = commands.Next(bench.Grid.Frame, id => orders.GetValueOrDefault(id, []));
        var result = await bench.Execute(command);
        if (command is ReserveOrder && result.Status == CommandStatus.Applied)
        {
            orders.TryAdd(((ReserveOrder)command).Account, []);
            orders[((ReserveOrder)command).Account].Add(command.Id);
        }
        if (result.Status.IsRecorded())
        {
            first.TryAdd(command.Id, (command, result));
        }
    }

    /// <summary>Two grids know the same, and answer the same to what was asked before.</summary>
    private static async Task Same(ILeverageGrid grid, ILeverageGrid other, Dictionary<CommandId,
        (AccountCommand Command, CommandResult Result)> first,
        Random random, string where)
    {
        Assert.Equal(await Known(grid), await Known(other));
        foreach (var (command, result) in first.Values.OrderBy(_ => random.Next()).Take(25))
        {
            var again = await other.ExecuteAsync(command);
            var status = result.Status == CommandStatus.Applied ? CommandStatus.Duplicate
                : CommandStatus.IdAlreadyFailed;
            Assert.True((again.Status, again.Original) == (status, result.Status),
                $"{where}: {result} and again {again}");
            Assert.True(result.Status != CommandStatus.Applied || again.Sequence == result.Sequence,
                $"{where}: {result} and again {again}");
            Assert.Equal(again with { Frame = default }, await grid.ExecuteAsync(command) with { Frame = default });
        }
        Assert.Equal(await grid.StateHashAsync(), await other.StateHashAsync());
    }

    /// <summary>Every field of a trigger in its one form.</summary>
    private static string Text(Trigger trigger) =>
        Convert.ToHexString(ByteCodecTests.Bytes(s => JournalCodec.WriteTrigger(s, trigger)));

    private static async Task<(string Hash, string Triggers)> Known(ILeverageGrid grid) =>
        (await grid.StateHashAsync(), string.Join('\n', (await grid.TriggersAsync(Subscriber, 10_000)).Select(Text)));
}
