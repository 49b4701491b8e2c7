using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

internal sealed partial class FeedOracle
{
    /// <summary>Judges an update whose form is good, in the order of <see cref="PriceAcceptance"/>.</summary>
    public PriceAcceptance Apply(in PriceUpdate update, long nowMs)
    {
        if (Leg(update.Source) is not { } leg)
        {
            return PriceAcceptance.UnknownSource;
        }
        if (IsOffTick(update))
        {
            return PriceAcceptance.OffTick;
        }
        if (update.SourceTimeMs > nowMs + _profile.FutureSkewMs)
        {
            return PriceAcceptance.FutureTimestamp;
        }
        if (OrderFault(leg, update, nowMs) is { } fault)
        {
            return fault;
        }
        var hasGap = leg.Newest is { } last && last.Session == update.Session && update.Sequence - 1 > last.Sequence;
        Gaps += hasGap ? 1 : 0;
        leg.Newest = update;
        return Judgement(leg, nowMs) ?? (hasGap ? PriceAcceptance.AppliedWithGap : PriceAcceptance.Accepted);
    }

    private SourceLeg? Leg(SourceId source)
    {
        var leg = _legs.Find(l => l.Source == source);
        if (leg is null && (_profile.Sources.Count > 0
            ? _profile.Sources.Contains(source)
            : _legs.Count < _profile.SourcesConfigured))
        {
            leg = new SourceLeg(source);
            _legs.Add(leg);
        }
        return leg;
    }

    private bool IsOffTick(in PriceUpdate update) => !Decimals.IsMultipleOf(update.Price, _profile.TickSize)
        || (update.Bid is { } bid && !Decimals.IsMultipleOf(bid, _profile.TickSize))
        || (update.Ask is { } ask && !Decimals.IsMultipleOf(ask, _profile.TickSize));

    private PriceAcceptance? OrderFault(SourceLeg leg, in PriceUpdate update, long nowMs)
    {
        var isOld = Heartbeat.AgeMs(nowMs, update.SourceTimeMs) > _profile.AgeMaxMs;
        if (update.SourceTimeMs < _floorMs && (leg.Newest is null || leg.Newest.Value.SourceTimeMs < _floorMs))
        {
            return PriceAcceptance.StaleOnResume;
        }
        if (leg.Newest is { } newest && newest.Session == update.Session)
        {
            if (newest.SaysTheSameAs(update))
            {
                // an update sent again after its time is old before it is known
                return isOld ? PriceAcceptance.IgnoredStale : PriceAcceptance.Duplicate;
            }
            if (update.Sequence <= 1 && update.SourceTimeMs > newest.SourceTimeMs && newest.Sequence >= update.Sequence)
            {
                return PriceAcceptance.SeqReset;
            }
            if (update.Sequence == newest.Sequence)
            {
                leg.EquivocatedSession = _profile.QuarantineContradiction ? update.Session : leg.EquivocatedSession;
                return PriceAcceptance.SeqConflict;
            }
        }
        return leg.Newest is { } last && (update.Session, update.Sequence).CompareTo((last.Session, last.Sequence)) < 0
                ? PriceAcceptance.IgnoredOlder
            : isOld ? PriceAcceptance.IgnoredStale
            : null;
    }

    /// <summary>How the round would go with this update in it; null where nothing is to be said against it.</summary>
    private PriceAcceptance? Judgement(SourceLeg leg, long nowMs)
    {
        var judged = Judge(nowMs);
        return leg.Verdict switch
        {
            SourceVerdict.Equivocation => PriceAcceptance.QuarantinedEquivocation,
            SourceVerdict.LowConfidence => PriceAcceptance.QuarantinedLowConfidence,
            SourceVerdict.WideSpread => PriceAcceptance.QuarantinedWideSpread,
            SourceVerdict.PinnedAtBound => PriceAcceptance.QuarantinedPinnedAtBound,
            SourceVerdict.Frozen => PriceAcceptance.QuarantinedFrozen,
            SourceVerdict.Outlier => PriceAcceptance.QuarantinedOutlier,
            _ when !_gate.Passes(leg.Newest!.Value.Price, nowMs, _profile, _legs) => PriceAcceptance.QuarantinedJump,
            SourceVerdict.Deviation => PriceAcceptance.QuarantinedDeviation,
            _ when judged.Live < _profile.MinSources => PriceAcceptance.DegradedInsufficientSources,
            _ when judged.UseMedian => PriceAcceptance.DegradedUseMedian,
            _ => null,
        };
    }
}
