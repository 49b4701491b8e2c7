using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

public sealed class SummaryTests
{
    private static readonly RiskTier[] Tiers = Enum.GetValues<RiskTier>();

    /// <summary>Five accounts whose figures are worked by hand from the definitions.</summary>
    [Fact]
    public void A_small_market_has_the_figures_of_the_definitions()
    {
        var books = new Books(1);
        var frame = Still(books);
        var unit = books.Universe.Instruments.First(i => i.Id.Value == "UNIT-USD-PERP");
        var other = books.Universe.Instruments.Last(i => i.MarkFeed == unit.MarkFeed && i.Margin == unit.Margin);
        var dead = books.Universe.Instruments.First(i => i.Id.Value == "DEAD-USD-PERP");
        using var grid = new Grid();
        grid.Add(books, 1_000m, RowFlags.None, (unit, 5_000m));
        grid.Add(books, 1_000m, RowFlags.None, (unit, -2_000m));
        grid.Add(books, 2_000m, RowFlags.MarketMaker, (unit, 1_000m), (other, -1_000m));
        grid.Add(books, -50m, RowFlags.None, (unit, 100m));
        grid.Add(books, 1_000m, RowFlags.None, (dead, 1m));
        grid.Sweep(frame);
        var found = grid.Summary;

        Assert.Equal(frame.Number, found.Frame);
        Assert.Equal((5, 3), (found.Accounts, found.SolventAccounts));
        // maintenance is 5 % of notional: ratios .25, .1 and .05
        Assert.Equal([1L, 3L, 0L, 0L, 0L, 1L], [.. Tiers.Select(found.Count)]);
        Assert.Equal((4_000d, 9_000d, 5_000d, 50d), (found.Equity, found.GrossNotional, found.Borrowed, found.Deficit));
        Assert.Equal((450d, 900d), (found.MaintenanceMargin, found.InitialMargin));
        Assert.Equal(2.25, found.MarketLeverage);
        Assert.Equal(33d / 81d, found.NotionalHhi);
        Assert.Equal(6d / 16d, found.EquityHhi);
        Assert.Equal(new SideTotals(6_000d, 3_000d, 2_000d, 2_000d), found.Sides(Population.All));
        Assert.Equal(new SideTotals(5_000d, 2_000d, 1_000d, 1_000d), found.Sides(Population.WithoutMarketMakers));
        Assert.Equal(new SideTotals(1_000d, 1_000d, 1_000d, 1_000d), found.Sides(Population.MarketMakers));
        var sides = found.Sides(Population.All);
        Assert.Equal((3d, 1.5d, 1d / 3d), (sides.LongLeverage, sides.ShortLeverage, sides.LeverageSkew!.Value));
        Assert.Equal(3d / 7d, found.Sides(Population.WithoutMarketMakers).LeverageSkew);
        Assert.Equal(new SideTotals(6_000d, 2_000d, 2_000d, 1_000d), found.Instrument(unit.Index, Population.All));
        Assert.Equal(new SideTotals(0d, 1_000d, 0d, 1_000d), found.Instrument(other.Index, Population.MarketMakers));
        Assert.Equal(found.Sides(Population.All), found.Feed(books.Universe, unit.MarkFeed, Population.All));
        Assert.Equal(new SideCounts(1, 1, 1), found.Counts(Population.All));
        Assert.Equal(new SideCounts(0, 0, 1), found.Counts(Population.MarketMakers));
        Assert.Equal((100d, 0d), (found.Notional(RiskTier.Bankrupt), found.Notional(RiskTier.Unknown)));
        Assert.Equal(5d, found.Histogram(NetSide.Long).AccountQuantile(0.5)!.Value, 5d / 32);
        Assert.Equal(2d, found.Histogram(NetSide.Short).NotionalQuantile(0.5)!.Value, 2d / 32);
        Assert.Equal([0L, 1L, 2L], [.. found.TopByNotional.ToArray().Select(a => a.Key)]);
        // the bankrupt account has no balance: worst
        Assert.Equal([3L, 0L, 1L, 2L], [.. found.TopByMarginRatio.ToArray().Select(a => a.Key)]);
        Assert.Null(found.TopByMarginRatio[0].MarginRatio);
    }

    [Fact]
    public void An_empty_market_has_no_ratios()
    {
        using var grid = new Grid();
        grid.Sweep(new Books(1).Frame());
        var found = grid.Summary;
        Assert.Equal((0L, 0d, 0d), (found.Accounts, found.Equity, found.GrossNotional));
        Assert.Null(found.MarketLeverage);
        Assert.Null(found.NotionalHhi);
        Assert.Null(found.Sides(Population.All).LeverageSkew);
        Assert.Null(found.Histogram(NetSide.Long).AccountQuantile(0.5));
    }

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    public void Totals_are_those_of_the_exact_accounts_and_parts_equal_the_whole(int seed)
    {
        var books = new Books(seed);
        using var grid = Grid.Random(books, 1_000);
        grid.Sweep(books.Frame());
        var found = grid.Summary;
        var known = grid.Known().ToList();
        var solvent = known.Where(a => a.Figures.Tier != RiskTier.Bankrupt && a.Value.Equity > 0m).ToList();
        var held = solvent.Where(a => a.Value.GrossNotional > 0m).ToList();
        var bound = known.Sum(a => Exact.Bound(a.Value));

        Near(found.Equity, solvent.Sum(a => a.Value.Equity), bound, "equity");
        Near(found.GrossNotional, solvent.Sum(a => a.Value.GrossNotional), bound, "gross");
        var borrowed = held.Sum(a => Math.Max(0m, a.Value.GrossNotional - a.Value.Equity));
        Near(found.Borrowed, borrowed, 2 * bound, "borrowed");
        Near(found.MaintenanceMargin, solvent.Sum(a => a.Value.MaintenanceMargin), bound, "maintenance");
        var bankrupt = known.Where(a => a.Figures.Tier == RiskTier.Bankrupt);
        Near(found.Deficit, bankrupt.Sum(a => Math.Max(0m, -a.Value.Equity)), bound, "deficit");
        var sides = found.Sides(Population.All);
        Near(sides.LongNotional, solvent.Sum(a => a.Value.LongNotional), bound, "long");
        Near(sides.ShortNotional, solvent.Sum(a => a.Value.ShortNotional), bound, "short");
        var longEquity = held.Sum(a => a.Value.Equity / a.Value.GrossNotional * a.Value.LongNotional);
        Near(sides.LongEquity, longEquity, bound, "long equity");
        Near(found.NotionalSquares, held.Sum(a => Square(a.Value.GrossNotional)), "squares of notional");
        Near(found.EquitySquares, solvent.Sum(a => Square(a.Value.Equity)), "squares of equity");
        foreach (var tier in Tiers.Where(t => t != RiskTier.Unknown))
        {
            var of = known.Where(a => a.Figures.Tier == tier).ToList();
            Assert.Equal(of.Count, found.Count(tier));
            Near(found.Notional(tier), of.Sum(a => a.Value.GrossNotional), bound, $"{tier}");
        }
        foreach (var instrument in books.Universe.Instruments)
        {
            var shorts = held.SelectMany(a => a.Value.Positions)
                .Where(p => p.Position.Instrument == instrument && p.SignedNotional < 0m);
            var side = found.Instrument(instrument.Index, Population.All);
            Near(side.ShortNotional, shorts.Sum(p => p.Notional), bound, $"short {instrument}");
        }

        Assert.Equal(grid.Count, found.Accounts);
        Assert.Equal(solvent.Count, found.SolventAccounts);
        PartsEqualTheWhole(found, books.Universe, held.Count);
        var largest = held.OrderByDescending(a => a.Figures.GrossNotional);
        Assert.Equal(Keys(largest), found.TopByNotional.ToArray().Select(a => a.Key));
        var worst = known.Where(a => a.Figures.GrossNotional > 0d)
            .OrderByDescending(a => a.Figures.MarginRatio ?? double.PositiveInfinity)
            .ThenByDescending(a => a.Figures.GrossNotional);
        Assert.Equal(Keys(worst), found.TopByMarginRatio.ToArray().Select(a => a.Key));
    }

    /// <summary>
    /// More chunks than a worker lists, the largest accounts in the last of them.
    /// </summary>
    [Fact]
    public void The_largest_accounts_of_many_chunks_are_found_wherever_they_lie()
    {
        const int Accounts = 320 * 64;
        var books = new Books(1);
        var unit = books.Universe.Instruments.First(i => i.Id.Value == "UNIT-USD-PERP");
        using var grid = new Grid();
        for (var i = 0; i < Accounts; i++)
        {
            grid.Add(books, 10_000_000m, RowFlags.None, (unit, i + 1));
        }
        var largest = Enumerable.Range(0, SweepSummary.TopCount).Select(i => (long)(Accounts - 1 - i)).ToArray();
        for (var frame = 0; frame < 3; frame++)
        {
            grid.Sweep(Still(books));
            Assert.Equal(largest, grid.Summary.TopByNotional.ToArray().Select(a => a.Key));
            Assert.Equal(largest, grid.Summary.TopByMarginRatio.ToArray().Select(a => a.Key));
        }
    }

    [Fact]
    public void Partitions_merged_in_order_give_the_same_bytes_on_any_number_of_threads()
    {
        var books = new Books(5);
        var partitions = Enumerable.Range(0, 6).Select(_ => Grid.Random(books, 300)).ToList();
        var frame = books.Frame();
        partitions.ForEach(p => p.Sweep(frame));
        var one = SummaryText.Of(Merged(partitions), books.Universe);
        Parallel.ForEach(partitions, p => p.Sweep(frame));
        Assert.Equal(one, SummaryText.Of(Merged(partitions), books.Universe));

        // in another order it is the same market, to the last bit
        partitions.Reverse();
        var (there, back) = (Merged(partitions), Merged([.. Enumerable.Reverse(partitions)]));
        Assert.Equal(one, SummaryText.Of(there, books.Universe));
        Assert.Equal(one, SummaryText.Of(back, books.Universe));
        Assert.Equal(there.Accounts, back.Accounts);
        Assert.Equal(there.TopByNotional.ToArray(), back.TopByNotional.ToArray());
        Assert.Equal(partitions.Sum(p => p.Count), there.Accounts);
        PartsEqualTheWhole(there, books.Universe, null);
        partitions.ForEach(p => p.Dispose());
    }

    [Fact]
    public void Summaries_of_two_frames_do_not_add_up()
    {
        var books = new Books(2);
        using var grid = Grid.Random(books, 10);
        grid.Sweep(books.Frame(1));
        var total = Merged([grid]);
        grid.Sweep(books.Frame(2));
        var error = Assert.Throws<ArgumentException>(() => total.Merge(grid.Summary));
        Assert.Contains("frame 1.2", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<long> Keys(IEnumerable<(long Key, AccountValuation, RowFigures)> accounts) =>
        accounts.Take(SweepSummary.TopCount).Select(a => a.Key);

    private static SweepSummary Merged(IEnumerable<Grid> partitions)
    {
        var total = new SweepSummary();
        foreach (var partition in partitions)
        {
            total.Merge(partition.Summary);
        }
        return total;
    }

    private static void PartsEqualTheWhole(SweepSummary found, Universe universe, int? held)
    {
        var sides = found.Sides(Population.All);
        Same(sides, found.Sides(Population.MarketMakers) + found.Sides(Population.WithoutMarketMakers), "populations");
        foreach (var population in Enum.GetValues<Population>())
        {
            var whole = found.Sides(population);
            var instruments = universe.Instruments.Select(i => found.Instrument(i.Index, population));
            Same(whole, Sum(instruments), $"instruments of {population}");
            Same(whole, Sum(universe.Feeds.Select(f => found.Feed(universe, f, population))), $"feeds of {population}");
        }
        Assert.Equal(found.Accounts, Tiers.Sum(found.Count));
        var histograms = Enum.GetValues<NetSide>().Select(found.Histogram).ToList();
        var all = histograms.Aggregate((l, r) => l + r);
        Near(all.Notional.Sum(), sides.GrossNotional, "histogram");
        Assert.Equal(held ?? all.Counts.Sum(), all.Counts.Sum());
        Assert.Equal(found.Counts(Population.All).Long, histograms[(int)NetSide.Long].Counts.Sum());
        var counts = found.Counts(Population.MarketMakers) + found.Counts(Population.WithoutMarketMakers);
        Assert.Equal(found.Counts(Population.All), counts);
    }

    private static SideTotals Sum(IEnumerable<SideTotals> parts) => parts.Aggregate((l, r) => l + r);

    private static void Same(SideTotals whole, SideTotals parts, string at)
    {
        Near(parts.LongNotional, whole.LongNotional, $"{at} long");
        Near(parts.ShortNotional, whole.ShortNotional, $"{at} short");
        Near(parts.LongEquity, whole.LongEquity, $"{at} long equity");
        Near(parts.ShortEquity, whole.ShortEquity, $"{at} short equity");
    }

    private static void Near(double found, decimal exact, double bound, string at)
    {
        var distance = Exact.Distance(found, exact);
        Assert.True(distance <= bound + 1e-12 * Math.Abs((double)exact), $"{at}: {found} for {exact}, bound {bound}");
    }

    private static void Near(double found, double expected, string at) =>
        Assert.True(Math.Abs(found - expected) <= 1e-12 * Math.Abs(expected), $"{at}: {found:R} for {expected:R}");

    private static double Square(decimal value) => (double)value * (double)value;

    /// <summary>A frame without funding, in which a position entered at the mark has no profit.</summary>
    private static PriceFrame Still(Books books)
    {
        var frame = books.Frame();
        return new PriceFrame(frame.Number, frame.TimeMs, books.Universe, [.. frame.Prices]);
    }

    private sealed class Grid : IDisposable
    {
        private readonly RowEntries _entries = new();
        private readonly AccountTable _table = new();
        private readonly LeverageSweep _sweep;
        private readonly MarkVector _marks = new();
        private readonly List<(RowHandle Row, Account Account)> _accounts = [];
        private PriceFrame? _frame;

        public Grid() => _sweep = new LeverageSweep(_table);

        public SweepSummary Summary => _sweep.Summary;

        public int Count => _accounts.Count;

        public static Grid Random(Books books, int count)
        {
            var grid = new Grid();
            var frame = books.Frame();
            for (var i = 0; i < count; i++)
            {
                grid.Add(books.Account(frame, i), i % 7 == 0 ? RowFlags.MarketMaker : RowFlags.None);
            }
            return grid;
        }

        public void Add(Books books, decimal usd, RowFlags flags,
            params (Instrument Instrument, decimal Quantity)[] positions)
        {
            var account = new Account(new AccountId($"s{Count}"));
            Books.Put(account, books.Universe.Usd, usd);
            foreach (var (instrument, quantity) in positions)
            {
                var size = new Quantity(quantity);
                var position = new Position { Instrument = instrument, Quantity = size, Cost = quantity };
                account.Apply(new PositionChanged(position));
            }
            Add(account, flags);
        }

        public void Sweep(PriceFrame frame)
        {
            _frame = frame;
            _marks.Load(frame);
            _sweep.Run(_marks);
        }

        public IEnumerable<(long Key, AccountValuation Value, RowFigures Figures)> Known()
        {
            foreach (var (row, account) in _accounts)
            {
                if (_table.Figures(row) is { } figures)
                {
                    yield return (_table.Key(row.Slot), AccountValuation.Of(account, _frame!), figures);
                }
            }
        }

        public void Dispose()
        {
            _sweep.Dispose();
            _table.Dispose();
        }

        private void Add(Account account, RowFlags flags)
        {
            _entries.Load(account);
            _accounts.Add((_table.Add(Count, _entries.Collateral, _entries.Positions, flags), account));
        }
    }
}
