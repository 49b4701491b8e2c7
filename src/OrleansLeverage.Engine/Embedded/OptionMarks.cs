using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// Marks of the option series that are marked by a model (<see cref="OptionMarking"/>), once per frame and whoever
/// holds them: Black 1976 on the price of the underlying's feed, no rate, ACT/365, in double, then rounded to the tick
/// of the series' own feed. From there on the mark is a price like any other: exact, journaled with its frame, the same
/// for every holder. A series that settles in its base is marked in coin, V/F.
/// The mark's state and time are those of the underlying's price; it is unmeasured while that is. A mark is at least
/// one tick, for a price is above 0; the last minute before expiry is taken as a minute, for gamma has no bound there;
/// from expiry on it is what exercise would pay.
/// </summary>
public sealed class OptionMarks
{
    private const double MillisecondsPerYear = 365.0 * 86_400_000.0;
    private const double YearsMin = 60_000.0 / MillisecondsPerYear;

    private readonly Series[] _series;

    public OptionMarks(Universe universe) => _series =
        [.. universe.Instruments.Where(i => i.Option?.Marking is not null).Select(i => Marked(universe, i))];

    private OptionMarks(Series[] series) => _series = series;

    /// <summary>
    /// For prices that are asked about and did not happen: of the given options those that are marked by a model, and
    /// those whose marks are published, at the volatility that explains them on the price of their base; a mark that
    /// none explains stays as it is.
    /// </summary>
    public static OptionMarks Of(PriceFrame frame, IEnumerable<Instrument> options) => new(
    [
        .. options.Where(i => i is { Option: not null, Expiry: not null }).Select(i => i.Option!.Marking is null
            ? Explained(frame, i)
            : Marked(frame.Universe, i)).OfType<Series>(),
    ]);

    /// <summary>Years for which a series is valued at a time: at least a minute, 0 from expiry on.</summary>
    public static double Years(long expiryMs, long timeMs) =>
        expiryMs <= timeMs ? 0.0 : Math.Max(YearsMin, (expiryMs - timeMs) / MillisecondsPerYear);

    /// <summary>Writes the marks into <paramref name="prices"/>, which is by feed and holds the underlyings.</summary>
    public void Mark(FramePrice[] prices, long timeMs)
    {
        foreach (var series in _series)
        {
            var underlying = prices[series.Underlying.Index];
            prices[series.Instrument.MarkFeed.Index] = underlying.Price is { } price
                ? underlying with { Price = MarkOf(series, (double)price.Value, timeMs) }
                : default;
        }
    }

    private static Series Marked(Universe universe, Instrument instrument) => new(instrument,
        universe.Feed(instrument.Option!.Marking!.Underlying)!, (double)instrument.Option.Strike.Value,
        (double)instrument.Option.Marking.Volatility, instrument.Expiry!.Value.ToUnixTimeMilliseconds());

    private static Series? Explained(PriceFrame frame, Instrument instrument)
    {
        if (instrument.Base.PriceFeed is not { } feed || frame[feed].Price is not { } price
            || frame.Mark(instrument) is not { } mark)
        {
            return null;
        }
        var terms = instrument.Option!;
        var expiryMs = instrument.Expiry!.Value.ToUnixTimeMilliseconds();
        var (forward, strike) = ((double)price.Value, (double)terms.Strike.Value);
        var premium = (double)mark.Value * (instrument.IsCoinSettled ? forward : 1.0);
        var years = Years(expiryMs, frame.TimeMs);
        return (years > 0.0 ? ImpliedVolatility.OfForward(terms.Right, forward, strike, years, premium).Value : 0.0)
            is { } volatility
            ? new Series(instrument, feed, strike, volatility, expiryMs)
            : null;
    }

    private static Price MarkOf(Series series, double underlying, long timeMs)
    {
        var instrument = series.Instrument;
        var value = new BlackScholes(EuropeanOption.OnForward(instrument.Option!.Right, underlying, series.Strike,
            Years(series.ExpiryMs, timeMs), series.Volatility)).Price;
        var mark = instrument.IsCoinSettled ? value / underlying : value;
        var tick = instrument.MarkFeed.TickSize;
        // whole ticks: a decimal of this many digits holds them exactly
        var ticks = Math.Round(mark / (double)tick, MidpointRounding.ToEven);
        var most = Decimals.FloorTo(instrument.PriceMax, tick);
        return new Price(ticks < 1.0 ? tick : ticks >= (double)(most / tick) ? most : (decimal)ticks * tick);
    }

    private sealed record Series(
        Instrument Instrument, Feed Underlying, double Strike, double Volatility, long ExpiryMs);
}
