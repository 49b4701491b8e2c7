using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Indices;

/// <summary>The option chain of an underlying as a frame of the grid has it: its marks, as quotes.</summary>
public static class FrameChain
{
    /// <summary>
    /// Every series that settles in the quote and has a mark; of those that a model marks the volatility too. Null
    /// where the underlying has no price.
    /// </summary>
    /// <param name="frame">Marks and forwards.</param>
    /// <param name="underlying">The asset that the options are on.</param>
    /// <param name="takes">Other series instead; a premium in coin is taken at the forward.</param>
    public static OptionChain? Of(PriceFrame frame, AssetId underlying, Func<Instrument, bool>? takes = null)
    {
        var universe = frame.Universe;
        if (universe.Asset(underlying) is not { } asset || frame.UsdPrice(asset) is not { } spot)
        {
            return null;
        }
        return new OptionChain(underlying.Value, DateTimeOffset.FromUnixTimeMilliseconds(frame.TimeMs),
        [
            .. universe.Instruments.Where(i => i is { Option: not null, Expiry: not null }
                && i.Base.Id == underlying && (takes?.Invoke(i) ?? !i.IsCoinSettled) && frame.Mark(i) is not null)
                .Select(i => Quote(frame, i, spot)),
        ]);
    }

    private static OptionQuote Quote(PriceFrame frame, Instrument instrument, decimal spot)
    {
        var terms = instrument.Option!;
        var forward = terms.Marking is { } marking
            && frame.Universe.Feed(marking.Underlying) is { } feed && frame[feed].Price is { } price
            ? price.Value
            : spot;
        return new OptionQuote(terms.Right, (double)terms.Strike.Value, instrument.Expiry!.Value, (double)forward)
        {
            Mark = (double)(frame.Mark(instrument)!.Value.Value * (instrument.IsCoinSettled ? forward : 1m)),
            MarkVolatility = (double?)terms.Marking?.Volatility,
        };
    }
}
