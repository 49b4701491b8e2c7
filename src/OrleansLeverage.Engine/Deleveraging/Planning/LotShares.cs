namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// Integer shares of a number of lots. Everything is counted: the shares sum to what was asked for, or to all that there
/// is, exactly.
/// </summary>
internal static class LotShares
{
    /// <summary>Parts that the sum of weights is divided into; products of two such numbers fit 128 bits.</summary>
    private const long Parts = 1L << 61;

    private const decimal SumMin = 0.000000001m;

    /// <summary>From the first on, each as far as it goes; nobody is touched once nothing is left.</summary>
    public static long[] InOrder(long lots, ReadOnlySpan<long> caps)
    {
        var shares = new long[caps.Length];
        for (var i = 0; i < caps.Length && lots > 0; i++)
        {
            lots -= shares[i] = Math.Min(lots, caps[i]);
        }
        return shares;
    }

    /// <summary>
    /// By weight, nobody more than its cap: min(cap, level·weight) with the level at which all is given, rounded down,
    /// and the lots that rounding left over to the largest remainders, the first of equals first. Without a weight, no
    /// share. Each share is within one lot of the level's.
    /// </summary>
    public static long[] ByWeight(long lots, ReadOnlySpan<long> weights, ReadOnlySpan<long> caps)
    {
        var shares = new long[weights.Length];
        var open = new List<int>(weights.Length);
        var sum = Int128.Zero;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0 && caps[i] > 0)
            {
                open.Add(i);
                sum += weights[i];
            }
        }
        var left = lots;
        // who cannot carry its share at this level is capped, which raises the level for the others
        for (var capped = true; capped && open.Count > 0 && left > 0;)
        {
            capped = false;
            var (level, per, still) = (left, sum, new List<int>(open.Count));
            foreach (var i in open)
            {
                if ((Int128)caps[i] * per <= (Int128)level * weights[i])
                {
                    left -= shares[i] = caps[i];
                    sum -= weights[i];
                    capped = true;
                }
                else
                {
                    still.Add(i);
                }
            }
            open = still;
        }
        if (open.Count > 0 && left > 0)
        {
            Round(left, (long)sum, weights, open, shares);
        }
        return shares;
    }

    /// <summary>Weights as integers in the same proportions, to one part in 2⁶¹ of their sum.</summary>
    public static long[] Weights(ReadOnlySpan<decimal> values)
    {
        var sum = 0m;
        foreach (var value in values)
        {
            sum += Math.Max(0m, value);
        }
        var weights = new long[values.Length];
        if (sum == 0m)
        {
            return weights;
        }
        // a little less than the parts, so that rounding up small weights never makes more of them; and what is below
        // any currency's quantum is not blown up past what a decimal holds
        var factor = Parts / Math.Max(sum, SumMin) * 0.9999999m;
        for (var i = 0; i < values.Length; i++)
        {
            weights[i] = values[i] > 0m ? Math.Max(1L, (long)(values[i] * factor)) : 0L;
        }
        return weights;
    }

    private static void Round(long lots, long sum, ReadOnlySpan<long> weights, List<int> open, long[] shares)
    {
        var remainders = new long[open.Count];
        var places = new int[open.Count];
        var left = lots;
        for (var k = 0; k < open.Count; k++)
        {
            var product = (Int128)lots * weights[open[k]];
            var whole = product / sum;
            left -= shares[open[k]] = (long)whole;
            (remainders[k], places[k]) = (-(long)(product - (whole * sum)), k);
        }
        Array.Sort(remainders, places);
        for (var from = 0; from < places.Length && from < left;)
        {
            var to = from + 1;
            while (to < places.Length && remainders[to] == remainders[from])
            {
                to++;
            }
            Array.Sort(places, from, to - from);
            from = to;
        }
        for (var k = 0; k < left; k++)
        {
            shares[open[places[k]]]++;
        }
    }
}
