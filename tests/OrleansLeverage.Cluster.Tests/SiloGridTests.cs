using System.Collections.Concurrent;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Kernel;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>One silo's columns, given frames and rows by hand.</summary>
public sealed class SiloGridTests
{
    [Fact]
    public async Task A_sweep_has_a_thread_of_its_own_and_whoever_hands_a_frame_in_does_not_wait_for_it()
    {
        using var gate = new ManualResetEventSlim();
        var (threads, swept) = (new ConcurrentQueue<string?>(), new ConcurrentQueue<long>());
        using var grid = new SiloGrid(Options());
        grid.Swept = s =>
        {
            threads.Enqueue(Thread.CurrentThread.Name);
            swept.Enqueue(s.Frame.Number.Sequence);
            gate.Wait();
        };
        Take(grid, 1);
        await UntilAsync(() => swept.Count == 1);
        // the sweep of the first stands: all these return, and only the newest of what is reported is kept beside the
        // newest
        for (var frame = 2; frame <= 9; frame++)
        {
            Take(grid, frame, isReported: frame is 3 or 6);
        }
        var last = grid.SweptAsync(new FrameNumber(1, 9));
        Assert.False(last.IsCompleted);
        Assert.Equal(9, grid.Frame.Number.Sequence);
        gate.Set();
        await last;

        Assert.Equal([1L, 6L, 9L], swept);
        Assert.All(threads, t => Assert.Equal("leverage-sweep", t));
    }

    [Fact]
    public async Task Frames_of_lower_epochs_and_old_ones_change_nothing()
    {
        using var grid = new SiloGrid(Options());
        Take(grid, 5, epoch: 2);
        await grid.SweptAsync(new FrameNumber(2, 5));
        Take(grid, 900, epoch: 1);
        Take(grid, 5, epoch: 2);
        Take(grid, 4, epoch: 2);

        Assert.Equal(new FrameNumber(2, 5), grid.Frame.Number);
        Assert.Single(grid.KeptFrames);
        Take(grid, 1, epoch: 3);
        Assert.Equal(new FrameNumber(3, 1), grid.Frame.Number);
    }

    /// <summary>A silo that hears of no frames decides nothing by the prices it heard of last.</summary>
    [Fact]
    public void Prices_of_a_frame_that_no_other_follows_grow_stale()
    {
        var clock = new Clock();
        using var grid = new SiloGrid(Options() with { Time = clock, FrameIntervalMs = 25 });
        Take(grid, 1);
        clock.Advance(2_100);
        Assert.All(grid.Frame.Prices, p => Assert.Equal(PriceState.Fresh, p.State));
        clock.Advance(1);
        var silent = grid.Frame;
        Assert.Equal(new FrameNumber(1, 1), silent.Number);
        Assert.All(silent.Prices, p => Assert.Equal(PriceState.Stale, p.State));
        Assert.Equal(Books.Frame().Prices.Select(p => p.Price), silent.Prices.Select(p => p.Price));
        Assert.Same(silent, grid.Frame);
        // what was nominated then is looked at as it was then
        Assert.All(grid.FrameAt(new FrameNumber(1, 1)).Prices, p => Assert.Equal(PriceState.Fresh, p.State));
        Take(grid, 2);
        Assert.All(grid.Frame.Prices, p => Assert.Equal(PriceState.Fresh, p.State));
        clock.Advance(3_000);
        Assert.Equal(new FrameNumber(1, 2), grid.Frame.Number);
        Assert.All(grid.Frame.Prices, p => Assert.Equal(PriceState.Stale, p.State));
    }

    [Fact]
    public async Task A_repeated_frame_is_decided_by_and_not_swept()
    {
        var swept = new ConcurrentQueue<long>();
        using var grid = new SiloGrid(Options());
        grid.Swept = s => swept.Enqueue(s.Frame.Number.Sequence);
        Take(grid, 1);
        await grid.SweptAsync(new FrameNumber(1, 1));
        grid.Take(Message(2) with { IsRepeated = true });
        Assert.Equal(2, grid.Frame.Number.Sequence);
        Take(grid, 3);
        await grid.SweptAsync(new FrameNumber(1, 3));

        Assert.Equal([1L, 3L], swept);
    }

    /// <summary>An account is looked at by the frame that nominated it, up to five seconds later.</summary>
    [Theory]
    [InlineData(5, 1_001)]
    [InlineData(20, 256)]
    [InlineData(25, 256)]
    [InlineData(1_000, 256)]
    public void Frames_of_five_seconds_are_kept_for_exact_looks(int intervalMs, int kept)
    {
        Assert.True(kept * intervalMs >= 5_000);
        using var grid = new SiloGrid(Options() with { FrameIntervalMs = intervalMs });
        for (var frame = 1; frame <= kept + 50; frame++)
        {
            Take(grid, frame);
        }
        Assert.Equal(51L, grid.FrameAt(new FrameNumber(1, 51)).Number.Sequence);
        // one that is gone is looked at by the newest
        Assert.Equal(kept + 50L, grid.FrameAt(new FrameNumber(1, 50)).Number.Sequence);
        Assert.Equal(kept, grid.KeptFrames.Count);
    }

    /// <summary>Who is counted of the roster is who is in the sums, at every frame, whatever comes and goes.</summary>
    [Fact]
    public async Task Rows_that_a_report_counts_are_the_rows_that_it_sums()
    {
        const int Frames = 150;
        var reports = new ConcurrentQueue<SiloReport>();
        using var grid = new SiloGrid(Options());
        grid.Swept = s => reports.Enqueue(s.Report!);
        using var stop = new CancellationTokenSource();
        var changes = 0;
        var writer = Task.Run(() =>
        {
            var random = new Random(4);
            var rows = new Dictionary<int, (RowTicket Ticket, Account Account)>();
            for (var i = 0; !stop.IsCancellationRequested; i++, Interlocked.Increment(ref changes))
            {
                var number = random.Next(500);
                if (rows.Remove(number, out var row))
                {
                    grid.Leave(row.Ticket);
                    grid.Remove(row.Ticket, row.Account, 1);
                    continue;
                }
                var account = Books.Account($"a-{number}").With("USD", 1m + number);
                rows[number] = (grid.Put(default, null, account, 0, 1, []), account);
            }
        });
        for (var frame = 1; frame <= Frames; frame++)
        {
            var before = Volatile.Read(ref changes);
            Take(grid, frame, isReported: true);
            await grid.SweptAsync(new FrameNumber(1, frame));
            await UntilAsync(() => Volatile.Read(ref changes) > before + 20);
        }
        await stop.CancelAsync();
        await writer;

        Assert.Equal(Frames, reports.Count);
        Assert.All(reports, report =>
        {
            var summed = SweepSummary.FromBytes(report.Summary, key => key);
            Assert.Equal(report.Buckets.Sum(b => b.Rows), summed.Accounts);
            Assert.Equal(report.Applied, summed.Accounts);
        });
        Assert.True(reports.Select(r => r.Applied).Distinct().Count() > 20, "hardly a row came or went");
        Assert.Equal(Enumerable.Range(1, Frames).Select(i => (long)i), reports.Select(r => r.Sequence));
    }

    /// <summary>What the roster is told of a row is what the row is worth, exactly as far as doubles go.</summary>
    [Fact]
    public async Task Known_risk_is_the_notional_and_the_ratio_of_each_row_that_holds_something()
    {
        using var grid = new SiloGrid(Options());
        var risk = new ConcurrentQueue<RiskMessage[]>();
        grid.Swept = s => risk.Enqueue(s.Risk);
        var accounts = Enumerable.Range(1, 40).Select(i => i % 8 == 0 ? Books.Account($"a-{i}").With("USD", 5m)
            : Books.Account($"a-{i}").With("USD", i % 5 == 0 ? -100_000m : 1_000m * i)
                .Holding("BTC-USD-PERP", i % 2 == 0 ? 1m : -1m, 60_000m)).ToArray();
        foreach (var account in accounts)
        {
            grid.Put(default, null, account, 0, 1, []);
        }
        Take(grid, 1, isReported: true);
        await grid.SweptAsync(new FrameNumber(1, 1));

        var told = risk.Single().ToDictionary(r => r.Account);
        Assert.Equal(35, told.Count);
        foreach (var account in accounts.Where(a => told.ContainsKey(a.Id.Value)))
        {
            var exact = AccountValuation.Of(account, Books.Frame());
            var found = told[account.Id.Value];
            Assert.Equal((double)exact.GrossNotional, found.Notional, 1e-6);
            var balance = (double)exact.CrossMarginBalance;
            Assert.Equal(balance > 0d, found.MarginRatio is not null);
            Assert.Equal(balance > 0d ? (double)exact.CrossMaintenanceMargin / balance : 0d,
                found.MarginRatio ?? 0d, 1e-9);
        }
    }

    [Fact]
    public async Task A_sweep_that_fails_is_seen_and_the_next_frame_is_swept()
    {
        using var grid = new SiloGrid(Options());
        grid.Swept = s => throw new IOException($"no {s.Frame.Number.Sequence}");
        Take(grid, 1);
        await UntilAsync(() => grid.Fault is not null);
        Assert.Contains("no 1", grid.Fault, StringComparison.Ordinal);
        grid.Swept = null;
        Take(grid, 2);
        await grid.SweptAsync(new FrameNumber(1, 2));
        await UntilAsync(() => grid.Fault is null);
    }

    private sealed class Clock : TimeProvider
    {
        private long _ms;

        public override long TimestampFrequency => 1_000;

        public void Advance(long ms) => _ms += ms;

        public override long GetTimestamp() => _ms;
    }

    private static GridOptions Options() => new()
    {
        Universe = Books.Universe, Oracle = Crowd.Profiles, Workers = 1,
    };

    private static FrameMessage Message(long sequence, int epoch = 1, bool isReported = false)
    {
        var frame = Books.Frame();
        return new PriceFrame(new FrameNumber(epoch, sequence), sequence * 1_000L, Books.Universe, [.. frame.Prices])
            .ToMessage(isReported);
    }

    private static void Take(SiloGrid grid, long sequence, int epoch = 1, bool isReported = false) =>
        grid.Take(Message(sequence, epoch, isReported));

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Yield();
        }
    }
}
