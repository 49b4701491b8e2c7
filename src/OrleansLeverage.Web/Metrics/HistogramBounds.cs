using System.Diagnostics.Metrics;

namespace OrleansLeverage.Web.Metrics;

/// <summary>Bounds of every histogram of times, in seconds: the default ones are meant for milliseconds.</summary>
internal static class HistogramBounds
{
    public static readonly double[] Seconds = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5];

    public static Histogram<double> CreateSeconds(this Meter meter, string name, string what) =>
        meter.CreateHistogram(name, "s", what, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = Seconds,
        });
}
