using MathNet.Numerics.Distributions;
using OrleansLeverage.Analytics.Backtests;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Backtests;

/// <summary>ES, density and loss tests: by hand, and right models against wrong ones.</summary>
public sealed class ShortfallTestsTests
{
    [Fact]
    public void StatisticsByHand()
    {
        // exceptions −3 and −4 against VaR 2 and ES 2.5 in 4 days at 25 %
        double[] returns = [-3, 1, -4, -2], risk = [2, 2, 2, 2], shortfall = [2.5, 2.5, 2.5, 2.5];
        Assert.Equal(1.0 - (7.0 / 2.5 / 2.0), ShortfallTests.Z1(returns, risk, shortfall)!.Value, 1e-14);
        Assert.Equal(1.0 - (7.0 / 2.5 / (4 * 0.25)), ShortfallTests.Z2(returns, risk, shortfall, 0.25)!.Value, 1e-14);
        Assert.Null(ShortfallTests.Z1([1.0], [2.0], [3.0]));
        Assert.Throws<ArgumentException>(() => ShortfallTests.Z1(returns, risk, [1.0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShortfallTests.Z1([-3], [2], [0]));
    }

    /// <summary>Textbook values: normal 97.5 % VaR 1.95996, ES 2.33780; Student 4: 2.77645, ES 3.99357.</summary>
    [Theory]
    [InlineData(null, 1.959964, 2.337803)]
    [InlineData(4.0, 2.776445, 3.993566)]
    public void TailsOfStandardLaws(double? degrees, double risk, double shortfall)
    {
        var (valueAtRisk, expected) = ShortfallTests.StandardTail(0.025, degrees);
        Assert.Equal(risk, valueAtRisk, 1e-6);
        Assert.Equal(shortfall, expected, 2e-5);
    }

    [Fact]
    public void TheSimulatedLawOfZ2IsThatOfARightModel()
    {
        // Acerbi and Szekely 2014: the 5 % point of Z2 at 2.5 % over 250 days is about −0.70 for light tails
        Assert.InRange(ShortfallTests.Z2PValue(-0.70, 250, 0.025, null, 4_000, 1), 0.035, 0.065);
        var heavy = ShortfallTests.Z2PValue(-0.82, 250, 0.025, 3.0, 4_000, 1);
        Assert.InRange(heavy, 0.035, 0.07);
        Assert.Equal(heavy, ShortfallTests.Z2PValue(-0.82, 250, 0.025, 3.0, 4_000, 1));
        Assert.True(ShortfallTests.Z2PValue(-3, 250, 0.025, null, 1_000, 1) < 0.01);
        Assert.True(ShortfallTests.Z2PValue(0.5, 250, 0.025, null, 1_000, 1) > 0.5);
    }

    [Fact]
    public void UniformTransformsPassAndOthersDoNot()
    {
        var random = new Random(3);
        double[] uniform = [.. Enumerable.Range(0, 1_000).Select(_ => random.NextDouble())];
        double[] narrow = [.. uniform.Select(u => 0.25 + (u / 2))];
        double[] slow = new double[1_000];
        for (var (i, z) = (0, 0.0); i < slow.Length; i++)
        {
            z = (0.5 * z) + (Math.Sqrt(0.75) * Normal.InvCDF(0, 1, uniform[i]));
            slow[i] = Normal.CDF(0, 1, z);
        }
        Assert.False(DensityTests.Berkowitz(uniform)!.Value.Rejects(0.01));
        Assert.True(DensityTests.Berkowitz(narrow)!.Value.Rejects(1e-6));
        Assert.True(DensityTests.Berkowitz(slow)!.Value.Rejects(1e-6));
        Assert.True(DensityTests.KolmogorovSmirnov(uniform)!.Value.PValue > 0.05);
        Assert.True(DensityTests.KolmogorovSmirnov(narrow)!.Value.PValue < 1e-6);
        Assert.Null(DensityTests.Berkowitz([0.5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DensityTests.KolmogorovSmirnov([1.5]));
    }

    /// <summary>Kolmogorov's law: P(D·√n &gt; 1.358) = 0.05.</summary>
    [Fact]
    public void KolmogorovsFivePercentPoint()
    {
        double[] shifted = [.. Enumerable.Range(0, 1_000).Select(i => Math.Min(1.0, ((i + 0.5) / 1_000) + 0.04256))];
        Assert.Equal(0.05, DensityTests.KolmogorovSmirnov(shifted)!.Value.PValue, 0.005);
    }

    [Fact]
    public void TheBetterForecastHasTheSmallerLoss()
    {
        var random = new Random(11);
        double[] returns = [.. Enumerable.Range(0, 2_000).Select(_ => Normal.InvCDF(0, 1, random.NextDouble()))];
        double[] Joint(double scale) => [.. returns.Select(r =>
            ForecastLosses.Joint(r, 1.6448536 * scale, 2.0627128 * scale, 0.05))];
        var test = ForecastLosses.Compare(Joint(1.0), Joint(1.5))!.Value;
        Assert.True(test.Statistic < -3.0 && test.PValue < 0.01, $"{test}");
        Assert.Equal(-test.Statistic, ForecastLosses.Compare(Joint(1.5), Joint(1.0))!.Value.Statistic, 1e-12);
        Assert.Null(ForecastLosses.Compare(Joint(1.0), Joint(1.0)));
        double QLike(double h) => returns.Average(r => ForecastLosses.QLike(r * r, h));
        Assert.True(QLike(1.0) < QLike(0.7) && QLike(1.0) < QLike(1.4));
        double Quantile(double v) => returns.Average(r => ForecastLosses.Quantile(r, v, 0.05));
        Assert.True(Quantile(1.645) < Quantile(1.2) && Quantile(1.645) < Quantile(2.2));
    }

    /// <summary>By hand, with the small-sample correction.</summary>
    [Fact]
    public void DieboldMarianoByHand()
    {
        double[] first = [1, 0, 2, 1, 0, 3, 1, 2, 0, 1], second = [0, 1, 1, 1, 1, 1, 0, 1, 1, 0];
        // differences 1 −1 1 0 −1 2 1 1 −1 1: mean 0.4, Σ(d − mean)² = 12 − 1.6 = 10.4, over n
        var test = ForecastLosses.Compare(first, second)!.Value;
        Assert.Equal(0.4, test.MeanDifference, 1e-15);
        Assert.Equal(0.4 / Math.Sqrt(1.04 / 10) * Math.Sqrt(9.0 / 10.0), test.Statistic, 1e-12);
        Assert.Equal(2 * StudentT.CDF(0, 1, 9, -test.Statistic), test.PValue, 1e-12);
    }
}
