using System.Diagnostics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// A plan over many candidates, half of all contracts closed, under every policy; beside a full sort with LINQ over the
/// same scores in decimal, which only orders and takes.
/// </summary>
internal static class DeleveragingPlans
{
    private const int Seed = 20_251_010;

    public static Task RunAsync(bool tiny, TextWriter output)
    {
        var (count, runs) = tiny ? (500, 1) : (100_000, 9);
        var candidates = Candidates(count);
        var lots = candidates.Sum(c => c.Lots) / 2;
        var question = new AllocationQuestion(lots, 6m, 0.1m);
        foreach (var policy in Enum.GetValues<DeleveragingPolicy>())
        {
            var rule = new DeleveragingRule { Policy = policy };
            var plan = DeleveragingPlanner.Plan(question, candidates, rule);
            if (plan.PlannedLots + plan.ResidualLots != lots || plan.Legs.Count == 0)
            {
                throw new InvalidOperationException($"{policy}: {plan.Status}, {plan.Legs.Count} legs");
            }
            var times = Times(runs, () => DeleveragingPlanner.Plan(question, candidates, rule));
            output.WriteLine(
                $"{policy}, {count:N0} candidates: {times}, {plan.Legs.Count:N0} legs, {plan.Status}");
        }
        var queue = new DeleveragingRule();
        var peer = Times(runs, () => Linq(candidates, queue, lots));
        output.WriteLine($"peer, LINQ OrderBy over decimal scores and take: {peer}; load {Machine.Load()}");
        return Task.CompletedTask;
    }

    private static List<(DeleveragingCandidate, long)> Linq(DeleveragingCandidate[] candidates, DeleveragingRule rule,
        long lots)
    {
        var legs = new List<(DeleveragingCandidate, long)>();
        foreach (var candidate in candidates.Where(c => c.Equity > 0m)
            .OrderByDescending(c => rule.ScoreOf(c)!.Value.Value).ThenBy(c => c.Account))
        {
            if (lots == 0)
            {
                break;
            }
            var taken = Math.Min(lots, candidate.Lots);
            legs.Add((candidate, taken));
            lots -= taken;
        }
        return legs;
    }

    private static string Times(int runs, Action action)
    {
        action();
        var times = new List<double>(runs);
        for (var i = 0; i < runs; i++)
        {
            var from = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        times.Sort();
        return $"p50 {Machine.Percentile(times, 50):F1} ms, worst {times[^1]:F1} ms";
    }

    private static DeleveragingCandidate[] Candidates(int count)
    {
        var random = new Random(Seed);
        var candidates = new DeleveragingCandidate[count];
        for (var i = 0; i < count; i++)
        {
            var lots = (long)Math.Exp(random.NextDouble() * 12.0) + 1;
            var entry = Math.Round(60_000m * (decimal)(1.0 + (random.NextDouble() * 0.4)), 2);
            var (entryValue, markValue) = (lots * 0.0001m * entry, lots * 6m);
            var wallet = Math.Round(markValue / (decimal)(1.0 + (random.NextDouble() * 20.0)), 8) + 1m;
            candidates[i] = new DeleveragingCandidate
            {
                Account = new AccountId($"acct-{i:D7}"), Side = -1, Lots = lots, EntryValue = entryValue,
                MarkValue = markValue, Profit = entryValue - markValue, Wallet = wallet,
                Equity = wallet + entryValue - markValue, MaintenanceMargin = markValue * 0.004m,
                GrossNotional = markValue + Math.Round((decimal)(random.NextDouble() * 1_000.0), 2),
            };
        }
        return candidates;
    }
}
