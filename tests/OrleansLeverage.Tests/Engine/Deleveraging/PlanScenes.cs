using FsCheck;
using FsCheck.Fluent;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Tests.Engine.Deleveraging;

/// <summary>A question, candidates and a rule.</summary>
internal sealed record PlanScene(AllocationQuestion Question, DeleveragingCandidate[] Candidates, DeleveragingRule Rule)
{
    public AllocationPlan Plan() => DeleveragingPlanner.Plan(Question, Candidates, Rule);

    /// <summary>Lots that may be taken of a candidate, by counting instead of dividing where that is short.</summary>
    public long Room(DeleveragingCandidate candidate)
    {
        var gains = candidate.Profit > 0m;
        if (candidate.Equity <= 0m || (!gains && (Rule.IsProfitableOnly
            || Rule.Policy is DeleveragingPolicy.ProRataProfit or DeleveragingPolicy.CappedProRata)))
        {
            return 0;
        }
        var lots = Math.Max(0L, candidate.Lots - (Rule.IsHedgeAware ? candidate.HedgedLots : 0L));
        var amount = Rule.Policy == DeleveragingPolicy.CappedProRata
            ? Math.Min(candidate.Equity, candidate.Profit * Rule.ProfitShareMax)
            : candidate.Equity;
        if (Question.ForgonePerLot <= 0m || lots * Question.ForgonePerLot <= amount)
        {
            return lots;
        }
        // the largest number of lots that the amount pays for
        var (low, high) = (0L, lots);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            (low, high) = middle * Question.ForgonePerLot <= amount ? (middle, high) : (low, middle - 1);
        }
        return low;
    }

    public override string ToString() => $"{Question} {Rule}\n{string.Join('\n', Candidates.Select(c =>
        $"  {c.Account} {c.Lots} lots ({c.HedgedLots} hedged) entry {c.EntryValue} mark {c.MarkValue} "
        + $"profit {c.Profit} wallet {c.Wallet} equity {c.Equity} gross {c.GrossNotional}"))}";
}

/// <summary>Small numbers so that ties, caps and exact fits are common; sometimes very large ones.</summary>
internal static class PlanScenes
{
    public static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(10_000)
        .WithReplay(new Replay(new Rnd(20251010, 1), Microsoft.FSharp.Core.FSharpOption<int>.None));

    private static readonly Gen<long> Lots = Gen.Frequency(
        (6, Gen.Choose(1, 9).Select(n => (long)n)),
        (2, Gen.Choose(1, 1_000_000).Select(n => (long)n)),
        (1, Gen.Choose(1, 1_000_000).Select(n => n * 1_000_003L)));

    private static readonly Gen<decimal> Amount = Gen.Frequency(
        (6, Gen.Choose(-3, 12).Select(n => (decimal)n)),
        (3, Gen.Choose(-1_000_000, 5_000_000).Select(n => n * 0.01m)),
        (1, Gen.Choose(1, 1_000).Select(n => n * 1_000_000.000001m)));

    private static readonly Gen<DeleveragingRule> Rules =
        from policy in Gen.Elements(Enum.GetValues<DeleveragingPolicy>())
        from score in Gen.Elements(Enum.GetValues<DeleveragingScore>())
        from share in Gen.Choose(1, 10)
        from bits in Gen.Choose(0, 3)
        select new DeleveragingRule
        {
            Policy = policy,
            Score = score,
            ProfitShareMax = share * 0.1m,
            IsHedgeAware = (bits & 1) != 0,
            IsProfitableOnly = (bits & 2) != 0,
        };

    public static void Near(decimal expected, decimal actual, decimal distance) => Xunit.Assert.True(
        Math.Abs(expected - actual) <= distance, $"{actual} is not within {distance} of {expected}");

    public static Gen<PlanScene> Any(int candidatesMax = 9, DeleveragingPolicy? policy = null) =>
        from rule in Rules
        from count in Gen.Choose(0, candidatesMax)
        from side in Gen.Elements(-1, 1)
        from mark in Gen.Choose(1, 300).Select(n => n * 0.1m)
        from candidates in Candidate(side, mark).ArrayOf(count)
        from asked in Gen.OneOf(Lots, Gen.Constant(0L), Gen.Constant(Sum(candidates)),
            Gen.Choose(0, 100).Select(p => Sum(candidates) * p / 100))
        from forgone in Gen.Choose(-2, 12).Select(n => n * 0.05m)
        select new PlanScene(new AllocationQuestion(asked, mark, forgone),
            [.. candidates.Select((c, i) => c with { Account = new AccountId($"a{i}") })],
            policy is { } only ? rule with { Policy = only } : rule);

    private static long Sum(DeleveragingCandidate[] candidates) => candidates.Sum(c => c.Lots);

    private static Gen<DeleveragingCandidate> Candidate(int side, decimal mark) =>
        from lots in Lots
        from hedged in Gen.Choose(0, 12)
        from scale in Gen.Elements(1m, 1m, Math.Max(1m, lots * mark / 10m))
        from wallet in Amount.Select(a => a * scale)
        from profit in Amount.Select(a => a * scale)
        from entry in Gen.Choose(0, 40)
        from more in Gen.Choose(0, 50)
        select new DeleveragingCandidate
        {
            Account = new AccountId("a"),
            Side = side,
            Lots = lots,
            HedgedLots = Math.Min(lots, hedged > 6 ? 0L : hedged),
            EntryValue = lots * mark * entry * 0.05m,
            MarkValue = lots * mark,
            Profit = profit,
            Wallet = wallet,
            Equity = wallet + profit,
            MaintenanceMargin = more * 0.25m,
            GrossNotional = lots * mark + more,
        };
}
