namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// What became of a price update, in precedence: the first that holds is the answer. Form comes before identity,
/// identity before order, order before judgement. Up to and including <see cref="StaleOnResume"/> nothing of the
/// oracle changes; from <see cref="QuarantinedEquivocation"/> on the update is remembered as its source's newest,
/// whether it counts or not.
/// </summary>
public enum PriceAcceptance
{
    /// <summary>A number that is none: NaN, infinity, an exponent, grouping, beyond what decimals hold.</summary>
    Unreadable,

    /// <summary>A negative sequence or session.</summary>
    BadSequence,

    /// <summary>More than 12 digits after the point, in any of the numbers.</summary>
    Scale,

    NotPositive,

    /// <summary>Above the largest price.</summary>
    OutOfRange,

    /// <summary>Zero, negative, or so small that it was given in seconds.</summary>
    TimestampRange,

    /// <summary>A bid without an ask, or the other way round, or either not above 0.</summary>
    OneSided,

    /// <summary>Bid above ask.</summary>
    Crossed,

    /// <summary>Confidence below 0 or above the price.</summary>
    BadConfidence,

    UnknownFeed,

    /// <summary>A source that does not publish this feed.</summary>
    UnknownSource,

    /// <summary>Not on the feed's tick.</summary>
    OffTick,

    /// <summary>After now by more than the skew allowed.</summary>
    FutureTimestamp,

    /// <summary>The first price of a source after a halt or restart is older than the halt.</summary>
    StaleOnResume,

    /// <summary>The newest update of the source again, to the byte, and not yet too old.</summary>
    Duplicate,

    /// <summary>Sequence 1 again with a newer time: a restart must come with a new session.</summary>
    SeqReset,

    /// <summary>The sequence of the newest update with other bytes.</summary>
    SeqConflict,

    /// <summary>A lower (session, sequence) than the newest.</summary>
    IgnoredOlder,

    /// <summary>Older than the age limit.</summary>
    IgnoredStale,

    /// <summary>From a source that contradicted itself and has not begun a new session since.</summary>
    QuarantinedEquivocation,

    QuarantinedLowConfidence,

    QuarantinedWideSpread,

    /// <summary>
    /// Exactly at the feed's own minimum or maximum, or beyond: the feed's limit speaks, not the market.
    /// </summary>
    QuarantinedPinnedAtBound,

    /// <summary>A live source that has repeated one price for too long.</summary>
    QuarantinedFrozen,

    /// <summary>Many times the others: a scale error.</summary>
    QuarantinedOutlier,

    /// <summary>A jump that too few sources have confirmed.</summary>
    QuarantinedJump,

    /// <summary>The one source that is off the median: it has no weight while it is.</summary>
    QuarantinedDeviation,

    /// <summary>Too few live sources: the price stands still.</summary>
    DegradedInsufficientSources,

    /// <summary>More than one source is off: the median of all is used.</summary>
    DegradedUseMedian,

    /// <summary>Used; sequences before it are missing.</summary>
    AppliedWithGap,

    /// <summary>Used.</summary>
    Accepted,
}

/// <summary>The words, HTTP classes and alarms of the statuses: <c>reliability.md</c> §8.3, cases B001-B135.</summary>
public static class PriceAcceptanceCodes
{
    private static readonly Row[] Rows =
    [
        new(PriceAcceptance.Unreadable, 400, "bad_decimal", null),
        new(PriceAcceptance.BadSequence, 400, "bad_integer", null),
        new(PriceAcceptance.Scale, 422, "price_scale", null),
        new(PriceAcceptance.NotPositive, 422, "price_not_positive", "oracle_reject"),
        new(PriceAcceptance.OutOfRange, 422, "price_out_of_range", "oracle_reject"),
        new(PriceAcceptance.TimestampRange, 422, "timestamp_range", null),
        new(PriceAcceptance.OneSided, 422, "one_sided", null),
        new(PriceAcceptance.Crossed, 422, "crossed", null),
        new(PriceAcceptance.BadConfidence, 422, "bad_confidence", null),
        new(PriceAcceptance.UnknownFeed, 422, "unknown_asset", null),
        new(PriceAcceptance.UnknownSource, 403, "not_entitled", "authz_denied"),
        new(PriceAcceptance.OffTick, 422, "price_tick", null),
        new(PriceAcceptance.FutureTimestamp, 422, "future_timestamp", "clock_skew"),
        new(PriceAcceptance.StaleOnResume, 422, "stale_on_resume", "resume_gate"),
        new(PriceAcceptance.Duplicate, 200, "duplicate", null),
        new(PriceAcceptance.SeqReset, 422, "seq_reset", null),
        new(PriceAcceptance.SeqConflict, 409, "seq_conflict", "oracle_equivocation"),
        new(PriceAcceptance.IgnoredOlder, 200, "ignored_older", null),
        new(PriceAcceptance.IgnoredStale, 200, "ignored_stale", null),
        new(PriceAcceptance.QuarantinedEquivocation, 200, "quarantined:equivocation", "oracle_equivocation"),
        new(PriceAcceptance.QuarantinedLowConfidence, 200, "quarantined:low_confidence", "oracle_quarantine"),
        new(PriceAcceptance.QuarantinedWideSpread, 200, "quarantined:wide_spread", "oracle_quarantine"),
        new(PriceAcceptance.QuarantinedPinnedAtBound, 200, "quarantined:pinned_at_bound", "oracle_pinned"),
        new(PriceAcceptance.QuarantinedFrozen, 200, "quarantined:frozen", "oracle_quarantine"),
        new(PriceAcceptance.QuarantinedOutlier, 200, "quarantined:outlier", "oracle_quarantine"),
        new(PriceAcceptance.QuarantinedJump, 200, "quarantined:jump", "price_jump"),
        new(PriceAcceptance.QuarantinedDeviation, 200, "quarantined:deviation", "oracle_quarantine"),
        new(PriceAcceptance.DegradedInsufficientSources, 200, "degraded:insufficient_sources", "oracle_degraded"),
        new(PriceAcceptance.DegradedUseMedian, 200, "degraded:use_median", null),
        new(PriceAcceptance.AppliedWithGap, 200, "applied", "oracle_gap"),
        new(PriceAcceptance.Accepted, 200, "applied", null),
    ];

    /// <summary>Every status in its precedence.</summary>
    public static IReadOnlyList<PriceAcceptance> All { get; } = [.. Rows.Select(row => row.Status)];

    public static string Code(this PriceAcceptance status) => Of(status).Code;

    /// <summary>
    /// 200 well formed (used or not), 400 malformed, 403 not this source's feed, 409 contradiction, 422 impossible.
    /// </summary>
    public static int HttpStatus(this PriceAcceptance status) => Of(status).Http;

    /// <summary>The alarm that this status raises, or null.</summary>
    public static string? Alert(this PriceAcceptance status) => Of(status).Alert;

    /// <summary>Whether the update is now its source's newest, counted or quarantined.</summary>
    public static bool IsRemembered(this PriceAcceptance status) => status >= PriceAcceptance.QuarantinedEquivocation;

    /// <summary>Whether the update counts towards the price.</summary>
    public static bool IsUsed(this PriceAcceptance status) => status >= PriceAcceptance.DegradedUseMedian;

    private static Row Of(PriceAcceptance status) => (int)status >= 0 && (int)status < Rows.Length
        ? Rows[(int)status]
        : throw new ArgumentOutOfRangeException(nameof(status), status, "not an acceptance status");

    private sealed record Row(PriceAcceptance Status, int Http, string Code, string? Alert);
}
