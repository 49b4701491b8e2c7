using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Market.Simulation;
using Xunit;

namespace OrleansLeverage.Tests.Market.Simulation;

public sealed class SeededRandomTests
{
    [Fact]
    public void The_generators_give_their_published_numbers()
    {
        // Rosetta Code "Pseudo-random numbers/Splitmix64"; the reference sequence of xoshiro256** from state 1, 2, 3, 4
        var state = 1_234_567UL;
        Assert.Equal(
            [6_457_827_717_110_365_317UL, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423],
            Enumerable.Range(0, 3).Select(_ => Xoshiro256.SplitMix64(ref state)).ToArray());

        var random = new SeededRandom(1, 2, 3, 4);
        Assert.Equal(
            [11_520UL, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360],
            Enumerable.Range(0, 5).Select(_ => random.NextUInt64()).ToArray());
    }

    [Fact]
    public void A_seed_and_a_stream_give_what_an_independent_program_gives()
    {
        // the same definitions written in Python with its own logarithm
        var random = new SeededRandom(42, 7);
        Assert.Equal([9_493_451_536_617_789_515UL, 14_234_229_699_549_306_975, 11_287_383_384_994_900_734],
            Enumerable.Range(0, 3).Select(_ => random.NextUInt64()).ToArray());

        random = new SeededRandom(42, 7);
        double[] normals = [0.08397988599713899, 1.5581014317274202, 0.3523482030950247, -1.0827477013229274];
        foreach (var expected in normals)
        {
            Assert.Equal(expected, random.NextGaussian(), 1e-15);
        }
    }

    [Fact]
    public void Streams_of_one_seed_are_unlike_and_so_are_neighbouring_seeds()
    {
        const int Draws = 20_000;
        var (a, b, c) = (new SeededRandom(1), new SeededRandom(1, 1), new SeededRandom(2));
        var (ab, ac) = (0.0, 0.0);
        for (var i = 0; i < Draws; i++)
        {
            var z = a.NextGaussian();
            ab += z * b.NextGaussian() / Draws;
            ac += z * c.NextGaussian() / Draws;
        }
        // five standard errors of a correlation of 0
        Assert.InRange(ab, -5 / Math.Sqrt(Draws), 5 / Math.Sqrt(Draws));
        Assert.InRange(ac, -5 / Math.Sqrt(Draws), 5 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Gaussians_have_their_moments_and_their_tails()
    {
        const int Draws = 200_000;
        var random = new SeededRandom(7);
        var draws = Enumerable.Range(0, Draws).Select(_ => random.NextGaussian()).ToArray();

        Assert.InRange(draws.Average(), -0.012, 0.012);
        Assert.InRange(draws.Average(z => z * z), 0.985, 1.015);
        Assert.InRange(draws.Average(z => z * z * z * z), 2.9, 3.1);
        // P(|Z| > 1.959964) = 0.05
        Assert.InRange(draws.Count(z => Math.Abs(z) > 1.959964) / (double)Draws, 0.0475, 0.0525);
    }

    [Fact]
    public void Integers_are_even_and_within_their_bound()
    {
        var random = new SeededRandom(7);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.NextInt(7)]++;
        }
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt(0));
    }

    [Fact]
    public void Pareto_has_the_tail_of_its_exponent()
    {
        const int Draws = 100_000;
        var random = new SeededRandom(7);
        var draws = Enumerable.Range(0, Draws).Select(_ => random.NextPareto(500.0, 1.2)).ToArray();

        Assert.True(draws.Min() >= 500.0);
        // P(X > 10·min) = 10^−1.2 = 0.0631
        Assert.InRange(draws.Count(x => x > 5_000.0) / (double)Draws, 0.060, 0.066);
    }

    [Fact]
    public void Portable_functions_agree_with_the_library_to_the_last_digits()
    {
        var random = new SeededRandom(7);
        for (var i = 0; i < 20_000; i++)
        {
            var x = random.NextBetween(-300.0, 300.0);
            Assert.Equal(1.0, PortableMath.Exp(x) / Math.Exp(x), 1e-13);
            var y = random.NextPositive() * Math.Pow(10.0, random.NextInt(40) - 20);
            Assert.InRange(PortableMath.Log(y) - Math.Log(y), -2e-14, 2e-14);
            var near = 1.0 + (random.NextDouble() - 0.5) * 1e-3;
            Assert.Equal(1.0, PortableMath.Log(near) / Math.Log(near), 1e-12);
        }
        Assert.Equal(1.0, PortableMath.Exp(0.0));
        Assert.Equal(0.0, PortableMath.Log(1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Log(0.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Log(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Exp(701.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PortableMath.Exp(double.NaN));
    }

    [Fact]
    public void Correlation_reproduces_its_matrix_and_refuses_what_is_none()
    {
        double[][] matrix = [[1.0, 0.6, -0.2], [0.6, 1.0, 0.3], [-0.2, 0.3, 1.0]];
        var correlation = new Correlation(matrix);
        var columns = Enumerable.Range(0, 3).Select(i =>
        {
            var unit = new double[3];
            var mixed = new double[3];
            unit[i] = 1.0;
            correlation.Mix(unit, mixed);
            return mixed;
        }).ToArray();
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
            {
                Assert.Equal(matrix[i][j], columns.Sum(column => column[i] * column[j]), 1e-15);
            }
        }
        Assert.Equal(0.6 + 0.4 * 0.5, Correlation.Stressed(matrix, 0.5)[0][1], 1e-15);
        Assert.Contains("not positive definite from asset 3", Assert.Throws<FormatException>(
            () => new Correlation([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])).Message);
        Assert.Contains("not symmetric", Assert.Throws<FormatException>(
            () => new Correlation([[1.0, 0.9], [0.8, 1.0]])).Message);
        Assert.Contains("row 2", Assert.Throws<FormatException>(() => new Correlation([[1.0, 0.9], [0.9]])).Message);
    }
}
