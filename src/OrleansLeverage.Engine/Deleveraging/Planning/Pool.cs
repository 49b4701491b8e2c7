namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>Who may be reduced under a rule, in order of rank, and by how much each; and who may not, and
/// why.</summary>
internal sealed class Pool
{
    private static readonly ExclusionReason[] Reasons = Enum.GetValues<ExclusionReason>();
    /// <summary>Less than 1 by far more than three conversions and two products err.</summary>
    private const double Plainly = 1.0 - 1e-12;

    private readonly DeleveragingCandidate[] _eligible;
    private readonly int[] _order;

    private Pool(DeleveragingCandidate[] eligible, int[] order, long[] caps,
        IReadOnlyDictionary<ExclusionReason, int> excluded) =>
        (_eligible, _order, Caps, Excluded) = (eligible, order, caps, excluded);

    public int Count => _order.Length;

    /// <summary>Lots that may be taken, above 0; by rank, as everything here.</summary>
    public long[] Caps { get; }

    public IReadOnlyDictionary<ExclusionReason, int> Excluded { get; }

    public DeleveragingCandidate this[int rank] => _eligible[_order[rank]];

    public static Pool Of(AllocationQuestion question, IReadOnlyList<DeleveragingCandidate> candidates,
        DeleveragingRule rule)
    {
        var (eligible, caps) = (new DeleveragingCandidate[candidates.Count], new long[candidates.Count]);
        var (keys, count, excluded) = (new double[candidates.Count], 0, new int[Reasons.Length]);
        for (var i = 0; i < candidates.Count; i++)
        {
            var candidate = candidates[i];
            var (cap, reason) = Cap(question, candidate, rule);
            if (cap > 0 && rule.ApproximateOf(candidate) is var score && !double.IsNaN(score))
            {
                (eligible[count], caps[count], keys[count]) = (candidate, cap, -score);
                count++;
            }
            else
            {
                excluded[(int)(cap > 0 ? ExclusionReason.NoEquity : reason)]++;
            }
        }
        var order = CandidateOrder.Descending(eligible.AsSpan(0, count), keys.AsSpan(0, count), rule);
        var ranked = new long[count];
        for (var rank = 0; rank < count; rank++)
        {
            ranked[rank] = caps[order[rank]];
        }
        return new Pool(eligible, order, ranked,
            Reasons.Where(r => excluded[(int)r] > 0).ToDictionary(r => r, r => excluded[(int)r]));
    }

    public decimal[] Weights(Func<DeleveragingCandidate, decimal> weight)
    {
        var values = new decimal[Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = weight(this[i]);
        }
        return values;
    }

    private static (long Cap, ExclusionReason Reason) Cap(AllocationQuestion question, DeleveragingCandidate candidate,
        DeleveragingRule rule)
    {
        if (candidate.Equity <= 0m)
        {
            return (0, ExclusionReason.NoEquity);
        }
        if (candidate.Profit <= 0m && (rule.IsProfitableOnly
            || rule.Policy is DeleveragingPolicy.ProRataProfit or DeleveragingPolicy.CappedProRata))
        {
            return (0, ExclusionReason.NotProfitable);
        }
        var lots = candidate.Lots - (rule.IsHedgeAware ? Math.Min(candidate.HedgedLots, candidate.Lots) : 0L);
        if (lots <= 0)
        {
            return (0, ExclusionReason.Hedged);
        }
        if (question.ForgonePerLot > 0m)
        {
            lots = Within(lots, candidate.Equity, question.ForgonePerLot);
            if (rule.Policy == DeleveragingPolicy.CappedProRata)
            {
                lots = Within(lots, candidate.Profit * rule.ProfitShareMax, question.ForgonePerLot);
            }
        }
        return (lots, ExclusionReason.NoRoom);
    }

    /// <summary>As many of the lots as an amount pays for; doubles tell where it is plain.</summary>
    private static long Within(long lots, decimal amount, decimal perLot) =>
        lots * (double)perLot <= (double)amount * Plainly || lots * perLot <= amount
            ? lots
            : (long)decimal.Floor(amount / perLot);
}
