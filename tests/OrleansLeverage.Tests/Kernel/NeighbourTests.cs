using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// Rows side by side that hold the same instrument, for which a sweep has a way of its own: in every bracket of every
/// instrument, and beside every other instrument, each is what it is exactly.
/// </summary>
public sealed class NeighbourTests
{
    public static TheoryData<string, bool> Variants
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var variant in SweepVariant.Supported)
            {
                data.Add(variant, false);
                data.Add(variant, true);
            }
            return data;
        }
    }

    /// <param name="variant">Of the sweep.</param>
    /// <param name="isArranged">Those above a first bracket lie apart.</param>
    [Theory]
    [MemberData(nameof(Variants))]
    public void Rows_of_one_instrument_are_valued_each_in_its_own_bracket(string variant, bool isArranged)
    {
        var books = new Books(11);
        var prices = books.Frame().Prices.ToArray();
        Array.ForEach(books.Universe.Feeds.ToArray(), f => prices[f.Index] = prices[f.Index] with
        {
            Price = prices[f.Index].Price ?? new Price(1m), State = PriceState.Fresh,
        });
        var frame = new PriceFrame(new FrameNumber(1, 1), 1, books.Universe, prices);
        using var table = new AccountTable();
        var rows = new List<(RowHandle Row, Account Account)>();
        var entries = new RowEntries();
        foreach (var instrument in books.Universe.Instruments)
        {
            var unit = AccountValuation.Of(Holding(books, instrument, 1m, "unit"), frame).GrossNotional;
            // from below the first bracket's end to beyond the last one's, a little further each time, long and short
            for (var k = 0; k < 2 * Chunk.Rows; k++)
            {
                var size = Math.Clamp((decimal)Math.Pow(10d, (k + 0.37) / 16d) / unit, 1e-12m, 1e12m);
                var contracts = Math.Round(size, 12) * (k % 2 == 0 ? 1m : -1m);
                var account = Holding(books, instrument, contracts, $"n{rows.Count}");
                entries.Load(account);
                rows.Add((table.Add(rows.Count, entries.Collateral, entries.Positions), account));
            }
        }
        table.Arrange();
        using var sweep = new LeverageSweep(table, variant: variant);
        var marks = new MarkVector();
        marks.Load(frame);
        sweep.Run(marks);
        if (isArranged)
        {
            table.Arrange(marks);
            sweep.Run(marks);
        }
        decimal equity = 0m, maintenance = 0m, initial = 0m;
        foreach (var (row, account) in rows)
        {
            var exact = AccountValuation.Of(account, frame);
            var tier = exact.Tier(books.Universe.Rules);
            Assert.True(table.Figures(row)!.Value.Tier >= tier, $"{variant}: {account.Id} is {tier}");
            if (exact.Equity > 0m)
            {
                equity += exact.Equity;
                maintenance += exact.MaintenanceMargin;
                initial += exact.InitialMargin;
            }
        }
        // the sums are made of what the sweep itself valued; figures of a row are valued anew when they are asked for
        var summary = sweep.Summary;
        Near(equity, summary.Equity, nameof(equity));
        Near(maintenance, summary.MaintenanceMargin, nameof(maintenance));
        Near(initial, summary.InitialMargin, nameof(initial));

        void Near(decimal expected, double found, string what) => Assert.True(
            Math.Abs(found / (double)expected - 1d) < 1e-9, $"{variant}, {what}: {found:R} for {expected}");
    }

    private static Account Holding(Books books, Instrument instrument, decimal contracts, string id)
    {
        var account = new Account(new AccountId(id));
        account.Apply(new PositionChanged(new Position
        {
            Instrument = instrument, Quantity = new Quantity(contracts), Cost = 0m, FundingIndex = 0m,
        }));
        Books.Put(account, books.Universe.Usd, 1_000_000_000m);
        return account;
    }
}
