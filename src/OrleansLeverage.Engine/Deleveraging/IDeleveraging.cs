using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// Deleveraging of one grid: who stands where, how far it is, what would happen, and, in two steps, making it happen.
/// Safe to call from any thread. Nothing here slows commands or frames: markets are looked at beside them, at one
/// frame.
/// </summary>
public interface IDeleveraging
{
    /// <summary>More plans than any engine has at hand.</summary>
    const int LogAll = int.MaxValue;

    /// <summary>Rank and quantile of every position of a market under a rule; null for a market that is none.</summary>
    ValueTask<DeleveragingQueue?> QueueAsync(InstrumentId instrument, DeleveragingRule rule,
        CancellationToken cancellation = default);

    /// <summary>Distance to the trigger and to the stop; null for a market that is none.</summary>
    ValueTask<DeleveragingCondition?> ConditionAsync(InstrumentId instrument, CancellationToken cancellation = default);

    /// <summary>
    /// The same for every market named, in their order, looked at in one go. Who crossed the line at the newest frame
    /// may be missing until the crossing is confirmed, some milliseconds later.
    /// </summary>
    async ValueTask<IReadOnlyList<DeleveragingCondition>> ConditionsAsync(IReadOnlyList<InstrumentId> instruments,
        CancellationToken cancellation = default)
    {
        var conditions = new List<DeleveragingCondition>(instruments.Count);
        foreach (var instrument in instruments)
        {
            if (await ConditionAsync(instrument, cancellation).ConfigureAwait(false) is { } condition)
            {
                conditions.Add(condition);
            }
        }
        return conditions;
    }

    /// <summary>Plans that are armed or active, oldest first.</summary>
    async ValueTask<IReadOnlyList<PlanAudit>> OpenAsync(CancellationToken cancellation = default) =>
        [.. (await LogAsync(LogAll, cancellation).ConfigureAwait(false)).Where(plan => !plan.State.IsEnd())];

    /// <summary>What arming and executing would do now. Nothing is kept.</summary>
    ValueTask<DeleveragingPlan> RehearseAsync(DeleveragingOrder order, CancellationToken cancellation = default);

    /// <summary>
    /// Makes the plan at the newest frame and keeps it, to be executed at that frame's prices. The same order again
    /// answers with what became of it.
    /// </summary>
    ValueTask<DeleveragingAnswer> ArmAsync(DeleveragingOrder order, CancellationToken cancellation = default);

    /// <summary>Takes an armed plan back.</summary>
    ValueTask<DeleveragingAnswer> DisarmAsync(CommandId plan, string operatorName,
        CancellationToken cancellation = default);

    /// <summary>
    /// Executes an armed plan, once, and answers when it has ended, or when what is left waits for a price or the
    /// store: that is done without being asked again, after a restart too.
    /// </summary>
    /// <param name="market">The plan's market, named again to confirm.</param>
    ValueTask<DeleveragingAnswer> ExecuteAsync(CommandId plan, InstrumentId market, string operatorName,
        CancellationToken cancellation = default);

    /// <summary>One plan from arming to its end; null where none has that id or it is too long ago.</summary>
    ValueTask<PlanAudit?> PlanAsync(CommandId plan, CancellationToken cancellation = default);

    /// <summary>The newest plans, oldest first; all of them are in the journal.</summary>
    ValueTask<IReadOnlyList<PlanAudit>> LogAsync(int countMax, CancellationToken cancellation = default);
}

/// <summary>The answer to arming, disarming and executing.</summary>
/// <param name="Plan">The plan as it was made, where one was.</param>
/// <param name="Audit">What is kept of it; null where nothing is.</param>
public sealed record DeleveragingAnswer(DeleveragingStatus Status, string? Detail = null, DeleveragingPlan? Plan = null,
    PlanAudit? Audit = null);
