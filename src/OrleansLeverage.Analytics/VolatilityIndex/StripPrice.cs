namespace OrleansLeverage.Analytics.VolatilityIndex;

/// <summary>What an option of a strip is worth there, in precedence.</summary>
public enum StripPriceState
{
    /// <summary>Not in the snapshot, or without a price.</summary>
    Missing,

    /// <summary>NaN or infinity.</summary>
    NotFinite,

    Negative,

    /// <summary>A bid without an ask: it has no mid.</summary>
    OneSided,

    /// <summary>Bid above ask.</summary>
    Crossed,

    /// <summary>Nobody bids: left out, and two in a row end the strip.</summary>
    NoBid,

    /// <summary>Counts.</summary>
    Bid,
}

/// <summary>
/// The price of one option as a strip takes it: the mid of bid and ask, or a venue's mark, in units of the quote.
/// </summary>
public readonly record struct StripPrice
{
    private StripPrice(StripPriceState state, double? value)
    {
        State = state;
        Value = value;
    }

    public StripPriceState State { get; }

    /// <summary>Null where there is none; that of a zero bid counts at K0 only.</summary>
    public double? Value { get; }

    public bool IsUsable => State == StripPriceState.Bid;

    /// <summary>A quote that is refused, as opposed to one that is not there or not bid.</summary>
    public bool IsDiscarded => State is StripPriceState.NotFinite or StripPriceState.Negative
        or StripPriceState.OneSided or StripPriceState.Crossed;

    /// <summary>The mid. Venues write 0 for a side that nobody quotes.</summary>
    public static StripPrice FromQuote(double? bid, double? ask)
    {
        if (bid is not { } low || ask is not { } high)
        {
            return default;
        }
        var state = !double.IsFinite(low) || !double.IsFinite(high) ? StripPriceState.NotFinite
            : low < 0.0 || high < 0.0 ? StripPriceState.Negative
            : low > 0.0 && high == 0.0 ? StripPriceState.OneSided
            : low > high ? StripPriceState.Crossed
            : low == 0.0 ? StripPriceState.NoBid
            : StripPriceState.Bid;
        return new StripPrice(state, state >= StripPriceState.NoBid ? (low + high) / 2.0 : null);
    }

    /// <summary>A mark of 0 counts as a zero bid.</summary>
    public static StripPrice FromMark(double? mark)
    {
        if (mark is not { } value)
        {
            return default;
        }
        var state = !double.IsFinite(value) ? StripPriceState.NotFinite
            : value < 0.0 ? StripPriceState.Negative
            : value == 0.0 ? StripPriceState.NoBid
            : StripPriceState.Bid;
        return new StripPrice(state, state >= StripPriceState.NoBid ? value : null);
    }
}

/// <summary>Call and put of one strike.</summary>
public readonly record struct StripRow(double Strike, StripPrice Call, StripPrice Put)
{
    /// <summary>Both are bid: only then do they say where the forward is.</summary>
    public bool IsPaired => Call.IsUsable && Put.IsUsable;
}
