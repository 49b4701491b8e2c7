namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// From a deficit of lots, candidates and a rule to a plan: a function of its arguments alone, whatever order the
/// candidates come in. Lots are integers and money is decimal, so that nothing is made or lost by planning: the legs
/// sum to what is asked for, or to all that may be taken; nobody gives more than it holds, and nobody gives what
/// would leave it without equity.
/// </summary>
public static class DeleveragingPlanner
{
    public static AllocationPlan Plan(AllocationQuestion question, IReadOnlyList<DeleveragingCandidate> candidates,
        DeleveragingRule rule)
    {
        rule.Check();
        ArgumentOutOfRangeException.ThrowIfNegative(question.Lots);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(question.MarkValuePerLot);
        var pool = Pool.Of(question, candidates, rule);
        if (question.Lots == 0 || pool.Count == 0)
        {
            return new AllocationPlan(
                question.Lots == 0 ? AllocationStatus.NothingToClose : AllocationStatus.NoCandidates, question.Lots,
                question.Lots, pool.Count, pool.Excluded, []);
        }
        var shares = Shares(question, pool, rule);
        var left = question.Lots;
        foreach (var share in shares)
        {
            left -= share;
        }
        return left > 0 && rule.IsAllOrNothing
            ? new AllocationPlan(AllocationStatus.Infeasible, question.Lots, question.Lots, pool.Count,
                pool.Excluded, [])
            : new AllocationPlan(left > 0 ? AllocationStatus.Short : AllocationStatus.Covered, question.Lots, left,
                pool.Count, pool.Excluded, Legs(question, pool, shares));
    }

    private static long[] Shares(AllocationQuestion question, Pool pool, DeleveragingRule rule)
    {
        switch (rule.Policy)
        {
            case DeleveragingPolicy.Queue:
                return LotShares.InOrder(question.Lots, pool.Caps);
            case DeleveragingPolicy.ProRataContracts:
                return LotShares.ByWeight(question.Lots, pool.Weights(c => c.Lots), pool.Caps);
            case DeleveragingPolicy.ProRataProfit or DeleveragingPolicy.CappedProRata:
                return LotShares.ByWeight(question.Lots, pool.Weights(c => Math.Max(0m, c.Profit)), pool.Caps);
            case DeleveragingPolicy.ProRataEquity:
                return LotShares.ByWeight(question.Lots, pool.Weights(c => c.Equity), pool.Caps);
            case DeleveragingPolicy.RiskAware:
                var accounts = new LevelledAccount[pool.Count];
                for (var i = 0; i < accounts.Length; i++)
                {
                    accounts[i] = new LevelledAccount(pool[i].GrossNotional, pool[i].Equity, pool.Caps[i]);
                }
                return RiskLevelling.Allocate(question.Lots, accounts, question.MarkValuePerLot,
                    question.ForgonePerLot);
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule.Policy, "is no policy");
        }
    }

    private static AllocatedLeg[] Legs(AllocationQuestion question, Pool pool, long[] shares)
    {
        var legs = new AllocatedLeg[shares.Length - shares.AsSpan().Count(0L)];
        for (int i = 0, leg = 0; leg < legs.Length; i++)
        {
            if (shares[i] > 0)
            {
                legs[leg++] = new AllocatedLeg(pool[i], shares[i], i + 1, question);
            }
        }
        return legs;
    }
}
