using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Api.Events;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>
/// Rehearsing, arming, executing, disarming. Plans are named by their client: asked again, each answers with what
/// became of it, and nothing happens twice.
/// </summary>
internal sealed class DeleveragingActs(
    ILeverageGrid grid, DeleveragingBoard board, EventLog events, EdgeLimits limits, TimeProvider clock)
{
    /// <summary>A rehearsal is nobody's: it is not kept, and the name of its plan is never seen.</summary>
    private static readonly CommandId Rehearsed = CommandId.Create(1, 1);

    public async Task<Answer> RehearseAsync(HttpContext context, RequestReading<AskedPlan> reading)
    {
        if (DeleveragingReads.MarketOf(context) is not { } market)
        {
            return Refusal.Of("not_found");
        }
        var plan = await grid.Deleveraging.RehearseAsync(
            reading.Items[0].Value!.Order(Rehearsed, market, "rehearsal"), context.RequestAborted);
        return plan.HasLegs
            ? Answer.Of(PlanAnswer.Of(grid.Frame, plan.Status.Code(), preview: plan))
            : Refused(plan.Status, plan.Detail);
    }

    public async Task<Answer> ArmAsync(HttpContext context, RequestReading<AskedPlan> reading)
    {
        if (DeleveragingReads.MarketOf(context) is not { } market)
        {
            return Refusal.Of("not_found");
        }
        var asked = reading.Items[0].Value!;
        var by = Principal.Of(context).Signs(asked.Operator!, DeleveragingOrder.OperatorLengthMax);
        var answer = await grid.Deleveraging.ArmAsync(asked.Order(asked.Plan!.Value, market, by));
        Happened(context, asked.Plan.Value, answer);
        return answer switch
        {
            { Status: DeleveragingStatus.Armed, Plan: not null } => Answer.Of(PlanAnswer.Of(grid.Frame,
                answer.Status.Code(), preview: answer.Plan, plan: answer.Audit)),
            // the same order came before
            { Audit: not null, Status: not DeleveragingStatus.PlanIdReused } => Duplicate(answer.Audit),
            _ => Refused(answer.Status, answer.Detail),
        };
    }

    /// <summary>
    /// Goes on where nobody waits for it: a plan that began is worked on to its end, whoever is gone.
    /// </summary>
    public async Task<Answer> ExecuteAsync(HttpContext context, RequestReading<ExecutionRequest> reading)
    {
        if (!CommandId.TryParse((string?)context.Request.RouteValues["id"], out var id))
        {
            return Refusal.Of("bad_command_id");
        }
        var request = reading.Items[0].Value!;
        var by = Principal.Of(context).Signs(request.Operator, DeleveragingOrder.OperatorLengthMax);
        using var deadline = new CancellationTokenSource(limits.CommandTimeout, clock);
        DeleveragingAnswer answer;
        try
        {
            answer = await grid.Deleveraging.ExecuteAsync(id, request.Market, by, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            answer = await grid.Deleveraging.PlanAsync(id) is { } plan
                ? new DeleveragingAnswer(plan.State, plan.Detail, Audit: plan)
                : new DeleveragingAnswer(DeleveragingStatus.StorageUnavailable);
        }
        Happened(context, id, answer);
        return answer switch
        {
            { Status: DeleveragingStatus.AlreadyExecuted, Audit: { BeganMs: not null } began } => Duplicate(began),
            { Status: DeleveragingStatus.AlreadyExecuted } => Refusal.Of("adl_not_armed", detail: answer.Detail),
            { Status: DeleveragingStatus.Active, Audit: not null } => new Answer(null, PlanAnswer.Of(grid.Frame,
                answer.Status.Code(), plan: answer.Audit), StatusCodes.Status202Accepted),
            { Status: DeleveragingStatus.Completed or DeleveragingStatus.CompletedShort
                or DeleveragingStatus.Recovered } => Answer.Of(PlanAnswer.Of(grid.Frame, answer.Status.Code(),
                    plan: answer.Audit)),
            _ => Refused(answer.Status, answer.Status == DeleveragingStatus.WrongMarket ? null : answer.Detail),
        };
    }

    public async Task<Answer> DisarmAsync(HttpContext context, RequestReading<string> reading)
    {
        if (!CommandId.TryParse((string?)context.Request.RouteValues["id"], out var id))
        {
            return Refusal.Of("bad_command_id");
        }
        var before = await grid.Deleveraging.PlanAsync(id);
        var answer = await grid.Deleveraging.DisarmAsync(id,
            Principal.Of(context).Signs(reading.Items[0].Value!, DeleveragingOrder.OperatorLengthMax));
        Happened(context, id, answer);
        return answer switch
        {
            { Status: DeleveragingStatus.Disarmed, Audit: { } plan } => before?.State == DeleveragingStatus.Disarmed
                ? Duplicate(plan)
                : Answer.Of(PlanAnswer.Of(grid.Frame, answer.Status.Code(), plan: plan)),
            _ => Refused(answer.Status, answer.Detail),
        };
    }

    private void Happened(HttpContext context, CommandId id, DeleveragingAnswer answer)
    {
        board.Forget();
        AuditNote.Target(context, id.ToString(), answer.Status.Code());
        if (answer.Audit is { } plan)
        {
            events.Take(plan, clock.GetUtcNow().ToUnixTimeMilliseconds());
        }
    }

    private Answer Duplicate(PlanAudit plan) => Answer.Of(PlanAnswer.Of(grid.Frame, CommandStatus.Duplicate.Code(),
        plan.State.Code(), plan: plan));

    /// <summary>A market in the path that the grid does not know is nothing that is there.</summary>
    private static Refusal Refused(DeleveragingStatus status, string? detail) =>
        status == DeleveragingStatus.UnknownInstrument
            ? Refusal.Of("not_found")
            : Refusal.Of(status.Code(), detail: detail);
}
