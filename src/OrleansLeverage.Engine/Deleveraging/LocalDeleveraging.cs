using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging.Saga;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// Deleveraging over one state. Plans are made on the caller's thread, from committed accounts at one frame; the writer
/// keeps what happens to them and applies their legs, so that each step is durable before the next begins. An account
/// that moved on since the plan was made refuses its leg, and the residual is planned again.
/// </summary>
internal sealed partial class LocalDeleveraging(GridState state, Func<PriceFrame> frame, TimeProvider time,
    DeleveragingLimits limits, IPlanWriter writer, Action<string> reached) : IDeleveraging
{
    private readonly DeleveragingDesk _desk = new(state.Deleveraging, limits);

    private DeleveragingLedger Ledger => state.Deleveraging;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<DeleveragingQueue?> QueueAsync(InstrumentId instrument, DeleveragingRule rule,
        CancellationToken cancellation = default)
    {
        rule.Check();
        var at = frame();
        if (at.Universe.Instrument(instrument) is not { } market)
        {
            return ValueTask.FromResult<DeleveragingQueue?>(null);
        }
        return ValueTask.FromResult<DeleveragingQueue?>(DeleveragingDesk.Queue(Look(market, at), rule));
    }

    public ValueTask<DeleveragingCondition?> ConditionAsync(InstrumentId instrument,
        CancellationToken cancellation = default)
    {
        var at = frame();
        if (at.Universe.Instrument(instrument) is not { } market)
        {
            return ValueTask.FromResult<DeleveragingCondition?>(null);
        }
        return ValueTask.FromResult<DeleveragingCondition?>(
            _desk.Condition(Look(market, at), Fund(market, at), NowMs));
    }

    public ValueTask<IReadOnlyList<DeleveragingCondition>> ConditionsAsync(IReadOnlyList<InstrumentId> instruments,
        CancellationToken cancellation = default)
    {
        var at = frame();
        var insolvent = new List<InsolventPosition>?[at.Universe.Instruments.Count];
        // this is asked for every second: who owes anything was found past the line, and only those are read
        foreach (var number in state.Failing)
        {
            cancellation.ThrowIfCancellationRequested();
            HolderView.AddInsolvent(state.Accounts.Read(number), at, insolvent);
        }
        var conditions = new List<DeleveragingCondition>(instruments.Count);
        foreach (var market in instruments.Select(at.Universe.Instrument).OfType<Instrument>())
        {
            var owing = insolvent[market.Index] ?? [];
            owing.Sort((left, right) => left.Account.CompareTo(right.Account));
            conditions.Add(_desk.Condition(market, at, owing, Fund(market, at), NowMs));
        }
        return ValueTask.FromResult<IReadOnlyList<DeleveragingCondition>>(conditions);
    }

    public ValueTask<IReadOnlyList<PlanAudit>> OpenAsync(CancellationToken cancellation = default) =>
        ValueTask.FromResult(Ledger.Open());

    public ValueTask<DeleveragingPlan> RehearseAsync(DeleveragingOrder order,
        CancellationToken cancellation = default) =>
        ValueTask.FromResult(DeleveragingDesk.Problem(order) is { } problem
            ? DeleveragingDesk.Refused(order, DeleveragingStatus.InvalidOrder, problem, frame())
            : Make(order));

    public async ValueTask<DeleveragingAnswer> ArmAsync(DeleveragingOrder order,
        CancellationToken cancellation = default)
    {
        if (DeleveragingDesk.Problem(order) is { } problem)
        {
            return new DeleveragingAnswer(DeleveragingStatus.InvalidOrder, problem);
        }
        if (_desk.Known(order) is { } known)
        {
            return known;
        }
        var plan = Make(order);
        if (!plan.HasLegs)
        {
            return new DeleveragingAnswer(plan.Status, plan.Detail, plan);
        }
        var at = frame();
        var answer = await Durably(core =>
        {
            var (armed, happened) = _desk.Arm(order, plan, NowMs);
            if (happened is not null)
            {
                core.RecordFrame(at.Number == plan.Frame ? at : core.Frame);
            }
            return Kept(core, armed, happened);
        }).ConfigureAwait(false);
        reached("armed");
        return answer with { Plan = plan, Audit = Ledger.Audit(order.Plan) };
    }

    public async ValueTask<DeleveragingAnswer> DisarmAsync(CommandId plan, string operatorName,
        CancellationToken cancellation = default)
    {
        if (DeleveragingDesk.OperatorProblem(operatorName) is { } problem)
        {
            return new DeleveragingAnswer(DeleveragingStatus.InvalidOrder, problem);
        }
        var answer = await Durably(core =>
        {
            var (disarmed, happened) = _desk.Disarm(plan, operatorName, NowMs);
            return Kept(core, disarmed, happened);
        }).ConfigureAwait(false);
        return answer with { Audit = Ledger.Audit(plan) };
    }

    public async ValueTask<DeleveragingAnswer> ExecuteAsync(CommandId plan, InstrumentId market, string operatorName,
        CancellationToken cancellation = default)
    {
        if (DeleveragingDesk.OperatorProblem(operatorName) is { } problem)
        {
            return new DeleveragingAnswer(DeleveragingStatus.InvalidOrder, problem);
        }
        var answer = await Durably(core =>
        {
            var (began, happened) = _desk.Begin(plan, market, operatorName, core.Frame, NowMs);
            return Kept(core, began, happened);
        }).ConfigureAwait(false);
        if (answer.Status == DeleveragingStatus.Active)
        {
            reached("began");
            answer = new DeleveragingAnswer(await Drive(plan).WaitAsync(cancellation).ConfigureAwait(false));
        }
        return answer with { Audit = Ledger.Audit(plan) };
    }

    public ValueTask<PlanAudit?> PlanAsync(CommandId plan, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Ledger.Audit(plan));

    public ValueTask<IReadOnlyList<PlanAudit>> LogAsync(int countMax, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Ledger.Newest(countMax));

    private static DeleveragingAnswer Kept(GridCore core, DeleveragingAnswer answer, SagaEvent? happened)
    {
        if (happened is not null)
        {
            core.Record(happened);
        }
        return answer;
    }

    private DeleveragingPlan Make(DeleveragingOrder order, decimal? residual = null)
    {
        var at = frame();
        return at.Universe.Instrument(order.Instrument) is { } market
            ? new PlanMaker(Look(market, at), state.Accounts.Read, Fund(market, at), limits, NowMs)
                .Make(order, residual)
            : DeleveragingDesk.Refused(order, DeleveragingStatus.UnknownInstrument, order.Instrument.Value, at);
    }

    /// <summary>Every holder of the market, looked at in parallel; the result does not depend on how.</summary>
    private CandidateBook Look(Instrument market, PriceFrame at)
    {
        var holders = state.Holders.Of(market);
        var views = new HolderView?[holders.Length];
        Parallel.For(0, views.Length, i => views[i] = HolderView.Of(state.Accounts.Read(holders[i]), market, at));
        return CandidateBook.Of(views.OfType<HolderView>(), market, at);
    }

    private decimal Fund(Instrument market, PriceFrame at) =>
        DeleveragingDesk.FundUsd(market, state.House[HouseAccount.Insurance, market.Settlement.Id], at);

    private async Task<DeleveragingAnswer> Durably(Func<GridCore, DeleveragingAnswer> decide)
    {
        try
        {
            return await writer.Ask(decide).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return new DeleveragingAnswer(DeleveragingStatus.StorageUnavailable, exception.Message);
        }
    }
}

/// <summary>Runs something where commands are decided, in a batch of its own; done once it is durable.</summary>
internal interface IPlanWriter
{
    /// <exception cref="IOException">It is not durable, or not known to be.</exception>
    Task<T> Ask<T>(Func<GridCore, T> action);
}
