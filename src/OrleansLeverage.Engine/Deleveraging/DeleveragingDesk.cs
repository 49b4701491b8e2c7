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
internal sealed partial class DeleveragingDesk(GridState state, Func<PriceFrame> frame, TimeProvider time,
    DeleveragingLimits limits, IPlanWriter writer, Action<string> reached) : IDeleveraging
{
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
        var book = Look(market, at);
        return ValueTask.FromResult<DeleveragingQueue?>(new DeleveragingQueue(instrument, rule, at.Number, at.TimeMs,
            market.LotSize, CandidateRanking.Of(book.Longs, rule), CandidateRanking.Of(book.Shorts, rule)));
    }

    public ValueTask<DeleveragingCondition?> ConditionAsync(InstrumentId instrument,
        CancellationToken cancellation = default)
    {
        var at = frame();
        if (at.Universe.Instrument(instrument) is not { } market)
        {
            return ValueTask.FromResult<DeleveragingCondition?>(null);
        }
        var (book, price, nowMs) = (Look(market, at), at[market.MarkFeed], NowMs);
        long? timeMs = price.Price is null ? null : price.TimeMs;
        return ValueTask.FromResult<DeleveragingCondition?>(new DeleveragingCondition(instrument,
            Ledger.StateOf(instrument), at.Number, Inhibited(market, at), price.State,
            timeMs is { } measured ? Math.Max(0L, nowMs - measured) : null, limits.PriceAgeMaxMs,
            book.Insolvent.Count, book.Insolvent.Sum(i => i.Contracts), book.Insolvent.Sum(i => i.Shortfall),
            Fund(market, at)));
    }

    public ValueTask<DeleveragingPlan> RehearseAsync(DeleveragingOrder order,
        CancellationToken cancellation = default) =>
        ValueTask.FromResult(Problem(order) is { } problem
            ? Refused(order, DeleveragingStatus.InvalidOrder, problem)
            : Make(order));

    public async ValueTask<DeleveragingAnswer> ArmAsync(DeleveragingOrder order,
        CancellationToken cancellation = default)
    {
        if (Problem(order) is { } problem)
        {
            return new DeleveragingAnswer(DeleveragingStatus.InvalidOrder, problem);
        }
        if (Known(order) is { } known)
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
            if ((Known(order) ?? Conflict(order)) is { } refused)
            {
                return refused;
            }
            core.RecordFrame(at.Number == plan.Frame ? at : core.Frame);
            core.Record(new PlanArmed(order.Plan, NowMs, order, plan.Side, Round(plan)));
            return new DeleveragingAnswer(DeleveragingStatus.Armed);
        }).ConfigureAwait(false);
        reached("armed");
        return answer with { Plan = plan, Audit = Ledger.Audit(order.Plan) };
    }

    public async ValueTask<DeleveragingAnswer> DisarmAsync(CommandId plan, string operatorName,
        CancellationToken cancellation = default)
    {
        if (OperatorProblem(operatorName) is { } problem)
        {
            return new DeleveragingAnswer(DeleveragingStatus.InvalidOrder, problem);
        }
        var answer = await Durably(core => Ledger.Audit(plan) switch
        {
            null => new DeleveragingAnswer(DeleveragingStatus.UnknownPlan),
            { State: DeleveragingStatus.Armed } => Ended(core, plan, DeleveragingStatus.Disarmed, operatorName),
            { State: DeleveragingStatus.Disarmed } => new DeleveragingAnswer(DeleveragingStatus.Disarmed),
            _ => new DeleveragingAnswer(DeleveragingStatus.AlreadyExecuted),
        }).ConfigureAwait(false);
        return answer with { Audit = Ledger.Audit(plan) };
    }

    public async ValueTask<DeleveragingAnswer> ExecuteAsync(CommandId plan, InstrumentId market, string operatorName,
        CancellationToken cancellation = default)
    {
        if (OperatorProblem(operatorName) is { } problem)
        {
            return new DeleveragingAnswer(DeleveragingStatus.InvalidOrder, problem);
        }
        var answer = await Durably(core => Begin(core, plan, market, operatorName)).ConfigureAwait(false);
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

    private DeleveragingAnswer Begin(GridCore core, CommandId plan, InstrumentId market, string operatorName)
    {
        if (Ledger.Audit(plan) is not { } audit)
        {
            return new DeleveragingAnswer(DeleveragingStatus.UnknownPlan);
        }
        if (audit.Order.Instrument != market)
        {
            return new DeleveragingAnswer(DeleveragingStatus.WrongMarket, audit.Order.Instrument.Value);
        }
        if (audit.State != DeleveragingStatus.Armed)
        {
            return new DeleveragingAnswer(audit.State == DeleveragingStatus.PlanExpired
                ? DeleveragingStatus.PlanExpired
                : DeleveragingStatus.AlreadyExecuted, audit.State.Code());
        }
        var ageMs = NowMs - audit.Rounds[^1].PriceTimeMs;
        if (ageMs > limits.PriceAgeMaxMs)
        {
            return Ended(core, plan, DeleveragingStatus.PlanExpired, operatorName,
                $"its price is {ageMs} ms old, at most {limits.PriceAgeMaxMs}");
        }
        if (core.Frame.Universe.Instrument(market) is { } instrument && Inhibited(instrument, core.Frame) is { } stale)
        {
            return new DeleveragingAnswer(DeleveragingStatus.OracleStale, stale);
        }
        core.Record(new ExecutionBegan(plan, NowMs, operatorName));
        return new DeleveragingAnswer(DeleveragingStatus.Active);
    }

    private DeleveragingAnswer Ended(GridCore core, CommandId plan, DeleveragingStatus status, string operatorName,
        string detail = "")
    {
        core.Record(new PlanEnded(plan, NowMs, status, operatorName, detail));
        return new DeleveragingAnswer(status, detail.Length == 0 ? null : detail);
    }

    private DeleveragingAnswer? Known(DeleveragingOrder order) => Ledger.Audit(order.Plan) is not { } audit ? null
        : audit.Order == order
            ? new DeleveragingAnswer(audit.State, audit.Detail, Audit: audit)
            : new DeleveragingAnswer(DeleveragingStatus.PlanIdReused);

    private DeleveragingAnswer? Conflict(DeleveragingOrder order) => Ledger.Conflict(order) is { } other
        ? new DeleveragingAnswer(DeleveragingStatus.PlanConflict, other.ToString())
        : null;

    private static string? Problem(DeleveragingOrder order)
    {
        if (order.Plan.IsReserved)
        {
            return "the plan's id is reserved";
        }
        try
        {
            order.Rule.Check();
        }
        catch (ArgumentOutOfRangeException exception)
        {
            return exception.Message;
        }
        return AccountId.IsValid(order.Bankrupt.Value) ? OperatorProblem(order.Operator) : "no account is named";
    }

    private static string? OperatorProblem(string name) =>
        name.Length is 0 or > DeleveragingOrder.OperatorLengthMax || name.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? $"an operator is 1 to {DeleveragingOrder.OperatorLengthMax} printable characters of ASCII"
            : null;

    private DeleveragingPlan Make(DeleveragingOrder order, decimal? residual = null)
    {
        var at = frame();
        return at.Universe.Instrument(order.Instrument) is { } market
            ? new PlanMaker(Look(market, at), state.Accounts.Read, Fund(market, at), limits, NowMs)
                .Make(order, residual)
            : Refused(order, DeleveragingStatus.UnknownInstrument, order.Instrument.Value);
    }

    private DeleveragingPlan Refused(DeleveragingOrder order, DeleveragingStatus status, string detail) => new(status,
        detail, order.Instrument, order.Bankrupt, order.Rule, frame().Number, frame().TimeMs, PriceState.NotMeasured,
        null, null, null, 0, 0m, 0m, 0m, 0m, 0, new Dictionary<ExclusionReason, int>(), []);

    /// <summary>Every holder of the market, looked at in parallel; the result does not depend on how.</summary>
    private CandidateBook Look(Instrument market, PriceFrame at)
    {
        var views = new HolderView?[state.Accounts.Count];
        Parallel.For(0, views.Length, number =>
            views[number] = HolderView.Of(state.Accounts.Read(number), market, at));
        return CandidateBook.Of(views.OfType<HolderView>(), market, at);
    }

    private decimal Fund(Instrument market, PriceFrame at) =>
        Math.Max(0m, state.House[HouseAccount.Insurance, market.Settlement.Id])
            * (at.UsdPrice(market.Settlement) ?? 0m);

    private string? Inhibited(Instrument market, PriceFrame at)
    {
        var price = at[market.MarkFeed];
        return PlanMaker.Inhibition(market.MarkFeed, price.State, price.Price is null ? null : price.TimeMs, NowMs,
            limits.PriceAgeMaxMs);
    }

    private static RoundPlan Round(DeleveragingPlan plan) => new(plan.Frame, plan.FrameTimeMs, plan.PriceTimeMs!.Value,
        plan.Rule.Version, plan.Mark!.Value, plan.Price!.Value, plan.Requested,
        [.. plan.Legs.Select(l => new LegPlan(l.Counterparty, l.Contracts, l.Rank, l.Score, l.Forgone))]);

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
