using OrleansLeverage.Domain.Deleveraging;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>What of an account leverage depends on, USD, and the lots that may be taken of it.</summary>
internal readonly record struct LevelledAccount(decimal GrossNotional, decimal Equity, long Cap);

/// <summary>
/// Takes lots so that the largest leverage left is as small as it can be. Taking x lots leaves
/// <code>
/// leverage(x) = (gross − x·m) / (equity − x·g)      m mark value, g forgone by the account, both per lot
/// </code>
/// which falls with x where leverage is below m / g. So the best is to take each lot from whoever has the highest
/// leverage then. Lots that are taken at a leverage of a level or more come before all others: for a level, found in
/// double, with nearly as many of them as there are to take, they are counted exactly, and the few that are left go to
/// the highest, one by one.
/// </summary>
internal static class RiskLevelling
{
    private const int TriesMax = 200;

    /// <summary>As many lots are given one by one sooner than a better level is found.</summary>
    private const int OneByOne = 64;

    private const double ProductMax = 1e27;
    private const double LotsMax = 1e9;
    private const double Edge = 1e-5;
    private const double Near = 1e-9;

    /// <summary>
    /// Lots per account, in total <paramref name="lots"/> where the caps allow it; accounts whose leverage taking would
    /// not lower have no cap left.
    /// </summary>
    public static long[] Allocate(long lots, LevelledAccount[] accounts, decimal markValue, decimal forgone)
    {
        var (caps, sum) = Caps(accounts, markValue, forgone);
        if (sum <= lots)
        {
            return caps;
        }
        var level = Level(lots, accounts, caps, (double)markValue, (double)forgone);
        while (true)
        {
            var (shares, left) = (new long[accounts.Length], lots);
            for (var i = 0; i < shares.Length; i++)
            {
                left -= shares[i] = From(accounts[i], (decimal)level, caps[i], markValue, forgone);
            }
            if (left >= 0)
            {
                Give(left, accounts, caps, shares, markValue, forgone);
                return shares;
            }
            // the double counted a lot too few at its edge: a little higher there are fewer
            level *= 1.0 + 1e-12;
        }
    }

    private static (long[] Caps, Int128 Sum) Caps(LevelledAccount[] accounts, decimal markValue, decimal forgone)
    {
        var caps = new long[accounts.Length];
        var sum = Int128.Zero;
        for (var i = 0; i < caps.Length; i++)
        {
            ref readonly var account = ref accounts[i];
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

    /// <summary>So much equity is far below any level, and its product with one is no decimal.</summary>
    private static bool IsFrom(in LevelledAccount account, decimal level) =>
        (double)level * (double)account.Equity < ProductMax && account.GrossNotional >= level * account.Equity;

    /// <summary>Exactly the lots that are taken at a leverage of the level or more, within the cap.</summary>
    private static long From(in LevelledAccount account, decimal level, long cap, decimal markValue, decimal forgone)
    {
        if (cap == 0)
        {
            return 0L;
        }
        var (gross, value) = ((double)account.GrossNotional, (double)markValue);
        var count = (gross - ((double)level * (double)account.Equity)) / (value - ((double)level * (double)forgone));
        var part = count - Math.Floor(count);
        // doubles err by a millionth of a lot at most where there are not too many: far enough from an edge they count
        if (gross < LotsMax * value && part is > Edge and < 1.0 - Edge)
        {
            return count < 0.0 ? 0L : Math.Min(cap, (long)count + 1L);
        }
        if (!IsFrom(account, level))
        {
            return 0L;
        }
        var above = account.GrossNotional - (level * account.Equity);
        var freed = markValue - (level * forgone);
        // the first is taken at once, the next ones while what is left is not below
        if ((cap - 1) * freed <= above)
        {
            return cap;
        }
        // the double is a lot or two off at most; products say which
        var lots = Math.Clamp((long)((double)above / (double)freed), 0L, cap - 1L);
        while (lots > 0 && lots * freed > above)
        {
            lots--;
        }
        while (lots < cap - 1L && (lots + 1) * freed <= above)
        {
            lots++;
        }
        return lots + 1L;
    }

    /// <summary>
    /// A level from which on the accounts give no more than the lots, and few less: halved and interpolated in turn.
    /// </summary>
    private static double Level(long lots, LevelledAccount[] accounts, long[] caps, double markValue, double forgone)
    {
        var rows = new List<(double Gross, double Equity, double Cap)>(caps.Length);
        var (low, high) = (0.0, 0.0);
        for (var i = 0; i < caps.Length; i++)
        {
            if (caps[i] > 0)
            {
                rows.Add(((double)accounts[i].GrossNotional, (double)accounts[i].Equity, caps[i]));
                high = Math.Max(high, rows[^1].Gross / rows[^1].Equity);
            }
        }
        high *= 1.0 + 1e-12;
        var (below, above) = (rows.Sum(row => row.Cap), 0.0);
        for (var i = 0; i < TriesMax && high - low > 1e-15 * high && lots - above > OneByOne; i++)
        {
            var share = i % 2 == 0 ? 0.5 : Math.Clamp((below - lots + (OneByOne / 2.0)) / (below - above), 0.001,
                0.999);
            var level = low + ((high - low) * share);
            var (freed, sum) = (markValue - (level * forgone), 0.0);
            foreach (ref readonly var row in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows))
            {
                var over = row.Gross - (level * row.Equity);
                sum += over < 0.0 ? 0.0 : freed > 0.0 ? Math.Min(Math.Floor(over / freed) + 1.0, row.Cap) : row.Cap;
            }
            (low, below, high, above) = sum > lots ? (level, sum, high, above) : (low, below, level, sum);
        }
        return high;
    }

    /// <summary>Each lot to whoever is highest then; only the highest so many can be that.</summary>
    private static void Give(long lots, LevelledAccount[] accounts, long[] caps, long[] shares, decimal markValue,
        decimal forgone)
    {
        if (lots == 0)
        {
            return;
        }
        Standing At(int i)
        {
            var (gross, equity) = (accounts[i].GrossNotional - (shares[i] * markValue),
                accounts[i].Equity - (shares[i] * forgone));
            return new Standing((double)gross / (double)equity, gross, equity, i);
        }
        var open = Enumerable.Range(0, caps.Length).Where(i => shares[i] < caps[i]).Select(At).ToArray();
        var floor = Threshold(open, lots);
        var highest = new PriorityQueue<int, Standing>(HighestFirst.Instance);
        highest.EnqueueRange(open.Where(s => s.Leverage >= floor).Select(s => (s.Place, s)));
        for (; lots > 0 && highest.TryDequeue(out var i, out _); lots--)
        {
            shares[i]++;
            if (shares[i] < caps[i])
            {
                highest.Enqueue(i, At(i));
            }
        }
    }

    /// <summary>A leverage that the highest so many have, with what doubles cannot tell from it.</summary>
    private static double Threshold(Standing[] open, long count)
    {
        if (count >= open.Length)
        {
            return double.NegativeInfinity;
        }
        var keys = Array.ConvertAll(open, s => -s.Leverage);
        Array.Sort(keys);
        return -keys[count - 1] * (1.0 - (2.0 * Near));
    }

    private readonly record struct Standing(double Leverage, decimal Gross, decimal Equity, int Place);

    private sealed class HighestFirst : IComparer<Standing>
    {
        public static readonly HighestFirst Instance = new();

        public int Compare(Standing left, Standing right)
        {
            if (Math.Abs(left.Leverage - right.Leverage) > Near * Math.Abs(left.Leverage))
            {
                return right.Leverage.CompareTo(left.Leverage);
            }
            var exact = new RankScore(right.Gross, right.Equity, 1m, 1m)
                .CompareTo(new RankScore(left.Gross, left.Equity, 1m, 1m));
            return exact != 0 ? exact : left.Place.CompareTo(right.Place);
        }
    }
}
