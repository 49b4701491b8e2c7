using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>
/// Invariants I22 to I26 of the reliability reference and those of the quantitative one (§14), on 10,000 seeded cases
/// each, against fractions and brute force.
/// </summary>
public sealed class PlannerPropertyTests
{
    private static readonly Config Many = PlanScenes.Many;

    /// <summary>I22: legs and residual are what was asked for, and nobody gives more than it may.</summary>
    [Fact]
    public void The_legs_and_the_residual_are_what_was_asked_for_and_nobody_gives_more_than_it_has() =>
        Check.One(Many, Prop.ForAll(PlanScenes.Any().ToArbitrary(), scene =>
        {
            var plan = scene.Plan();
            var taken = plan.Legs.Sum(leg => leg.Lots);
            Assert.Equal(scene.Question.Lots, taken + plan.ResidualLots);
            Assert.Equal(plan.Legs.Count, plan.Legs.Select(leg => leg.Candidate.Account).Distinct().Count());
            foreach (var leg in plan.Legs)
            {
                Assert.InRange(leg.Lots, 1, scene.Room(leg.Candidate));
                Assert.True(leg.Candidate.Equity - leg.Forgone >= 0m, $"{leg} ends without equity");
                Assert.Equal(leg.Lots * scene.Question.ForgonePerLot, leg.Forgone);
            }
        }));

    /// <summary>I21, I23: as much as is asked for or as there is; all or nothing where the policy says so.</summary>
    [Fact]
    public void As_much_is_taken_as_is_asked_for_or_as_there_is() =>
        Check.One(Many, Prop.ForAll(PlanScenes.Any().ToArbitrary(), scene =>
        {
            var plan = scene.Plan();
            var rooms = scene.Candidates.Where(c => scene.Rule.ScoreOf(c) is not null).Select(scene.Room)
                .Where(room => room > 0).ToList();
            Assert.Equal(rooms.Count, plan.Ranked);
            Assert.Equal(scene.Candidates.Length - rooms.Count, plan.Excluded.Values.Sum());
            // taking from who it would lever up is no way to lower the largest leverage
            var room = scene.Rule.Policy == DeleveragingPolicy.RiskAware
                ? scene.Candidates.Where(c => c.GrossNotional * scene.Question.ForgonePerLot
                    < scene.Question.MarkValuePerLot * c.Equity).Sum(scene.Room)
                : rooms.Sum();
            var expected = scene.Question.Lots == 0 ? AllocationStatus.NothingToClose
                : rooms.Count == 0 ? AllocationStatus.NoCandidates
                : room >= scene.Question.Lots ? AllocationStatus.Covered
                : scene.Rule.IsAllOrNothing ? AllocationStatus.Infeasible
                : AllocationStatus.Short;
            Assert.Equal(expected, plan.Status);
            Assert.Equal(expected is AllocationStatus.Covered ? scene.Question.Lots
                : expected is AllocationStatus.Short ? room : 0L, plan.PlannedLots);
        }));

    /// <summary>I24: under a queue, whoever stands before one that is touched has given all.</summary>
    [Fact]
    public void A_queue_takes_in_the_exact_order_of_scores_and_ties_by_account() =>
        Check.One(Many, Prop.ForAll(PlanScenes.Any(policy: DeleveragingPolicy.Queue).ToArbitrary(), scene =>
        {
            var order = scene.Candidates.Where(c => scene.Room(c) > 0 && scene.Rule.ScoreOf(c) is not null)
                .OrderByDescending(c => Exact(scene.Rule.ScoreOf(c)!.Value)).ThenBy(c => c.Account).ToList();
            var left = scene.Question.Lots;
            var expected = new List<(string, long, int)>();
            for (var i = 0; i < order.Count && left > 0; i++)
            {
                var lots = Math.Min(left, scene.Room(order[i]));
                expected.Add((order[i].Account.Value, lots, i + 1));
                left -= lots;
            }
            Assert.Equal(expected, scene.Plan().Legs.Select(l => (l.Candidate.Account.Value, l.Lots, l.Rank)));
        }));

    /// <summary>I24: shares are within a lot of the level that an exact water filling finds.</summary>
    [Theory]
    [InlineData(DeleveragingPolicy.ProRataContracts)]
    [InlineData(DeleveragingPolicy.ProRataProfit)]
    [InlineData(DeleveragingPolicy.ProRataEquity)]
    [InlineData(DeleveragingPolicy.CappedProRata)]
    public void A_share_is_within_a_lot_of_its_part(DeleveragingPolicy policy) =>
        Check.One(Many, Prop.ForAll(PlanScenes.Any(policy: policy).ToArbitrary(), scene =>
        {
            var plan = scene.Plan();
            if (plan.Status != AllocationStatus.Covered)
            {
                return;
            }
            var open = scene.Candidates.Where(c => scene.Room(c) > 0).ToList();
            var parts = WaterFilling(scene.Question.Lots, open.Select(c => (Weight(policy, c),
                (Rational)(decimal)scene.Room(c))).ToList());
            for (var i = 0; i < open.Count; i++)
            {
                var lots = LotsOf(plan, open[i]);
                var apart = (Rational)(decimal)lots - parts[i];
                Assert.True(apart < 1m && apart > -1m, $"{open[i].Account}: {lots} lots");
            }
        }));

    /// <summary>Brute force over every way to give: none leaves a smaller largest leverage.</summary>
    [Fact]
    public void No_other_allocation_leaves_a_smaller_largest_leverage() =>
        Check.One(Many, Prop.ForAll(Small().ToArbitrary(), scene =>
        {
            var plan = scene.Plan();
            if (plan.Status != AllocationStatus.Covered)
            {
                return;
            }
            var ours = scene.Candidates.Select(c => LotsOf(plan, c)).ToArray();
            var best = Everybody(scene, scene.Question.Lots, 0).Min(shares => Largest(scene, shares));
            Assert.Equal(best, Largest(scene, ours));
        }));

    /// <summary>I24: nothing depends on the order in which candidates come.</summary>
    [Fact]
    public void The_plan_does_not_depend_on_the_order_of_candidates()
    {
        var pairs = from scene in PlanScenes.Any()
                    from shuffled in Gen.Shuffle(scene.Candidates)
                    select (scene, Other: scene with { Candidates = shuffled });
        Check.One(Many, Prop.ForAll(pairs.ToArbitrary(), pair =>
        {
            var (plan, other) = (pair.scene.Plan(), pair.Other.Plan());
            Assert.Equal((plan.Status, plan.ResidualLots), (other.Status, other.ResidualLots));
            Assert.Equal(plan.Legs, other.Legs);
        }));
    }

    /// <summary>One lot more takes from nobody less; pro-rata shares may trade their rounding, a lot at most.</summary>
    [Fact]
    public void A_larger_deficit_takes_from_nobody_less() =>
        Check.One(Many, Prop.ForAll(PlanScenes.Any().ToArbitrary(), scene =>
        {
            var more = scene with { Question = scene.Question with { Lots = scene.Question.Lots + 1 } };
            var (before, after) = (scene.Plan(), more.Plan());
            if (after.Status == AllocationStatus.Infeasible)
            {
                return;
            }
            var slack = scene.Rule.Policy is DeleveragingPolicy.Queue or DeleveragingPolicy.RiskAware ? 0 : 1;
            foreach (var leg in before.Legs)
            {
                var lots = LotsOf(after, leg.Candidate);
                Assert.True(lots >= leg.Lots - slack, $"{leg.Candidate.Account}: {leg.Lots} then {lots}");
            }
        }));

    /// <summary>All money in another unit, the same lots.</summary>
    [Fact]
    public void The_unit_of_money_does_not_matter() =>
        Check.One(Many, Prop.ForAll(PlanScenes.Any().ToArbitrary(), scene =>
        {
            // two venues know the unit: one counts a wallet below one unit as one, one ranks by profit without a wallet
            if (scene.Rule is { Policy: DeleveragingPolicy.Queue,
                Score: DeleveragingScore.Binance or DeleveragingScore.ProfitRatio })
            {
                return;
            }
            const decimal Unit = 8m;
            var other = new PlanScene(
                scene.Question with { MarkValuePerLot = scene.Question.MarkValuePerLot * Unit,
                    ForgonePerLot = scene.Question.ForgonePerLot * Unit },
                [.. scene.Candidates.Select(c => c with
                {
                    EntryValue = c.EntryValue * Unit, MarkValue = c.MarkValue * Unit, Profit = c.Profit * Unit,
                    Wallet = c.Wallet * Unit, Equity = c.Equity * Unit, GrossNotional = c.GrossNotional * Unit,
                    MaintenanceMargin = c.MaintenanceMargin * Unit,
                })], scene.Rule);
            Assert.Equal(scene.Plan().Legs.Select(l => (l.Candidate.Account, l.Lots)),
                other.Plan().Legs.Select(l => (l.Candidate.Account, l.Lots)));
        }));

    private static long LotsOf(AllocationPlan plan, DeleveragingCandidate candidate) =>
        plan.Legs.Where(l => l.Candidate.Account == candidate.Account).Sum(l => l.Lots);

    private static Gen<PlanScene> Small() =>
        from scene in PlanScenes.Any(candidatesMax: 4, policy: DeleveragingPolicy.RiskAware)
        from lots in Gen.Choose(1, 6)
        select scene with
        {
            Question = scene.Question with { Lots = lots },
            Candidates = [.. scene.Candidates.Select(c => c with
            {
                Lots = Math.Min(c.Lots, 4),
                HedgedLots = Math.Min(c.HedgedLots, 4),
                GrossNotional = c.GrossNotional - c.MarkValue
                    + (Math.Min(c.Lots, 4) * scene.Question.MarkValuePerLot),
            })],
        };

    private static IEnumerable<long[]> Everybody(PlanScene scene, long left, int from)
    {
        if (from == scene.Candidates.Length)
        {
            return left == 0 ? [[]] : [];
        }
        var room = scene.Room(scene.Candidates[from]);
        return Enumerable.Range(0, (int)Math.Min(room, left) + 1)
            .SelectMany(own => Everybody(scene, left - own, from + 1), (own, rest) => (long[])[own, .. rest]);
    }

    /// <summary>Largest leverage of those that may be reduced; without equity it is beyond any.</summary>
    private static Rational Largest(PlanScene scene, long[] shares)
    {
        var largest = Rational.Zero;
        for (var i = 0; i < shares.Length; i++)
        {
            var candidate = scene.Candidates[i];
            if (scene.Room(candidate) == 0 || candidate.GrossNotional * scene.Question.ForgonePerLot
                >= scene.Question.MarkValuePerLot * candidate.Equity)
            {
                // nothing that is done with these lowers what they have
                if (shares[i] > 0)
                {
                    return 1_000_000_000_000m;
                }
                continue;
            }
            var equity = candidate.Equity - (shares[i] * scene.Question.ForgonePerLot);
            var gross = candidate.GrossNotional - (shares[i] * scene.Question.MarkValuePerLot);
            var leverage = (Rational)gross / equity;
            largest = leverage > largest ? leverage : largest;
        }
        return largest;
    }

    private static List<Rational> WaterFilling(long lots, List<(Rational Weight, Rational Cap)> accounts)
    {
        var parts = accounts.Select(_ => Rational.Zero).ToList();
        Rational left = lots;
        var open = Enumerable.Range(0, accounts.Count).Where(i => accounts[i].Weight > Rational.Zero).ToList();
        while (open.Count > 0)
        {
            var sum = open.Aggregate(Rational.Zero, (total, i) => total + accounts[i].Weight);
            var full = open.Where(i => left * accounts[i].Weight / sum >= accounts[i].Cap).ToList();
            if (full.Count == 0)
            {
                open.ForEach(i => parts[i] = left * accounts[i].Weight / sum);
                break;
            }
            foreach (var i in full)
            {
                parts[i] = accounts[i].Cap;
                left -= accounts[i].Cap;
                open.Remove(i);
            }
        }
        return parts;
    }

    private static Rational Weight(DeleveragingPolicy policy, DeleveragingCandidate candidate) => policy switch
    {
        DeleveragingPolicy.ProRataContracts => (Rational)(decimal)candidate.Lots,
        DeleveragingPolicy.ProRataEquity => candidate.Equity,
        _ => candidate.Profit,
    };

    private static Rational Exact(RankScore score) =>
        (Rational)score.Profit / score.ProfitPer * ((Rational)score.Leverage / score.LeveragePer);
}
