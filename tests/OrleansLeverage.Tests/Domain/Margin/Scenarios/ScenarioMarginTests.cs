using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain.Scenarios;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Margin.Scenarios;

/// <summary>
/// Expected values: Deribit's answers of private/pme/simulate; the sums and symmetries of the definition.
/// </summary>
public sealed class ScenarioMarginTests
{
    public static TheoryData<string> Rules => new(Portfolios.Rules);

    /// <summary>A captured answer of 15 February 2026: what it states of the position, end to end.</summary>
    [Fact]
    public void A_perpetual_at_Deribit_comes_out_as_Deribit_says()
    {
        var matrix = ScenarioPricing.Matrix(ScenarioProfiles.Find("deribit-pm-eth").Rules, new ScenarioMarket
        {
            Spot = 1949.34m,
            Futures = [new FutureState("ETH-PERPETUAL", 1949.49m)],
        });
        var margin = ScenarioMargin.Of(matrix, new ScenarioPortfolio
        {
            Holdings = [new ScenarioHolding("ETH-PERPETUAL", -0.999487053m)],
        });
        double[] standard =
        [
            0.13163975819999998, 0.09359358530982659, 0.05931022072747252, 0.028257749142408375, 0,
            -0.04304011233014354, -0.08252645391743119, -0.11888171996035243, -0.15246412672881357,
        ];
        for (var i = 0; i < 27; i++)
        {
            Assert.Equal(standard[i / 3], (double)margin.Outcomes[i].Counted, 1e-12);
        }
        for (var i = 27; i < 35; i++)
        {
            // two far falls, six far rises: what they come to, and nothing of it is left of the dampener
            Assert.Equal(i < 29 ? 0.21939959699999997 : -0.15246412672881357, (double)margin.Outcomes[i].Profit, 1e-12);
            Assert.Equal(0m, margin.Outcomes[i].Counted);
        }
        Assert.Equal(24, margin.Worst);
        Assert.Equal(0.15246412672881357, (double)margin.WorstLoss, 1e-12);
        Assert.Equal(0.004997435265, (double)margin.RollShock, 1e-12);
        Assert.Equal(0m, margin.DeltaShock);
        Assert.Equal(0.157461562265, (double)margin.Initial, 1e-9);
        Assert.Equal(0.125969249812, (double)margin.Maintenance, 1e-9);
    }

    /// <summary>The response example of the API documentation: two futures, no offset for a gain.</summary>
    [Fact]
    public void Two_futures_at_Deribit_come_out_as_Deribit_says()
    {
        var matrix = ScenarioPricing.Matrix(ScenarioProfiles.Find("deribit-pm-btc").Rules, new ScenarioMarket
        {
            Spot = 65666.19m,
            Futures =
            [
                new FutureState("BTC-PERPETUAL", 65910.57m),
                new FutureState("BTC-28JUN24", 67371.75m) { Seconds = 942_259 },
            ],
        });
        var margin = ScenarioMargin.Of(matrix, new ScenarioPortfolio
        {
            Holdings =
            [
                new ScenarioHolding("BTC-PERPETUAL", 0.314538364m), new ScenarioHolding("BTC-28JUN24", -0.001187534m),
            ],
            OtherInitial = 0.06m + 0.000018212m,
        });
        Assert.Equal(0, margin.Worst);
        Assert.Equal(0.05968587238095239, (double)margin.WorstLoss, 1e-12);
        Assert.Equal(0.00315725898, (double)margin.RollShock, 1e-12);
        Assert.Equal(0.122861343, (double)margin.Initial, 1e-9);
        Assert.Equal(0.050274504784, (double)margin.Maintenance, 1e-9);
        Assert.Equal(0m, margin.Outcomes[26].Counted);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_lines_of_an_explanation_add_up_to_what_counts(string rules)
    {
        var matrix = Portfolios.Matrix(rules);
        for (var seed = 0; seed < 300; seed++)
        {
            var portfolio = Portfolios.Random(matrix, seed);
            var margin = ScenarioMargin.Of(matrix, portfolio);
            Assert.True(margin.WorstLoss >= 0m);
            Assert.True(Math.Abs(margin.Explanation.Total + margin.WorstLoss) <= 1e-15m * (1m + margin.WorstLoss),
                $"{rules}, seed {seed}: {margin.Explanation.Total} of {margin.WorstLoss}");
            Assert.All(margin.Outcomes, outcome => Assert.True(outcome.Counted >= -margin.WorstLoss));
            Assert.True(margin.Initial >= margin.Maintenance, $"{rules}, seed {seed}");
        }
    }

    /// <summary>Twice the portfolio asks twice, where nothing has a threshold in it.</summary>
    [Fact]
    public void Margin_grows_with_the_portfolio()
    {
        var matrix = Portfolios.Matrix("derive-pmrm2");
        for (var seed = 0; seed < 100; seed++)
        {
            var one = Portfolios.Random(matrix, seed);
            var two = one with { Holdings = [.. one.Holdings, .. one.Holdings], Cash = 2m * one.Cash };
            var (single, twice) = (ScenarioMargin.Of(matrix, one), ScenarioMargin.Of(matrix, two));
            Assert.True(Math.Abs(twice.Initial - 2m * single.Initial) <= 1e-15m * (1m + twice.Initial), $"seed {seed}");
            Assert.True(Math.Abs(twice.Equity - 2m * single.Equity) <= 1e-15m * (1m + Math.Abs(twice.Equity)));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void What_cancels_asks_nothing(string rules)
    {
        var matrix = Portfolios.Matrix(rules);
        var option = matrix.Units.First(unit => unit.Kind == ScenarioUnitKind.Option).Instrument;
        var margin = ScenarioMargin.Of(matrix, new ScenarioPortfolio
        {
            Holdings = [new ScenarioHolding(option, 3m), new ScenarioHolding(option, -3m)],
            Cash = 5m,
        });
        Assert.Equal((5m, 0m, 0m), (margin.Equity, margin.Initial, margin.Maintenance));
        Assert.Null(margin.Worst);
    }

    /// <summary>
    /// A long option never loses more than it is worth; not so where a skew takes what an expiry gains as a loss.
    /// </summary>
    [Fact]
    public void Longs_lose_what_they_are_worth_at_most()
    {
        var matrix = Portfolios.Matrix("deribit-pm-usdc-btc");
        foreach (var unit in matrix.Units.Where(unit => unit.Kind == ScenarioUnitKind.Option))
        {
            var margin = ScenarioMargin.Of(matrix, new ScenarioPortfolio
            {
                Holdings = [new ScenarioHolding(unit.Instrument, 1m)],
            });
            Assert.InRange(margin.WorstLoss, 0m, unit.Mark);
        }
    }

    [Theory]
    [InlineData(30_000_000, 1, 0)]
    [InlineData(-30_000_000, 10_000_000, 0)]
    [InlineData(-30_000_000, 0, 1)]
    [InlineData(-30_000_000, -10_000_000, 1)]
    public void Delta_above_the_threshold_is_shocked(decimal futuresUsd, decimal longOptionsUsd, int isShocked)
    {
        var terms = new FuturesTerms { DeltaThreshold = 20_000_000m, DeltaIncrement = 0.00005m, DeltaMost = 0.1m };
        const decimal Index = 50_000m;
        var delta = ScenarioForms.DeltaToClose(longOptionsUsd / Index, futuresUsd / Index);
        // 600 BTC of delta, 200 of it above 400: 1 % of 600; hedged by options, 400 and nothing; long puts
        // need not be closed and shock nothing
        var expected = futuresUsd > 0 ? 6m : isShocked * 6m;
        Assert.Equal(expected, ScenarioForms.DeltaShock(delta, Index, terms));
        Assert.Equal(60m, ScenarioForms.DeltaShock(600m, Index, terms with { DeltaIncrement = 1m }));
    }
}
