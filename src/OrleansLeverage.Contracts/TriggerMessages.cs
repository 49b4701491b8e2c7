using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Contracts;

/// <summary>A trigger; at its account numbered by the account, at the desk by the desk.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Trigger.v1")]
public sealed record TriggerMessage(
    [property: Id(0)] long Sequence, [property: Id(1)] string Account, [property: Id(2)] byte Kind,
    [property: Id(3)] byte Tier, [property: Id(4)] long Epoch, [property: Id(5)] long FrameSequence,
    [property: Id(6)] long FrameTimeMs, [property: Id(7)] long AccountSequence, [property: Id(8)] decimal Equity,
    [property: Id(9)] decimal MarginBalance, [property: Id(10)] decimal MaintenanceMargin,
    [property: Id(11)] decimal GrossNotional)
{
    internal static TriggerMessage Of(Trigger t) => new(t.Sequence, t.Account.Value, (byte)t.Kind, (byte)t.Tier,
        t.Frame.Epoch, t.Frame.Sequence, t.FrameTimeMs, t.AccountSequence, t.Equity, t.MarginBalance,
        t.MaintenanceMargin, t.GrossNotional);

    internal Trigger ToTrigger() => new(Sequence, new AccountId(Account), (TriggerKind)Kind, (RiskTier)Tier,
        new FrameNumber((int)Epoch, FrameSequence), FrameTimeMs, AccountSequence, Equity, MarginBalance,
        MaintenanceMargin, GrossNotional);
}

/// <summary>Everything the desk keeps.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.TriggerBooks.v1")]
public sealed record TriggerBooks(
    [property: Id(0)] long LastSequence, [property: Id(1)] SubscriberMessage[] Subscribers,
    [property: Id(2)] TriggerMessage[] Pending);

[GenerateSerializer, Immutable]
[Alias("leverage.Subscriber.v1")]
public readonly record struct SubscriberMessage(
    [property: Id(0)] string Name, [property: Id(1)] long Acknowledged);
