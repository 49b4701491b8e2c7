using System.Numerics;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// Integer shares of a number of lots. Everything is counted: the shares sum to what was asked for, or to all that
/// there is, exactly.
/// </summary>
internal static class LotShares
{
    /// <summary>Parts of a lot that a double may be wrong by: a thousand units of 2⁻⁵³.</summary>
    private const double Near = 1e-13;

    /// <summary>Relative distance of two products that doubles cannot be wrong about.</summary>
    private const double Plain = 1e-12;

    /// <summary>Up to here a double errs by less than a lot.</summary>
    private const double GuessMax = 1e14;

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
    /// share. Each share is within one lot of the level's. Weights are taken as the integers that they are in their
    /// smallest unit, so nothing is rounded but the shares.
    /// </summary>
    public static long[] ByWeight(long lots, ReadOnlySpan<decimal> weights, ReadOnlySpan<long> caps)
    {
        var (scale, sum) = (0, 0m);
        foreach (var weight in weights)
        {
            if (weight > 0m)
            {
                scale = Math.Max(scale, weight.Scale);
                sum += weight;
            }
        }
        // bits of lots·Σ weights: what the products below need
        var bits = Math.Log2((double)Math.Max(1L, lots)) + Math.Log2(1.0 + (double)sum) + (scale * Math.Log2(10.0));
        return bits < 120.0
            ? Share<Int128>(lots, weights, scale, caps)
            : Share<BigInteger>(lots, weights, scale, caps);
    }

    private static long[] Share<T>(long lots, ReadOnlySpan<decimal> values, int scale, ReadOnlySpan<long> caps)
        where T : IBinaryInteger<T>
    {
        var (shares, weights) = (new long[values.Length], new T[values.Length]);
        var (open, sum) = (new List<int>(values.Length), T.Zero);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] > 0m && caps[i] > 0)
            {
                open.Add(i);
                sum += weights[i] = Units<T>(values[i], scale);
            }
        }
        var left = lots;
        // who cannot carry its share at this level is capped, which raises the level for the others
        for (var capped = true; capped && open.Count > 0 && left > 0;)
        {
            capped = false;
            var (level, per, still) = (T.CreateChecked(left), sum, 0);
            var ratio = double.CreateSaturating(per) / left;
            for (var k = 0; k < open.Count; k++)
            {
                var i = open[k];
                var cap = Math.Min(caps[i], lots);
                if (Carries(cap, weights[i], ratio, level, per))
                {
                    open[still++] = i;
                }
                else
                {
                    left -= shares[i] = cap;
                    sum -= weights[i];
                    capped = true;
                }
            }
            open.RemoveRange(still, open.Count - still);
        }
        if (open.Count > 0 && left > 0)
        {
            Round(left, sum, weights, open, shares);
        }
        return shares;
    }

    /// <summary>cap·per > level·weight; doubles tell where the two are far apart.</summary>
    private static bool Carries<T>(long cap, T weight, double ratio, T level, T per)
        where T : IBinaryInteger<T>
    {
        var (carried, asked) = (cap * ratio, double.CreateSaturating(weight));
        return carried > asked * (1.0 + Plain)
            || (carried >= asked * (1.0 - Plain) && T.CreateChecked(cap) * per > level * weight);
    }

    /// <summary>⌊all·weight / sum⌋ and what is left: doubles guess, and products put the guess right.</summary>
    private static (long Whole, T Over) Divide<T>(T all, long lots, T weight, T sum, double perSum)
        where T : IBinaryInteger<T>
    {
        var guess = lots * (double.CreateSaturating(weight) * perSum);
        if (!(guess < GuessMax))
        {
            var (exact, left) = T.DivRem(all * weight, sum);
            return (long.CreateChecked(exact), left);
        }
        var whole = (long)guess;
        var rest = (all * weight) - (T.CreateChecked(whole) * sum);
        for (; T.IsNegative(rest); whole--)
        {
            rest += sum;
        }
        for (; rest >= sum; whole++)
        {
            rest -= sum;
        }
        return (whole, rest);
    }

    private static void Round<T>(long lots, T sum, T[] weights, List<int> open, long[] shares)
        where T : IBinaryInteger<T>
    {
        var (rests, places) = (new T[open.Count], new int[open.Count]);
        var (keys, per) = (new double[open.Count], -double.CreateSaturating(sum));
        var (left, all) = (lots, T.CreateChecked(lots));
        for (var k = 0; k < open.Count; k++)
        {
            var (whole, rest) = Divide(all, lots, weights[open[k]], sum, -1.0 / per);
            left -= shares[open[k]] = whole;
            (rests[k], places[k], keys[k]) = (rest, k, double.CreateSaturating(rest) / per);
        }
        // doubles sort; neighbours that they cannot tell apart are sorted by their remainders, and these by place
        KeyOrder.Ascending(keys, places);
        IComparer<int> largest = Comparer<int>.Create((a, b) =>
            rests[b].CompareTo(rests[a]) is var byRest && byRest != 0 ? byRest : a.CompareTo(b));
        for (var from = 0; from < places.Length && from < left;)
        {
            var to = from + 1;
            while (to < places.Length && keys[to] - keys[to - 1] <= Near)
            {
                to++;
            }
            if (to - from > 1)
            {
                Array.Sort(places, from, to - from, largest);
            }
            from = to;
        }
        for (var k = 0; k < left; k++)
        {
            shares[open[places[k]]]++;
        }
    }

    private static T Units<T>(decimal value, int scale)
        where T : IBinaryInteger<T>
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var units = T.CreateChecked(new UInt128(unchecked((uint)bits[2]),
            unchecked(((ulong)(uint)bits[1] << 32) | (uint)bits[0])));
        return value.Scale == scale ? units : units * Power<T>(scale - value.Scale);
    }

    private static T Power<T>(int digits)
        where T : IBinaryInteger<T>
    {
        var power = 1L;
        var rest = digits;
        for (; rest > 0 && power < 1_000_000_000_000_000_000L; rest--)
        {
            power *= 10L;
        }
        return rest == 0 ? T.CreateChecked(power) : T.CreateChecked(power) * Power<T>(rest);
    }
}
