namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// A random stream that is the same on every machine: xoshiro256** (Blackman and Vigna 2018, prng.di.unimi.it), its
/// state filled by SplitMix64. Streams of one seed are independent for all practical purposes, so every asset and
/// every account draws from its own and the result does not depend on who is computed first, or by which thread.
/// <para> Gaussians use the polar method (Marsaglia 1964) with the logarithm of <see cref="PortableMath"/>: the
/// library's own logarithm may differ in its last bit from one platform to the next. </para>
/// </summary>
public sealed class SeededRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double _spare;
    private bool _hasSpare;

    public SeededRandom(ulong seed, ulong stream = 0)
    {
        // two rounds of mixing part streams whose numbers differ in one bit
        var state = Mix(seed) ^ Mix(unchecked(stream * Golden) ^ 0xD1B54A32D192ED03);
        _s0 = SplitMix64(ref state);
        _s1 = SplitMix64(ref state);
        _s2 = SplitMix64(ref state);
        _s3 = SplitMix64(ref state);
    }

    internal SeededRandom(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    public ulong NextUInt64()
    {
        // wrapping is the algorithm
        unchecked
        {
            var result = ulong.RotateLeft(_s1 * 5, 7) * 9;
            var t = _s1 << 17;
            _s2 ^= _s0;
            _s3 ^= _s1;
            _s1 ^= _s2;
            _s0 ^= _s3;
            _s2 ^= t;
            _s3 = ulong.RotateLeft(_s3, 45);
            return result;
        }
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

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

    internal static ulong SplitMix64(ref ulong state)
    {
        state = unchecked(state + Golden);
        return Mix(state);
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
