namespace OrleansLeverage.Analytics.Models;

/// <summary>
/// xoshiro256** (Blackman and Vigna 2018, prng.di.unimi.it) whose state SplitMix64 fills from (seed, stream): the same
/// bits on every machine. Streams of one seed are independent for all practical purposes, so every path, asset and
/// account draws from its own, and no result depends on who is computed first, or by which thread.
/// </summary>
public struct Xoshiro256
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <param name="family">Parts the streams of one use from those of another under the same seed.</param>
    public Xoshiro256(ulong seed, ulong stream, ulong family)
    {
        // two rounds of mixing part streams whose numbers differ in one bit
        var state = Mix(seed) ^ Mix(unchecked(stream * Golden) ^ family);
        _s0 = SplitMix64(ref state);
        _s1 = SplitMix64(ref state);
        _s2 = SplitMix64(ref state);
        _s3 = SplitMix64(ref state);
    }

    /// <summary>From a state, which is not all zeros.</summary>
    public Xoshiro256(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    public ulong Next()
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
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    public static ulong SplitMix64(ref ulong state)
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
