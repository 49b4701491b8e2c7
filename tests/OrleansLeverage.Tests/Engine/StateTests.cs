using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Codec;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

/// <summary>The durable state's parts: the packed accounts, the outbox, open interest, snapshots.</summary>
public sealed class StateTests
{
    [Fact]
    public async Task Readers_see_whole_accounts_while_the_store_grows_block_by_block()
    {
        var store = new AccountStore(Books.Universe);
        using var stop = new CancellationTokenSource();
        var reads = new int[2];
        var readers = Enumerable.Range(0, reads.Length).Select(n => Task.Run(() =>
        {
            var random = new Random(n);
            while (!stop.IsCancellationRequested)
            {
                if (store.Count == 0)
                {
                    continue;
                }
                var account = store.Read(random.Next(store.Count));
                Assert.Equal(account.Sequence, account.Balance(Books.Usd));
                Assert.Equal(account.Id, store.Id(store.Number(account.Id)));
                Volatile.Write(ref reads[n], reads[n] + 1);
            }
        })).ToArray();
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal(i, store.Put(Holding($"s-{i}", 1)));
            store.Put(Holding($"s-{i / 2}", i));
        }
        // and for as long as it takes both to have looked
        for (var i = 0; !Array.TrueForAll(reads, r => r > 100) && !readers.Any(r => r.IsFaulted); i++)
        {
            store.Put(Holding($"s-{i % 10_000}", i));
        }
        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(10_000, store.Count);
        Assert.Equal(-1, store.Number(new AccountId("nobody")));
        Assert.Null(store.Read(new AccountId("nobody")));
        Assert.Equal(store.InOrder().Select(n => store.Id(n)), store.InOrder().Select(n => store.Id(n)).Order());
    }

    [Fact]
    public void The_outbox_keeps_what_the_slowest_has_not_acknowledged_and_nothing_for_nobody()
    {
        var outbox = new TriggerOutbox();
        outbox.Add(Raised(1));
        Assert.Equal((0, 1L), (outbox.Count, outbox.LastSequence));
        outbox.Acknowledge("fast", 1);
        outbox.Add(Raised(2));
        outbox.Acknowledge("slow", 2);
        outbox.Add(Raised(3));
        outbox.Add(Raised(4));
        Assert.Equal([2L, 3L, 4L], outbox.For("fast", 10).Select(t => t.Sequence));
        Assert.Equal([3L], outbox.For("slow", 1).Select(t => t.Sequence));
        Assert.Empty(outbox.For("stranger", 10));
        outbox.Acknowledge("fast", 4);
        Assert.Equal([3L, 4L], outbox.Pending.Select(t => t.Sequence));
        // never back
        outbox.Acknowledge("fast", 2);
        Assert.Empty(outbox.For("fast", 10));
        outbox.Acknowledge("slow", 3);
        Assert.Equal([4L], outbox.Pending.Select(t => t.Sequence));
        outbox.Acknowledge("slow", 4);
        Assert.Empty(outbox.Pending);
        for (var i = outbox.Subscribers.Count; i < TriggerOutbox.SubscribersMax; i++)
        {
            outbox.CheckRoom("one more");
            outbox.Acknowledge($"s-{i}", 4);
        }
        Assert.Throws<InvalidOperationException>(() => outbox.CheckRoom("one more"));
    }

    [Fact]
    public void Open_interest_is_what_is_held_long_whatever_becomes_of_its_holders()
    {
        var state = new GridState(Books.Universe, 1024);
        var random = new Random(81);
        var frame = Books.Frame(btc: 50_000m, eth: 2_500m, usdc: 0.99m);
        var held = new Dictionary<AccountId, Account>();
        for (var i = 0; i < 2_000; i++)
        {
            var account = Books.RandomAccount(random, frame);
            var before = held.GetValueOrDefault(account.Id);
            held[account.Id] = account;
            state.Put(before, account);
        }
        foreach (var instrument in Books.Universe.Instruments)
        {
            var longs = held.Values.Sum(a => Math.Max(a.Position(instrument).Quantity.Value, 0m));
            Assert.Equal(longs, state.Longs[instrument]);
            var settlement = frame.UsdPrice(instrument.Settlement)!.Value;
            var unit = instrument.Style == ContractStyle.Linear ? frame.Mark(instrument)!.Value.Value * settlement
                : settlement / frame.Mark(instrument)!.Value.Value;
            Assert.Equal(Math.Round(longs * instrument.Multiplier * unit, 2),
                state.Longs.OpenInterest(frame.Prices)[instrument.Index]);
        }
        var unknown = frame.Prices.ToArray();
        unknown[0] = default;
        Assert.Equal(0m, state.Longs.OpenInterest(unknown)[0]);
        Assert.Equal(frame.Universe.Instruments.Count, state.Longs.OpenInterest(unknown).Length);
    }

    [Fact]
    public void A_snapshot_reads_into_the_same_state_and_nothing_else_reads_at_all()
    {
        var state = new GridState(Books.Universe, 1024);
        var random = new Random(82);
        foreach (var record in Records(random))
        {
            state.Recover(record);
        }
        var bytes = GridSnapshot.Write(state).SelectMany(c => c.ToArray()).ToArray();
        var back = new GridState(Books.Universe, 1024);
        GridSnapshot.Read(bytes, back);
        Assert.Equal(state.Hash(), back.Hash());
        Assert.Equal(state.Window.All, back.Window.All);
        Assert.Equal((state.Window.LowWaterMs, state.Frame!.Number), (back.Window.LowWaterMs, back.Frame!.Number));
        Assert.Equal(state.Longs.OpenInterest(Books.Frame().Prices), back.Longs.OpenInterest(Books.Frame().Prices));
        Assert.Equal(state.FundingIndices, back.FundingIndices);
        Assert.Equal(bytes, GridSnapshot.Write(back).SelectMany(c => c.ToArray()));

        for (var length = 0; length < bytes.Length; length += 1 + length / 50)
        {
            Assert.Throws<FormatException>(() => GridSnapshot.Read(bytes.AsSpan(0, length),
                new GridState(Books.Universe, 1024)));
        }
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var other = new GridState(Books.Universe, 1024);
            try
            {
                GridSnapshot.Read(damaged, other);
            }
            catch (FormatException)
            {
                continue;
            }
            // another state is another hash; only the window of ids and the frame are not in it
            Assert.True(other.Hash() != state.Hash() || !other.Window.All.SequenceEqual(state.Window.All)
                || other.Window.LowWaterMs != state.Window.LowWaterMs || Shown(other.Frame) != Shown(state.Frame),
                    $"flip {i} changed nothing");
        }
    }

    [Theory]
    [InlineData("gap")]
    [InlineData("repeat")]
    [InlineData("count")]
    [InlineData("balance")]
    [InlineData("trigger")]
    [InlineData("episode")]
    [InlineData("id")]
    public void What_does_not_follow_from_what_came_before_is_refused(string fault)
    {
        var state = new GridState(Books.Universe, 1024);
        state.Recover(Applied(1, 1, 1, 10m, 10m));
        var error = fault switch
        {
            "gap" => Applied(2, 2, 3, 1m, 11m),
            "repeat" => Applied(2, 2, 1, 1m, 11m),
            "count" => Applied(2, 3, 2, 1m, 11m),
            "balance" => Applied(2, 2, 2, 1m, 12m),
            "id" => Applied(1, 2, 2, 1m, 11m),
            "trigger" => new TriggerRecord(Raised(2), new AccountChange(new AccountId("a"), 1, []), new FrameNumber(1,
                1)),
            _ => (JournalRecord)new TriggerRecord(null, new AccountChange(new AccountId("a"), 2, []),
                new FrameNumber(1, 1)),
        };
        Assert.Throws<InvalidDataException>(() => state.Recover(error));
        // while what does follow is taken
        var sound = new GridState(Books.Universe, 1024);
        sound.Recover(Applied(1, 1, 1, 10m, 10m));
        sound.Recover(Applied(2, 2, 2, 1m, 11m));
        sound.Recover(new TriggerRecord(Raised(1), new AccountChange(new AccountId("a"), 2, []), new FrameNumber(1,
            1)));
    }

    [Fact]
    public void Figures_say_how_much_of_the_market_they_have_seen()
    {
        using var grid = Crowd.Grid();
        var prices = Crowd.StartPrices.ToList();
        // without ETH
        grid.Publish(Crowd.StartMs, prices.Where(p => p.Key.Value != "ETH-USD"), _ => { });
        var id = 0;
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            grid.Execute(new Deposit(CommandId.Series(Crowd.StartMs, 1, ++id), new AccountId(name), AssetId.Usd,
                100_000m));
        }
        grid.Execute(new Deposit(CommandId.Series(Crowd.StartMs, 1, ++id), new AccountId("d"), new AssetId("ETH"), 1m));
        Assert.Equal(CommandStatus.Applied, grid.Execute(new ApplyFill(CommandId.Series(Crowd.StartMs, 1, ++id),
            new InstrumentId("BTC-USD-PERP"), new Price(60_000m),
            new FillLeg(new AccountId("a"), new Quantity(1m), 0m), new FillLeg(new AccountId("b"), new Quantity(-1m),
                0m))).Status);

        var partial = grid.Publish(Crowd.StartMs + 1_000, prices.Where(p => p.Key.Value != "ETH-USD"), _ => { });

        Assert.Equal(0.75, partial.Coverage);
        Assert.Null(partial.NotionalCoverage);
        Assert.Equal(1, partial.Tiers.Single(t => t.Tier == RiskTier.Unknown).Accounts);
        Assert.Equal([new FeedId("ETH-USD")], partial.NotFresh);
        Assert.Equal(300_000.0, partial.Equity);

        var whole = grid.Publish(Crowd.StartMs + 2_000, prices, _ => { });
        Assert.Equal((1.0, 1.0), (whole.Coverage, whole.NotionalCoverage));
        Assert.Equal(403_000.0, whole.Equity);
        Assert.Empty(whole.NotFresh);

        // silent for longer than its age: what it was is shown, and that it is old
        var stale = grid.Publish(Crowd.StartMs + 5_000, prices.Where(p => p.Key.Value != "ETH-USD"), _ => { });
        Assert.Equal([new FeedId("ETH-USD")], stale.NotFresh);
        Assert.Equal(3_000L, stale.OldestPriceAgeMs);
        Assert.Equal(403_000.0, stale.Equity);
    }

    private static Account Holding(string id, long amount)
    {
        var account = Books.Account(id).With("USD", amount);
        account.Sequence = amount;
        return account;
    }

    private static Trigger Raised(long sequence) => new(sequence, new AccountId("a"), TriggerKind.Warning,
        RiskTier.Warning, new FrameNumber(1, 1), 1, 1,
        1m, 2m, 3m, 4m);

    private static AppliedRecord Applied(int id, long count, long sequence, decimal delta, decimal after) =>
        new(CommandId.Series(1, 1, id),
        new PayloadDigest(1, 2), count, new FrameNumber(1, 1),
        [new AccountChange(new AccountId("a"), sequence, [new BalanceChanged(Books.Usd, delta, after,
            BalanceReason.Deposit)])], []);

    /// <summary>A history that holds together: imports, refusals, triggers, funding, acknowledgements.</summary>
    private static IEnumerable<JournalRecord> Records(Random random)
    {
        yield return new FrameRecord(new FrameNumber(2, 7), Crowd.StartMs, 3, [(new FeedId("BTC-USD"), 60_000.01m,
            PriceState.Fresh, Crowd.StartMs)], []);
        yield return new AcknowledgedRecord("engine", 0);
        for (var i = 1; i <= 40; i++)
        {
            var account = Books.RandomAccount(random, Books.Frame());
            var id = new AccountId($"r-{i}");
            var events = account.Balances.Select(b => (AccountEvent)new BalanceChanged(b.Asset, b.Amount, b.Amount,
                BalanceReason.Import))
                .Concat(account.Positions.Select(p => new PositionChanged(p))).Concat(account.Reservations.Select(r =>
                    new OrderReserved(r))).ToArray();
            yield return new AppliedRecord(CommandId.Series(Crowd.StartMs - i, 1, i), new PayloadDigest((ulong)i, 7),
                i, new FrameNumber(2, 7),
                [new AccountChange(id, 1, events)], [new HouseEntry(HouseAccount.External, Books.Usd, -i)]);
            yield return new RefusedRecord(CommandId.Series(Crowd.StartMs + i * 1_000_000L, 2, i), new PayloadDigest(8,
                (ulong)i), CommandStatus.ReduceOnly,
                new FrameNumber(2, 7));
            yield return new TriggerRecord(Raised(i) with { Account = id },
                new AccountChange(id, 1, [new EpisodeChanged(new RiskEpisode(RiskTier.Warning, i % 2, false,
                    i % 3 == 0))]), new FrameNumber(2, 7));
        }
        yield return new FundingRecord(Books.Universe.Instruments[0].Id, 0.25m);
        yield return new FundingRecord(Books.Universe.Instruments[2].Id, -0.000000000001m);
        yield return new AcknowledgedRecord("engine", 31);
    }

    private static string Shown(FrameRecord? frame) => frame is null ? ""
        : Convert.ToHexString(ByteCodecTests.Bytes(s => JournalCodec.Write(s, frame)));
}
