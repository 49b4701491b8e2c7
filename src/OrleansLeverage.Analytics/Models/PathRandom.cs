namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// A random stream that belongs to one path: xoshiro256** (Blackman and Vigna 2018) seeded by SplitMix64 from (seed,
/// path). A path's numbers do not depend on which thread draws it, or when; Gaussians by the polar method (Marsaglia).
/// </summary>
public struct PathRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double _spare;
    private bool _hasSpare;

    public PathRandom(ulong seed, ulong path)
    {
        var state = Mix(seed) ^ Mix(unchecked(path * Golden) ^ 0xA0761D6478BD642F);
        _s0 = Step(ref state);
        _s1 = Step(ref state);
        _s2 = Step(ref state);
        _s3 = Step(ref state);
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, bound); the bias, below bound / 2^53, is far below any path count's error.</summary>
    public int NextInt(int bound) => (int)(NextDouble() * bound);

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
                var scale = Math.Sqrt(-2.0 * Math.Log(s) / s);
                (_spare, _hasSpare) = (y * scale, true);
                return x * scale;
            }
        }
    }

    /// <summary>Student t with ν &gt; 2, of variance 1; normal where ν is infinite.</summary>
    public double NextStudent(double nu)
    {
        if (double.IsPositiveInfinity(nu))
        {
            return NextGaussian();
        }
        // Bailey (1994): a polar form that needs no gamma variate
        while (true)
        {
            var x = 2.0 * NextDouble() - 1.0;
            var y = 2.0 * NextDouble() - 1.0;
            var s = x * x + y * y;
            if (s is > 0.0 and < 1.0)
            {
                return x * Math.Sqrt(nu * (Math.Pow(s, -2.0 / nu) - 1.0) / s) * Math.Sqrt((nu - 2.0) / nu);
            }
        }
    }

    /// <summary>Poisson by inversion; for means up to a few hundred.</summary>
    public int NextPoisson(double mean)
    {
        var (count, left) = (0, NextDouble());
        for (var p = Math.Exp(-mean); left >= p && count < 1000; p *= mean / count)
        {
            left -= p;
            count++;
        }
        return count;
    }

    private ulong Next()
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

    private static ulong Step(ref ulong state)
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
