using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging.Saga;

/// <summary>
/// One plan's state, folded from its events, and what is to be done next. No host: it has no clock, thread or store of
/// its own, so whoever can keep events and send fills can drive it.
/// <code>
/// Armed ──► Active ──► per round: [mark sent ──► send ──► each applied or refused]* ──► residual? ──► next round
///   │          └── after a restart, or once prices are old: resolve what was sent, cancel the rest, plan again
///   └──► Disarmed, PlanExpired                                                   └──► Completed, ...Short, Recovered
/// </code>
/// </summary>
internal sealed class SagaPlan
{
    private readonly List<SagaRound> _rounds = [];

    public SagaPlan(PlanArmed armed)
    {
        (Order, Side, ArmedMs, State) = (armed.Order, armed.Side, armed.TimeMs, DeleveragingStatus.Armed);
        Requested = armed.Round.Requested;
        Add(armed.Round, armed.TimeMs);
    }

    private SagaPlan(DeleveragingOrder order, int side, long armedMs, decimal requested) =>
        (Order, Side, ArmedMs, Requested) = (order, side, armedMs, requested);

    public DeleveragingOrder Order { get; }

    /// <summary>+1 where the insolvent account is long.</summary>
    public int Side { get; }

    public decimal Requested { get; }

    public long ArmedMs { get; }

    public DeleveragingStatus State { get; private set; }

    public string Detail { get; private set; } = "";

    public string ExecutedBy { get; private set; } = "";

    public long? BeganMs { get; private set; }

    public long? EndedMs { get; private set; }

    public IReadOnlyList<SagaRound> Rounds => _rounds;

    public SagaRound Round => _rounds[^1];

    public decimal Residual
    {
        get
        {
            var left = Requested;
            foreach (var round in _rounds)
            {
                left -= round.Filled;
            }
            return left;
        }
    }

    /// <summary>A plan as it was written.</summary>
    public static SagaPlan Restore(DeleveragingOrder order, int side, long armedMs, decimal requested,
        DeleveragingStatus state, string detail, string executedBy, long? beganMs, long? endedMs,
        IEnumerable<SagaRound> rounds)
    {
        var plan = new SagaPlan(order, side, armedMs, requested)
        {
            State = state, Detail = detail, ExecutedBy = executedBy, BeganMs = beganMs, EndedMs = endedMs,
        };
        plan._rounds.AddRange(rounds);
        return plan;
    }

    /// <summary>Whether an event can be what happens next.</summary>
    public bool Follows(SagaEvent happened) => happened switch
    {
        ExecutionBegan => State == DeleveragingStatus.Armed,
        LegsSent sent => State == DeleveragingStatus.Active && sent.From == Round.NextUnsent && sent.Count > 0
            && sent.From + sent.Count <= Round.Legs.Count,
        RestCancelled => State == DeleveragingStatus.Active,
        RoundPlanned planned => State == DeleveragingStatus.Active && Round.IsSettled
            && planned.Round.Requested <= Residual,
        PlanEnded ended => ended.Status.IsEnd() && (State == DeleveragingStatus.Active
            ? Round.IsSettled
            : State == DeleveragingStatus.Armed),
        _ => false,
    };

    /// <summary>Takes one event in.</summary>
    /// <exception cref="InvalidDataException">It does not follow from what came before.</exception>
    public void Apply(SagaEvent happened)
    {
        if (!Follows(happened))
        {
            throw new InvalidDataException(
                $"plan {Order.Plan}: {happened.GetType().Name} does not follow in state {State}");
        }
        switch (happened)
        {
            case ExecutionBegan began:
                (State, ExecutedBy, BeganMs) = (DeleveragingStatus.Active, began.Operator, began.TimeMs);
                break;
            case LegsSent sent:
                Round.Send(sent.From, sent.Count, sent.TimeMs);
                break;
            case RestCancelled:
                Round.CancelRest();
                break;
            case RoundPlanned planned:
                Add(planned.Round, planned.TimeMs);
                break;
            case PlanEnded ended:
                (State, Detail, EndedMs) = (ended.Status, ended.Detail, ended.TimeMs);
                Round.CancelRest();
                break;
        }
    }

    /// <summary>What to do next for an active plan.</summary>
    /// <param name="frame">The newest frame's number: one of another epoch than the round's is after a restart.</param>
    /// <param name="inhibited">Why prices forbid it now; null where they do not.</param>
    public SagaStep Next(FrameNumber frame, long nowMs, string? inhibited, DeleveragingLimits limits)
    {
        if (State != DeleveragingStatus.Active)
        {
            return new SagaStep.Done();
        }
        if (Round.Unresolved() is { Count: > 0 } unresolved)
        {
            return new SagaStep.Resolve(unresolved);
        }
        if (Round.NextUnsent < Round.Legs.Count)
        {
            var isOld = inhibited is not null || frame.Epoch != Round.Plan.Frame.Epoch
                || nowMs - Round.Plan.PriceTimeMs > limits.PriceAgeMaxMs;
            return isOld
                ? new SagaStep.CancelRest()
                : new SagaStep.Send(Round.NextUnsent,
                    Math.Min(limits.LegsAtOnce, Round.Legs.Count - Round.NextUnsent));
        }
        var residual = Residual;
        return residual == 0m ? new SagaStep.End(DeleveragingStatus.Completed, "")
            : _rounds.Count >= limits.RoundsMax ? new SagaStep.End(DeleveragingStatus.CompletedShort,
                $"{_rounds.Count} rounds")
            : inhibited is not null ? new SagaStep.Wait(inhibited)
            : new SagaStep.PlanAgain(residual);
    }

    /// <summary>How the plan goes on where the residual was planned again, and no round came of it.</summary>
    public static SagaStep Without(DeleveragingPlan plan) => plan.Status switch
    {
        DeleveragingStatus.OracleStale => new SagaStep.Wait(plan.Detail ?? ""),
        DeleveragingStatus.Solvent or DeleveragingStatus.FundCovers or DeleveragingStatus.NothingToClose =>
            new SagaStep.End(DeleveragingStatus.Recovered, plan.Status.Code()),
        _ => new SagaStep.End(DeleveragingStatus.CompletedShort, plan.Status.Code()),
    };

    /// <summary>The fill of a leg: the insolvent account closes, the counterparty takes the other side.</summary>
    public ApplyFill Fill(int leg)
    {
        var (round, planned) = (Round, Round.Legs[leg]);
        var closing = new Quantity(-Side * planned.Plan.Contracts);
        return new ApplyFill(planned.Command, Order.Instrument, round.Plan.Price,
            new FillLeg(Order.Bankrupt, closing, 0m), new FillLeg(planned.Plan.Counterparty, -closing, 0m),
            FillReason.Deleverage);
    }

    public PlanAudit Audit() => new(Order, State, Detail.Length == 0 ? null : Detail, Side, Requested, ArmedMs,
        ExecutedBy.Length == 0 ? null : ExecutedBy, BeganMs, EndedMs,
        [.. _rounds.Select((round, i) => round.Audit(i + 1, -Side))]);

    private void Add(RoundPlan round, long timeMs) =>
        _rounds.Add(new SagaRound(Order.Plan, _rounds.Count + 1, round, timeMs));
}
