namespace OrleansLeverage.Analytics.Forecast;

/// <summary>Counts by account over paths. All are integers: sums do not depend on the order.</summary>
internal sealed class ForecastTally(int accounts, int steps, bool withLeverage)
{
    /// <summary>Eight bins an octave from 1/8 to 256, and one at each end: a bin is 9 % wide.</summary>
    public const int Bins = 11 * 8 + 2;

    private const int LowestExponent = 1023 - 3;

    public int[] Touched { get; } = new int[accounts * steps];

    /// <summary>Notional at liquidation, whole USD.</summary>
    public long[] Notional { get; } = new long[accounts];

    public int[] Leverage { get; } = new int[withLeverage ? accounts * Bins : 0];

    public void Liquidate(int account, int step, double notional)
    {
        Touched[account * steps + step]++;
        Notional[account] += (long)Math.Round(notional);
    }

    /// <summary>Null where equity is not above 0 and yet nothing is below its line.</summary>
    public void Survive(int account, double? leverage)
    {
        if (leverage is { } known)
        {
            Leverage[account * Bins + Bin(known)]++;
        }
    }

    public void Add(ForecastTally other)
    {
        for (var i = 0; i < Touched.Length; i++)
        {
            Touched[i] += other.Touched[i];
        }
        for (var i = 0; i < Notional.Length; i++)
        {
            Notional[i] += other.Notional[i];
        }
        for (var i = 0; i < Leverage.Length; i++)
        {
            Leverage[i] += other.Leverage[i];
        }
    }

    // exponent and the three highest bits of the mantissa
    internal static int Bin(double leverage) => Math.Clamp(
        (int)(BitConverter.DoubleToInt64Bits(leverage) >> 49) - (LowestExponent << 3) + 1, 0, Bins - 1);

    /// <summary>The lower edge of a bin; 0 of the first.</summary>
    internal static double Edge(int bin) => bin == 0 ? 0.0
        : BitConverter.Int64BitsToDouble((long)(bin - 1 + (LowestExponent << 3)) << 49);
}

/// <summary>What happened on each path: written by the one worker that has its block.</summary>
public sealed class PathOutcomes(long paths)
{
    private readonly double[] _notional = new double[paths];
    private readonly int[] _accounts = new int[paths];
    private readonly double[] _equity = new double[paths];
    private readonly double[] _gross = new double[paths];

    public int Count => _notional.Length;

    /// <summary>Notional liquidated, USD.</summary>
    public IReadOnlyList<double> LiquidatedNotional => _notional;

    public IReadOnlyList<int> LiquidatedAccounts => _accounts;

    /// <summary>Σ gross / Σ equity of those still there; null where nobody is. Only with leverage asked for.</summary>
    public double? MarketLeverage(int path) => _equity[path] > 0.0 ? _gross[path] / _equity[path] : null;

    internal void Liquidate(long path, double notional)
    {
        _notional[path] += notional;
        _accounts[path]++;
    }

    internal void Survive(long path, double equity, double gross)
    {
        _equity[path] += equity;
        _gross[path] += gross;
    }
}
