using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

public sealed class AccountTableTests
{
    /// <summary>Random adds, updates and removes against a dictionary; sweeps against a table made afresh.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Rows_follow_a_dictionary_and_stale_handles_are_refused(int seed)
    {
        var random = new Random(seed);
        var books = new Books(seed);
        var frame = books.Frame();
        var entries = new RowEntries();
        using var table = new AccountTable();
        var model = new Dictionary<RowHandle, (long Key, Account Account, RowFlags Flags)>();
        var gone = new List<RowHandle>();
        for (var step = 0; step < 3_000; step++)
        {
            var account = books.Account(frame, step);
            var flags = (RowFlags)random.Next(2);
            entries.Load(account);
            var choice = model.Count == 0 ? 0 : random.Next(step < 1_500 ? 4 : 8);
            if (choice is 0 or 1)
            {
                var row = table.Add(step, entries.Collateral, entries.Positions, flags);
                Assert.True(model.TryAdd(row, (step, account, flags)), $"seed {seed}: {row} was given twice");
            }
            else if (choice == 2)
            {
                var row = model.Keys.ElementAt(random.Next(model.Count));
                table.Update(row, entries.Collateral, entries.Positions, flags);
                model[row] = (model[row].Key, account, flags);
            }
            else
            {
                var row = model.Keys.ElementAt(random.Next(model.Count));
                table.Remove(row);
                model.Remove(row);
                gone.Add(row);
            }
            Assert.Equal(model.Count, table.Count);
            if (step % 500 == 499)
            {
                SweptAlike(table, model, books.Frame(step), $"seed {seed}, step {step}");
            }
        }
        Assert.True(table.SlotLimit < 3_000, $"{table.SlotLimit} slots: none was used again");
        foreach (var row in gone)
        {
            Assert.False(table.IsLive(row));
            Assert.Throws<InvalidOperationException>(() => table.Figures(row));
            Assert.Throws<InvalidOperationException>(() => table.Update(row, entries.Collateral, entries.Positions));
            Assert.Throws<InvalidOperationException>(() => table.Remove(row));
        }
        Assert.All(model, m => Assert.Equal(m.Value.Key, table.Key(m.Key.Slot)));
    }

    [Fact]
    public void A_slot_used_again_has_another_generation_and_is_not_the_old_row()
    {
        using var table = new AccountTable();
        var first = table.Add(1, [new(0, 5d)], []);
        table.Remove(first);
        var second = table.Add(2, [new(0, 7d)], []);
        Assert.Equal(first.Slot, second.Slot);
        Assert.NotEqual(first.Generation, second.Generation);
        Assert.Equal(2, table.Key(second.Slot));
        var error = Assert.Throws<InvalidOperationException>(() => table.Remove(first));
        Assert.Contains($"row {first.Slot} of generation {first.Generation}", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => table.Remove(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Key(second.Slot + 1));
    }

    [Fact]
    public void A_row_that_grows_keeps_its_handle_and_is_valued_as_it_is()
    {
        var books = new Books(3);
        var frame = books.Frame();
        using var table = new AccountTable();
        var row = table.Add(9, [new(0, 100d)], []);
        Assert.Null(table.Figures(row));
        Sweep(table, frame);
        Assert.Equal(100d, table.Figures(row)!.Value.Equity);
        table.Update(row, [new(0, 50d)], [.. Enumerable.Range(0, 40).Select(i => new PositionEntry(i, 1d))]);
        var grown = table.Figures(row);
        Assert.NotEqual(100d, grown!.Value.Equity);
        Assert.Equal(9, table.Key(row.Slot));
        Sweep(table, frame);
        Assert.Equal(grown, table.Figures(row));
        Assert.Equal(1, table.Count);
    }

    /// <summary>While a sweep has the rows changes wait; there is room for so many, then the writer waits.</summary>
    [Fact]
    public void A_writer_that_fills_the_inbox_waits_for_the_sweep_and_loses_nothing()
    {
        const int Changes = 20_000;
        const int Room = 1 << 14;
        using var table = new AccountTable();
        var rows = Enumerable.Range(0, 7).Select(i => table.Add(i, [new(0, 1d)], [])).ToArray();
        Sweep(table, new Books(1).Frame());
        table.BeginSweep();
        var written = 0;
        var writer = new Thread(() =>
        {
            for (var i = 0; i < Changes; i++)
            {
                table.Update(rows[i % rows.Length], [new(0, i)], []);
                Volatile.Write(ref written, i + 1);
            }
        });
        writer.Start();
        while (Volatile.Read(ref written) < Room)
        {
            Thread.Yield();
        }
        Assert.False(writer.Join(TimeSpan.FromMilliseconds(50)));
        Assert.Equal((Room, Room), (Volatile.Read(ref written), (int)table.Waiting));
        Assert.All(rows, r => Assert.Equal(1d, table.Figures(r)!.Value.Equity));
        table.EndSweep();
        writer.Join();
        Sweep(table, new Books(1).Frame());
        for (var i = 0; i < rows.Length; i++)
        {
            var last = Enumerable.Range(Changes - rows.Length, rows.Length).Single(c => c % rows.Length == i);
            Assert.Equal(last, table.Figures(rows[i])!.Value.Equity);
        }
    }

    [Fact]
    public void Entries_out_of_range_are_refused_and_change_nothing()
    {
        using var table = new AccountTable();
        var row = table.Add(1, [new(0, 1d)], []);
        void Refused(CollateralEntry[] collateral, params PositionEntry[] positions)
        {
            Assert.Throws<ArgumentException>(() => table.Add(2, collateral, positions));
            Assert.Throws<ArgumentException>(() => table.Update(row, collateral, positions));
        }
        Refused([new(0, double.NaN)]);
        Refused([new(0, double.PositiveInfinity)]);
        Refused([new(-1, 1d)]);
        Refused([new(70_000, 1d)]);
        Refused([], new PositionEntry(0, 2e30));
        Refused([], new PositionEntry(0, double.NaN));
        Refused([], new PositionEntry(-1, 1d));
        Refused([], new PositionEntry(500_000_000, 1d));
        Refused([], new PositionEntry(0, 1d, double.NegativeInfinity));
        Refused([], new PositionEntry(0, 1d, double.NaN, -1d));
        Refused([], new PositionEntry(0, 1d, double.NaN, 0d, -1d));
        Refused([], new PositionEntry[AccountTable.PositionsMax + 1]);
        Assert.Equal(1, table.Count);
        Sweep(table, new Books(1).Frame());
        Assert.Equal(1d, table.Figures(row)!.Value.Equity);
    }

    [Fact]
    public void Marks_without_what_a_row_holds_are_refused()
    {
        using var table = new AccountTable();
        table.Add(1, [], [new PositionEntry(1_000, 1d)]);
        var error = Assert.Throws<ArgumentException>(() => Sweep(table, new Books(1).Frame()));
        Assert.Contains("instrument 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_account_fits()
    {
        var books = new Books(4);
        using var table = new AccountTable();
        var positions = Enumerable.Range(0, AccountTable.PositionsMax)
            .Select(i => new PositionEntry(7, i % 2 == 0 ? 1d : -1d));
        var row = table.Add(1, [new(0, 1e6)], [.. positions]);
        Sweep(table, books.Frame());
        Assert.Equal(AccountTable.PositionsMax, table.Figures(row)!.Value.GrossNotional);
    }

    /// <summary>The budget is 400 bytes for row and packed exact state; the row is to leave 210 of them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_row_of_three_positions_takes_less_than_190_bytes(int balances)
    {
        using var table = new AccountTable();
        var collateral = Enumerable.Range(0, balances).Select(i => new CollateralEntry(i, 1d)).ToArray();
        for (var i = 0; i < 20_000; i++)
        {
            table.Add(i, collateral, [new(0, 1d, Leverage: 20d), new(1, -1d), new(2, 1d)]);
        }
        var bytes = table.NativeBytes / (double)table.Count;
        Assert.True(bytes is > 100 and < 190, $"{bytes} bytes per row");
    }

    private static SweepSummary Sweep(AccountTable table, PriceFrame frame)
    {
        var marks = new MarkVector();
        marks.Load(frame);
        using var sweep = new LeverageSweep(table);
        return sweep.Run(marks);
    }

    private static void SweptAlike(AccountTable table,
        Dictionary<RowHandle, (long Key, Account Account, RowFlags Flags)> model, PriceFrame frame, string at)
    {
        var entries = new RowEntries();
        using var fresh = new AccountTable();
        var rows = new List<(RowHandle Row, RowHandle Fresh)>();
        foreach (var (row, (key, account, flags)) in model)
        {
            entries.Load(account);
            rows.Add((row, fresh.Add(key, entries.Collateral, entries.Positions, flags)));
        }
        var found = Sweep(table, frame);
        var expected = Sweep(fresh, frame);
        foreach (var (row, other) in rows)
        {
            Assert.Equal(fresh.Figures(other), table.Figures(row));
            Assert.Equal(fresh.Key(other.Slot), table.Key(row.Slot));
        }
        // another order of rows, and yet the same sums to the last bit
        Assert.Equal(expected.Accounts, found.Accounts);
        Assert.Equal(expected.Counts(Population.MarketMakers), found.Counts(Population.MarketMakers));
        Assert.Equal(expected.TopByNotional.ToArray(), found.TopByNotional.ToArray());
        Assert.True(found.Equity.Equals(expected.Equity), $"{at}: {found.Equity:R} for {expected.Equity:R}");
        Assert.Equal(expected.Sides(Population.All), found.Sides(Population.All));
    }
}
