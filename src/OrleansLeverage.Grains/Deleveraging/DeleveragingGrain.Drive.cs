using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Grains.Deleveraging;

/// <summary>From one durable step of a plan to the next.</summary>
public sealed partial class DeleveragingGrain
{
    /// <summary>One drive of a plan at a time: who comes later waits for the same.</summary>
    private Task<DeleveragingStatus> Drive(CommandId plan) => _drives.TryGetValue(plan, out var running)
        ? running
        : _drives[plan] = DriveAsync(plan);

    private async Task<DeleveragingStatus> DriveAsync(CommandId plan)
    {
        // not before it is known as running
        await Task.Yield();
        try
        {
            return await StepsAsync(plan);
        }
        catch (Exception exception)
        {
            // what is durable stays; the plan is active and is tried again
            LogHeldUp(_services.Logger, plan, exception.Message);
            return DeleveragingStatus.Active;
        }
        finally
        {
            _drives.Remove(plan);
        }
    }

    private async Task<DeleveragingStatus> StepsAsync(CommandId plan)
    {
        while (true)
        {
            var (step, order) = _desk.Next(plan, Frame, NowMs);
            if (step is SagaStep.PlanAgain again)
            {
                var next = await MakeAsync(order, again.Residual);
                if (next.HasLegs)
                {
                    await NoteAsync(new RoundPlanned(plan, NowMs, DeleveragingDesk.Round(next)), "planned");
                    continue;
                }
                step = SagaPlan.Without(next);
            }
            switch (step)
            {
                case SagaStep.Resolve resolve:
                    await LegsAsync(plan, resolve.Legs, isFence: true);
                    await ReachedAsync("resolved");
                    break;
                case SagaStep.CancelRest:
                    await NoteAsync(new RestCancelled(plan, NowMs), "cancelled");
                    break;
                case SagaStep.Send send:
                    await NoteAsync(new LegsSent(plan, NowMs, send.From, send.Count), "sent");
                    await LegsAsync(plan, [.. Enumerable.Range(send.From, send.Count)], isFence: false);
                    await ReachedAsync("filled");
                    break;
                case SagaStep.End end:
                    await NoteAsync(new PlanEnded(plan, NowMs, end.Status, "", end.Detail), "ended");
                    await ArchiveAsync();
                    return end.Status;
                case SagaStep.Wait:
                    return DeleveragingStatus.Active;
                default:
                    return _ledger.Audit(plan)?.State ?? DeleveragingStatus.UnknownPlan;
            }
        }
    }

    /// <summary>
    /// Legs one after the other, as fills whose id says which leg they are; sent, or, where nobody knows whether they
    /// were, asked about and made never to happen where they had not. All of them have the insolvent account in common,
    /// so at once they would only wait for each other.
    /// </summary>
    private async Task LegsAsync(CommandId plan, IReadOnlyList<int> legs, bool isFence)
    {
        var open = 0;
        foreach (var leg in legs)
        {
            var fill = _ledger.Ask(plan, p => p.Fill(leg))!;
            var journal = GrainFactory.Journal(fill.Id);
            var message = fill.ToMessage();
            var result = (isFence ? await journal.FenceAsync(message) : await journal.ExecuteAsync(message)).ToResult();
            if (result.IsApplied)
            {
                _ledger.Applied(fill.Id, result.Sequence);
            }
            else if (IsNever(result, isFence))
            {
                _ledger.Refused(fill.Id, result.Original ?? result.Status);
            }
            else
            {
                // found out about with the next step
                open++;
            }
        }
        await _writer.WriteAsync();
        if (isFence && open > 0)
        {
            throw new StoreUnavailableException($"{open} legs were sent, and what became of them cannot be told now");
        }
    }

    /// <summary>
    /// Whether a leg that was not applied never will be. An id that is too old says so of one that is sent for the
    /// first time; of one that may have been sent before it says nothing.
    /// </summary>
    private static bool IsNever(CommandResult result, bool isFence) => result.Status.IsRecorded()
        || result.Status is CommandStatus.IdAlreadyFailed or CommandStatus.CommandIdReused
        || result.Status == CommandStatus.IdTooOld && !isFence;

    /// <summary>Keeps an event, durable when this returns.</summary>
    private async Task NoteAsync(SagaEvent happened, string step)
    {
        if (_writer.Failure is { } failure)
        {
            throw new StoreUnavailableException($"not written: {failure.Message}", failure);
        }
        if (!_ledger.Follows(happened))
        {
            throw new InvalidOperationException($"plan {happened.Plan}: {happened.GetType().Name} does not follow");
        }
        Take(happened);
        await _writer.WriteAsync();
        await ReachedAsync(step);
    }

    private Task ReachedAsync(string step) => _services.Options.Reached(step);
}
