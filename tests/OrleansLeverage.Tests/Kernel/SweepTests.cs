using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using Xunit;

namespace OrleansLeverage.Tests.Kernel;

/// <summary>The sweep against <see cref="AccountValuation"/>, on books made to be got wrong.</summary>
public sealed class SweepTests
{
    private const int BooksPerSeed = 600;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_figure_is_within_its_bound_and_no_tier_is_missed(int seed)
    {
        var books = new Books(seed);
        using var grid = new Grid(books);
        for (var sequence = 1; sequence <= 2; sequence++)
        {
            grid.Sweep(books.Frame(sequence));
            for (var i = 0; i < grid.Accounts.Count; i++)
            {
                Check(grid, i);
            }
        }
        Assert.True(grid.OnLine > 10, $"seed {seed}: only {grid.OnLine} books were on a line");
        var over = grid.OverReported;
        Assert.True(over < grid.Accounts.Count / 4, $"seed {seed}: {over} tiers were over-reported");
    }

    [Fact]
    public void Screening_is_worst_case_exactly_on_and_one_quantum_around_every_line()
    {
        var books = new Books(7);
        var frame = books.Frame();
        var unit = books.Universe.Instruments.First(i => i.Id.Value == "UNIT-USD-PERP");
        var seen = new HashSet<(RiskTier, RiskTier)>();
        using var table = new AccountTable();
        var exact = new List<(RowHandle Row, AccountValuation Value)>();
        var entries = new RowEntries();
        foreach (var line in new[] { 0.70m, 0.85m, 1.00m, 0m })
        {
            foreach (var quantum in new[] { 0m, 0.00000001m, -0.00000001m, 0.000000000001m, -0.000000000001m })
            {
                for (var balance = 1; balance <= 2_000; balance += 137)
                {
                    // flat margin of 5 %: maintenance = line·balance, by choice of the quantity; line 0 is equity 0
                    var quantity = line == 0m ? 100m : balance * line * 20m;
                    var account = new Account(new AccountId($"l{exact.Count}"));
                    account.Apply(new PositionChanged(new Position
                    {
                        Instrument = unit,
                        Quantity = new Quantity(quantity),
                        Cost = quantity,
                        FundingIndex = frame.FundingIndices[unit.Index],
                    }));
                    Books.Put(account, books.Universe.Usd, (line == 0m ? 0m : balance) + quantum);
                    entries.Load(account);
                    var row = table.Add(exact.Count, entries.Collateral, entries.Positions);
                    exact.Add((row, AccountValuation.Of(account, frame)));
                }
            }
        }
        var marks = new MarkVector();
        marks.Load(frame);
        using var sweep = new LeverageSweep(table);
        sweep.Run(marks);
        foreach (var (row, value) in exact)
        {
            var tier = value.Tier(books.Universe.Rules);
            var screened = table.Figures(row)!.Value.Tier;
            var at = $"{value.CrossMaintenanceMargin} on {value.CrossMarginBalance}";
            Assert.True(screened >= tier, $"{at}: {screened} for {tier}");
            seen.Add((tier, screened));
        }
        // on the line itself liquidation is not yet due exactly, and is nominated; one quantum of 1e-8 away both agree
        Assert.Contains((RiskTier.MarginCall, RiskTier.Liquidation), seen);
        Assert.Contains((RiskTier.MarginCall, RiskTier.MarginCall), seen);
        Assert.Contains((RiskTier.Healthy, RiskTier.Healthy), seen);
        Assert.Contains((RiskTier.Bankrupt, RiskTier.Bankrupt), seen);
    }

    private static void Check(Grid grid, int i)
    {
        var value = AccountValuation.Of(grid.Accounts[i], grid.Frame);
        var figures = grid.Table.Figures(grid.Rows[i]);
        var at = $"seed {grid.Seed}, frame {grid.Frame.Number}, book {i}";
        var tier = value.Tier(grid.Frame.Universe.Rules);
        if (tier == RiskTier.Unknown)
        {
            Assert.True(figures is null, at);
            return;
        }
        Assert.True(figures is not null, $"{at}: no figures");
        var found = figures.Value;
        var bound = Exact.Bound(value);
        Near(found.Equity, value.Equity, bound, $"{at} equity");
        Near(found.MarginBalance, value.MarginBalance, bound, $"{at} margin balance");
        Near(found.LongNotional, value.LongNotional, bound, $"{at} long");
        Near(found.ShortNotional, value.ShortNotional, bound, $"{at} short");
        Near(found.GrossNotional, value.GrossNotional, bound, $"{at} gross");
        Near(found.NetNotional, value.NetNotional, bound, $"{at} net");
        Near(found.MaintenanceMargin, value.MaintenanceMargin, bound, $"{at} maintenance");
        CheckInitial(found.InitialMargin, value, at);
        CheckRatio(found.MarginRatio, value, bound, at);
        Assert.True(found.Tier >= tier, $"{at}: screened {found.Tier}, exactly {tier}");
        Assert.True(tier == RiskTier.Healthy || grid.Nominated.Contains(grid.Rows[i]), $"{at}: {tier}, not nominated");
        // rows reserve room for at most a third more entries than they have, so 4ε covers their wider band
        var isOnLine = Exact.IsNearLine(value, grid.Frame.Universe.Rules, 4d * bound);
        Assert.True(found.Tier == tier || isOnLine, $"{at}: screened {found.Tier} for {tier} away from every line");
        grid.OnLine += isOnLine ? 1 : 0;
        grid.OverReported += found.Tier != tier ? 1 : 0;
    }

    private static void Near(double found, decimal exact, double bound, string at)
    {
        var distance = Exact.Distance(found, exact);
        Assert.True(distance <= bound, $"{at}: {found:R} is {distance} from {exact}, the bound is {bound}");
    }

    private static void CheckInitial(double found, AccountValuation value, string at)
    {
        // the upper bracket counts from just below an edge; a notional a little larger is in it for decimal too
        var upper = 0m;
        foreach (var item in value.Positions)
        {
            var instrument = item.Position.Instrument;
            upper += item.OrderNotional == 0m ? 0m : instrument.Margin.Initial(item.OrderNotional * 1.00000000000001m,
                item.Position.LeverageSetting, value.Frame.OpenInterest[instrument.Index], AccountValuation.UsdQuantum);
        }
        var count = value.Positions.Count;
        var bound = ScreeningBound.UnitRoundoff * (128 + 2 * count) * (double)upper + ScreeningBound.DecimalFloor;
        var quanta = count * (double)AccountValuation.UsdQuantum;
        Assert.True(found >= (double)value.InitialMargin - quanta - bound && found <= (double)upper + bound,
            $"{at} initial: {found:R} for {value.InitialMargin} … {upper}");
    }

    private static void CheckRatio(double? found, AccountValuation value, double bound, string at)
    {
        var unbacked = Exact.Buckets(value).Any(b => b.Balance <= 0m);
        var isClose = Exact.Buckets(value).Any(b => Math.Abs((double)b.Balance) <= bound);
        Assert.True(isClose || found is null == unbacked, $"{at} ratio {found}");
        // a bucket within 1e6 ε of no balance has no ratio worth comparing
        if (found is not null && Exact.Buckets(value).All(b => (double)b.Balance > 1e6 * bound))
        {
            var exact = (double)value.MarginRatio()!.Value;
            var smallest = Exact.Buckets(value).Select(b => (double)b.Balance).DefaultIfEmpty(1d).Min();
            var error = Math.Abs(found.Value - exact);
            Assert.True(error <= 4d * bound * (1d + exact) / smallest, $"{at} ratio: {found} for {exact}");
        }
    }

    /// <summary>A table filled from a book, and the same accounts beside it.</summary>
    private sealed class Grid : IDisposable
    {
        private readonly MarkVector _marks = new();
        private readonly LeverageSweep _sweep;

        public Grid(Books books)
        {
            _sweep = new LeverageSweep(Table, nominationsMax: BooksPerSeed);
            Seed = books.Seed;
            Frame = books.Frame(0);
            var entries = new RowEntries();
            for (var i = 0; i < BooksPerSeed; i++)
            {
                Accounts.Add(books.Account(Frame, i));
                entries.Load(Accounts[i]);
                Rows.Add(Table.Add(i, entries.Collateral, entries.Positions));
            }
            Sweep(Frame);
            for (var i = 0; i < BooksPerSeed; i++)
            {
                Check(this, i);
            }
        }

        public int Seed { get; }

        public AccountTable Table { get; } = new();

        public List<Account> Accounts { get; } = [];

        public List<RowHandle> Rows { get; } = [];

        public PriceFrame Frame { get; private set; }

        public HashSet<RowHandle> Nominated { get; } = [];

        public int OnLine { get; set; }

        public int OverReported { get; set; }

        public void Sweep(PriceFrame frame)
        {
            Frame = frame;
            _marks.Load(frame);
            _sweep.Run(_marks);
            Nominated.Clear();
            Nominated.UnionWith(_sweep.Nominations.Items.ToArray().Select(n => n.Row));
        }

        public void Dispose()
        {
            _sweep.Dispose();
            Table.Dispose();
        }
    }
}
