using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// Numbers frames and assembles them from what the oracle has accepted, and from what is durable: funding indices and
/// open interest; the marks of options are made here, from the prices of the same frame. Prices are conflated: a frame
/// holds the newest of each feed, whatever arrived between. Not thread-safe.
/// </summary>
/// <param name="funding">Funding indices by instrument, as they are durable now.</param>
/// <param name="openInterest">One-sided open interest by instrument, USD, at prices by feed.</param>
internal sealed class FrameMaker(Universe universe, int epoch, Func<decimal[]> funding,
    Func<IReadOnlyList<FramePrice>, decimal[]> openInterest)
{
    private readonly OptionMarks _options = new(universe);
    private readonly double[] _variance = new double[universe.Feeds.Count];
    private readonly (decimal Price, long TimeMs)[] _last = new (decimal, long)[universe.Feeds.Count];
    private long _sequence;

    /// <summary>Weight of the newest squared return in the daily variance, for samples a minute apart.</summary>
    private const double VarianceWeight = 0.01;

    private const long SampleMs = 60_000;
    private const double SamplesPerDay = 86_400_000.0 / SampleMs;

    /// <summary>The next frame. <paramref name="prices"/> is by feed and becomes the frame's own.</summary>
    public PriceFrame Next(long timeMs, FramePrice[] prices)
    {
        _options.Mark(prices, timeMs);
        for (var i = 0; i < prices.Length; i++)
        {
            Sample(i, prices[i], timeMs);
        }
        return new PriceFrame(new FrameNumber(epoch, ++_sequence), timeMs, universe, prices, funding(),
            openInterest(prices), _variance.Select(v => Math.Sqrt(v * SamplesPerDay)).ToArray());
    }

    /// <summary>Exponentially weighted variance of the return per minute; 0 until two samples exist.</summary>
    private void Sample(int feed, FramePrice price, long timeMs)
    {
        if (price.Price is not { } value || timeMs - _last[feed].TimeMs < SampleMs)
        {
            return;
        }
        if (_last[feed].Price > 0m)
        {
            var change = Math.Log((double)(value.Value / _last[feed].Price));
            var perMinute = change * change * SampleMs / (timeMs - _last[feed].TimeMs);
            _variance[feed] = _variance[feed] == 0.0 ? perMinute : (1.0 - VarianceWeight) * _variance[feed]
                + VarianceWeight * perMinute;
        }
        _last[feed] = (value.Value, timeMs);
    }
}
