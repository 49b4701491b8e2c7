using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Metrics;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// What changes accounts: fills, collateral, the other commands. Answered when the outcome is durable, so a client that
/// gives up waiting learns it by sending the same id again; the command itself is not called back.
/// </summary>
internal sealed class CommandEndpoints(
    ILeverageGrid grid, EdgeGate gate, NewAccountQuota quota, EdgeLimits limits, TimeProvider clock,
    WriteMetrics writes)
{
    /// <summary>One fill, or a batch of which all are applied or none.</summary>
    public async Task<Answer> PostFillsAsync(HttpContext context, RequestReading<FillRequest> reading)
    {
        var fills = reading.Items.Select(item => item.Value!).ToArray();
        var ids = new HashSet<CommandId>();
        for (var at = 0; at < fills.Length; at++)
        {
            int? item = reading.IsBatch ? at : null;
            if (!IsPlausible(fills[at].TimeMs))
            {
                return Refusal.Of("timestamp_range", "timestamp", item: item);
            }
            if (!ids.Add(fills[at].Command.Id))
            {
                return Refusal.Of("dup_in_batch", "fillId", item: item);
            }
        }
        var accounts = fills
            .SelectMany(fill => new[] { fill.Command.First.Account, fill.Command.Second.Account }).ToArray();
        if (await AccountFaultAsync(context, accounts) is { } fault)
        {
            return Refusal.Of(fault);
        }
        return await AnswerAsync(context, fills[0].Command.Id, reading.IsBatch, isFill: true,
            async deadline => reading.IsBatch
                ? await grid.ExecuteAllAsync([.. fills.Select(fill => fill.Command)], deadline)
                : [await grid.ExecuteAsync(fills[0].Command, deadline)]);
    }

    public Task<Answer> PostCollateralAsync(HttpContext context, RequestReading<AccountCommand> reading) =>
        ExecuteAsync(context, reading.Items[0].Value!);

    public async Task<Answer> PostCommandAsync(
        HttpContext context, RequestReading<Func<AccountId, AccountCommand>> reading) =>
        AccountId.TryParse((string?)context.Request.RouteValues["id"], out var account)
            ? await ExecuteAsync(context, reading.Items[0].Value!(account))
            : Refusal.Of("bad_account_id");

    private async Task<Answer> ExecuteAsync(HttpContext context, AccountCommand command)
    {
        var accounts = command switch
        {
            Transfer transfer => [transfer.From, transfer.To],
            SingleAccountCommand single => new[] { single.Account },
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "has no account"),
        };
        return await AccountFaultAsync(context, accounts) is { } fault
            ? Refusal.Of(fault)
            : await AnswerAsync(context, command.Id, isBatch: false, isFill: false,
                async deadline => [await grid.ExecuteAsync(command, deadline)]);
    }

    /// <summary>Accounts of somebody else are as absent as those of nobody, and are not asked for.</summary>
    private async ValueTask<string?> AccountFaultAsync(HttpContext context, IReadOnlyList<AccountId> accounts) =>
        !accounts.All(Principal.Of(context).MayTouch) ? "not_found"
        : await quota.AdmitsAsync(context, accounts) ? null
        : "rate_limited";

    private async Task<Answer> AnswerAsync(HttpContext context, CommandId first, bool isBatch, bool isFill,
        Func<CancellationToken, Task<IReadOnlyList<CommandResult>>> execute)
    {
        using var deadline = new CancellationTokenSource(limits.CommandTimeout, clock);
        IReadOnlyList<CommandResult> results;
        var began = clock.GetTimestamp();
        try
        {
            results = await execute(deadline.Token);
            writes.Answered(results, isFill, clock.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            AuditNote.Target(context, first.ToString());
            writes.NotAnswered();
            return Refusal.Of("outcome_unknown");
        }
        if (results.FirstOrDefault(result => !result.Status.IsSuccess()) is { } refused)
        {
            AuditNote.Target(context, refused.Id.ToString());
            return Codes.Refusal(refused, isFill);
        }
        foreach (var result in results)
        {
            AuditNote.Target(context, result.Id.ToString(), result.Status.Code());
        }
        foreach (var duplicate in results.Where(result => result.Status == CommandStatus.Duplicate))
        {
            gate.Count(duplicate.Status.Code(), Surface.Of(context));
        }
        return Answer.Of(SentView.Of(grid.Frame, [.. results.Select(ItemResult.Of)], isBatch));
    }

    private bool IsPlausible(long timeMs) => timeMs >= Market.Oracle.PriceUpdate.SourceTimeMsMin
        && timeMs <= clock.GetUtcNow().ToUnixTimeMilliseconds() + limits.FutureMs;
}
