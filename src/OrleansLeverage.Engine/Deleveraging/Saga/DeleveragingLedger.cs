using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging.Saga;

/// <summary>
/// The plans of a grid: those that are armed or active, and the newest that have ended; older ones are in the journal
/// alone. One writer; readers take the lock.
/// </summary>
internal sealed class DeleveragingLedger(int endedMax = DeleveragingLedger.EndedMax)
{
    /// <summary>Ended plans that are kept at hand.</summary>
    public const int EndedMax = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<CommandId, SagaPlan> _byId = [];
    private readonly List<SagaPlan> _plans = [];
    private readonly Dictionary<CommandId, (SagaPlan Plan, int Leg)> _sent = [];
    private int _ended;

    /// <summary>True where no plan was ever armed: then nothing of this is written anywhere.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _plans.Count == 0;
            }
        }
    }

    /// <summary>In the order in which they were armed.</summary>
    public IReadOnlyList<SagaPlan> Plans => _plans;

    public PlanAudit? Audit(CommandId plan)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(plan)?.Audit();
        }
    }

    public IReadOnlyList<PlanAudit> Newest(int countMax)
    {
        lock (_lock)
        {
            return [.. _plans.Skip(Math.Max(0, _plans.Count - countMax)).Select(p => p.Audit())];
        }
    }

    /// <summary>Plans that have not ended, in the order in which they were armed.</summary>
    public IReadOnlyList<PlanAudit> Open()
    {
        lock (_lock)
        {
            return _ended == _plans.Count ? [] : [.. _plans.Where(p => !p.State.IsEnd()).Select(p => p.Audit())];
        }
    }

    /// <summary>Plans that something is left to do for.</summary>
    public IReadOnlyList<CommandId> Active()
    {
        lock (_lock)
        {
            return _ended == _plans.Count
                ? []
                : [.. _plans.Where(p => p.State == DeleveragingStatus.Active).Select(p => p.Order.Plan)];
        }
    }

    /// <summary>The worse of what plans for a market are in: active, armed, or neither.</summary>
    public DeleveragingStatus StateOf(InstrumentId instrument)
    {
        lock (_lock)
        {
            var states = _plans.Where(p => p.Order.Instrument == instrument).Select(p => p.State).ToList();
            return states.Contains(DeleveragingStatus.Active) ? DeleveragingStatus.Active
                : states.Contains(DeleveragingStatus.Armed) ? DeleveragingStatus.Armed
                : DeleveragingStatus.Disarmed;
        }
    }

    /// <summary>Another plan for the same position that has not ended.</summary>
    public CommandId? Conflict(DeleveragingOrder order)
    {
        lock (_lock)
        {
            return _plans.Find(p => !p.State.IsEnd() && p.Order.Instrument == order.Instrument
                && p.Order.Bankrupt == order.Bankrupt)?.Order.Plan;
        }
    }

    /// <summary>Asks the plan under the lock; default where there is none.</summary>
    public T? Ask<T>(CommandId plan, Func<SagaPlan, T> question)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(plan, out var found) ? question(found) : default;
        }
    }

    /// <summary>Whether an event can be what happens next; looked at before it is kept.</summary>
    public bool Follows(SagaEvent happened)
    {
        lock (_lock)
        {
            var plan = _byId.GetValueOrDefault(happened.Plan);
            return happened is PlanArmed ? plan is null : plan?.Follows(happened) == true;
        }
    }

    public void Apply(SagaEvent happened)
    {
        lock (_lock)
        {
            if (happened is PlanArmed armed)
            {
                Add(new SagaPlan(armed));
                return;
            }
            var plan = _byId.GetValueOrDefault(happened.Plan)
                ?? throw new InvalidDataException($"plan {happened.Plan} was never armed");
            plan.Apply(happened);
            if (happened is LegsSent sent)
            {
                for (var leg = sent.From; leg < sent.From + sent.Count; leg++)
                {
                    _sent.Add(plan.Round.Legs[leg].Command, (plan, leg));
                }
            }
            if (happened is PlanEnded)
            {
                _ended++;
                Forget();
            }
        }
    }

    /// <summary>A command was applied: a leg, perhaps.</summary>
    public void Applied(CommandId id, long sequence)
    {
        if (_sent.Count > 0 && _sent.ContainsKey(id))
        {
            lock (_lock)
            {
                _sent.Remove(id, out var sent);
                sent.Plan.Round.Fill(sent.Leg, sequence);
            }
        }
    }

    /// <summary>A command was refused for ever: a leg, perhaps.</summary>
    public void Refused(CommandId id, CommandStatus status)
    {
        if (_sent.Count > 0 && _sent.ContainsKey(id))
        {
            lock (_lock)
            {
                _sent.Remove(id, out var sent);
                sent.Plan.Round.Refuse(sent.Leg, status);
            }
        }
    }

    /// <summary>A plan as it was written.</summary>
    public void Restore(SagaPlan plan)
    {
        lock (_lock)
        {
            Add(plan);
            _ended += plan.State.IsEnd() ? 1 : 0;
            foreach (var leg in plan.Round.Unresolved())
            {
                _sent.Add(plan.Round.Legs[leg].Command, (plan, leg));
            }
        }
    }

    private void Add(SagaPlan plan)
    {
        if (!_byId.TryAdd(plan.Order.Plan, plan))
        {
            throw new InvalidDataException($"plan {plan.Order.Plan} was armed twice");
        }
        _plans.Add(plan);
    }

    private void Forget()
    {
        if (_ended > endedMax)
        {
            var oldest = _plans.FindIndex(p => p.State.IsEnd());
            _byId.Remove(_plans[oldest].Order.Plan);
            _plans.RemoveAt(oldest);
            _ended--;
        }
    }
}
