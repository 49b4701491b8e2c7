using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// Numbers frames and assembles them from what the oracle has accepted. Prices are conflated: a frame holds the newest of each
/// feed, whatever arrived between. Not thread-safe.
/// </summary>
internal sealed class FrameMaker
{
    private readonly int _epoch;
    private readonly decimal[] _funding;
    private readonly double[] _variance;
    private readonly (decimal Price, long TimeMs)[] _last;
    private long _sequence;

    /// <summary>Weight of the newest squared return in the daily variance, for samples a minute apart.</summary>
    private const double VarianceWeight = 0.01;

    private const long SampleMs = 60_000;
    private const double SamplesPerDay = 86_400_000.0 / SampleMs;

    public FrameMaker(Universe universe, int epoch, IReadOnlyDictionary<InstrumentId, decimal> funding)
    {
        Universe = universe;
        _epoch = epoch;
        _funding = universe.Instruments.Select(i => funding.GetValueOrDefault(i.Id)).ToArray();
        _variance = new double[universe.Feeds.Count];
        _last = new (decimal, long)[universe.Feeds.Count];
    }

    public Universe Universe { get; }

    /// <summary>One-sided open interest by instrument, USD; set by whoever counts it.</summary>
    public decimal[]? OpenInterest { get; set; }

    /// <summary>Raises the funding index of an instrument: a positive rate is paid by longs, per contract at the mark.</summary>
    public void AddFunding(Instrument instrument, decimal rate, Price mark) =>
        _funding[instrument.Index] += Decimals.FloorTo(rate * instrument.Multiplier
            * (instrument.Style == ContractStyle.Linear ? mark.Value : 1m / mark.Value), 0.000000000001m);

    /// <summary>The next frame. <paramref name="prices"/> is by feed and becomes the frame's own.</summary>
    public PriceFrame Next(long timeMs, FramePrice[] prices)
    {
        for (var i = 0; i < prices.Length; i++)
        {
            Sample(i, prices[i], timeMs);
        }
        return new PriceFrame(new FrameNumber(_epoch, ++_sequence), timeMs, Universe, prices, (decimal[])_funding.Clone(),
            OpenInterest is null ? null : (decimal[])OpenInterest.Clone(), _variance.Select(v => Math.Sqrt(v * SamplesPerDay)).ToArray());
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
            _variance[feed] = _variance[feed] == 0.0 ? perMinute : (1.0 - VarianceWeight) * _variance[feed] + VarianceWeight * perMinute;
        }
        _last[feed] = (value.Value, timeMs);
    }
}
