using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>Histogram, sums, marks and the budget of allocations.</summary>
public sealed class KernelPartTests
{
    [Fact]
    public void Buckets_are_contiguous_and_a_leverage_falls_into_its_own()
    {
        Assert.Equal(0d, LeverageHistogram.LowerBound(0));
        Assert.Equal(1d / 16, LeverageHistogram.LowerBound(1));
        Assert.Equal(4096d, LeverageHistogram.LowerBound(LeverageHistogram.Buckets - 1));
        for (var i = 1; i < LeverageHistogram.Buckets; i++)
        {
            var bound = LeverageHistogram.LowerBound(i);
            Assert.Equal(i, LeverageHistogram.BucketOf(bound));
            Assert.Equal(i - 1, LeverageHistogram.BucketOf(Math.BitDecrement(bound)));
            Assert.True(i == 1 || bound / LeverageHistogram.LowerBound(i - 1) <= 1.0625, $"bucket {i}");
        }
        foreach (var exact in new[] { 1d, 2d, 3d, 5d, 10d, 20d, 25d, 50d, 100d })
        {
            Assert.Equal(exact, LeverageHistogram.LowerBound(LeverageHistogram.BucketOf(exact)));
        }
        Assert.Equal((0, 0, 257, 257), (LeverageHistogram.BucketOf(0d), LeverageHistogram.BucketOf(double.Epsilon),
            LeverageHistogram.BucketOf(1e300), LeverageHistogram.BucketOf(double.MaxValue)));
    }

    [Fact]
    public void Quantiles_are_within_a_thirtysecond_of_the_sorted_list()
    {
        var random = new Random(31);
        var values = Enumerable.Range(0, 5_001).Select(_ => Math.Exp(random.NextDouble() * 7d - 2d)).Order().ToArray();
        var counts = new long[LeverageHistogram.Buckets];
        var notional = new double[LeverageHistogram.Buckets];
        foreach (var value in values)
        {
            counts[LeverageHistogram.BucketOf(value)]++;
            notional[LeverageHistogram.BucketOf(value)] += value;
        }
        var histogram = new LeverageHistogram(counts, notional);
        foreach (var q in new[] { 0.01, 0.5, 0.9, 0.99, 1d })
        {
            var exact = values[(int)Math.Ceiling(q * values.Length) - 1];
            Assert.Equal(exact, histogram.AccountQuantile(q)!.Value, exact * LeverageHistogram.QuantileErrorMax);
            var (sum, target) = (0d, q * values.Sum() * (1d - 1e-12));
            var weighted = values.First(v => (sum += v) >= target);
            Assert.Equal(weighted, histogram.NotionalQuantile(q)!.Value, weighted * LeverageHistogram.QuantileErrorMax);
        }
    }

    [Fact]
    public void A_frame_of_another_universe_replaces_the_columns()
    {
        var books = new Books(33);
        var frame = books.Frame();
        var marks = new MarkVector();
        Assert.Throws<InvalidOperationException>(() => marks.Frame);
        marks.Load(frame);
        Assert.Equal(books.Universe.Instruments.Count, marks.InstrumentCount);
        Assert.Equal(books.Universe.Assets.Count, marks.AssetCount);

        // the same with a fifth of the margin: rules that changed must be the rules that are used
        var steep = MarginSchedule.Fraction("steep", 0.5m, 0.25m);
        var universe = new Universe(2, books.Universe.Rules, books.Universe.Feeds, books.Universe.Assets,
            [.. books.Universe.Instruments.Select(i => i with { Margin = steep })]);
        using var table = new AccountTable();
        var unit = books.Universe.Instruments.First(i => i.Id.Value == "UNIT-USD-PERP").Index;
        var row = table.Add(1, [new(0, 1e6)], [new PositionEntry(unit, 100d)]);
        Assert.Equal(5d, Maintenance(table, marks, row));
        marks.Load(new PriceFrame(new FrameNumber(1, 2), 2, universe, [.. frame.Prices]));
        Assert.Equal(25d, Maintenance(table, marks, row));
        Assert.Equal(new FrameNumber(1, 2), marks.Frame.Number);
    }

    [Fact]
    public void A_sweep_allocates_nothing_once_warm()
    {
        var books = new Books(34);
        var frames = Enumerable.Range(0, 4).Select(i => books.Frame(i)).ToArray();
        var entries = new RowEntries();
        using var table = new AccountTable();
        for (var i = 0; i < 2_000; i++)
        {
            entries.Load(books.Account(frames[0], i));
            table.Add(i, entries.Collateral, entries.Positions);
        }
        var marks = new MarkVector();
        var total = new SweepSummary();
        using var sweep = new LeverageSweep(table, workers: 2, nominationsMax: 100);
        void Frame(PriceFrame frame)
        {
            marks.Load(frame);
            sweep.Run(marks);
            total.Clear();
            total.Merge(sweep.Summary);
        }
        Array.ForEach(frames, Frame);
        // a collection that another test brings about counts what is left of this thread's piece as allocated
        var least = long.MaxValue;
        for (var pass = 0; pass < 5; pass++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var frame in frames)
            {
                Frame(frame);
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
        Assert.True(sweep.Nominations.Overflow > 0, "the queue was not full");
    }

    private static double Maintenance(AccountTable table, MarkVector marks, RowHandle row)
    {
        using var sweep = new LeverageSweep(table);
        sweep.Run(marks);
        return table.Figures(row)!.Value.MaintenanceMargin;
    }
}
