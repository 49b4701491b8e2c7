using OrleansLeverage.Analytics.Models;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Models;

/// <summary>
/// Published benchmarks: Fiorentini, Calzolari and Panattoni (1996) and Bollerslev and Ghysels (1996) on DM/GBP, the
/// Python package arch on the S&amp;P 500, the commercial package that rugarch compares itself with on Alcoa.
/// </summary>
public sealed class GarchBenchmarkTests
{
    [Fact]
    public void TheFcpBenchmarkIsMetToFiveDigitsAndItsErrorsToFourAndAHalf()
    {
        if (ModelSeries.DemGbp() is not { } series)
        {
            return;
        }
        var fit = VolatilityFitter.Fit(series, new VolatilitySpec(VarianceModel.Garch));
        Assert.Equal(FitFlags.None, fit.Flags);
        (string Name, double Value, double Error)[] published =
        [
            ("mu", -0.00619041, 0.00846212), ("omega", 0.0107613, 0.00285271), ("alpha", 0.153134, 0.0265228),
            ("beta", 0.805974, 0.0335527),
        ];
        foreach (var (name, value, error) in published)
        {
            Assert.True(ModelSeries.Digits(fit[name].Value, value) >= 5.0, $"{name} {fit[name].Value:R}");
            Assert.True(ModelSeries.Digits(fit[name].HessianError!.Value, error) >= 4.5,
                $"{name} error {fit[name].HessianError:R}");
        }
        // another program's figures, labelled
        Assert.Equal(0.013973793159048281, fit["alpha"].OpgError!.Value, 1e-8);
        Assert.Equal(0.0535314386601021, fit["alpha"].QmlError!.Value, 1e-6);
        Assert.Equal(-1106.6078810412887, fit.LogLikelihood, 1e-9);
    }

    /// <summary>
    /// Another program's optimum differs from ours in the seventh digit of the mean: the gradient says whose it is.
    /// </summary>
    [Fact]
    public void TheGradientIsZeroAtOurMaximumAndNotAtTheOther()
    {
        if (ModelSeries.DemGbp() is not { } series)
        {
            return;
        }
        var spec = new VolatilitySpec(VarianceModel.Garch);
        var likelihood = new JetLikelihood(spec, series.Values.ToArray());
        var fit = VolatilityFitter.Fit(series, spec);
        Assert.All(GradientAt([.. fit.Parameters]), slope => Assert.InRange(slope, -1e-7, 1e-7));
        double[] other = [-0.006190415985663677, 0.01076139875987673, 0.15313407085349615, 0.8059736584334773];
        Assert.Contains(GradientAt(other), slope => Math.Abs(slope) > 5e-5);

        double[] GradientAt(double[] parameters)
        {
            var point = new LikelihoodPoint(spec.Count);
            Assert.True(likelihood.Evaluate(parameters, 1, point));
            return point.Gradient;
        }
    }

    [Theory]
    [InlineData(VarianceModel.Gjr, -1106.102338566542)]
    [InlineData(VarianceModel.Egarch, -1101.676161209123)]
    public void OtherModelsReachTheirLikelihoodOnDemGbp(VarianceModel model, double logLikelihood)
    {
        if (ModelSeries.DemGbp() is { } series)
        {
            Assert.Equal(logLikelihood, VolatilityFitter.Fit(series, new VolatilitySpec(model)).LogLikelihood, 1e-5);
        }
    }

    /// <summary>
    /// The program that the published EGARCH parameters come from, in both of its conventions for the residual before
    /// the first (C. Cummins, tspintl.com, examples/bench/egarch.tsp): log-likelihood, parameters and its own errors,
    /// from numeric second derivatives. The errors that are passed on beside these parameters (.00886, .0285, ...) are
    /// another program's, divided out of rounded t-statistics, as the source says.
    /// </summary>
    [Theory]
    [InlineData(Presample.MeanResidual, -1101.6843841, new[] { -.01167873487, -.12633933747, -.03845788444,
        .33305592776, .91265373928 }, new[] { .0083216274, .0272134489, .0182962065, .0387569025, .0161780776 })]
    [InlineData(Presample.SampleMean, -1101.6761612, new[] { -.01156255945, -.12634299469, -.03840128593,
        .33305812431, .91265496832 }, new[] { .0083218991, .0272141311, .0183016435, .0387588699, .0161786594 })]
    public void TheEgarchBenchmarkIsMet(
        Presample presample, double logLikelihood, double[] published, double[] errors)
    {
        if (ModelSeries.DemGbp() is not { } series)
        {
            return;
        }
        var fit = VolatilityFitter.Fit(series, new VolatilitySpec(VarianceModel.Egarch) { Presample = presample });
        Assert.Equal(logLikelihood, fit.LogLikelihood, 1e-6);
        for (var i = 0; i < published.Length; i++)
        {
            var (estimate, value) = (fit.Estimates[i], published[i]);
            // under e(0) = 0 the program stopped on the other side of a kink of |z|: two digits of the mean
            var digits = presample == Presample.MeanResidual ? 6.0 : estimate.Name == "mu" ? 3.5 : 4.0;
            Assert.True(ModelSeries.Digits(estimate.Value, value) >= digits, $"{estimate.Name} {estimate.Value:R}");
            Assert.True(ModelSeries.Digits(estimate.HessianError!.Value, errors[i]) >= 3.2,
                $"{estimate.Name} error {estimate.HessianError:R}");
        }
    }

    [Theory]
    [InlineData(VarianceModel.Garch, -6936.71847697183, false)]
    [InlineData(VarianceModel.Gjr, -6822.882825444589, true)]
    [InlineData(VarianceModel.Tarch, -6799.179, true)]
    public void TheIndexHasTheLikelihoodsOfArchAndItsBound(VarianceModel model, double logLikelihood, bool isAtBound)
    {
        if (ModelSeries.Sp500() is not { } series)
        {
            return;
        }
        var fit = VolatilityFitter.Fit(series, new VolatilitySpec(model) { Presample = Presample.Backcast });
        Assert.Equal(logLikelihood, fit.LogLikelihood, 1e-3);
        Assert.Equal(isAtBound, fit.Flags.HasFlag(FitFlags.AtBound));
        Assert.Equal(isAtBound, fit["alpha"].IsAtBound);
        Assert.Equal(isAtBound, fit["alpha"].HessianError is null);
        Assert.Equal(isAtBound, fit.Warnings().Any(w => w.StartsWith("alpha at the bound", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(VarianceModel.Garch, 2, 14004.118, 0.001)]
    [InlineData(VarianceModel.Gjr, 1, 14002.0, 0.05)]
    [InlineData(VarianceModel.Aparch, 1, 14011.7, 0.05)]
    public void TheCommercialBenchmarkIsMet(VarianceModel model, int order, double logLikelihood, double within)
    {
        if (ModelSeries.Alcoa() is not { } series)
        {
            return;
        }
        var fit = VolatilityFitter.Fit(series, new VolatilitySpec(model)
        {
            Innovation = Innovation.StudentT, AutoRegression = order, MovingAverage = order,
        });
        Assert.Equal(logLikelihood, fit.LogLikelihood, within);
    }

    /// <summary>What that package prints as errors are the QML ones.</summary>
    [Fact]
    public void TheCommercialErrorsAreQuasiMaximumLikelihood()
    {
        if (ModelSeries.Alcoa() is not { } series)
        {
            return;
        }
        var fit = VolatilityFitter.Fit(series, new VolatilitySpec(VarianceModel.Garch)
        {
            Innovation = Innovation.StudentT, AutoRegression = 2, MovingAverage = 2,
        });
        (string Name, double Error)[] printed =
        [
            ("mu", 0.00015827), ("ar1", 0.078308), ("ar2", 0.074981), ("ma1", 0.073396), ("ma2", 0.070594),
            ("omega", 1.0829e-06), ("alpha", 0.0072783), ("beta", 0.0087306), ("nu", 0.65459),
        ];
        Assert.All(printed, p => Assert.Equal(p.Error, fit[p.Name].QmlError!.Value, 0.001 * p.Error));
    }
}
