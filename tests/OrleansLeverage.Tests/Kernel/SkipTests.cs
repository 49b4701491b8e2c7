using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// A sweep that leaves out what has not moved, against one that has never seen the rows before: same bytes, on every
/// variant and number of workers, while rows come, change, go and are laid out anew.
/// </summary>
public sealed class SkipTests
{
    public static TheoryData<int, string, int> Walks
    {
        get
        {
            var walks = new TheoryData<int, string, int>();
            foreach (var variant in SweepVariant.Supported)
            {
                walks.Add(71, variant, 1);
                walks.Add(72, variant, 3);
            }
            return walks;
        }
    }

    [Theory]
    [MemberData(nameof(Walks))]
    public void What_is_left_out_changes_nothing(int seed, string variant, int workers)
    {
        var random = new Random(seed);
        var books = new Books(seed);
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table, workers, nominationsMax: 100, variant);
        var marks = new MarkVector();
        var model = new SortedDictionary<int, Held>();
        var frame = books.Frame(0);
        var entries = new RowEntries();
        var leftOut = 0;
        for (var step = 1; step <= 160; step++)
        {
            for (var i = step < 40 ? random.Next(60) : random.Next(2) * random.Next(3); i > 0; i--)
            {
                Change(random, books, frame, table, model, entries, step * 100 + i);
            }
            if (step % 30 == 0)
            {
                table.Arrange(step % 60 == 0 ? marks : null);
            }
            frame = Walk(random, books, frame, step);
            marks.Load(frame);
            var detail = (SweepDetail)random.Next(2);
            sweep.Run(marks, detail);
            leftOut += sweep.RowsSwept < table.ChunkCount * Chunk.Rows ? 1 : 0;
            SameAsFresh(sweep, detail, model, frame, $"seed {seed}, {variant}, step {step}");
            foreach (var nomination in sweep.Nominations.Items)
            {
                table.SetRaisedToSwept(nomination.Row);
                model[(int)nomination.Key] = model[(int)nomination.Key] with { Told = nomination.Tier };
            }
        }
        Assert.True(leftOut > 10, $"only {leftOut} frames left anything out");
    }

    [Fact]
    public void Rows_that_change_while_a_sweep_runs_are_whole_in_the_next()
    {
        var books = new Books(73);
        var frame = books.Frame(0);
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table, workers: 2, nominationsMax: 100);
        var marks = new MarkVector();
        var entries = new RowEntries();
        var model = new SortedDictionary<int, Held>();
        using var stop = new CancellationTokenSource();
        var sweeps = new Thread(() =>
        {
            for (var step = 1; !stop.IsCancellationRequested; step++)
            {
                marks.Load(books.Frame(step));
                sweep.Run(marks);
            }
        });
        sweeps.Start();
        var random = new Random(73);
        for (var i = 0; i < 20_000; i++)
        {
            // a universe of its own: the books' generator belongs to the other thread
            Change(random, new Books(i & 255), frame, table, model, entries, i);
        }
        stop.Cancel();
        sweeps.Join();
        Assert.Equal(model.Count, table.Count);
        frame = books.Frame(1_000_000);
        marks.Load(frame);
        sweep.Run(marks);
        SameAsFresh(sweep, SweepDetail.Instruments, model, frame, "after the writer");
        Assert.Equal(0, table.Waiting);
    }

    /// <summary>Most frames move one or two feeds a little; some none, some all, some of these many in a row.</summary>
    private static PriceFrame Walk(Random random, Books books, PriceFrame frame, int step)
    {
        if (step % 17 == 0 || step % 40 is >= 20 and < 28)
        {
            return books.Frame(step);
        }
        var prices = frame.Prices.ToArray();
        for (var moves = random.Next(3); moves > 0; moves--)
        {
            var feed = random.Next(prices.Length - 1);
            var tick = books.Universe.Feeds[feed].TickSize;
            var moved = Decimals.FloorTo(prices[feed].Price!.Value.Value * (1m + (decimal)random.NextDouble() * 0.02m
                - 0.01m), tick);
            prices[feed] = prices[feed] with { Price = new Price(Math.Clamp(moved, tick, Price.Max)) };
        }
        return new PriceFrame(new FrameNumber(1, step), step, books.Universe, prices, [.. frame.FundingIndices],
            [.. frame.OpenInterest]);
    }

    private static void Change(Random random, Books books, PriceFrame frame, AccountTable table,
        SortedDictionary<int, Held> model, RowEntries entries, int key)
    {
        var account = books.Account(frame, key);
        var flags = (RowFlags)random.Next(2);
        entries.Load(account);
        var choice = model.Count < 200 ? 0 : random.Next(5);
        if (choice <= 1)
        {
            var added = table.Add(key, entries.Collateral, entries.Positions, flags);
            model[key] = new Held(added, account, flags, RiskTier.Healthy);
            return;
        }
        var chosen = model.Keys.ElementAt(random.Next(model.Count));
        var row = model[chosen].Row;
        if (choice == 2)
        {
            table.Remove(row);
            model.Remove(chosen);
            return;
        }
        table.Update(row, entries.Collateral, entries.Positions, flags);
        model[chosen] = model[chosen] with { Account = account, Flags = flags };
    }

    private static void SameAsFresh(LeverageSweep sweep, SweepDetail detail,
        SortedDictionary<int, Held> model, PriceFrame frame, string at)
    {
        using var table = new AccountTable();
        using var fresh = new LeverageSweep(table, 1, nominationsMax: 100, "scalar");
        var marks = new MarkVector();
        var entries = new RowEntries();
        foreach (var (key, held) in model)
        {
            entries.Load(held.Account);
            table.SetRaised(table.Add(key, entries.Collateral, entries.Positions, held.Flags), held.Told);
        }
        marks.Load(frame);
        fresh.Run(marks, detail);
        Assert.True(SummaryText.Of(fresh.Summary, frame.Universe) == SummaryText.Of(sweep.Summary, frame.Universe), at);
        Assert.Equal(fresh.Nominations.Offered, sweep.Nominations.Offered);
        Assert.Equal(fresh.Nominations.Items.ToArray().Select(n => (n.Tier, n.Severity)),
            sweep.Nominations.Items.ToArray().Select(n => (n.Tier, n.Severity)));
    }

    private sealed record Held(RowHandle Row, Account Account, RowFlags Flags, RiskTier Told);
}
