using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>The ladder against the exact solver, account by account, and its passes while rows come and go.</summary>
public sealed class LadderTests
{
    [Theory]
    [InlineData(11, false)]
    [InlineData(12, false)]
    [InlineData(13, false)]
    [InlineData(11, true)]
    [InlineData(12, true)]
    public void Every_account_is_where_the_exact_solver_puts_it(int seed, bool byTerms)
    {
        var books = new Books(seed, byTerms);
        var flags = byTerms ? RowFlags.ByTerms : RowFlags.None;
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table);
        var marks = new MarkVector();
        var entries = new RowEntries();
        var frame = books.Frame();
        var row = table.Add(0, [], []);
        var (inside, never, past) = (0, 0, 0);
        for (var i = 0; i < 800; i++)
        {
            if (i % 100 == 0)
            {
                frame = books.Frame(i + 2);
                marks.Load(frame);
            }
            var account = books.Account(frame, i);
            entries.Load(account, books.Universe);
            table.Update(row, entries.Collateral, entries.Positions, flags);
            sweep.Run(marks);
            Assert.True(sweep.AdvanceLadder(1 << 20));
            var ladder = sweep.Ladder!;
            var valuation = AccountValuation.Of(account, frame);
            Assert.Equal(valuation.IsKnown ? 0 : 1, ladder.Unknown);
            if (valuation.IsKnown && Exact.Buckets(valuation).Any(b => IsOnLine(b, valuation.GrossNotional)))
            {
                continue;
            }
            if (valuation.Positions.Any(p => p.SignedNotional == 0m && !p.Position.Quantity.IsZero))
            {
                // worth less than a decimal can say
                continue;
            }
            var points = LiquidationPoint.Of(valuation);
            // the points of an isolated position past its line and of the others become one there
            var counts = !valuation.Positions.Any(p => p.IsIsolated);
            for (var feed = 0; feed < books.Universe.Feeds.Count; feed++)
            {
                var own = points.Where(p => p.Feed == feed).ToArray();
                if (!IsDecided(own))
                {
                    continue;
                }
                var map = LiquidationMap.Of(feed, own);
                var at = $"seed {seed}, account {i}, {books.Universe.Feeds[feed].Id}";
                var buckets = map.Buckets;
                for (var bucket = 0; bucket < LiquidationLadder.Buckets; bucket++)
                {
                    Same(buckets[bucket].Notional, buckets[bucket].Accounts, ladder.Bucket(feed, bucket),
                        $"{at} bucket {bucket}");
                    inside += ladder.Bucket(feed, bucket).Accounts > 0 ? 1 : 0;
                    for (var band = 0; band < LiquidationLadder.Bands.Count; band++)
                    {
                        Near(buckets[bucket].NotionalByBand[band], ladder.Notional(feed, bucket, band), at);
                    }
                }
                Same(map.PastLine.Notional, counts ? map.PastLine.Accounts : ladder.Past(feed).Accounts,
                    ladder.Past(feed), at + " past");
                Same(map.Never.Notional, counts ? map.Never.Accounts : ladder.NeverReached(feed).Accounts,
                    ladder.NeverReached(feed), at + " never");
                Same(map.Beyond.Notional, map.Beyond.Accounts, ladder.BeyondRange(feed), at + " beyond");
                never += ladder.NeverReached(feed).Accounts > 0 ? 1 : 0;
                past += ladder.Past(feed).Accounts > 0 ? 1 : 0;
            }
        }
        Assert.True(inside > 200 && never > 100 && past > 100, $"{inside} inside, {never} never, {past} past");
    }

    [Fact]
    public void A_pass_looks_at_every_row_once_while_rows_change_their_places()
    {
        var random = new Random(5);
        var books = new Books(5);
        var frame = books.Frame();
        var marks = new MarkVector();
        marks.Load(frame);
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table);
        var entries = new RowEntries();
        var rows = new List<RowHandle>();
        for (var i = 0; i < 3_000; i++)
        {
            entries.Load(books.Account(frame, i));
            rows.Add(table.Add(i, entries.Collateral, entries.Positions));
        }
        sweep.Run(marks);
        for (var pass = 0; pass < 20; pass++)
        {
            while (!sweep.AdvanceLadder(200))
            {
                for (var k = 0; k < 40; k++)
                {
                    entries.Load(books.Account(frame, 0));
                    table.Update(rows[random.Next(rows.Count)], entries.Collateral, entries.Positions);
                }
            }
            Assert.Equal(rows.Count, sweep.Ladder!.Accounts);
        }
    }

    [Fact]
    public void Rows_of_instruments_that_the_marks_do_not_have_wait()
    {
        var books = new Books(8);
        var marks = new MarkVector();
        marks.Load(books.Frame());
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table);
        table.Add(0, [new CollateralEntry(0, 1d)], [new PositionEntry(0, 1d)]);
        sweep.Run(marks);
        Assert.True(sweep.AdvanceLadder(1 << 20));
        var ladder = sweep.Ladder;
        table.Add(1, [], [new PositionEntry(marks.InstrumentCount + 500, 1d)]);
        Assert.False(sweep.AdvanceLadder(1 << 20));
        Assert.Same(ladder, sweep.Ladder);
    }

    [Fact]
    public void Bounds_are_of_the_price_at_the_beginning_of_the_pass()
    {
        var books = new Books(6);
        var unit = books.Universe.Instruments.First(i => i.Id.Value == "UNIT-USD-PERP");
        var quiet = books.Frame();
        var marks = new MarkVector();
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table);
        // flat margin of 5 %: a long of 100 USD with 14.5 USD is liquidated at a price p with 14.5 + 100(p - 1) = 5p
        table.Add(0, [new CollateralEntry(0, -85.5)], [new PositionEntry(unit.Index, 100d)]);
        // a second chunk, so that the pass takes two steps
        table.Add(1, [new CollateralEntry(0, 1d), new CollateralEntry(1, 1d), new CollateralEntry(2, 1d)], []);
        Sweep(1m);
        Assert.False(sweep.AdvanceLadder(0));
        Sweep(0.98m);
        Assert.True(sweep.AdvanceLadder(1 << 20));
        // at 0.90, whatever the price is now
        Assert.Equal(1, sweep.Ladder!.Bucket(unit.MarkFeed.Index, LiquidationLadder.Half - 10).Accounts);
        Assert.Equal(1d, sweep.Ladder.Price(unit.MarkFeed.Index));
        Sweep(0.98m);
        Assert.True(sweep.AdvanceLadder(1 << 20));
        // 0.90 / 0.98 - 1 = -8.16 %
        Assert.Equal(1, sweep.Ladder!.Bucket(unit.MarkFeed.Index, LiquidationLadder.Half - 9).Accounts);

        void Sweep(decimal price)
        {
            var prices = quiet.Prices.ToArray();
            prices[unit.MarkFeed.Index] = new FramePrice(new Price(price), PriceState.Fresh, 1);
            marks.Load(new PriceFrame(new FrameNumber(1, 9), 9, books.Universe, prices));
            sweep.Run(marks);
        }
    }

    /// <summary>False where a line is so near a bound that doubles may put it on either side.</summary>
    private static bool IsDecided(LiquidationPoint[] points) => Array.TrueForAll(points, p =>
        p.Reach != LiquidationReach.Reached || p.Move < 1e6
        && Math.Abs(p.Move / LiquidationMap.StepDefault - Math.Round(p.Move / LiquidationMap.StepDefault)) > 1e-6);

    private static bool IsOnLine((decimal Maintenance, decimal Balance) bucket, decimal gross) =>
        Math.Abs(bucket.Balance - bucket.Maintenance) <= 0.000000001m * gross;

    private static void Same(double notional, long accounts, LadderCount found, string at)
    {
        Assert.True(accounts == found.Accounts, $"{at}: {found} for {accounts} accounts of {notional}");
        Near(notional, found.Notional, at);
    }

    private static void Near(double expected, double found, string at) =>
        Assert.True(Math.Abs(expected - found) <= 1e-9 * expected + 0.01, $"{at}: {found} for {expected}");
}
