using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// An account crossed a line, confirmed exactly at the named frame and durable before it is told. Delivered at least
/// once, in order of <see cref="Sequence"/>, until acknowledged.
/// </summary>
public sealed record Trigger(long Sequence, AccountId Account, TriggerKind Kind, RiskTier Tier, FrameNumber Frame,
    long FrameTimeMs,
    long AccountSequence, decimal Equity, decimal MarginBalance, decimal MaintenanceMargin, decimal GrossNotional);
