using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging.Study;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>The tables of 10 October 2025, from the study's rows; expected figures are the published ones.</summary>
public sealed class AdlEventStudyTests
{
    private const decimal Cent = 0.01m;

    private static AdlEventStudy? Study() =>
        SharedData.Path("data/adl_2025_10_10") is { } folder ? AdlEventStudy.Read(folder) : null;

    [Fact]
    public void Totals_and_concentration_are_the_published_ones()
    {
        if (Study() is not { } study)
        {
            return;
        }
        Assert.Equal((34_983L, 162, 19_337), (study.Totals.Events, study.Totals.Coins, study.Totals.Users));
        Assert.Equal(2_103_111_430m, decimal.Floor(study.Totals.NotionalUsd));
        Assert.Equal(834_295_749m, decimal.Floor(study.Totals.ClosedProfitUsd));
        Assert.Equal((0.458m, 0.842m), (decimal.Round(study.Concentration.Top10Share, 3),
            decimal.Round(study.Concentration.TopPercentShare, 3)));
        Assert.Equal(0.644m, decimal.Round(study.Concentration.Top3CoinShare, 3));
    }

    [Fact]
    public void What_was_needed_follows_from_the_rows_per_coin_and_production_took_four_times_that()
    {
        if (Study() is not { } study)
        {
            return;
        }
        Assert.Equal(16, study.Waves.Count);
        Assert.Equal(15.08m, decimal.Round(study.NeededUsd / 1_000_000m, 2));
        Assert.Equal(60.11m, decimal.Round(study.Cumulative("prod").BudgetUsd / 1_000_000m, 2));
        PlanScenes.Near(45_028_665.7191367m, study.Cumulative("prod").OvershootUsd, 0.000001m);
        PlanScenes.Near(study.NeededUsd, study.Cumulative("pr").BudgetUsd, 0.000001m);
        PlanScenes.Near(100_063_386.6859475m, study.DeficitUsd, 0.000001m);
        foreach (var wave in study.Waves)
        {
            PlanScenes.Near(wave.NeededUsd, wave.NeededFromCoinsUsd, Cent);
            foreach (var policy in wave.Policies)
            {
                PlanScenes.Near(policy.BudgetUsd - wave.NeededUsd, policy.OvershootUsd, 0.00001m);
            }
        }
        // the four of the seven cumulative figures that are not rounding noise
        PlanScenes.Near(-1_793_022.0318415537m, study.Cumulative("vector").OvershootUsd, 0.000001m);
        PlanScenes.Near(-3_020_120.6472503343m, study.Cumulative("contract_pr").OvershootUsd, 0.000001m);
        PlanScenes.Near(92_186.98724420856m, study.Cumulative("fixed_point_ilp_integer").OvershootUsd, 0.000001m);
        Assert.True(Math.Abs(study.Cumulative("pr").OvershootUsd) < 0.0000001m);
        // six of sixteen waves took too little
        Assert.Equal([1L, 2L, 4L, 5L, 9L, 10L], study.Waves
            .Where(w => w.Policies.First(p => p.Policy == "prod").OvershootUsd < 0m).Select(w => w.Wave));
    }

    /// <summary>
    /// Whatever the policy, what is taken is what was needed in every wave, to the millionth of a dollar; the queue
    /// takes whole accounts, pro-rata a small part of everybody. Shares were computed apart, in fractions.
    /// </summary>
    [Fact]
    public void Our_own_policies_take_what_was_needed_and_no_more()
    {
        if (Study() is not { } study)
        {
            return;
        }
        foreach (var wave in study.Waves)
        {
            foreach (var own in wave.Own)
            {
                Assert.Equal(0m, own.ResidualUsd);
                Assert.Equal(Decimals.FloorTo(wave.NeededFromCoinsUsd, 0.000001m), own.TakenUsd);
            }
        }
        Assert.Equal(1m, study.OwnCumulative("queue").LargestShare);
        // the largest wave needs 2,266,240 of 834,554,148; its share is a little larger where little is left to round
        Assert.Equal(0.0027m, decimal.Round(study.Waves[0].Own.First(p => p.Policy == "pro-rata-profit").TakenUsd
            / 834_554_147.75m, 4));
        Assert.True(study.OwnCumulative("pro-rata-profit").LargestShare <= 1m);
    }

    [Fact]
    public void The_denominator_makes_the_leverage()
    {
        if (Study() is not { } study)
        {
            return;
        }
        Assert.Equal((480, 458), (study.Leverage.Fills, study.Leverage.PositiveEquity));
        Assert.Equal(33_175_295m, decimal.Floor(study.Leverage.CashMax));
        Assert.Equal((4.1m, 20.9m), (decimal.Round(study.Leverage.EquityMedian, 1),
            decimal.Round(study.Leverage.EquityP95, 1)));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a,b,a\n1,2,3", "comes twice")]
    [InlineData("a,b\n1", "line 2: 1 fields, the header has 2")]
    [InlineData("a,b\n1,2\n\"1\",2", "line 3")]
    public void A_table_that_is_none_is_refused_with_its_line(string text, string words)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            var refused = Assert.Throws<FormatException>(() => CsvTable.Read(path));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
