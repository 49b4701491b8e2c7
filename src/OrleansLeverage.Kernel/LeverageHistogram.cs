namespace OrleansLeverage.Kernel;

/// <summary>
/// Accounts with positive equity and positions, by leverage λ = gross notional / equity: their number and notional.
/// <code>
/// bucket 0            λ &lt; 1/16
/// bucket 1 + 16k + j  λ in [2^(k−4)·(1 + j/16), 2^(k−4)·(1 + (j + 1)/16))     k 0 … 15, j 0 … 15
/// bucket 257          λ ≥ 4096
/// </code>
/// Sixteen equal buckets to the octave: 1, 2, 3, 5, 10, 20, 25, 50, 100 are bounds. A quantile is the middle of its
/// bucket, within 1/32 of the exact one, and the outer bound (1/16, 4096) outside the range. The bounds never change,
/// so histograms add up bucket by bucket. The equity behind a bucket is its notional / λ, within the same 1/32.
/// </summary>
public sealed class LeverageHistogram
{
    public const int Buckets = (Octaves << SubBits) + 2;
    public const double QuantileErrorMax = 1d / 32;

    private const int SubBits = 4;
    private const int Octaves = 16;
    private const int MinExponent = -4;

    private readonly long[] _counts;
    private readonly double[] _notional;

    internal LeverageHistogram(long[] counts, double[] notional)
    {
        _counts = counts;
        _notional = notional;
    }

    /// <summary>Accounts by bucket.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Gross notional by bucket, USD.</summary>
    public IReadOnlyList<double> Notional => _notional;

    /// <summary>Smallest leverage of a bucket.</summary>
    public static double LowerBound(int bucket) => bucket == 0
        ? 0d
        : Math.ScaleB(1d + ((bucket - 1) & 15) / 16d, MinExponent + ((bucket - 1) >> SubBits));

    /// <summary>Bucket of a leverage, which is at least 0.</summary>
    public static int BucketOf(double leverage)
    {
        // exponent and four bits of mantissa of a positive double are consecutive integers
        var step = (BitConverter.DoubleToInt64Bits(leverage) >> (52 - SubBits)) - ((1023L + MinExponent) << SubBits);
        return (int)Math.Clamp(step + 1, 0, Buckets - 1);
    }

    /// <summary>Leverage that the share <paramref name="q"/> of accounts is not above; null without accounts.</summary>
    public double? AccountQuantile(double q) => Quantile(q, i => _counts[i]);

    /// <summary>Leverage that the share <paramref name="q"/> of notional is not above; null without notional.</summary>
    public double? NotionalQuantile(double q) => Quantile(q, i => _notional[i]);

    public static LeverageHistogram operator +(LeverageHistogram left, LeverageHistogram right) => new(
        [.. left._counts.Zip(right._counts, (l, r) => l + r)],
        [.. left._notional.Zip(right._notional, (l, r) => l + r)]);

    private static double? Quantile(double q, Func<int, double> weight)
    {
        var total = 0d;
        for (var i = 0; i < Buckets; i++)
        {
            total += weight(i);
        }
        var sum = 0d;
        for (var i = 0; total > 0d && i < Buckets; i++)
        {
            sum += weight(i);
            if (sum >= q * total && sum > 0d)
            {
                return i == 0 ? LowerBound(1)
                    : i == Buckets - 1 ? LowerBound(i)
                    : (LowerBound(i) + LowerBound(i + 1)) / 2d;
            }
        }
        return null;
    }
}
