using System.Collections.Frozen;
using System.Reflection;
using OrleansLeverage.Contracts;
using OrleansLeverage.Grains.Rows;

namespace OrleansLeverage.Grains.Access;

/// <summary>
/// What a client may call: what <see cref="ClusterGrid"/> needs, and nothing else. Every method of every grain is
/// decided upon here, by name; one that is not is refused.
/// </summary>
internal static class ClientCalls
{
    /// <summary>Of the host's own: to learn where grains are, and to take a call back.</summary>
    private static readonly FrozenSet<string> HostInterfaces = new[]
    {
        "Orleans.Runtime.IClusterManifestSystemTarget", "Orleans.Runtime.IGrainCallCancellationExtension",
        "Orleans.Runtime.ICancellationSourcesExtension",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A grain's methods, each in one of the lists.</summary>
    /// <param name="Open">For clients.</param>
    /// <param name="ByHand">For clients where nothing makes frames by itself: a replay does.</param>
    /// <param name="Closed">For silos.</param>
    internal sealed record Decision(Type Grain, string[] Open, string[] ByHand, string[] Closed);

    internal static readonly Decision[] Decisions =
    [
        new(typeof(IAccountGrain),
            [nameof(IAccountGrain.ExecuteAsync), nameof(IAccountGrain.ExecuteAllAsync),
                nameof(IAccountGrain.ReadAsync)], [],
            [nameof(IAccountGrain.ConfirmAsync), nameof(IAccountGrain.LiquidateAsync),
                nameof(IAccountGrain.DeliverAsync), nameof(IAccountGrain.TouchAsync), nameof(IAccountGrain.MoveAsync),
                nameof(IAccountGrain.OnFrameAsync), nameof(IAccountGrain.RefuseAsync)]),
        new(typeof(IAccountRosterGrain), [nameof(IAccountRosterGrain.ListAsync)], [],
            [nameof(IAccountRosterGrain.EnlistAsync), nameof(IAccountRosterGrain.CountAsync),
                nameof(IAccountRosterGrain.ReportAsync), nameof(IAccountRosterGrain.RecoverAsync),
                nameof(IAccountRosterGrain.MissingAsync)]),
        new(typeof(IDeleveragingGrain),
            [nameof(IDeleveragingGrain.LookAsync), nameof(IDeleveragingGrain.ConditionAsync),
                nameof(IDeleveragingGrain.RehearseAsync), nameof(IDeleveragingGrain.ArmAsync),
                nameof(IDeleveragingGrain.DisarmAsync), nameof(IDeleveragingGrain.ExecuteAsync),
                nameof(IDeleveragingGrain.FollowAsync), nameof(IDeleveragingGrain.PlanAsync),
                nameof(IDeleveragingGrain.LogAsync)], [], [nameof(IDeleveragingGrain.WakeAsync)]),
        new(typeof(IDeleveragingLogGrain), [], [],
            [nameof(IDeleveragingLogGrain.AppendAsync), nameof(IDeleveragingLogGrain.ReadAsync)]),
        new(typeof(IFillJournalGrain),
            [nameof(IFillJournalGrain.ExecuteAsync), nameof(IFillJournalGrain.ExecuteAllAsync)], [],
            [nameof(IFillJournalGrain.ExecutePlannedAsync), nameof(IFillJournalGrain.FenceAsync),
                nameof(IFillJournalGrain.GatherAsync), nameof(IFillJournalGrain.OutcomeAsync),
                nameof(IFillJournalGrain.ResumeAsync)]),
        new(typeof(IFrameGrain),
            [nameof(IFrameGrain.ReadAsync), nameof(IFrameGrain.PublishFundingAsync), nameof(IFrameGrain.BooksAsync)],
            [nameof(IFrameGrain.StepAsync)],
            [nameof(IFrameGrain.WakeAsync)]),
        new(typeof(IGridService), [], [],
            [nameof(IGridService.PublishAsync), nameof(IGridService.SettleAsync), nameof(IGridService.NewestAsync),
                nameof(IGridService.LongsAsync), nameof(IGridService.HoldersAsync),
                nameof(IGridService.InsuranceAsync), nameof(IGridService.DebtorsAsync),
                nameof(IGridService.RowsAsync), nameof(IGridService.ListAsync), nameof(IGridService.CensusAsync),
                nameof(IGridService.LaddersAsync), nameof(IGridService.HistoryAsync), nameof(IGridService.CutAsync),
                nameof(IGridService.GainsAsync), nameof(IGridService.FailingAsync)]),
        new(typeof(IIdIndexGrain), [], [], [nameof(IIdIndexGrain.ClaimAsync), nameof(IIdIndexGrain.FreeAsync)]),
        new(typeof(IInsuranceFundGrain), [nameof(IInsuranceFundGrain.ReadAsync)], [],
            [nameof(IInsuranceFundGrain.AvailableAsync)]),
        new(typeof(IMarketReadGrain),
            [nameof(IMarketReadGrain.ListAsync), nameof(IMarketReadGrain.CensusAsync),
                nameof(IMarketReadGrain.LadderAsync), nameof(IMarketReadGrain.HistoryAsync),
                nameof(IMarketReadGrain.StoredAsync), nameof(IMarketReadGrain.CutAsync),
                nameof(IMarketReadGrain.SourcesAsync)], [],
            [nameof(IMarketReadGrain.InDebtAsync), nameof(IMarketReadGrain.GainsAsync)]),
        new(typeof(IPriceGrain), [nameof(IPriceGrain.PublishAsync)], [],
            [nameof(IPriceGrain.SourcesAsync), nameof(IPriceGrain.EpochAsync)]),
        new(typeof(ISystemicGrain), [nameof(ISystemicGrain.ReadAsync)], [],
            [nameof(ISystemicGrain.ReportAsync), nameof(ISystemicGrain.RosterAsync)]),
        new(typeof(ITransactionPartyGrain), [], [],
            [nameof(ITransactionPartyGrain.HoldAsync), nameof(ITransactionPartyGrain.PrepareAsync),
                nameof(ITransactionPartyGrain.SettleAsync), nameof(ITransactionPartyGrain.SettledAsync)]),
        new(typeof(ITriggerDeskGrain),
            [nameof(ITriggerDeskGrain.PendingAsync), nameof(ITriggerDeskGrain.RecentAsync),
                nameof(ITriggerDeskGrain.AcknowledgeAsync), nameof(ITriggerDeskGrain.BooksAsync)], [],
            [nameof(ITriggerDeskGrain.RaiseAsync)]),
    ];

    private static readonly FrozenDictionary<Type, FrozenSet<string>> Open = Decisions.ToFrozenDictionary(
        d => d.Grain, d => d.Open.ToFrozenSet(StringComparer.Ordinal));

    private static readonly FrozenDictionary<Type, FrozenSet<string>> ByHand = Decisions.ToFrozenDictionary(
        d => d.Grain, d => d.ByHand.ToFrozenSet(StringComparer.Ordinal));

    public static bool IsOpen(MethodInfo method, bool makesFrames) => method.DeclaringType is { } declaring
        && (Open.TryGetValue(declaring, out var open) && open.Contains(method.Name)
            || !makesFrames && ByHand.TryGetValue(declaring, out var byHand) && byHand.Contains(method.Name)
            || HostInterfaces.Contains(declaring.FullName ?? ""));
}
