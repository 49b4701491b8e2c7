namespace OrleansLeverage.Market.Oracle;

/// <summary>What a source's newest update is worth in the present round, worst first; the first that holds.</summary>
public enum SourceVerdict
{
    /// <summary>Nothing heard, not since the halt, or not within heartbeat + grace.</summary>
    Silent,
    Equivocation,
    LowConfidence,
    WideSpread,
    PinnedAtBound,
    Frozen,
    Outlier,

    /// <summary>Off the median, and the only one that is.</summary>
    Deviation,
    Good,
}

/// <summary>
/// One source of one feed: its newest update by (session, sequence) and nothing older, so the order in which updates
/// arrive leaves no trace.
/// </summary>
internal sealed class SourceLeg(SourceId source)
{
    public SourceId Source { get; } = source;

    public PriceUpdate? Newest { get; set; }

    /// <summary>The session in which the source sent one sequence with two contents; none: −1.</summary>
    public long EquivocatedSession { get; set; } = -1;

    /// <summary>The price as of the last epoch, and the source time since which it has been so.</summary>
    public decimal? StandingPrice { get; private set; }

    public long StandingSinceMs { get; private set; }

    /// <summary>Set anew by every judgement.</summary>
    public SourceVerdict Verdict { get; set; }

    public bool IsSetAside => Verdict is > SourceVerdict.Silent and < SourceVerdict.Good;

    /// <summary>
    /// Compared from epoch to epoch, not from update to update: updates in between come in any order.
    /// </summary>
    public void Stand()
    {
        if (Newest is { } newest && newest.Price != StandingPrice)
        {
            StandingPrice = newest.Price;
            StandingSinceMs = newest.SourceTimeMs;
        }
    }

    public SourceVerdict OwnVerdict(OracleProfile profile, long nowMs, long floorMs)
    {
        if (Newest is not { } newest || newest.SourceTimeMs < floorMs
            || !Heartbeat.IsFresh(nowMs, newest.SourceTimeMs, profile.HeartbeatMs, profile.GraceMs))
        {
            return SourceVerdict.Silent;
        }
        return EquivocatedSession == newest.Session ? SourceVerdict.Equivocation
            : newest.Confidence > profile.ConfidenceMax * newest.Price ? SourceVerdict.LowConfidence
            : newest.Ask - newest.Bid > profile.SpreadMax * (newest.Ask + newest.Bid) / 2m ? SourceVerdict.WideSpread
            : newest.Price <= profile.FeedMin || newest.Price >= profile.FeedMax ? SourceVerdict.PinnedAtBound
            : profile.FrozenMs > 0 && newest.Price == StandingPrice
                && newest.SourceTimeMs - StandingSinceMs > profile.FrozenMs ? SourceVerdict.Frozen
            : SourceVerdict.Good;
    }
}
