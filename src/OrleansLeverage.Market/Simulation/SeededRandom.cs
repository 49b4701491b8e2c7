using OrleansLeverage.Analytics.Models;

namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// A random stream that is the same on every machine: <see cref="Xoshiro256"/>, and Gaussians by the polar method
/// (Marsaglia 1964) with the logarithm of <see cref="PortableMath"/>, since the library's own logarithm may differ in
/// its last bit from one platform to the next.
/// </summary>
public sealed class SeededRandom
{
    private const ulong Family = 0xD1B54A32D192ED03;

    private Xoshiro256 _bits;
    private double _spare;
    private bool _hasSpare;

    public SeededRandom(ulong seed, ulong stream = 0) => _bits = new Xoshiro256(seed, stream, Family);

    internal SeededRandom(ulong s0, ulong s1, ulong s2, ulong s3) => _bits = new Xoshiro256(s0, s1, s2, s3);

    public ulong NextUInt64() => _bits.Next();

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => _bits.NextDouble();

    /// <summary>Uniform in (0, 1]: safe to take a logarithm of.</summary>
    public double NextPositive() => 1.0 - NextDouble();

    public double NextBetween(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in [0, <paramref name="bound"/>), without bias (Lemire 2019).</summary>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // 2^64 modulo the bound
        var limit = unchecked(0UL - (ulong)bound) % (ulong)bound;
        while (true)
        {
            var product = (UInt128)NextUInt64() * (ulong)bound;
            if ((ulong)(product & ulong.MaxValue) >= limit)
            {
                return (int)(product >> 64);
            }
        }
    }

    /// <summary>Standard normal.</summary>
    public double NextGaussian()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }
        while (true)
        {
            var x = 2.0 * NextDouble() - 1.0;
            var y = 2.0 * NextDouble() - 1.0;
            var s = x * x + y * y;
            if (s is > 0.0 and < 1.0)
            {
                var scale = Math.Sqrt(-2.0 * PortableMath.Log(s) / s);
                (_spare, _hasSpare) = (y * scale, true);
                return x * scale;
            }
        }
    }

    /// <summary>Pareto: P(X &gt; x) = (min / x)^alpha for x ≥ min.</summary>
    public double NextPareto(double min, double alpha) =>
        min * PortableMath.Exp(-PortableMath.Log(NextPositive()) / alpha);
}
