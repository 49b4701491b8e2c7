using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>Orders of many: as a stable sort of the same numbers, and of the exact scores, gives them.</summary>
public sealed class KeyOrderTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1_024)]
    [InlineData(3, 1_025)]
    [InlineData(4, 20_000)]
    public void KeysAscendAndEqualOnesKeepTheirOrder(int seed, int count)
    {
        var random = new Random(seed);
        double[] special = [0.0, double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 1.0, -1.0,
            double.PositiveInfinity, double.NegativeInfinity];
        double[] keys = [.. Enumerable.Range(0, count).Select(_ => random.Next(4) switch
        {
            0 => special[random.Next(special.Length)],
            1 => random.Next(-50, 50),
            _ => (random.NextDouble() - 0.5) * Math.Exp(random.Next(-300, 300)),
        })];
        int[] items = [.. Enumerable.Range(0, count)];
        var expected = items.OrderBy(i => keys[i]).ToArray();
        var sorted = (double[])keys.Clone();
        KeyOrder.Ascending(sorted, items);
        Assert.Equal(keys.Order(), sorted);
        Assert.Equal(expected.Select(i => keys[i]), items.Select(i => keys[i]));
        if (count > 1_024)
        {
            Assert.Equal(expected, items);
        }
    }

    /// <summary>Ten thousand candidates, many of them alike: rank by exact score, then by id, under every policy.
    /// </summary>
    [Fact]
    public void ManyCandidatesComeInTheOrderOfTheirExactScores()
    {
        var random = new Random(7);
        var candidates = Enumerable.Range(0, 10_000).OrderBy(_ => random.Next()).Select(i =>
        {
            var lots = random.Next(1, 400);
            var entry = 6m + (random.Next(40) / 100m);
            return new DeleveragingCandidate
            {
                Account = new AccountId($"a-{i:D5}"), Side = -1, Lots = lots, EntryValue = lots * entry,
                MarkValue = lots * 6m, Profit = lots * (entry - 6m), Wallet = lots * (1 + random.Next(3)),
                Equity = (lots * (1 + random.Next(3))) + (lots * (entry - 6m)), MaintenanceMargin = lots * 0.024m,
                GrossNotional = lots * 6m,
            };
        }).ToArray();
        foreach (var policy in Enum.GetValues<DeleveragingPolicy>())
        {
            var rule = new DeleveragingRule { Policy = policy };
            var question = new AllocationQuestion(candidates.Sum(c => c.Lots) / 2, 6m, 0.001m);
            var plan = DeleveragingPlanner.Plan(question, candidates, rule);
            var ranks = candidates.Where(c => policy is not (DeleveragingPolicy.ProRataProfit
                    or DeleveragingPolicy.CappedProRata) || c.Profit > 0m)
                .OrderByDescending(c => rule.ScoreOf(c)!.Value).ThenBy(c => c.Account)
                .Select((c, i) => (c.Account, Rank: i + 1)).ToDictionary(r => r.Account, r => r.Rank);
            Assert.Equal(plan.Ranked, ranks.Count);
            Assert.Equal(plan.Legs.Select(l => ranks[l.Candidate.Account]), plan.Legs.Select(l => l.Rank));
            Assert.Equal(question.Lots, plan.PlannedLots + plan.ResidualLots);
        }
    }

    /// <summary>What is ranked without making the score is ranked to the bit as with it.</summary>
    [Fact]
    public void TheApproximateScoreIsTheScoresOwn()
    {
        var random = new Random(8);
        for (var i = 0; i < 2_000; i++)
        {
            var value = Math.Round((decimal)Math.Exp(random.NextDouble() * 30.0), random.Next(12));
            var candidate = new DeleveragingCandidate
            {
                Account = new AccountId("a"), Side = 1, Lots = random.NextInt64(1, 1L << 52), EntryValue = value,
                MarkValue = value * 1.1m, Profit = (value * 0.1m) - random.Next(3), Wallet = value / 7m,
                Equity = (value / 3m) - random.Next(3), MaintenanceMargin = value / 100m, GrossNotional = value * 1.3m,
            };
            foreach (var policy in Enum.GetValues<DeleveragingPolicy>())
            {
                var rule = new DeleveragingRule { Policy = policy };
                Assert.Equal(rule.ScoreOf(candidate)?.Approximate ?? double.NaN, rule.ApproximateOf(candidate));
            }
        }
    }
}
