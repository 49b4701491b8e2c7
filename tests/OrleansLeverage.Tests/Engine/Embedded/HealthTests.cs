using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Journal;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>
/// What fails beside the commands is seen and does not stop the rest: frames, single accounts, snapshots.
/// </summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Frames_that_fail_are_seen_and_come_again_and_commands_go_on()
    {
        var time = new FramesFail(GridBench.StartMs);
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = time, Workers = 1, FrameIntervalMs = 5,
        });
        await GridBench.Until(() => grid.Health.Frames > 2, "no frames");
        Assert.Equal(GridCondition.Ready, grid.Health.Condition);

        time.Fails = true;
        await GridBench.Until(() =>
            grid.Health.Condition == GridCondition.Degraded, "the frames stand still and nobody says so");
        Assert.Contains("no clock", grid.Health.Reason, StringComparison.Ordinal);
        var frames = grid.Health.Frames;
        Assert.Equal(CommandStatus.Applied,
            (await GridBench.Soon(grid.ExecuteAsync(new Deposit(CommandId.Series(1, 1, 1), new AccountId("a"),
                AssetId.Usd, 1m)).AsTask())).Status);

        time.Fails = false;
        await GridBench.Until(() => grid.Health.Frames > frames + 2, "the frames do not come back");
        await GridBench.Until(() => grid.Health.Condition == GridCondition.Ready, "well again, and nobody says so");
    }

    [Fact]
    public async Task An_account_that_cannot_be_valued_is_named_and_does_not_keep_the_others_from_being_told()
    {
        using var folder = new JournalFolder();
        Write(folder.Path);
        await using var bench = new Opened(folder.Path);
        await bench.Grid.TriggersAsync("engine", 1);
        Prices(bench.Grid, 59_100m);
        bench.Grid.Step();
        await bench.Grid.StateHashAsync();

        var told = await bench.Grid.TriggersAsync("engine", 100);

        Assert.Equal(["good-1", "good-2", "good-3"], told.Select(t => t.Account.Value).Order());
        Assert.All(told, t => Assert.Equal(TriggerKind.Liquidation, t.Kind));
        Assert.Equal(GridCondition.Degraded, bench.Grid.Health.Condition);
        Assert.Contains("bad", bench.Grid.Health.Reason, StringComparison.Ordinal);

        // and the next frames go on telling
        Prices(bench.Grid, 70_000m);
        for (var i = 0; i < 3; i++)
        {
            bench.Grid.Step();
            await bench.Grid.StateHashAsync();
        }
        Assert.Equal(3, (await bench.Grid.TriggersAsync("engine", 100)).Count(t => t.Kind == TriggerKind.Recovered));
    }

    [Fact]
    public async Task A_queue_of_one_nomination_tells_everybody_within_some_frames()
    {
        await using var bench = new GridBench(o => o with { NominationsMax = 1 });
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices);
        for (var i = 0; i < 100; i++)
        {
            await bench.Execute(new ImportAccount(bench.NextId(), new AccountId($"a-{i}"),
                [new ImportedBalance(AssetId.Usd, 1_000m)],
                [new ImportedPosition(new InstrumentId("BTC-USD-PERP"), new Quantity(1m), new Price(60_000m))]));
        }
        await bench.Grid.TriggersAsync("engine", 1);
        var frames = 0;
        IReadOnlyList<Trigger> told;
        do
        {
            // a tick down each time, so that nobody is told twice for the same
            await bench.Publish(GridBench.StartMs + ++frames * 1_000, Crowd.StartPrices.Select(p =>
                p.Key.Value == "BTC-USD" ? new KeyValuePair<FeedId, Price>(p.Key, new Price(59_100m)) : p));
            told = await bench.Grid.TriggersAsync("engine", 1_000);
        }
        while (told.Count < 100 && frames < 150);
        Assert.Equal(100, told.Select(t => t.Account).Distinct().Count());
        Assert.Equal(100, told.Count);
        // one each a frame
        Assert.Equal(100, frames);
    }

    [Fact]
    public async Task A_snapshot_that_is_due_is_taken_once()
    {
        await using var bench = new GridBench(o => o with { SnapshotBytes = 1 << 20 });
        ImportedBalance[] many = [.. Enumerable.Range(0, 500)
            .Select(_ => new ImportedBalance(AssetId.Usd, 123_456.78m))];
        using (await bench.HoldCommits())
        {
            _ = bench.Grid.ExecuteAllAsync([.. Enumerable.Range(0, 150)
                .Select(i => new ImportAccount(bench.NextId(), new AccountId($"a-{i}"), many, []))]);
        }
        await bench.Grid.StateHashAsync();
        Assert.Empty(Snapshots(bench));
        using (await bench.HoldCommits())
        {
            // while the writer is busy many frames find that a snapshot is due
            for (var i = 0; i < 20; i++)
            {
                bench.Grid.Step();
                _ = bench.Grid.ExecuteAsync(bench.Deposit("z"));
            }
        }
        await bench.Execute(bench.Deposit("z"));
        for (var i = 0; i < 5; i++)
        {
            bench.Grid.Step();
        }
        await bench.Grid.StateHashAsync();
        Assert.Single(Snapshots(bench));
        Assert.Equal(GridCondition.Ready, bench.Grid.Health.Condition);
        await using var copy = bench.OpenCopy();
        Assert.Equal(await bench.Grid.StateHashAsync(), await copy.StateHashAsync());
    }

    [Fact]
    public async Task A_snapshot_that_fails_is_seen_and_no_command_is()
    {
        await using var bench = new GridBench();
        await bench.Execute(bench.Deposit("a"));
        // nothing can be moved to where a directory is
        for (var sequence = 1; sequence < 20; sequence++)
        {
            Directory.CreateDirectory(Path.Combine(bench.Directory, $"snapshot-{sequence:D16}.bin"));
        }
        await bench.Grid.SnapshotAsync();
        Assert.Equal(GridCondition.Degraded, bench.Grid.Health.Condition);
        Assert.Contains("snapshot", bench.Grid.Health.Reason, StringComparison.Ordinal);
        Assert.Equal(CommandStatus.Applied, (await bench.Execute(bench.Deposit("a"))).Status);
        var hash = await bench.Grid.StateHashAsync();
        await bench.Grid.DisposeAsync();
        for (var sequence = 1; sequence < 20; sequence++)
        {
            Directory.Delete(Path.Combine(bench.Directory, $"snapshot-{sequence:D16}.bin"));
        }
        await bench.Reopen();
        Assert.Equal(hash, await bench.Grid.StateHashAsync());
    }

    [Fact]
    public async Task What_is_in_a_journal_and_makes_no_sense_is_refused_at_the_start_and_the_directory_is_let_go()
    {
        using var folder = new JournalFolder();
        using (var journal = DurableJournal.Open(new JournalOptions { Directory = folder.Path,
            SchemaVersion = JournalCodec.SchemaVersion }))
        {
            var deposit = Imported(1, "a", 10m, null);
            Commit(journal, deposit with { Sequence = 2 });
        }
        for (var i = 0; i < 2; i++)
        {
            var exception = Assert.Throws<InvalidDataException>(() => new Opened(folder.Path));
            Assert.Contains("sequence 2 after 0", exception.Message, StringComparison.Ordinal);
        }
        await Task.CompletedTask;
    }

    private static string[] Snapshots(GridBench bench) => Directory.GetFiles(bench.Directory, "snapshot-*.bin");

    /// <summary>
    /// Three accounts that a fall liquidates, and one whose leverage setting nothing can be divided by.
    /// </summary>
    private static void Write(string directory)
    {
        using var journal = DurableJournal.Open(new JournalOptions { Directory = directory,
            SchemaVersion = JournalCodec.SchemaVersion });
        Commit(journal, Imported(1, "good-1", 1_000m, null), Imported(2, "bad", 1_000m, 0m),
            Imported(3, "good-2", 1_000m, 50m),
            Imported(4, "good-3", 1_000m, null));
    }

    private static AppliedRecord Imported(long sequence, string account, decimal balance, decimal? leverage)
    {
        var position = new Position
        {
            Instrument = Books.Instrument("BTC-USD-PERP"), Quantity = new Quantity(1m), Cost = 60_000m,
                LeverageSetting = leverage,
        };
        return new AppliedRecord(CommandId.Series(1, 1, sequence), new PayloadDigest(1, 2), sequence,
            new FrameNumber(1, 1),
            [new AccountChange(new AccountId(account), 1,
                [new BalanceChanged(Books.Usd, balance, balance, BalanceReason.Import),
                new PositionChanged(position)])],
            []);
    }

    private static void Commit(DurableJournal journal, params JournalRecord[] records) =>
        journal.Commit(ByteCodecBytes(records), records.Length);

    private static byte[] ByteCodecBytes(JournalRecord[] records) =>
        Codec.ByteCodecTests.Bytes(s => Array.ForEach(records, r => JournalCodec.Write(s, r)));

    private static void Prices(EmbeddedGrid grid, decimal bitcoin)
    {
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            var value = feed.Value.StartsWith("BTC", StringComparison.Ordinal) ? bitcoin : price.Value;
            grid.PublishAsync(new OrleansLeverage.Market.Oracle.PriceUpdate(feed, value,
                new OrleansLeverage.Market.Oracle.SourceId("history"), 1,
                (long)bitcoin, GridBench.StartMs));
        }
    }

    private sealed class Opened : IAsyncDisposable
    {
        public Opened(string directory) => Grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Directory = directory,
                Time = new ManualTime(GridBench.StartMs), Workers = 1,
            MakesFrames = false,
        });

        public EmbeddedGrid Grid { get; }

        public ValueTask DisposeAsync() => Grid.DisposeAsync();
    }

    /// <summary>A clock that the frame thread cannot read.</summary>
    private sealed class FramesFail(long startMs) : TimeProvider
    {
        private volatile bool _fails;

        public bool Fails
        {
            get => _fails;
            set => _fails = value;
        }

        public override DateTimeOffset GetUtcNow() => _fails && Thread.CurrentThread.Name == "leverage-frames"
            ? throw new InvalidOperationException("no clock")
            : DateTimeOffset.FromUnixTimeMilliseconds(startMs);
    }
}
