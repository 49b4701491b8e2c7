using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>From one durable step of a plan to the next.</summary>
internal sealed partial class LocalDeleveraging
{
    /// <summary>Time between two attempts to go on with a plan that waits.</summary>
    private const long PumpMs = 250;

    private readonly Dictionary<CommandId, Task<DeleveragingStatus>> _drives = [];
    private long _nextPumpMs = long.MinValue;
    private volatile string? _fault;

    /// <summary>Why a plan does not go on; null while all do.</summary>
    public string? Fault => _fault;

    /// <summary>
    /// Goes on with plans that were left, by a restart or for want of a price; never more often than needed.
    /// </summary>
    public void Pump()
    {
        var nowMs = NowMs;
        if (Ledger.Active() is not { Count: > 0 } active || nowMs < Interlocked.Read(ref _nextPumpMs))
        {
            return;
        }
        Interlocked.Exchange(ref _nextPumpMs, nowMs + PumpMs);
        foreach (var plan in active)
        {
            _ = Drive(plan);
        }
    }

    /// <summary>Until nobody works on a plan any more.</summary>
    public async Task IdleAsync()
    {
        while (Drives() is { Length: > 0 } drives)
        {
            await Task.WhenAll(drives).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task[] Drives()
        {
            lock (_drives)
            {
                return [.. _drives.Values];
            }
        }
    }

    /// <summary>One drive of a plan at a time: who comes later waits for the same.</summary>
    private Task<DeleveragingStatus> Drive(CommandId plan)
    {
        lock (_drives)
        {
            return _drives.TryGetValue(plan, out var running)
                ? running
                : _drives[plan] = Task.Run(() => DriveAsync(plan));
        }
    }

    private async Task<DeleveragingStatus> DriveAsync(CommandId plan)
    {
        try
        {
            var status = await Steps(plan).ConfigureAwait(false);
            _fault = null;
            return status;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // the store cannot take it now: what happened is known when it can again
            return DeleveragingStatus.Active;
        }
        catch (Exception exception)
        {
            // nothing of the step is kept; the plan stays active and is tried again
            _fault = $"plan {plan} does not go on: {exception.Message}";
            throw;
        }
        finally
        {
            lock (_drives)
            {
                _drives.Remove(plan);
            }
        }
    }

    private async Task<DeleveragingStatus> Steps(CommandId plan)
    {
        while (true)
        {
            var (step, order) = _desk.Next(plan, frame(), NowMs);
            if (step is SagaStep.PlanAgain again)
            {
                var next = Make(order, again.Residual);
                if (next.HasLegs)
                {
                    await Note(new RoundPlanned(plan, NowMs, DeleveragingDesk.Round(next)), "planned")
                        .ConfigureAwait(false);
                    continue;
                }
                step = SagaPlan.Without(next);
            }
            switch (step)
            {
                case SagaStep.Resolve resolve:
                    await writer.Ask(core => Fence(core, plan, resolve.Legs)).ConfigureAwait(false);
                    reached("resolved");
                    break;
                case SagaStep.CancelRest:
                    await Note(new RestCancelled(plan, NowMs), "cancelled").ConfigureAwait(false);
                    break;
                case SagaStep.Send send:
                    await Note(new LegsSent(plan, NowMs, send.From, send.Count), "sent").ConfigureAwait(false);
                    await writer.Ask(core => Fill(core, plan, send)).ConfigureAwait(false);
                    reached("filled");
                    break;
                case SagaStep.End end:
                    await Note(new PlanEnded(plan, NowMs, end.Status, "", end.Detail), "ended").ConfigureAwait(false);
                    return end.Status;
                case SagaStep.Wait:
                    return DeleveragingStatus.Active;
                default:
                    return Ledger.Audit(plan)?.State ?? DeleveragingStatus.UnknownPlan;
            }
        }
    }

    private async Task Note(SagaEvent happened, string what)
    {
        await writer.Ask(core =>
        {
            core.Record(happened);
            return true;
        }).ConfigureAwait(false);
        reached(what);
    }

    private bool Fence(GridCore core, CommandId plan, IReadOnlyList<int> legs)
    {
        foreach (var leg in legs)
        {
            core.Fence(Ledger.Ask(plan, p => p.Fill(leg))!);
        }
        return true;
    }

    private bool Fill(GridCore core, CommandId plan, SagaStep.Send send)
    {
        for (var leg = send.From; leg < send.From + send.Count; leg++)
        {
            core.ExecuteLeg(Ledger.Ask(plan, p => p.Fill(leg))!);
        }
        return true;
    }
}
