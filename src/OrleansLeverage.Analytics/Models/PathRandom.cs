namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// A random stream that belongs to one path: <see cref="Xoshiro256"/> from (seed, path). Gaussians by the polar method
/// (Marsaglia 1964) with the platform's logarithm, which is fast; where the last bit must not depend on the platform,
/// the simulator's generator has a logarithm of its own.
/// </summary>
public struct PathRandom
{
    private const ulong Family = 0xA0761D6478BD642F;

    private Xoshiro256 _bits;
    private double _spare;
    private bool _hasSpare;

    public PathRandom(ulong seed, ulong path) => _bits = new Xoshiro256(seed, path, Family);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => _bits.NextDouble();

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
}
