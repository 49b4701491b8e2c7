using OrleansLeverage.Analytics.Models;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Models;

/// <summary>What went in comes out: models fitted to their own simulations.</summary>
public sealed class RecoveryTests
{
    /// <summary>
    /// 200 seeds of 5,000 observations: no bias beyond two Monte Carlo errors, of ω and β in the median, and the 95 %
    /// intervals hold the truth as often as they say (quant reference §19).
    /// </summary>
    [Fact]
    public void GarchIsRecoveredWithoutBiasAndWithHonestIntervals()
    {
        const int Seeds = 200;
        double[] truth = [0.05, 0.05, 0.05, 0.90];
        var spec = new VolatilitySpec(VarianceModel.Garch);
        var model = new VolatilityModel(spec, truth);
        var estimates = new Estimate[Seeds][];
        Parallel.For(0, Seeds, seed => estimates[seed] = [.. VolatilityFitter.Fit(
            ReturnSeries.Of(VolatilitySimulation.Of(model, 5_000, (ulong)seed + 1)), spec).Estimates]);
        for (var i = 0; i < truth.Length; i++)
        {
            var values = estimates.Select(e => e[i].Value).ToArray();
            var mean = values.Average();
            var error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (Seeds - 1.0) / Seeds);
            var covered = estimates.Count(e =>
                Math.Abs(e[i].Value - truth[i]) < 1.959964 * e[i].HessianError!.Value);
            var name = estimates[0][i].Name;
            // the law of ω and β is skewed at this length: their mean is off by the estimator's own bias of order 1/n,
            // two to five errors in any two hundred seeds, and their median is not
            var isSkewed = name is "omega" or "beta";
            Assert.True(Math.Abs(mean - truth[i]) < (isSkewed ? 5.0 : 2.0) * error,
                $"{name}: mean {mean:R}, error {error:R}");
            var median = values.Order().ElementAt(Seeds / 2);
            Assert.True(Math.Abs(median - truth[i]) < 2.0 * 1.2533 * error, $"{name}: median {median:R}");
            Assert.True(covered / (double)Seeds is >= 0.92 and <= 0.98, $"{name}: covered {covered} of {Seeds}");
        }
    }

    /// <summary>
    /// True (α .2, β .3, ω .2): QuantLib's test, whose least-squares search stops at (.265, .277, .679).
    /// </summary>
    [Fact]
    public void ASmallBetaIsFoundFromSeveralStarts()
    {
        var model = new VolatilityModel(new VolatilitySpec(VarianceModel.Garch), [0.0, 0.2, 0.2, 0.3]);
        var fit = VolatilityFitter.Fit(ReturnSeries.Of(VolatilitySimulation.Of(model, 50_000, seed: 3)), model.Spec);
        Assert.Equal(0.2, fit["alpha"].Value, 0.02);
        Assert.Equal(0.3, fit["beta"].Value, 0.05);
        Assert.Equal(0.2, fit["omega"].Value, 0.02);
        Assert.True(fit.StartsAgreeing >= 2);
    }

    [Theory]
    [InlineData(VarianceModel.Gjr, "gamma", 0.10)]
    [InlineData(VarianceModel.Tarch, "gamma", 0.10)]
    [InlineData(VarianceModel.Egarch, "alpha", -0.08)]
    public void TheLeverageEffectIsRecovered(VarianceModel variance, string name, double truth)
    {
        double[] parameters = variance switch
        {
            VarianceModel.Gjr => [0.0, 0.05, 0.03, 0.10, 0.87],
            VarianceModel.Tarch => [0.0, 0.04, 0.04, 0.10, 0.87],
            _ => [0.0, 0.0, -0.08, 0.15, 0.97],
        };
        var spec = new VolatilitySpec(variance);
        var fit = VolatilityFitter.Fit(
            ReturnSeries.Of(VolatilitySimulation.Of(new VolatilityModel(spec, parameters), 8_000, seed: 5)), spec);
        Assert.Equal(truth, fit[name].Value, 4.0 * fit[name].HessianError!.Value);
        Assert.True(Math.Abs(fit[name].Value) > 4.0 * fit[name].HessianError!.Value);
    }

    [Fact]
    public void StudentTailsAreRecovered()
    {
        var spec = new VolatilitySpec(VarianceModel.Garch) { Innovation = Innovation.StudentT };
        var model = new VolatilityModel(spec, [0.0, 0.05, 0.06, 0.90, 5.0]);
        var fit = VolatilityFitter.Fit(ReturnSeries.Of(VolatilitySimulation.Of(model, 6_000, seed: 8)), spec);
        Assert.Equal(5.0, fit["nu"].Value, 4.0 * fit["nu"].HessianError!.Value);
    }
}
