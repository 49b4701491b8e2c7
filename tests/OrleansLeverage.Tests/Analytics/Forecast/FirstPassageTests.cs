using OrleansLeverage.Analytics.Forecast;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Forecast;

public sealed class FirstPassageTests
{
    private const double Week = 7.0 / 365.0;

    /// <summary>Quant reference §11.</summary>
    [Theory]
    [InlineData(90.0, 7.0, 0.2157583752)]
    [InlineData(80.0, 30.0, 0.2170229177)]
    [InlineData(110.0, 7.0, 0.2395421446)]
    public void Anchors(double level, double days, double probability) => Assert.Equal(probability,
        FirstPassage.Probability(100.0, level, level < 100.0, 0.6, days / 365.0), 1e-10);

    [Fact]
    public void Edges()
    {
        Assert.Equal(1.0, FirstPassage.Probability(100.0, 100.0, true, 0.6, Week));
        Assert.Equal(1.0, FirstPassage.Probability(100.0, 90.0, false, 0.6, Week));
        Assert.Equal(0.0, FirstPassage.Probability(100.0, null, true, 0.6, Week));
        Assert.Equal(0.0, FirstPassage.Probability(100.0, 0.0, true, 0.6, Week));
        Assert.Equal(0.0, FirstPassage.Probability(100.0, 90.0, true, 0.6, 0.0));
        Assert.Equal(1.0, FirstPassage.Probability(100.0, 110.0, true, 0.6, 0.0));
        Assert.Equal(1.0, FirstPassage.Probability(100.0, 99.0, true, 0.0, 1.0, drift: -0.1));
        Assert.Equal(0.0, FirstPassage.Probability(100.0, 99.0, true, 0.0, 1.0, drift: 0.1));
        // a weight that overflows beside a probability that vanishes
        Assert.InRange(FirstPassage.Probability(100.0, 1.0, true, 0.02, 1.0, drift: -1.0), 0.0, 1.0);
        Assert.Throws<ArgumentOutOfRangeException>(() => FirstPassage.Probability(0.0, 1.0, true, 0.5, 1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => FirstPassage.Probability(1.0, 1.0, true, double.NaN, 1.0));
    }

    [Fact]
    public void AQuantileIsTheTimeOfItsProbability()
    {
        var years = FirstPassage.Quantile(0.25, 100.0, 85.0, true, 0.7, 1.0)!.Value;
        Assert.Equal(0.25, FirstPassage.Probability(100.0, 85.0, true, 0.7, years), 1e-9);
        Assert.Null(FirstPassage.Quantile(0.9, 100.0, 50.0, true, 0.3, 0.1));
    }

    /// <summary>The bridge sees what happens between steps: eight steps are enough for the closed form.</summary>
    [Theory]
    [InlineData(90.0, true, 0.0)]
    [InlineData(112.0, false, 0.3)]
    public void TheSimulationReachesTheClosedForm(double line, bool isLong, double drift)
    {
        var simulated = new BarrierSimulation(100.0, line, isLong, 0.6, Week, drift).Run(60_000, 8, seed: 2);
        var closed = FirstPassage.Probability(100.0, line, isLong, 0.6, Week, drift);
        Assert.Equal(closed, simulated.Probability, 4.0 * simulated.StandardError);
        Assert.InRange(simulated.MeanYears!.Value, 0.0, Week);
    }

    /// <summary>A line that moves against a price is a drift of the price against the line.</summary>
    [Fact]
    public void AMovingLineIsADrift()
    {
        var moving = new BarrierSimulation(100.0, 90.0, true, 0.6, 0.1, Drift: 0.0, LineDrift: 0.4).Run(60_000, 8, 5);
        var closed = FirstPassage.Probability(100.0, 90.0, true, 0.6, 0.1, drift: -0.4);
        Assert.Equal(closed, moving.Probability, 4.0 * moving.StandardError);
    }

    /// <summary>Jumps alone, large and down: the probability of at least one.</summary>
    [Fact]
    public void JumpsAreCounted()
    {
        var jumps = new JumpLaw(2.0, -0.9, 0.01);
        var touched = new BarrierSimulation(100.0, 60.0, true, 0.01, 0.5, Drift: jumps.Compensation, Jumps: jumps)
            .Run(40_000, 10, seed: 4);
        Assert.Equal(1.0 - Math.Exp(-1.0), touched.Probability, 4.0 * touched.StandardError + 1e-3);
    }
}
