using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>
/// The sweep by the terms of venues against <see cref="AccountValuation"/>: it may ask for more where a venue rounds to
/// a step, and never for less; no tier is missed, and nearly every figure is within the bound on both sides.
/// </summary>
public sealed class TermSweepTests
{
    private const int BooksPerSeed = 600;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_tier_is_missed_and_no_margin_is_below_the_exact_one(int seed)
    {
        var books = new Books(seed, byTerms: true);
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table, nominationsMax: BooksPerSeed);
        var (entries, marks, rows, accounts) = (new RowEntries(), new MarkVector(), new List<RowHandle>(),
            new List<Account>());
        var frame = books.Frame(0);
        for (var i = 0; i < BooksPerSeed; i++)
        {
            accounts.Add(books.Account(frame, i));
            entries.Load(accounts[i], books.Universe);
            rows.Add(table.Add(i, entries.Collateral, entries.Positions, RowFlags.ByTerms));
        }
        var (over, above, near) = (0, 0, 0);
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            marks.Load(frame);
            sweep.Run(marks);
            var nominated = sweep.Nominations.Items.ToArray().Select(n => n.Row).ToHashSet();
            for (var i = 0; i < accounts.Count; i++)
            {
                var value = AccountValuation.Of(accounts[i], frame);
                var tier = value.Tier(books.Universe.Rules);
                var at = $"seed {seed}, frame {frame.Number}, book {i}";
                if (tier == RiskTier.Unknown)
                {
                    Assert.True(table.Figures(rows[i]) is null, at);
                    continue;
                }
                var found = table.Figures(rows[i]) ?? throw new InvalidOperationException($"{at}: no figures");
                var bound = Bound(value);
                Near(found.Equity, value.Equity, bound, $"{at} equity");
                Near(found.LongNotional, value.LongNotional, bound, $"{at} long");
                Near(found.ShortNotional, value.ShortNotional, bound, $"{at} short");
                NotBelow(found.MaintenanceMargin, value.MaintenanceMargin, bound, $"{at} maintenance");
                NotBelow(-found.MarginBalance, -value.MarginBalance, bound, $"{at} margin balance");
                Assert.True(found.Tier >= tier, $"{at}: screened {found.Tier}, exactly {tier}");
                Assert.True(tier == RiskTier.Healthy || nominated.Contains(rows[i]), $"{at}: {tier}, not nominated");
                var isNear = Exact.IsNearLine(value, books.Universe.Rules, 4d * bound);
                over += found.Tier != tier && !isNear ? 1 : 0;
                above += found.MaintenanceMargin - (double)value.MaintenanceMargin > bound
                    || (double)value.MarginBalance - found.MarginBalance > bound ? 1 : 0;
                near += tier != RiskTier.Healthy ? 1 : 0;
            }
            frame = books.Frame(sequence);
            if (sequence == 2)
            {
                // rows that move to another place take all of their columns along
                table.Arrange();
            }
        }
        Assert.True(near > BooksPerSeed / 4, $"seed {seed}: only {near} accounts are near a line");
        // a flat tier counts from just below its edge, where books are made to stand
        Assert.True(above < BooksPerSeed * 3 / 20 && over < BooksPerSeed / 20,
            $"seed {seed}: {above} above, {over} over");
    }

    /// <summary>The same bits on every instruction set, and on one and on three workers.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_variant_sums_the_same(int seed)
    {
        var books = new Books(seed, byTerms: true);
        var frame = books.Frame(0);
        var accounts = Enumerable.Range(0, 400).Select(i => books.Account(frame, i)).ToArray();
        string Summed(int workers, string variant)
        {
            using var table = new AccountTable();
            using var sweep = new LeverageSweep(table, workers, variant: variant);
            var (entries, marks) = (new RowEntries(), new MarkVector());
            foreach (var account in accounts)
            {
                entries.Load(account, books.Universe);
                table.Add(0, entries.Collateral, entries.Positions, RowFlags.ByTerms);
            }
            marks.Load(frame);
            sweep.Run(marks);
            return SummaryText.Of(sweep.Summary, books.Universe);
        }
        foreach (var variant in SweepVariant.Supported)
        {
            Assert.Equal(Summed(1, "scalar"), Summed(3, variant));
        }
    }

    /// <summary>A row that was written for plain margin is unknown where there are terms, never healthy.</summary>
    [Fact]
    public void A_row_without_its_terms_is_unknown()
    {
        var books = new Books(3, byTerms: true);
        var frame = books.Frame(0);
        using var table = new AccountTable();
        using var sweep = new LeverageSweep(table);
        var (entries, marks) = (new RowEntries(), new MarkVector());
        entries.Load(books.Account(frame, 1), books.Universe);
        var row = table.Add(0, entries.Collateral, entries.Positions);
        marks.Load(frame);
        sweep.Run(marks);
        Assert.Null(table.Figures(row));
    }

    private static double Bound(AccountValuation value)
    {
        var magnitude = 0m;
        foreach (var balance in value.Account.Balances)
        {
            var price = value.Frame.UsdPrice(balance.Asset)!.Value;
            magnitude += Math.Max(Math.Abs(balance.Amount * price),
                Math.Abs(balance.Asset.Counted(balance.Amount, price, isInitial: false)));
        }
        foreach (var item in value.Positions)
        {
            var position = item.Position;
            var (quantity, settlement) = (position.Quantity.Value, item.SettlementPrice);
            var sign = position.Instrument.ProfitSign;
            magnitude += Math.Abs(sign * item.SignedNotional
                - quantity * value.Frame.FundingIndex(position.Instrument) * settlement);
            magnitude += Math.Abs(sign * position.Cost - quantity * position.FundingIndex) * settlement;
            magnitude += 3m * item.Notional + item.MaintenanceMargin
                + (item.IsIsolated ? Math.Abs(position.IsolatedMargin) * settlement : 0m);
        }
        return ScreeningBound.FactorByTerms(value.Positions.Count, value.Account.Balances.Count) * (double)magnitude
            + ScreeningBound.DecimalFloor;
    }

    private static void Near(double found, decimal exact, double bound, string at)
    {
        var distance = Exact.Distance(found, exact);
        Assert.True(distance <= bound, $"{at}: {found:R} is {distance} from {exact}, the bound is {bound}");
    }

    private static void NotBelow(double found, decimal exact, double bound, string at) =>
        Assert.True(found >= (double)exact - bound, $"{at}: {found:R} is below {exact}, the bound is {bound}");
}
