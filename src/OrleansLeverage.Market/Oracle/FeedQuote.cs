using System.Globalization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>How a feed is shown. Display never decides: that is <see cref="PriceState"/>.</summary>
public enum FeedDisplay
{
    /// <summary>No price yet, which is not a price of 0.</summary>
    NotMeasured,

    Live,

    /// <summary>Fewer sources than configured.</summary>
    Partial,

    /// <summary>Sources disagree: both ends and the gap are shown.</summary>
    Drift,

    /// <summary>Older than two heartbeats; the last value is kept.</summary>
    Stale,

    Halted,
}

/// <summary>Why a feed is in its state.</summary>
public enum FeedReason
{
    None,
    NotMeasured,

    /// <summary>A source is set aside, enough others agree.</summary>
    SourceQuarantined,

    /// <summary>More than one source is off: the median of all is used.</summary>
    UseMedian,

    /// <summary>Fewer live sources than the minimum: the price stands still.</summary>
    InsufficientSources,

    /// <summary>A jump waits for more sources: the price stands still.</summary>
    JumpHeld,

    TooOld,

    /// <summary>Good again, but not yet for long enough.</summary>
    ResumeGate,

    Halted,
}

/// <summary>What a feed's state forbids to whatever depends on the feed.</summary>
[Flags]
public enum Inhibitions
{
    None = 0,
    Liquidation = 1,
    Deleveraging = 2,

    /// <summary>Withdrawals that need margin.</summary>
    Withdrawal = 4,

    All = Liquidation | Deleveraging | Withdrawal,
}

/// <summary>A feed as it stands at one moment.</summary>
/// <param name="Price">Null until measured. A pegged asset's is kept between its floor and ceiling.</param>
/// <param name="TimeMs">Source time that at least the minimum of sources has reached; 0 until measured.</param>
/// <param name="AgeMs">Null until measured, never negative.</param>
/// <param name="SourcesLive">Sources that count now.</param>
/// <param name="Low">Lowest price among fresh sources, also of those set aside; with <paramref name="High"/> the gap
/// of a drift. Null where no source is fresh.</param>
/// <param name="Sequence">Counts the changes of the price.</param>
/// <param name="AgeLimitMs">The age from which the feed is stale.</param>
public readonly record struct FeedQuote(
    FeedId Feed, Price? Price, PriceState State, FeedDisplay Display, FeedReason Reason, Inhibitions Inhibits,
    long TimeMs, long? AgeMs, int SourcesLive, int SourcesConfigured, Price? Low, Price? High, long Sequence,
    long AgeLimitMs)
{
    /// <summary>
    /// The feed's place in a frame. A frame knows no "degraded and standing still", so what may not liquidate is stale
    /// there.
    /// </summary>
    public FramePrice ToFramePrice() => new(
        Price,
        State == PriceState.Degraded && Inhibits.HasFlag(Inhibitions.Liquidation) ? PriceState.Stale : State,
        TimeMs);

    /// <summary>For people: what is wrong, with the number and its limit. Empty where nothing is.</summary>
    public string Explain()
    {
        var age = ((AgeMs ?? 0) / 1000m).ToString("0.#", CultureInfo.InvariantCulture);
        var limit = (AgeLimitMs / 1000m).ToString("0.#", CultureInfo.InvariantCulture);
        return Reason switch
        {
            FeedReason.None => "",
            FeedReason.NotMeasured => $"{Feed} oracle not measured yet",
            FeedReason.SourceQuarantined =>
                $"{Feed} oracle has a source set aside, {SourcesLive} of {SourcesConfigured} count",
            FeedReason.UseMedian => $"{Feed} oracle sources disagree ({Low} to {High}), median of all in use",
            FeedReason.InsufficientSources =>
                $"{Feed} oracle stands still: {SourcesLive} of {SourcesConfigured} sources live",
            FeedReason.JumpHeld => $"{Feed} oracle holds a jump that too few sources confirm ({Low} to {High})",
            FeedReason.TooOld => $"{Feed} oracle {age} s old (limit {limit} s)",
            FeedReason.ResumeGate => $"{Feed} oracle is back and not yet proven",
            FeedReason.Halted => $"{Feed} oracle halted",
            _ => throw new InvalidOperationException($"{Reason} is not a reason"),
        };
    }
}
