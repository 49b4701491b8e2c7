using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// One feed: its sources, its index and its state. Updates only replace a source's newest; the index and the state move
/// in <see cref="Epoch"/>, so between two epochs the order and repetition of updates cannot matter.
/// </summary>
internal sealed partial class FeedOracle
{
    private readonly List<SourceLeg> _legs = [];
    private readonly JumpGate _gate = new();
    private OracleProfile _profile;
    private PriceState _state = PriceState.NotMeasured;
    private FeedReason _reason = FeedReason.NotMeasured;
    private Judgement _judged;
    private decimal? _index;
    private long _indexTimeMs;
    private long _sequence;
    private long _floorMs;
    private int _cleanEpochs;
    private int _gateEpochs;
    private bool _isHalted;

    public FeedOracle(OracleProfile profile, long haltedAtMs)
    {
        _profile = profile;
        _floorMs = haltedAtMs;
        _gateEpochs = profile.ResumeEpochs;
    }

    public OracleProfile Profile
    {
        get => _profile;
        set
        {
            // what was said on another tick, or by a source that is none any more, is not evidence
            _legs.RemoveAll(leg => value.TickSize != _profile.TickSize
                || (value.Sources.Count > 0 && !value.Sources.Contains(leg.Source)));
            _profile = value;
        }
    }

    public long Gaps { get; private set; }

    public long[] Counts { get; } = new long[PriceAcceptanceCodes.All.Count];

    public void Halt(long nowMs)
    {
        _isHalted = true;
        _floorMs = nowMs;
        (_state, _reason) = (PriceState.Halted, FeedReason.Halted);
    }

    /// <summary>Prices from before the halt are worth nothing now, and the feed has to prove itself again.</summary>
    public void Resume()
    {
        _isHalted = false;
        _gateEpochs = _profile.ResumeEpochs;
        _cleanEpochs = 0;
        _gate.Clear();
        (_state, _reason) = _index is null
            ? (PriceState.NotMeasured, FeedReason.NotMeasured)
            : (PriceState.Stale, FeedReason.ResumeGate);
    }

    /// <summary>Moves the index and the state to what the sources' newest updates say now.</summary>
    public void Epoch(long nowMs)
    {
        _judged = Judge(nowMs);
        foreach (var leg in _legs)
        {
            leg.Stand();
        }
        var candidate = _judged.Live >= _profile.MinSources ? _judged.Candidate : null;
        var isHeld = candidate is { } price && !_gate.Passes(price, nowMs, _profile, _legs);
        if (isHeld)
        {
            _gate.Hold();
        }
        else if (candidate is { } index)
        {
            Move(index, nowMs);
        }
        Decide(nowMs, isClean: candidate is not null && !isHeld, isHeld);
    }

    public FeedQuote Quote(long nowMs)
    {
        long? ageMs = _index is null ? null : Heartbeat.AgeMs(nowMs, _indexTimeMs);
        var (state, reason) = _state is PriceState.Fresh or PriceState.Degraded && ageMs > _profile.AgeMaxMs
            ? (PriceState.Stale, FeedReason.TooOld)
            : (_state, _reason);
        return new FeedQuote(_profile.Feed, Shown(), state, Display(state, ageMs), reason, Inhibits(state, reason),
            _indexTimeMs, ageMs, _judged.Live, _profile.SourcesConfigured, AsPrice(_judged.Low), AsPrice(_judged.High),
            _sequence, _profile.AgeMaxMs);
    }

    /// <summary>The sources that have spoken, by name, as the last epoch judged them.</summary>
    public FeedSources Sources(long nowMs) => new(_profile.Feed, _profile.HeartbeatMs, _profile.SourcesConfigured,
        _profile.MinSources, [.. _legs.Where(leg => leg.Newest is not null).OrderBy(leg => leg.Source).Select(leg =>
        {
            var newest = leg.Newest!.Value;
            return new SourceQuote(leg.Source, new Price(newest.Price), newest.SourceTimeMs,
                Heartbeat.AgeMs(nowMs, newest.SourceTimeMs),
                _index is > 0m and var index ? (newest.Price / index) - 1m : null, leg.Verdict);
        })]);

    /// <summary>Every field that the future depends on, in a fixed order.</summary>
    public IEnumerable<string> StateLines()
    {
        yield return FormattableString.Invariant(
            $"{_profile.Feed}|{_index}|{_indexTimeMs}|{_sequence}|{_state}|{_reason}|{_cleanEpochs}|{_gateEpochs}")
            + FormattableString.Invariant($"|{_floorMs}|{_isHalted}|{_gate}");
        foreach (var leg in _legs.Where(l => l.Newest is not null).OrderBy(l => l.Source))
        {
            var newest = leg.Newest!.Value;
            yield return FormattableString.Invariant(
                $"{leg.Source}|{newest.Session}|{newest.Sequence}|{newest.SourceTimeMs}|{Decimals.Text(newest.Price)}")
                + FormattableString.Invariant($"|{newest.Confidence}|{newest.Bid}|{newest.Ask}")
                + FormattableString.Invariant($"|{leg.EquivocatedSession}|{leg.StandingPrice}|{leg.StandingSinceMs}");
        }
    }

    private void Move(decimal candidate, long nowMs)
    {
        _gate.Pass(candidate, nowMs, _profile);
        _sequence += candidate == _index ? 0 : 1;
        _index = candidate;
        _indexTimeMs = _judged.TimeMs;
    }

    private void Decide(long nowMs, bool isClean, bool isHeld)
    {
        _cleanEpochs = isClean ? _cleanEpochs + 1 : 0;
        if (_isHalted)
        {
            (_state, _reason) = (PriceState.Halted, FeedReason.Halted);
        }
        else if (_index is null)
        {
            (_state, _reason) = (PriceState.NotMeasured, FeedReason.NotMeasured);
        }
        else if (isClean)
        {
            _gateEpochs = _cleanEpochs >= _gateEpochs ? 0 : _gateEpochs;
            (_state, _reason) = _gateEpochs > 0 ? (PriceState.Stale, FeedReason.ResumeGate)
                : _judged.UseMedian ? (PriceState.Degraded, FeedReason.UseMedian)
                : _judged.IsAnySetAside ? (PriceState.Degraded, FeedReason.SourceQuarantined)
                : (PriceState.Fresh, FeedReason.None);
        }
        else if (Heartbeat.AgeMs(nowMs, _indexTimeMs) > _profile.AgeMaxMs)
        {
            _gateEpochs = Math.Max(_gateEpochs, _profile.CleanEpochsToLeaveStale);
            (_state, _reason) = (PriceState.Stale, FeedReason.TooOld);
        }
        else
        {
            (_state, _reason) = (_gateEpochs > 0 ? PriceState.Stale : PriceState.Degraded,
                isHeld ? FeedReason.JumpHeld : FeedReason.InsufficientSources);
        }
    }

    private FeedDisplay Display(PriceState state, long? ageMs) =>
        ageMs is null ? FeedDisplay.NotMeasured
        : state == PriceState.Halted ? FeedDisplay.Halted
        : ageMs > Math.Max(2 * _profile.HeartbeatMs, _profile.HeartbeatMs + _profile.GraceMs)
            || _reason == FeedReason.TooOld || state == PriceState.Stale && _judged.Live == 0 ? FeedDisplay.Stale
        : _judged.UseMedian || _reason == FeedReason.JumpHeld || _judged.IsDrifting ? FeedDisplay.Drift
        : _judged.Live < _profile.SourcesConfigured ? FeedDisplay.Partial
        : FeedDisplay.Live;

    private static Inhibitions Inhibits(PriceState state, FeedReason reason) => state switch
    {
        PriceState.Fresh => Inhibitions.None,
        PriceState.Degraded when reason is FeedReason.SourceQuarantined or FeedReason.UseMedian =>
            Inhibitions.Deleveraging | Inhibitions.Withdrawal,
        _ => Inhibitions.All,
    };

    private Price? Shown() => _index is not { } index
        ? null
        : new Price(Math.Min(_profile.PegCeiling ?? index, Math.Max(_profile.PegFloor ?? index, index)));

    private static Price? AsPrice(decimal? value) => value is { } price ? new Price(price) : null;
}
