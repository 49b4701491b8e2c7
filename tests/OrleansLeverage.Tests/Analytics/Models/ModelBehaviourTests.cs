using OrleansLeverage.Analytics.Models;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Models;

public sealed class ModelBehaviourTests
{
    private static readonly VolatilitySpec Garch = new(VarianceModel.Garch);

    [Fact]
    public void BadSeriesAreRefusedByName()
    {
        var good = VolatilitySimulation.Of(new VolatilityModel(Garch, [0.0, 0.1, 0.1, 0.8]), 200, seed: 1);
        Refused(SeriesProblem.TooShort, () => ReturnSeries.Of(good.AsSpan(0, 49)));
        Refused(SeriesProblem.Constant, () => ReturnSeries.Of(new double[200]));
        Refused(SeriesProblem.NotFinite, () => ReturnSeries.Of([.. good, double.NaN]));
        Refused(SeriesProblem.NotFinite, () => ReturnSeries.FromPrices([1.0, double.PositiveInfinity, 2.0],
            ReturnKind.Log));
        Refused(SeriesProblem.NonPositivePrice, () => ReturnSeries.FromPrices([1.0, 0.0, 2.0], ReturnKind.Log));
        Refused(SeriesProblem.TooShort, () => VolatilityFitter.Fit(ReturnSeries.Of(good.AsSpan(0, 80)),
            Garch with { Innovation = Innovation.StudentT, AutoRegression = 2, MovingAverage = 2 }));
        var day = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Refused(SeriesProblem.Gap, () => ReturnSeries.CheckSteps(
            [.. Enumerable.Range(0, 10).Select(i => day.AddDays(i)), day.AddDays(30)], 5.0));
        Refused(SeriesProblem.OutOfOrder, () => ReturnSeries.CheckSteps([day, day], 5.0));
        ReturnSeries.CheckSteps([.. Enumerable.Range(0, 10).Select(i => day.AddDays(i)), day.AddDays(13)], 5.0);
        Refused(SeriesProblem.NonPositivePrice, () => HarModel.Fit(good));
    }

    [Fact]
    public void AFitWithoutALongRunSaysSo()
    {
        // variance doubles twice: what follows is integrated
        var random = new PathRandom(4, 0);
        var values = new double[1500];
        for (var t = 0; t < values.Length; t++)
        {
            values[t] = Math.Exp(t / 300.0) * random.NextGaussian();
        }
        var fit = VolatilityFitter.Fit(ReturnSeries.Of(values), Garch);
        Assert.True(fit.Model.Persistence >= 0.999, $"{fit.Model.Persistence}");
        if (fit.Flags.HasFlag(FitFlags.NotStationary))
        {
            Assert.Null(fit.Model.LongRunVariance);
            Assert.Null(fit.Model.HalfLife);
            Assert.Contains(fit.Warnings(), w => w.StartsWith("persistence is 1", StringComparison.Ordinal));
        }
        var integrated = new VolatilityModel(Garch, [0.0, 0.1, 0.2, 0.8]);
        Assert.Null(integrated.LongRunVariance);
        Assert.Null(integrated.HalfLife);
        Assert.Equal(1.3, VarianceForecast.Of(integrated, 1.0, 4).Variances[3], 1e-12);
    }

    [Fact]
    public void ASeriesWithoutVolatilityClustersStopsAtABound()
    {
        var random = new PathRandom(77, 0);
        var fit = VolatilityFitter.Fit(
            ReturnSeries.Of([.. Enumerable.Range(0, 800).Select(_ => random.NextGaussian())]), Garch);
        Assert.InRange(fit["alpha"].Value, 0.0, 0.08);
        Assert.Equal(1.0, fit.Variances.ToArray().Average(), 0.15);
    }

    /// <summary>E|z| and E z² under both laws, so that Tarch's persistence is what its forecast does.</summary>
    [Fact]
    public void PersistenceOfTarchIsThatOfItsDeviation()
    {
        var model = new VolatilityModel(new VolatilitySpec(VarianceModel.Tarch), [0.0, 0.05, 0.05, 0.10, 0.85]);
        Assert.Equal(0.85 + 0.1 * 0.7978845608028654, model.Persistence, 1e-9);
        var (sum, paths) = (0.0, 200_000);
        for (var i = 0; i < paths; i++)
        {
            var random = new PathRandom(5, (ulong)i);
            sum += Math.Sqrt(model.Next(4.0, 2.0 * random.NextGaussian())) / paths;
        }
        Assert.Equal(0.05 + model.Persistence * 2.0, sum, 0.002);
    }

    /// <summary>BTC has no effect worth the name, the index has: the test tells them apart.</summary>
    [Fact]
    public void TheLeverageEffectIsMeasuredNotAssumed()
    {
        if (ModelSeries.Sp500() is not { } index || ModelSeries.DemGbp() is not { } currency)
        {
            return;
        }
        var present = LeverageEffect.Of(index, Presample.Backcast);
        Assert.True(present.IsPresent);
        Assert.True(present.Gjr.Statistic > 200.0);
        Assert.True(present.Joint.PValue < 1e-4);
        Assert.Equal(-29.867525705815016, present.Correlation[0].Value, 1e-7);
        Assert.InRange(present.Decay!.Value.Amplitude, 15.0, 35.0);
        var absent = LeverageEffect.Of(currency);
        Assert.False(absent.IsPresent);
        // 2·(1106.60788 − 1106.10234)
        Assert.Equal(1.0111, absent.Gjr.Statistic, 0.0005);
    }

    /// <summary>A heterogeneous autoregression of known coefficients, and its forecast by hand.</summary>
    [Fact]
    public void HarRecoversItsCoefficients()
    {
        double[] truth = [0.2, 0.35, 0.3, 0.15];
        var random = new PathRandom(9, 0);
        var values = Enumerable.Repeat(1.0, 22).ToList();
        for (var t = 0; t < 20_000; t++)
        {
            var next = truth[0] + truth[1] * values[^1] + truth[2] * values.TakeLast(5).Average()
                + truth[3] * values.TakeLast(22).Average();
            values.Add(Math.Max(0.01, next + 0.05 * random.NextGaussian()));
        }
        var model = HarModel.Fit(values.ToArray());
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(truth[i], model.Coefficients[i], 4.0 * model.Errors[i]);
        }
        var first = model.Coefficients[0] + model.Coefficients[1] * values[^1]
            + model.Coefficients[2] * values.TakeLast(5).Average()
            + model.Coefficients[3] * values.TakeLast(22).Average();
        var ahead = model.Forecast(600);
        Assert.Equal(first, ahead[0], 1e-12);
        Assert.Equal(model.LongRun!.Value, ahead[^1], 1e-3);
    }

    [Fact]
    public void StreamsAreStandardAndRepeatable()
    {
        var (a, b) = (new PathRandom(1, 2), new PathRandom(1, 2));
        Assert.Equal(a.NextGaussian(), b.NextGaussian());
        Assert.NotEqual(new PathRandom(1, 3).NextDouble(), new PathRandom(1, 2).NextDouble());
        var (squares, tails, counts) = (0.0, 0.0, 0.0);
        for (var i = 0; i < 200_000; i++)
        {
            squares += Math.Pow(a.NextGaussian(), 2.0) / 200_000;
            tails += Math.Pow(a.NextStudent(8.0), 2.0) / 200_000;
            counts += a.NextPoisson(0.3) / 200_000.0;
        }
        Assert.Equal(1.0, squares, 0.02);
        Assert.Equal(1.0, tails, 0.03);
        Assert.Equal(0.3, counts, 0.01);
    }

    private static void Refused(SeriesProblem problem, Func<object> work) =>
        Assert.Equal(problem, Assert.Throws<SeriesException>(work).Problem);

    private static void Refused(SeriesProblem problem, Action work) =>
        Assert.Equal(problem, Assert.Throws<SeriesException>(work).Problem);
}
