using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;
using OrleansLeverage.Kernel;
using OrleansLeverage.Kernel.Scenarios;
using OrleansLeverage.Tests.Domain.Margin.Scenarios;
using Xunit;

namespace OrleansLeverage.Tests.Kernel.Scenarios;

/// <summary>
/// The sweep against the exact margin of the same portfolios, and its variants against each other to the bit.
/// </summary>
public sealed class ScenarioSweepTests
{
    private const int Accounts = 700;

    public static TheoryData<string> Rules => new([.. Portfolios.Rules, "16 plain", "31 plain"]);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_variant_on_any_number_of_threads_gives_the_same_bits(string rules)
    {
        using var scene = new Scene(rules);
        var expected = scene.Sweep("scalar", 1);
        foreach (var variant in SweepVariant.Supported)
        {
            Assert.Equal(expected, scene.Sweep(variant, 1));
            Assert.Equal(expected, scene.Sweep(variant, 3));
        }
    }

    /// <summary>
    /// Within its stated bound of the exact loss and, with all that is netted beside it, of both margins; margin,
    /// equity and tier never better than exact.
    /// </summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Screening_may_over_report_and_never_misses(string rules)
    {
        using var scene = new Scene(rules);
        using var sweep = new ScenarioSweep(scene.Table);
        sweep.Run(scene.Marks);
        var liquidations = 0;
        for (var a = 0; a < Accounts; a++)
        {
            var exact = ScenarioMargin.Of(scene.Matrix, scene.Portfolios[a]);
            var value = scene.Table.Value(scene.Rows[a], scene.Marks);
            var figures = scene.Table.Figures(scene.Rows[a]);
            Assert.True(value.Error >= 0d && double.IsFinite(value.Error));
            Within(exact.WorstLoss, value.WorstLoss, value.Error, $"{rules}, account {a}, loss");
            Within(exact.Equity, value.Equity, value.Error, $"{rules}, account {a}, equity");
            var doubt = exact.Charges.Where(charge => charge.Name == "oracle confidence").Sum(charge => charge.Initial);
            var swept = scene.Table.Required(scene.Rows[a], scene.Marks, anew: false);
            Assert.Equal(scene.Table.Required(scene.Rows[a], scene.Marks, anew: true), swept);
            Assert.Equal(value.MarginAtMost(scene.Marks), swept.Maintenance);
            JustAbove(exact.Maintenance, swept.Maintenance, value.Error, $"{rules}, account {a}, maintenance");
            JustAbove(exact.Initial - doubt, swept.Initial, value.Error, $"{rules}, account {a}, initial");
            Assert.True(figures.Tier >= Tier(exact), $"{rules}, account {a}: {figures.Tier}, exact {Tier(exact)}");
            liquidations += Tier(exact) >= RiskTier.Liquidation ? 1 : 0;
            if (exact.WorstLoss > 1m && exact.Worst is { } worst && figures.Scenario is { } screened)
            {
                Within(exact.Outcomes[worst].Counted, (double)exact.Outcomes[screened].Counted, value.Error,
                    $"{rules}, account {a}: scenario {screened} is not {worst}");
            }
        }
        Assert.InRange(liquidations, 1, Accounts - 1);
        Assert.Equal(Accounts, sweep.Summary.Rows);
    }

    [Fact]
    public void A_unit_without_a_price_makes_its_rows_unknown()
    {
        using var scene = new Scene("derive-pmrm2");
        using var marks = new ScenarioVectors([.. scene.Names, "NEW"]);
        marks.Load(scene.Matrix);
        using var table = new ScenarioTable();
        var unknown = table.Add(1, 1e9, [new ScenarioEntry(marks.Unit("NEW"), 0.5)]);
        var known = table.Add(2, 1e9, [new ScenarioEntry(marks.Unit(Portfolios.Perpetual), 0.5)]);
        foreach (var variant in SweepVariant.Supported)
        {
            using var sweep = new ScenarioSweep(table, variant: variant);
            sweep.Run(marks);
            Assert.Equal(RiskTier.Unknown, table.Figures(unknown).Tier);
            Assert.Equal(RiskTier.Healthy, table.Figures(known).Tier);
            Assert.Equal(1, sweep.Summary.InTier(RiskTier.Unknown));
            Assert.Equal(1, sweep.Nominations.Items[0].Key);
            Assert.False(double.IsNaN(sweep.Summary.WorstLoss));
        }
    }

    [Fact]
    public void What_is_told_is_not_nominated_again()
    {
        using var scene = new Scene("derive-pmrm2");
        using var sweep = new ScenarioSweep(scene.Table);
        sweep.Run(scene.Marks);
        var nominated = sweep.Nominations.Offered;
        Assert.InRange(nominated, 1, Accounts);
        foreach (var nomination in sweep.Nominations.Items.ToArray())
        {
            scene.Table.Tell(nomination.Row, nomination.Tier);
        }
        sweep.Run(scene.Marks);
        Assert.Equal(0, sweep.Nominations.Offered);
        var first = scene.Rows[0];
        scene.Table.Tell(first, scene.Table.Figures(first).Tier, always: true);
        sweep.Run(scene.Marks);
        Assert.Equal(1, sweep.Nominations.Offered);
    }

    /// <summary>Rows that come, change size and go, and changes that wait while a sweep has the rows.</summary>
    [Fact]
    public void Rows_may_change_and_wait_while_they_are_swept()
    {
        using var scene = new Scene("deribit-pm-usdc-btc");
        using var sweep = new ScenarioSweep(scene.Table);
        var perpetual = scene.Marks.Unit(Portfolios.Perpetual);
        sweep.Run(scene.Marks);
        var (changed, removed) = (scene.Rows[3], scene.Rows[4]);
        scene.Table.BeginSweep();
        scene.Table.Update(changed, 7d, [new ScenarioEntry(perpetual, -1d), new ScenarioEntry(perpetual + 1, 0d)]);
        scene.Table.Remove(removed);
        var added = scene.Table.Add(99_999, 0d, [new ScenarioEntry(perpetual, -1d)]);
        scene.Table.EndSweep();
        sweep.Run(scene.Marks);
        // a short perpetual of 60,030 loses 16 % of it at the edge of the table
        Assert.Equal(60_030d * 0.16, scene.Table.Figures(changed).WorstLoss, 1e-6);
        Assert.Equal(scene.Table.Figures(changed).WorstLoss, scene.Table.Figures(added).WorstLoss);
        Assert.Equal(RiskTier.Bankrupt, scene.Table.Figures(added).Tier);
        Assert.False(scene.Table.IsLive(removed));
        Assert.Throws<ArgumentException>(() => scene.Table.Remove(removed));
        Assert.Equal(Accounts, sweep.Summary.Rows);
    }

    [Fact]
    public void Entries_that_are_no_numbers_are_refused()
    {
        using var table = new ScenarioTable();
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Add(1, double.NaN, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Add(1, 0d, [new ScenarioEntry(1, double.NaN)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Add(1, 0d, [new ScenarioEntry(0, 1d)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Add(1, 0d, [new ScenarioEntry(70_000, 1d)]));
        Assert.Equal(0, table.Count);
        using var marks = new ScenarioVectors(["A"]);
        using var sweep = new ScenarioSweep(table);
        Assert.Throws<ArgumentException>(() => sweep.Run(marks));
        Assert.Throws<ScenarioException>(() => marks.Unit("B"));
    }

    private static void Within(decimal exact, double screened, double error, string what) => Assert.True(
        // the last term is what turning the double into a decimal rounds
        Math.Abs(exact - (decimal)screened) <= (decimal)error + 1e-14m * Math.Abs(exact),
        $"{what}: {exact}, {screened:R}");

    /// <summary>Not below, and above by no more than the bound added to what is within it.</summary>
    private static void JustAbove(decimal exact, double screened, double error, string what) => Assert.True(
        (decimal)screened >= exact - 1e-14m * exact
            && (decimal)screened <= exact + 2m * (decimal)error + 1e-14m * exact,
        $"{what}: {exact}, {screened:R}, within {error:R}");

    private static RiskTier Tier(PortfolioMargin margin) => margin.Equity < 0m ? RiskTier.Bankrupt
        : margin.Equity < margin.Maintenance ? RiskTier.Liquidation
        : margin.Maintenance == 0m || margin.Maintenance < 0.7m * margin.Equity ? RiskTier.Healthy
        : margin.Maintenance < 0.85m * margin.Equity ? RiskTier.Warning : RiskTier.MarginCall;

    /// <summary>Seeded portfolios of every size in a table, some rows of it gone again.</summary>
    private sealed class Scene : IDisposable
    {
        public Scene(string rules)
        {
            Matrix = rules.EndsWith("plain", StringComparison.Ordinal)
                ? Plain(int.Parse(rules.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))
                : Domain.Margin.Scenarios.Portfolios.Matrix(rules);
            Names = [.. Matrix.Units.OrderBy(unit => unit.Kind == ScenarioUnitKind.Option ? unit.Group : -1)
                .Select(unit => unit.Instrument)];
            Marks = new ScenarioVectors(Names);
            Marks.Load(Matrix);
            for (var a = 0; a < Accounts; a++)
            {
                var portfolio = Domain.Margin.Scenarios.Portfolios.Random(Matrix, a);
                if (Matrix.Rules.Settlement == ContractStyle.Inverse)
                {
                    portfolio = portfolio with { Cash = portfolio.Cash / 50_000m };
                }
                portfolio = a % 50 == 7
                    ? portfolio with
                    {
                        Holdings = [.. Enumerable.Range(0, 5).SelectMany(k =>
                            Domain.Margin.Scenarios.Portfolios.Random(Matrix, a + 1000 * k).Holdings)],
                    }
                    : portfolio;
                Portfolios.Add(portfolio);
                var gone = Table.Add(a, 0d, Entries(portfolio));
                Rows.Add(Table.Add(a, (double)portfolio.Cash, Entries(portfolio)));
                Table.Remove(gone);
            }
        }

        public ScenarioMatrix Matrix { get; }

        public IReadOnlyList<string> Names { get; }

        public ScenarioVectors Marks { get; }

        public ScenarioTable Table { get; } = new();

        public List<RowHandle> Rows { get; } = [];

        public List<ScenarioPortfolio> Portfolios { get; } = [];

        /// <summary>All that a sweep says, as text with every bit.</summary>
        public string Sweep(string variant, int workers)
        {
            using var sweep = new ScenarioSweep(Table, workers, variant: variant);
            sweep.Run(Marks);
            var rows = Rows.Select(row => Table.Figures(row)).Select(figures => string.Join(' ',
                $"{BitConverter.DoubleToInt64Bits(figures.WorstLoss):x}", figures.Tier, figures.Scenario,
                figures.IsBasis));
            var nominations = sweep.Nominations.Items.ToArray().Select(n => $"{n.Key} {n.Tier} {n.Severity:R}");
            return string.Join('\n', [.. rows, .. nominations, $"{sweep.Summary.WorstLoss:R}"]);
        }

        public void Dispose()
        {
            Table.Dispose();
            Marks.Dispose();
        }

        /// <summary>Moves of the price and the volatility alone, as many as asked.</summary>
        private static ScenarioMatrix Plain(int count)
        {
            var rules = ScenarioProfiles.Find("deribit-pm-usdc-btc").Rules;
            return OrleansLeverage.Analytics.Scenarios.ScenarioPricing.Matrix(
                rules with { Scenarios = [.. rules.Scenarios.Take(count)] },
                Domain.Margin.Scenarios.Portfolios.Market());
        }

        private ScenarioEntry[] Entries(ScenarioPortfolio portfolio) => [.. portfolio.Holdings
            .GroupBy(holding => holding.Instrument)
            .Select(held => new ScenarioEntry(Marks.Unit(held.Key), (double)held.Sum(holding => holding.Quantity)))];
    }
}
