using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>Orders of an account that hold margin, at its sequence.</summary>
public sealed record AccountOrders(AccountId Account, long Sequence, IReadOnlyList<Reservation> Orders);

/// <summary>A command that changed an account, and how; durable.</summary>
/// <param name="Sequence">The grid's count of applied commands.</param>
/// <param name="AccountSequence">The account's.</param>
/// <param name="FrameTimeMs">Time of the frame that it was decided at; null where that is no longer known.</param>
public sealed record AppliedCommand(
    CommandId Id, long Sequence, long AccountSequence, FrameNumber Frame, long? FrameTimeMs,
    IReadOnlyList<AccountEvent> Events);

/// <summary>
/// Where a history stands: commands below the grid's sequence, which lie in the journal's batches up to one.
/// </summary>
public readonly record struct HistoryPlace(long Sequence, long Batch);

/// <summary>A page of what was applied to an account, newest first.</summary>
/// <param name="Next">Where to go on from; null where nothing is left. A page may be empty and go on: how much of the
/// journal one page reads is bounded.</param>
/// <param name="IsWhole">False where the end was reached and what was before is not kept.</param>
public sealed record AccountHistory(
    AccountId Account, IReadOnlyList<AppliedCommand> Items, HistoryPlace? Next, bool IsWhole);
