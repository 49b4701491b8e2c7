using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>Which price of an option a strip takes.</summary>
public enum StripSource
{
    /// <summary>The mid of bid and ask.</summary>
    Quotes,

    /// <summary>The venue's mark.</summary>
    Marks,
}

/// <summary>Strips out of a venue's option chain.</summary>
public static class ChainStrip
{
    /// <summary>
    /// The strip of one expiry. A strike that is listed twice on one side counts as missing there: which is true is
    /// unknown.
    /// </summary>
    /// <exception cref="VolatilityException">Unknown or expired.</exception>
    public static OptionStrip Of(OptionChain chain, DateTimeOffset expiry, StripSource source, double rate = 0.0)
    {
        var rows = chain.At(expiry).GroupBy(quote => quote.Strike)
            .Select(strike => new StripRow(strike.Key, Side(strike, OptionRight.Call, source),
                Side(strike, OptionRight.Put, source)));
        return new OptionStrip(MinutesToExpiry.Between(chain.Time, expiry), rate, rows);
    }

    /// <summary>The strips of all expiries that have not passed.</summary>
    public static IEnumerable<OptionStrip> All(OptionChain chain, StripSource source, double rate = 0.0) =>
        chain.Expiries.Select(expiry => Of(chain, expiry, source, rate));

    private static StripPrice Side(IEnumerable<OptionQuote> quotes, OptionRight right, StripSource source) =>
        quotes.Where(quote => quote.Right == right).ToList() is [var only]
            ? source == StripSource.Marks
                ? StripPrice.FromMark(only.Mark)
                : StripPrice.FromQuote(only.Bid, only.Ask)
            : default;
}
