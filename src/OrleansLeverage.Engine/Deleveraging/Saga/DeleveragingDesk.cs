using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging.Saga;

/// <summary>
/// What is decided about plans, whoever hosts them: an answer, and the event that has to be durable before it is given.
/// No host: the ledger, the frame and the time are passed in.
/// </summary>
internal sealed class DeleveragingDesk(DeleveragingLedger ledger, DeleveragingLimits limits)
{
    /// <summary>What is wrong with an order by itself; null where nothing is.</summary>
    public static string? Problem(DeleveragingOrder order)
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

    public static string? OperatorProblem(string name) =>
        name.Length is 0 or > DeleveragingOrder.OperatorLengthMax || name.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? $"an operator is 1 to {DeleveragingOrder.OperatorLengthMax} printable characters of ASCII"
            : null;

    /// <summary>A plan without legs, and why.</summary>
    public static DeleveragingPlan Refused(DeleveragingOrder order, DeleveragingStatus status, string detail,
        PriceFrame at) => new(status, detail, order.Instrument, order.Bankrupt, order.Rule, at.Number, at.TimeMs,
        PriceState.NotMeasured, null, null, null, 0, 0m, 0m, 0m, 0m, 0, new Dictionary<ExclusionReason, int>(), []);

    public static RoundPlan Round(DeleveragingPlan plan) => new(plan.Frame, plan.FrameTimeMs, plan.PriceTimeMs!.Value,
        plan.Rule.Version, plan.Mark!.Value, plan.Price!.Value, plan.Requested,
        [.. plan.Legs.Select(l => new LegPlan(l.Counterparty, l.Contracts, l.Rank, l.Score, l.Forgone))]);

    public static DeleveragingQueue Queue(CandidateBook book, DeleveragingRule rule) => new(book.Instrument.Id, rule,
        book.Frame.Number, book.Frame.TimeMs, book.Instrument.LotSize, CandidateRanking.Of(book.Longs, rule),
        CandidateRanking.Of(book.Shorts, rule));

    /// <summary>What the insurance fund holds of the market's settlement asset, in USD.</summary>
    /// <param name="held">In the asset; below 0 there is no fund.</param>
    public static decimal FundUsd(Instrument market, decimal held, PriceFrame at) =>
        Math.Max(0m, held) * (at.UsdPrice(market.Settlement) ?? 0m);

    /// <summary>Why prices forbid it now, in words; null where they do not.</summary>
    public string? Inhibited(Instrument market, PriceFrame at, long nowMs)
    {
        var price = at[market.MarkFeed];
        return PlanMaker.Inhibition(market.MarkFeed, price.State, price.Price is null ? null : price.TimeMs, nowMs,
            limits.PriceAgeMaxMs);
    }

    public DeleveragingCondition Condition(CandidateBook book, decimal fundUsd, long nowMs) =>
        Condition(book.Instrument, book.Frame, book.Insolvent, fundUsd, nowMs);

    public DeleveragingCondition Condition(Instrument market, PriceFrame at, IReadOnlyList<InsolventPosition> insolvent,
        decimal fundUsd, long nowMs)
    {
        var price = at[market.MarkFeed];
        long? timeMs = price.Price is null ? null : price.TimeMs;
        return new DeleveragingCondition(market.Id, ledger.StateOf(market.Id), at.Number,
            Inhibited(market, at, nowMs), price.State,
            timeMs is { } measured ? Math.Max(0L, nowMs - measured) : null, limits.PriceAgeMaxMs,
            insolvent.Count, insolvent.Sum(i => i.Contracts), insolvent.Sum(i => i.Shortfall), fundUsd)
        {
            FrameTimeMs = at.TimeMs,
            Largest = [.. insolvent.OrderByDescending(i => i.Shortfall).ThenBy(i => i.Account)
                .Take(DeleveragingCondition.LargestMax)],
        };
    }

    /// <summary>What became of an order that came before; null for a new one.</summary>
    public DeleveragingAnswer? Known(DeleveragingOrder order) => ledger.Audit(order.Plan) is not { } audit ? null
        : audit.Order == order
            ? new DeleveragingAnswer(audit.State, audit.Detail, Audit: audit)
            : new DeleveragingAnswer(DeleveragingStatus.PlanIdReused);

    /// <summary>A plan that was made is armed, unless it is known or another is in its way.</summary>
    public (DeleveragingAnswer Answer, SagaEvent? Happened) Arm(DeleveragingOrder order, DeleveragingPlan plan,
        long nowMs)
    {
        if (Known(order) is { } known)
        {
            return (known, null);
        }
        return ledger.Conflict(order) is { } other
            ? (new DeleveragingAnswer(DeleveragingStatus.PlanConflict, other.ToString()), null)
            : (new DeleveragingAnswer(DeleveragingStatus.Armed),
                new PlanArmed(order.Plan, nowMs, order, plan.Side, Round(plan)));
    }

    public (DeleveragingAnswer Answer, SagaEvent? Happened) Disarm(CommandId plan, string operatorName, long nowMs) =>
        ledger.Audit(plan) switch
        {
            null => (new DeleveragingAnswer(DeleveragingStatus.UnknownPlan), null),
            { State: DeleveragingStatus.Armed } => Ended(plan, DeleveragingStatus.Disarmed, operatorName, null, nowMs),
            { State: DeleveragingStatus.Disarmed } => (new DeleveragingAnswer(DeleveragingStatus.Disarmed), null),
            _ => (new DeleveragingAnswer(DeleveragingStatus.AlreadyExecuted), null),
        };

    /// <summary>Active where the execution begins; otherwise why it does not.</summary>
    public (DeleveragingAnswer Answer, SagaEvent? Happened) Begin(CommandId plan, InstrumentId market,
        string operatorName, PriceFrame at, long nowMs)
    {
        if (ledger.Audit(plan) is not { } audit)
        {
            return (new DeleveragingAnswer(DeleveragingStatus.UnknownPlan), null);
        }
        if (audit.Order.Instrument != market)
        {
            return (new DeleveragingAnswer(DeleveragingStatus.WrongMarket, audit.Order.Instrument.Value), null);
        }
        if (audit.State != DeleveragingStatus.Armed)
        {
            return (new DeleveragingAnswer(audit.State == DeleveragingStatus.PlanExpired
                ? DeleveragingStatus.PlanExpired
                : DeleveragingStatus.AlreadyExecuted, audit.State.Code()), null);
        }
        var ageMs = nowMs - audit.Rounds[^1].PriceTimeMs;
        if (ageMs > limits.PriceAgeMaxMs)
        {
            return Ended(plan, DeleveragingStatus.PlanExpired, operatorName,
                $"its price is {ageMs} ms old, at most {limits.PriceAgeMaxMs}", nowMs);
        }
        return at.Universe.Instrument(market) is { } instrument && Inhibited(instrument, at, nowMs) is { } stale
            ? (new DeleveragingAnswer(DeleveragingStatus.OracleStale, stale), null)
            : (new DeleveragingAnswer(DeleveragingStatus.Active), new ExecutionBegan(plan, nowMs, operatorName));
    }

    /// <summary>What an active plan is to do next, and the order it follows.</summary>
    public (SagaStep Step, DeleveragingOrder Order) Next(CommandId plan, PriceFrame at, long nowMs)
    {
        var order = ledger.Ask(plan, p => p.Order)
            ?? throw new InvalidOperationException($"plan {plan} is active and unknown");
        var inhibited = at.Universe.Instrument(order.Instrument) is { } market
            ? Inhibited(market, at, nowMs) : "no market";
        return (ledger.Ask(plan, p => p.Next(at.Number, nowMs, inhibited, limits))!, order);
    }

    private static (DeleveragingAnswer Answer, SagaEvent? Happened) Ended(CommandId plan, DeleveragingStatus status,
        string operatorName, string? detail, long nowMs) => (new DeleveragingAnswer(status, detail),
            new PlanEnded(plan, nowMs, status, operatorName, detail ?? ""));
}
