using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Contracts;

/// <summary>
/// Deleveraging of a cluster, seen from a client. What a silo's end interrupts is asked again: plans are kept under
/// their id, so that asking twice plans and executes once.
/// </summary>
internal sealed class ClusterDeleveraging(IGrainFactory grains, Universe universe, CommandRetries retries)
    : IDeleveraging
{
    private IDeleveragingGrain Desk => grains.Deleveraging();

    public async ValueTask<DeleveragingQueue?> QueueAsync(InstrumentId instrument, DeleveragingRule rule,
        CancellationToken cancellation = default)
    {
        rule.Check();
        var holders = new List<HolderView>();
        FrameMessage? frame = null;
        for (var bucket = 0; bucket >= 0;)
        {
            var (at, from) = (frame, bucket);
            if (await retries.MakeAsync(() => Desk.LookAsync(Text(instrument), at, from), cancellation)
                is not { } page)
            {
                return null;
            }
            holders.AddRange(page.Holders.Select(h => h.ToView()));
            (frame, bucket) = (page.Frame, page.NextBucket);
        }
        return universe.Instrument(instrument) is { } market
            ? DeleveragingDesk.Queue(CandidateBook.Of(holders, market, frame!.ToFrame(universe)), rule)
            : null;
    }

    public async ValueTask<DeleveragingCondition?> ConditionAsync(InstrumentId instrument,
        CancellationToken cancellation = default) =>
        (await retries.MakeAsync(() => Desk.ConditionAsync(Text(instrument)), cancellation))?.ToCondition();

    public async ValueTask<DeleveragingPlan> RehearseAsync(DeleveragingOrder order,
        CancellationToken cancellation = default) =>
        (await retries.MakeAsync(() => Desk.RehearseAsync(order.ToMessage()), cancellation)).ToPlan();

    public async ValueTask<DeleveragingAnswer> ArmAsync(DeleveragingOrder order,
        CancellationToken cancellation = default) =>
        (await AskAsync(() => Desk.ArmAsync(order.ToMessage()), cancellation)).ToAnswer();

    public async ValueTask<DeleveragingAnswer> DisarmAsync(CommandId plan, string operatorName,
        CancellationToken cancellation = default) =>
        (await AskAsync(() => Desk.DisarmAsync(Ulid.Of(plan), operatorName), cancellation)).ToAnswer();

    public async ValueTask<DeleveragingAnswer> ExecuteAsync(CommandId plan, InstrumentId market, string operatorName,
        CancellationToken cancellation = default)
    {
        var calls = 0;
        var reply = await AskAsync(() =>
        {
            calls++;
            return Desk.ExecuteAsync(Ulid.Of(plan), Text(market), operatorName);
        }, cancellation);
        if (calls > 1 && (DeleveragingStatus)reply.Status == DeleveragingStatus.AlreadyExecuted)
        {
            // by the call whose answer was lost: what came of it is this one's answer
            reply = await AskAsync(() => Desk.FollowAsync(Ulid.Of(plan)), cancellation);
        }
        while (reply.IsUnderWay)
        {
            reply = await AskAsync(() => Desk.FollowAsync(Ulid.Of(plan)), cancellation);
        }
        return reply.ToAnswer();
    }

    public async ValueTask<PlanAudit?> PlanAsync(CommandId plan, CancellationToken cancellation = default) =>
        await retries.ReadAsync(() => Desk.PlanAsync(Ulid.Of(plan)), cancellation) is { } record
            ? DeleveragingTranslation.ReadRecord(record).Audit()
            : null;

    public async ValueTask<IReadOnlyList<PlanAudit>> LogAsync(int countMax, CancellationToken cancellation = default) =>
        [.. (await retries.ReadAsync(() => Desk.LogAsync(countMax), cancellation))
            .Select(r => DeleveragingTranslation.ReadRecord(r).Audit())];

    private static string Text(InstrumentId id) => id.Value ?? "";

    private async Task<DeleveragingReply> AskAsync(Func<Task<DeleveragingReply>> call, CancellationToken cancellation)
    {
        try
        {
            return await retries.MakeAsync(call, cancellation);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or TimeoutException
            or SiloUnavailableException or OrleansMessageRejectionException)
        {
            return new DeleveragingReply((byte)DeleveragingStatus.StorageUnavailable,
                $"whether it was kept is not known, and the same may be asked again: {exception.Message}", null, null,
                false);
        }
    }
}
