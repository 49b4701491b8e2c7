using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>Rules over endowments, and scores: invariants on seeded cases, and worked numbers of the sources.</summary>
public sealed class HaircutTests
{
    private static readonly Gen<decimal> Money = Gen.Frequency(
        (5, Gen.Choose(0, 12).Select(n => (decimal)n)), (3, Gen.Choose(0, 10_000_000).Select(n => n * 0.01m)));

    /// <summary>
    /// Quantitative reference §14: what is seized is the budget or all there is; a fraction is between nothing and the
    /// cap; and what is not seized is left.
    /// </summary>
    [Fact]
    public void What_is_seized_is_the_budget_or_all_that_there_is()
    {
        var cases = from count in Gen.Choose(0, 8)
                    from endowments in Money.ArrayOf(count)
                    from caps in Gen.Choose(0, 10).Select(n => n * 0.1m).ArrayOf(count)
                    from risks in Gen.Choose(0, 5).Select(n => (decimal)n).ArrayOf(count)
                    from budget in Money
                    from order in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
                    select (endowments, caps, risks, budget, order);
        Check.One(PlanScenes.Many, Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var whole = one.endowments.Sum();
            Holds(one.endowments, Haircuts.Queue(one.endowments, one.order, one.budget), null, one.budget, whole);
            Holds(one.endowments, Haircuts.ProRata(one.endowments, one.budget), null, one.budget, whole);
            Holds(one.endowments, Haircuts.CappedProRata(one.endowments, one.caps, one.budget), one.caps, one.budget,
                one.endowments.Zip(one.caps, (w, cap) => w * cap).Sum());
            Holds(one.endowments, Haircuts.RiskWeighted(one.endowments, one.caps, one.risks, one.budget), one.caps,
                one.budget, one.endowments.Select((w, i) => one.risks[i] > 0m ? w * one.caps[i] : 0m).Sum());
        }));

        static void Holds(decimal[] endowments, Haircut haircut, decimal[]? caps, decimal budget, decimal capacity)
        {
            if (!haircut.IsFeasible)
            {
                Assert.True(caps is not null && budget > capacity);
                Assert.Equal((0, budget), (haircut.Seized.Count, haircut.Residual));
                return;
            }
            PlanScenes.Near(Math.Min(budget, capacity), haircut.Seized.Sum(), 1e-15m * (1m + budget));
            PlanScenes.Near(budget, haircut.Seized.Sum() + haircut.Residual, 1e-15m * (1m + budget));
            for (var i = 0; i < endowments.Length; i++)
            {
                Assert.InRange(haircut.Fractions[i], 0m, caps?[i] ?? 1m);
            }
        }
    }

    /// <summary>Two halves of an account are asked for what the whole is, and nobody overtakes anybody.</summary>
    [Fact]
    public void Pro_rata_keeps_ranks_and_gains_nothing_from_splitting()
    {
        var cases = from count in Gen.Choose(1, 8)
                    from endowments in Money.ArrayOf(count)
                    from budget in Money
                    select (endowments, budget);
        Check.One(PlanScenes.Many, Prop.ForAll(cases.ToArbitrary(), one =>
        {
            var whole = Haircuts.ProRata(one.endowments, one.budget);
            var split = Haircuts.ProRata(
                [one.endowments[0] / 2m, one.endowments[0] / 2m, .. one.endowments.Skip(1)], one.budget);
            PlanScenes.Near(whole.Seized[0], split.Seized[0] + split.Seized[1], 1e-15m * (1m + one.budget));
            var left = one.endowments.Zip(whole.Seized, (w, seized) => (Before: w, After: w - seized))
                .OrderBy(row => row.Before).ToList();
            Assert.True(left.Zip(left.Skip(1)).All(pair => pair.First.After <= pair.Second.After));
        }));
    }

    /// <summary>No rounding decides an order, and the double beside it is as near as it says.</summary>
    [Fact]
    public void Scores_compare_as_their_fractions_do_and_the_double_is_near()
    {
        var part = Gen.Frequency((4, Gen.Choose(1, 20).Select(n => (decimal)n)),
            (3, Gen.Choose(1, int.MaxValue).Select(n => n * 1.0000000001m)),
            (2, Gen.Choose(1, int.MaxValue).Select(n => n * 0.0000000000000000001m)));
        var score = from parts in part.ArrayOf(4)
                    from sign in Gen.Elements(-1m, 0m, 1m, 1m, 1m)
                    select new RankScore(sign * parts[0], parts[1], parts[2], parts[3]);
        Check.One(PlanScenes.Many, Prop.ForAll(Gen.Two(score).ToArbitrary(), pair =>
        {
            var (left, right) = (Exact(pair.Item1), Exact(pair.Item2));
            Assert.Equal(left.CompareTo(right), Math.Sign(pair.Item1.CompareTo(pair.Item2)));
            var exact = (double)left.Numerator / (double)left.Denominator;
            Assert.True(Math.Abs(pair.Item1.Approximate - exact)
                <= (RankScore.ApproximationError + 4.0 / (1L << 52)) * Math.Abs(exact));
        }));

        static Rational Exact(RankScore score) =>
            (Rational)score.Profit / score.ProfitPer * ((Rational)score.Leverage / score.LeveragePer);
    }

    /// <summary>dev.binance.vision: 40.2 / 4.27 = 9.41, times 13.42 % is 1.26.</summary>
    [Fact]
    public void The_venues_example_of_its_score()
    {
        var score = DeleveragingScores.Binance(40.2m, 4.27m, 0.1342m);
        Assert.Equal((9.41m, 1.26m), (decimal.Round(score.ProfitTerm!.Value, 2), decimal.Round(score.Value!.Value, 2)));
        Assert.Equal(0m, DeleveragingScores.Binance(-5m, 100m, 0.5m).Value);
        Assert.Equal(0m, DeleveragingScores.Binance(5m, 100m, 3m, -1m).Value);
    }

    [Fact]
    public void A_short_that_fell_by_half_ranks_by_two_and_a_loser_of_the_inventors_rank_by_less_leverage_first()
    {
        var halved = new ScoreInputs(-1, 1m, 200m, 100m, 100m, 50m, 150m, 1m);
        var score = DeleveragingScores.Of(DeleveragingScore.Hyperliquid, halved)!.Value;
        Assert.Equal((2m, 100m / 150m), (score.ProfitTerm!.Value, score.LeverageTerm!.Value));
        Assert.Null(DeleveragingScores.Of(DeleveragingScore.Hyperliquid, halved with { Equity = 0m }));

        RankScore Losing(decimal equity) => DeleveragingScores.Of(DeleveragingScore.BitMex,
            new ScoreInputs(1, 1m, 100m, 90m, -10m, equity + 10m, equity, 1m))!.Value;
        // −10 % divided by leverage 9 is above −10 % divided by leverage 1
        Assert.True(Losing(10m) > Losing(90m));
    }

    [Theory]
    [InlineData(0, 100, 0, 1, 0, true, false)]
    [InlineData(200, 100, -40, -30, -25, true, true)]
    [InlineData(200, 100, -20, -30, -25, false, true)]
    [InlineData(-1, 100, -20, -30, -25, true, true)]
    [InlineData(-1, 100, -28, -30, -25, true, false)]
    public void A_funds_drawdown_begins_and_ends_it(int balance, int threshold, int ratio, int limit, int stop,
        bool begins, bool ends) => Assert.Equal((begins, ends), DeleveragingTriggers.ByFundDrawdown(balance, threshold,
            ratio * 0.01m, limit * 0.01m, stop * 0.01m));
}
