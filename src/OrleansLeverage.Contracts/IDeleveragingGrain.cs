namespace OrleansLeverage.Contracts;

/// <summary>
/// Deleveraging of the whole cluster; there is one, under key 0, because an id names one plan over all markets. Every
/// step of a plan is durable before the next, and a plan that was left is gone on with by itself.
/// </summary>
[Alias("leverage.IDeleveragingGrain")]
public interface IDeleveragingGrain : IGrainWithIntegerKey
{
    /// <summary>
    /// Some of a market's holders at one frame, by buckets of the roster; the first call chooses the frame. Null for a
    /// market that is none.
    /// </summary>
    [Alias("Look")]
    Task<MarketPage?> LookAsync(string instrument, FrameMessage? frame, int fromBucket);

    [Alias("Condition")]
    Task<ConditionMessage?> ConditionAsync(string instrument);

    [Alias("Rehearse")]
    Task<PlanMessage> RehearseAsync(OrderMessage order);

    [Alias("Arm")]
    Task<DeleveragingReply> ArmAsync(OrderMessage order);

    [Alias("Disarm")]
    Task<DeleveragingReply> DisarmAsync(Ulid plan, string operatorName);

    /// <summary>Begins, and answers with what it has come to after a moment.</summary>
    [Alias("Execute")]
    Task<DeleveragingReply> ExecuteAsync(Ulid plan, string market, string operatorName);

    /// <summary>Waits a moment for a plan that is under way; what it has come to.</summary>
    [Alias("Follow")]
    Task<DeleveragingReply> FollowAsync(Ulid plan);

    /// <summary>The record of a plan, in bytes of the journal's codec; null where there is none.</summary>
    [Alias("Plan")]
    Task<byte[]?> PlanAsync(Ulid plan);

    /// <summary>The records of the newest plans, oldest first.</summary>
    [Alias("Log")]
    Task<byte[][]> LogAsync(int countMax);

    /// <summary>Sees to it that plans that were left go on.</summary>
    [Alias("Wake")]
    Task WakeAsync();
}

/// <summary>
/// A page of the log of ended plans, by its number from 0. Records are added and never changed or taken out.
/// </summary>
[Alias("leverage.IDeleveragingLogGrain")]
public interface IDeleveragingLogGrain : IGrainWithIntegerKey
{
    /// <summary>Returns when the record is durable; one that is there already is not added again.</summary>
    [Alias("Append")]
    Task AppendAsync(ArchivedPlan plan);

    [Alias("Read")]
    Task<ArchivedPlan[]> ReadAsync();
}
