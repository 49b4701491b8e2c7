namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// What is taken of endowments. <see cref="Fractions"/> and <see cref="Seized"/> are by account, in the order given;
/// <see cref="Level"/> is the common fraction (η), or the fraction per unit of risk (τ), where the rule has one.
/// </summary>
public sealed record Haircut(bool IsFeasible, IReadOnlyList<decimal> Fractions, IReadOnlyList<decimal> Seized,
    decimal? Level, decimal Residual);

/// <summary>
/// The deleveraging literature's rules over endowments (what of an account's wealth may be taken, mostly its positive
/// profit) instead of contracts. Source: T. Chitra, Autodeleveraging (arXiv, December 2025), algorithms 1 and 2. Levels
/// are found at the points where an account's cap begins to bind, so they are exact up to one division.
/// </summary>
public static class Haircuts
{
    /// <summary>Σ of what is below zero.</summary>
    public static decimal Deficit(IEnumerable<decimal> equities) => equities.Sum(e => Math.Max(0m, -e));

    /// <summary>What of profits may be taken: the positive ones.</summary>
    public static decimal[] Endowments(IEnumerable<decimal> profits) => [.. profits.Select(p => Math.Max(0m, p))];

    /// <summary>Whole endowments in the order of <paramref name="order"/> (places), the last one in part.</summary>
    public static Haircut Queue(IReadOnlyList<decimal> endowments, IEnumerable<int> order, decimal budget)
    {
        var fractions = new decimal[endowments.Count];
        var left = budget;
        foreach (var place in order)
        {
            var taken = Math.Min(left, endowments[place]);
            if (taken > 0m)
            {
                fractions[place] = taken / endowments[place];
                left -= taken;
            }
        }
        return Of(endowments, fractions, null, left);
    }

    /// <summary>The same fraction of everybody: budget / Σ endowments, at most 1.</summary>
    public static Haircut ProRata(IReadOnlyList<decimal> endowments, decimal budget)
    {
        var sum = endowments.Sum();
        var level = sum > 0m ? Math.Min(1m, budget / sum) : 0m;
        return Of(endowments, [.. endowments.Select(_ => level)], level, Math.Max(0m, budget - sum));
    }

    /// <summary>min(cap, η) of everybody with Σ endowment·min(cap, η) = budget (algorithm 1: water filling).</summary>
    public static Haircut CappedProRata(IReadOnlyList<decimal> endowments, IReadOnlyList<decimal> caps,
        decimal budget) =>
        RiskWeighted(endowments, caps, [.. endowments.Select(_ => 1m)], budget);

    /// <summary>min(cap, τ·risk) of everybody with Σ endowment·min(cap, τ·risk) = budget (algorithm 2).</summary>
    /// <exception cref="ArgumentException">The lists have different lengths, or something is negative.</exception>
    public static Haircut RiskWeighted(IReadOnlyList<decimal> endowments, IReadOnlyList<decimal> caps,
        IReadOnlyList<decimal> risks, decimal budget)
    {
        Check(endowments, caps, risks, budget);
        var capacity = 0m;
        for (var i = 0; i < endowments.Count; i++)
        {
            capacity += risks[i] > 0m ? endowments[i] * caps[i] : 0m;
        }
        if (budget > capacity)
        {
            return new Haircut(false, [], [], null, budget);
        }
        // who is capped first: the lowest cap per risk
        var order = Enumerable.Range(0, endowments.Count).Where(i => risks[i] > 0m)
            .OrderBy(i => caps[i] / risks[i]).ThenBy(i => i).ToArray();
        var (left, sloped) = (budget, order.Sum(i => endowments[i] * risks[i]));
        var level = 0m;
        foreach (var i in order)
        {
            level = sloped > 0m ? left / sloped : 0m;
            if (level * risks[i] <= caps[i])
            {
                break;
            }
            left -= endowments[i] * caps[i];
            sloped -= endowments[i] * risks[i];
        }
        return Of(endowments, [.. caps.Select((cap, i) => Math.Min(cap, level * risks[i]))], level, 0m);
    }

    private static Haircut Of(IReadOnlyList<decimal> endowments, decimal[] fractions, decimal? level,
        decimal residual) =>
        new(true, fractions, [.. fractions.Select((fraction, i) => fraction * endowments[i])], level, residual);

    private static void Check(IReadOnlyList<decimal> endowments, IReadOnlyList<decimal> caps,
        IReadOnlyList<decimal> risks, decimal budget)
    {
        if (caps.Count != endowments.Count || risks.Count != endowments.Count)
        {
            throw new ArgumentException(
                $"{endowments.Count} endowments, {caps.Count} caps and {risks.Count} risks are not of one length");
        }
        if (budget < 0m || endowments.Any(w => w < 0m) || caps.Any(c => c is < 0m or > 1m) || risks.Any(r => r < 0m))
        {
            throw new ArgumentException("budget, endowments and risks are not negative, caps are within 0 and 1");
        }
    }
}
