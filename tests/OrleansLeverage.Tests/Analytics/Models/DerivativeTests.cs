using OrleansLeverage.Analytics.Models;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Models;

/// <summary>Exact derivatives against differences of the likelihood itself.</summary>
public sealed class DerivativeTests
{
    private static readonly double[] Returns = VolatilitySimulation.Of(
        new VolatilityModel(new VolatilitySpec(VarianceModel.Gjr), [0.03, 0.04, 0.05, 0.08, 0.86]), 400, seed: 11);

    public static TheoryData<VarianceModel, Innovation, Presample, int> Specs()
    {
        var data = new TheoryData<VarianceModel, Innovation, Presample, int>();
        foreach (var model in Enum.GetValues<VarianceModel>())
        {
            foreach (var presample in Enum.GetValues<Presample>())
            {
                data.Add(model, Innovation.Normal, presample, 0);
                data.Add(model, Innovation.StudentT, presample, 2);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void GradientAndHessianAreThoseOfTheValue(
        VarianceModel model, Innovation innovation, Presample presample, int order)
    {
        var spec = new VolatilitySpec(model)
        {
            Innovation = innovation, Presample = presample, AutoRegression = order, MovingAverage = order,
        };
        var likelihood = new JetLikelihood(spec, Returns);
        var at = new LikelihoodPoint(spec.Count);
        var point = Point(spec);
        Assert.True(likelihood.Evaluate(point, 2, at));
        for (var i = 0; i < spec.Count; i++)
        {
            var step = 1e-5 * Math.Max(0.01, Math.Abs(point[i]));
            var (up, down) = (Moved(i, step), Moved(i, -step));
            Same((up.Value - down.Value) / (2.0 * step), at.Gradient[i], 1e-5, $"slope {i}");
            for (var j = 0; j <= i; j++)
            {
                Same((up.Gradient[j] - down.Gradient[j]) / (2.0 * step), at.Hessian[LikelihoodPoint.At(i, j)], 1e-3,
                    $"curve {i} {j}");
            }
        }

        LikelihoodPoint Moved(int place, double by)
        {
            var moved = (double[])point.Clone();
            moved[place] += by;
            var there = new LikelihoodPoint(spec.Count);
            Assert.True(likelihood.Evaluate(moved, 1, there));
            return there;
        }
    }

    [Theory]
    [InlineData(VarianceModel.Garch, Presample.SampleMean)]
    [InlineData(VarianceModel.Garch, Presample.Backcast)]
    [InlineData(VarianceModel.Gjr, Presample.SampleMean)]
    [InlineData(VarianceModel.Gjr, Presample.Backcast)]
    public void TheWrittenOutModelEqualsTheGeneralOne(VarianceModel model, Presample presample)
    {
        var spec = new VolatilitySpec(model) { Presample = presample };
        var point = Point(spec);
        var (fast, general) = (new LikelihoodPoint(spec.Count), new LikelihoodPoint(spec.Count));
        double? backcast = presample == Presample.Backcast ? VarianceRecursion.Backcast(Returns, 2) : null;
        var written = new GarchLikelihood(spec, Returns, backcast);
        Assert.True(new JetLikelihood(spec, Returns).Evaluate(point, 2, general));
        Assert.True(written.Evaluate(point, 2, fast));
        Same(general.Value, fast.Value, 1e-12, "value");
        for (var i = 0; i < spec.Count; i++)
        {
            Same(general.Gradient[i], fast.Gradient[i], 1e-9, $"slope {i}");
        }
        for (var i = 0; i < fast.Hessian.Length; i++)
        {
            Same(general.Hessian[i], fast.Hessian[i], 1e-9, $"curve {i}");
            Same(general.Outer[i], fast.Outer[i], 1e-9, $"outer {i}");
        }
        Assert.True(written.Evaluate(point, 0, fast));
        Same(general.Value, fast.Value, 1e-12, "value alone");
    }

    /// <summary>ψ'(1) = π²/6, ψ'(½) = π²/2, and the recurrence.</summary>
    [Fact]
    public void TheTrigammaFunction()
    {
        Assert.Equal(Math.PI * Math.PI / 6.0, TailDensity.Trigamma(1.0), 1e-14);
        Assert.Equal(Math.PI * Math.PI / 2.0, TailDensity.Trigamma(0.5), 1e-13);
        Assert.Equal(TailDensity.Trigamma(3.7), TailDensity.Trigamma(4.7) + 1.0 / (3.7 * 3.7), 1e-14);
    }

    private static double[] Point(VolatilitySpec spec)
    {
        double[] variance = spec.Variance switch
        {
            VarianceModel.Garch => [0.05, 0.1, 0.82],
            VarianceModel.Gjr => [0.05, 0.06, 0.07, 0.83],
            VarianceModel.Tarch => [0.05, 0.06, 0.07, 0.85],
            VarianceModel.Egarch => [-0.02, -0.05, 0.2, 0.93],
            _ => [0.05, 0.08, 0.2, 0.84, 1.4],
        };
        double[] mean = [0.02, .. spec.AutoRegression > 0 ? [0.2, 0.1, -0.15, 0.05] : (double[])[]];
        return [.. mean, .. variance, .. spec.Innovation == Innovation.StudentT ? [7.0] : (double[])[]];
    }

    private static void Same(double expected, double actual, double relative, string what) => Assert.True(
        Math.Abs(expected - actual) <= relative * Math.Max(1.0, Math.Abs(expected)),
        $"{what}: {expected:R} {actual:R}");
}
