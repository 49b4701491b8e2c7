namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>What of an account leverage depends on, USD, and the lots that may be taken of it.</summary>
internal readonly record struct LevelledAccount(decimal GrossNotional, decimal Equity, long Cap);

/// <summary>
/// Takes lots so that the largest leverage left is as small as it can be. Taking x lots leaves
/// <code>
/// leverage(x) = (gross − x·m) / (equity − x·g)      m mark value, g forgone by the account, both per lot
/// </code>
/// which falls with x where leverage is below m / g. So the best is to take each lot from whoever has the highest
/// leverage then: a level that all are brought down to, found in double, is undershot by a lot each, and the rest is
/// given lot by lot with exact comparisons.
/// </summary>
internal static class RiskLevelling
{
    private const int Halvings = 80;

    /// <summary>
    /// Lots per account, in total <paramref name="lots"/> where the caps allow it; accounts whose leverage taking would
    /// not lower have no cap left.
    /// </summary>
    public static long[] Allocate(long lots, IReadOnlyList<LevelledAccount> accounts, decimal markValue,
        decimal forgone)
    {
        var (caps, sum) = Caps(accounts, markValue, forgone);
        var shares = new long[accounts.Count];
        if (sum <= lots)
        {
            return caps;
        }
        var level = Level(lots, accounts, caps, (double)markValue, (double)forgone);
        var left = lots;
        for (var i = 0; i < shares.Length; i++)
        {
            // a lot less than the level asks for: what doubles got wrong is far below a lot
            var wanted = Wanted(accounts[i], level, (double)markValue, (double)forgone) * (1.0 - 1e-9);
            left -= shares[i] = (long)Math.Clamp(Math.Floor(wanted) - 1.0, 0.0, caps[i]);
        }
        // sums of doubles err by far less than the lots held back
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        Give(left, accounts, caps, shares, markValue, forgone);
        return shares;
    }

    private static (long[] Caps, Int128 Sum) Caps(IReadOnlyList<LevelledAccount> accounts, decimal markValue,
        decimal forgone)
    {
        var caps = new long[accounts.Count];
        var sum = Int128.Zero;
        for (var i = 0; i < caps.Length; i++)
        {
            var account = accounts[i];
            caps[i] = account.Equity > 0m && account.GrossNotional * forgone < markValue * account.Equity
                ? Within(account, markValue)
                : 0L;
            sum += caps[i];
        }
        return (caps, sum);
    }

    /// <summary>No more than there is notional for: below that, leverage would not be lowered but turned.</summary>
    private static long Within(in LevelledAccount account, decimal markValue) =>
        account.Cap * markValue <= account.GrossNotional
            ? account.Cap
            : (long)decimal.Floor(account.GrossNotional / markValue);

    private static double Wanted(in LevelledAccount account, double level, double markValue, double forgone)
    {
        var freed = markValue - (level * forgone);
        return freed > 0.0 ? ((double)account.GrossNotional - (level * (double)account.Equity)) / freed
            : double.PositiveInfinity;
    }

    /// <summary>The level at which the accounts together give the lots, from above.</summary>
    private static double Level(long lots, IReadOnlyList<LevelledAccount> accounts, long[] caps, double markValue,
        double forgone)
    {
        var (low, high) = (0.0, 0.0);
        for (var i = 0; i < caps.Length; i++)
        {
            high = caps[i] > 0 ? Math.Max(high, (double)accounts[i].GrossNotional / (double)accounts[i].Equity) : high;
        }
        var rows = new (double Gross, double Equity, double Cap)[caps.Length];
        for (var i = 0; i < caps.Length; i++)
        {
            rows[i] = ((double)accounts[i].GrossNotional, (double)accounts[i].Equity, caps[i]);
        }
        for (var i = 0; i < Halvings && high - low > 1e-15 * high; i++)
        {
            var level = low + ((high - low) / 2.0);
            var freed = markValue - (level * forgone);
            var sum = 0.0;
            foreach (var (gross, equity, cap) in rows)
            {
                sum += freed > 0.0 ? Math.Clamp((gross - (level * equity)) / freed, 0.0, cap) : cap;
            }
            (low, high) = sum > lots ? (level, high) : (low, level);
        }
        return high;
    }

    private static void Give(long lots, IReadOnlyList<LevelledAccount> accounts, long[] caps, long[] shares,
        decimal markValue, decimal forgone)
    {
        var highest = new PriorityQueue<int, Standing>(new HighestFirst());
        Standing At(int i)
        {
            var (gross, equity) = (accounts[i].GrossNotional - (shares[i] * markValue),
                accounts[i].Equity - (shares[i] * forgone));
            return new Standing((double)gross / (double)equity, gross, equity, i);
        }
        for (var i = 0; i < caps.Length; i++)
        {
            if (shares[i] < caps[i])
            {
                highest.Enqueue(i, At(i));
            }
        }
        for (; lots > 0 && highest.TryDequeue(out var i, out _); lots--)
        {
            shares[i]++;
            if (shares[i] < caps[i])
            {
                highest.Enqueue(i, At(i));
            }
        }
    }

    private readonly record struct Standing(double Leverage, decimal Gross, decimal Equity, int Place);

    private sealed class HighestFirst : IComparer<Standing>
    {
        private const double Near = 1e-9;

        public int Compare(Standing left, Standing right)
        {
            if (Math.Abs(left.Leverage - right.Leverage) > Near * Math.Abs(left.Leverage))
            {
                return right.Leverage.CompareTo(left.Leverage);
            }
            var exact = new Domain.Deleveraging.RankScore(right.Gross, right.Equity, 1m, 1m)
                .CompareTo(new Domain.Deleveraging.RankScore(left.Gross, left.Equity, 1m, 1m));
            return exact != 0 ? exact : left.Place.CompareTo(right.Place);
        }
    }
}
