using System.Runtime.Intrinsics;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>
/// The factors' values over a block of paths, at [(factor·steps + step)·width + lane], and their smallest and largest
/// values by path and over the block.
/// </summary>
internal sealed class FactorBlock
{
    /// <summary>
    /// Paths of a block. With 32 feeds and 30 steps a block is 250 KB: it stays in the second-level cache while all
    /// accounts pass over it.
    /// </summary>
    public const int Width = 32;

    /// <summary>Steps of a segment, over which smallest and largest values are kept too.</summary>
    public const int SegmentSteps = 5;

    private readonly IPathSource _source;
    private readonly PriceFactor[] _factors;
    private readonly double[] _relative;

    public FactorBlock(IPathSource source, PriceFactor[] factors)
    {
        (_source, _factors) = (source, factors);
        _relative = new double[source.Feeds * source.Steps * Width];
        Values = new double[factors.Length * source.Steps * Width];
        (Low, High) = (new double[factors.Length * Width], new double[factors.Length * Width]);
        Segments = (source.Steps + SegmentSteps - 1) / SegmentSteps;
        SegmentLow = new double[factors.Length * Segments * Width];
        SegmentHigh = new double[factors.Length * Segments * Width];
        (Least, Most) = (new double[factors.Length], new double[factors.Length]);
    }

    public double[] Values { get; }

    /// <summary>By factor and lane, over the steps.</summary>
    public double[] Low { get; }

    public double[] High { get; }

    public int Segments { get; }

    /// <summary>At [(factor·segments + segment)·width + lane].</summary>
    public double[] SegmentLow { get; }

    public double[] SegmentHigh { get; }

    /// <summary>By factor, over steps and lanes.</summary>
    public double[] Least { get; }

    public double[] Most { get; }

    public void Fill(long first)
    {
        _source.Fill(first, Width, _relative);
        var steps = _source.Steps;
        for (var f = 0; f < _factors.Length; f++)
        {
            var factor = _factors[f];
            for (var lane = 0; lane < Width; lane += Vector512<double>.Count)
            {
                var (low, high) = (Vector512.Create(double.PositiveInfinity), Vector512<double>.Zero);
                var (segmentLow, segmentHigh) = (low, high);
                for (var step = 0; step < steps; step++)
                {
                    var value = factor.Value * Relative(factor.Feed, step, lane);
                    if (factor.Times >= 0)
                    {
                        value *= Relative(factor.Times, step, lane);
                    }
                    if (factor.Over >= 0)
                    {
                        value /= Relative(factor.Over, step, lane);
                    }
                    value.CopyTo(Values, (f * steps + step) * Width + lane);
                    segmentLow = Vector512.Min(segmentLow, value);
                    segmentHigh = Vector512.Max(segmentHigh, value);
                    if ((step + 1) % SegmentSteps == 0 || step + 1 == steps)
                    {
                        var at = (f * Segments + step / SegmentSteps) * Width + lane;
                        segmentLow.CopyTo(SegmentLow, at);
                        segmentHigh.CopyTo(SegmentHigh, at);
                        (low, high) = (Vector512.Min(low, segmentLow), Vector512.Max(high, segmentHigh));
                        segmentLow = Vector512.Create(double.PositiveInfinity);
                        segmentHigh = Vector512<double>.Zero;
                    }
                }
                low.CopyTo(Low, f * Width + lane);
                high.CopyTo(High, f * Width + lane);
            }
            (Least[f], Most[f]) = (double.PositiveInfinity, 0.0);
            for (var lane = 0; lane < Width; lane++)
            {
                Least[f] = Math.Min(Least[f], Low[f * Width + lane]);
                Most[f] = Math.Max(Most[f], High[f * Width + lane]);
            }
        }
    }

    // USD, and any feed beyond the source's, stays where it is
    private Vector512<double> Relative(int feed, int step, int lane) => feed < _source.Feeds
        ? Vector512.Create(_relative, (feed * _source.Steps + step) * Width + lane)
        : Vector512<double>.One;
}
