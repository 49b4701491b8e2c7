using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.VolatilityIndex;

public sealed class IndexTrackerTests
{
    /// <summary>By hand: differences 1, −1, 0.5.</summary>
    [Fact]
    public void TheErrorIsThatOfTheDifferences()
    {
        var tracker = new IndexTracker();
        tracker.Add(0, 61.0, 60.0);
        tracker.Add(1_000, 59.0, 60.0);
        var reading = tracker.Add(2_000, 60.5, 60.0);
        Assert.Equal((3, 0.5, null), (reading.Samples, reading.Difference, reading.MedianDeviation));
        Assert.Equal(0.5 / 3.0, reading.MeanDifference, 1e-15);
        Assert.Equal(Math.Sqrt(2.25 / 3.0), reading.RootMeanSquare, 1e-15);
        // squares around the mean: 2.25 − 3·(1/6)² = 13/6
        Assert.Equal(Math.Sqrt(13.0 / 12.0), reading.TrackingError!.Value, 1e-15);
        Assert.Equal(TrackingAlert.None, reading.Alert);
    }

    [Theory]
    [InlineData(61.5, TrackingAlert.None)]
    [InlineData(61.5001, TrackingAlert.Points)]
    [InlineData(58.4999, TrackingAlert.Points)]
    public void PointsAlertBeyondOneAndAHalf(double own, TrackingAlert alert) =>
        Assert.Equal(alert, new IndexTracker().Add(0, own, 60.0).Alert);

    /// <summary>Ten differences of ±0.1 around 0.2: median deviation 0.1, three of which reach −0.1 and 0.5.</summary>
    [Theory]
    [InlineData(60.49, TrackingAlert.None)]
    [InlineData(60.51, TrackingAlert.Deviations)]
    [InlineData(59.91, TrackingAlert.None)]
    [InlineData(59.89, TrackingAlert.Deviations)]
    [InlineData(62.0, TrackingAlert.Points | TrackingAlert.Deviations)]
    public void DeviationsAlertBeyondThreeOfTheUsual(double own, TrackingAlert alert)
    {
        var tracker = new IndexTracker();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(TrackingAlert.None, tracker.Add(i, i % 2 == 0 ? 60.1 : 60.3, 60.0).Alert);
        }
        var reading = tracker.Add(10, own, 60.0);
        Assert.Equal(0.1, reading.MedianDeviation!.Value, 1e-12);
        Assert.Equal(alert, reading.Alert);
        // an hour later all of that is forgotten
        Assert.Equal((1, TrackingAlert.None), tracker.Add(10 + IndexTracker.HourMs, 61.0, 60.0) is var later
            ? (later.Samples, later.Alert)
            : default);
    }

    [Fact]
    public void WhatIsNoIndexIsRefused()
    {
        var tracker = new IndexTracker();
        Assert.Equal(VolatilityFault.NotFinite,
            Assert.Throws<VolatilityException>(() => tracker.Add(0, double.NaN, 60.0)).Fault);
        Assert.Equal(VolatilityFault.NotPositive,
            Assert.Throws<VolatilityException>(() => tracker.Add(0, 60.0, 0.0)).Fault);
        tracker.Add(5, 60.0, 60.0);
        Assert.Throws<ArgumentOutOfRangeException>(() => tracker.Add(4, 60.0, 60.0));
    }
}
