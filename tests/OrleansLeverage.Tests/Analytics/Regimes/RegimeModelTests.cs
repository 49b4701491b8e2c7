using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Analytics.Regimes;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Regimes;

public sealed class RegimeModelTests
{
    [Fact]
    public void TwoStatesAreFoundAgain()
    {
        var (returns, states) = Switching(4_000, [1.0, 4.0], 0.98);
        var model = RegimeModel.Fit(returns, [], 2);
        Assert.True(model.HasConverged);
        Assert.Equal(1.0, model.Deviation(0), 0.1);
        Assert.Equal(4.0, model.Deviation(1), 0.3);
        Assert.Equal(0.98, model.Transition(0, 0), 0.015);
        Assert.Equal(50.0, model.Duration(0)!.Value, 30.0);
        var right = Enumerable.Range(0, returns.Length).Count(t => (model.Smoothed[t, 1] > 0.5) == (states[t] == 1));
        Assert.True(right > 0.95 * returns.Length, $"{right} of {returns.Length}");
        Assert.True(model.Bic < RegimeModel.Fit(returns, [], 1).Bic);
        Assert.Equal(1.0, model.Ahead(1_000).Sum(), 1e-9);
        Assert.Equal(Regime.Stressed, model.At(Array.FindIndex(returns, r => Math.Abs(r) > 9.0)));
    }

    /// <summary>One state is the normal law, whose likelihood is known.</summary>
    [Fact]
    public void OneStateIsTheNormalLaw()
    {
        var (returns, _) = Switching(500, [2.0], 1.0);
        var mean = returns.Average();
        var variance = returns.Average(r => (r - mean) * (r - mean));
        var expected = -0.5 * returns.Length * (Math.Log(2.0 * Math.PI * variance) + 1.0);
        var model = RegimeModel.Fit(returns, [], 1);
        Assert.Equal(expected, model.LogLikelihood, 1e-6);
        Assert.Null(model.Duration(0));
    }

    [Fact]
    public void LeverageTellsCrowdedFromCalm()
    {
        var (returns, _) = Switching(1_500, [1.0], 1.0);
        var random = new PathRandom(3, 3);
        var leverage = returns.Select((_, t) => (t / 300 % 2 == 0 ? 2.0 : 5.0) + 0.2 * random.NextGaussian()).ToArray();
        var model = RegimeModel.Fit(returns, leverage, 2);
        double[] levels = [model.Mean(0, 1), model.Mean(1, 1)];
        Assert.Equal([2.0, 5.0], levels.Order().Select(l => Math.Round(l)));
    }

    [Fact]
    public void BadInputIsRefused()
    {
        Assert.Equal(SeriesProblem.TooShort,
            Assert.Throws<SeriesException>(() => RegimeModel.Fit(new double[20], [], 2)).Problem);
        var (returns, _) = Switching(300, [1.0], 1.0);
        Assert.Equal(SeriesProblem.TooShort,
            Assert.Throws<SeriesException>(() => RegimeModel.Fit(returns, returns.AsSpan(1), 2)).Problem);
        Assert.Throws<ArgumentOutOfRangeException>(() => RegimeModel.Fit(returns, [], 4));
    }

    private static (double[] Returns, int[] States) Switching(int count, double[] deviations, double stay)
    {
        var random = new PathRandom(21, 0);
        var (returns, states, state) = (new double[count], new int[count], 0);
        for (var t = 0; t < count; t++)
        {
            state = random.NextDouble() < stay ? state : (state + 1) % deviations.Length;
            states[t] = state;
            returns[t] = deviations[state] * random.NextGaussian();
        }
        return (returns, states);
    }
}
