using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>What a walk over a journal found: the state it tells, and whether everything in it fits together.</summary>
/// <param name="Journal">Checksums, chain and snapshots' files.</param>
/// <param name="StateHash">Of the state that the journal tells; null where its archive does not reach back to the
/// start, or is damaged.</param>
/// <param name="RecoveredHash">Of the state that opening recovers: the newest snapshot and what follows it.</param>
/// <param name="SnapshotSequence">The batch of the newest usable snapshot; null where there is none.</param>
/// <param name="Books">Of the recovered state; null where it could not be recovered.</param>
/// <param name="Faults">What is wrong, a sentence each: empty where the journal is clean.</param>
/// <param name="Notes">What is worth knowing and no fault.</param>
public sealed record ArchiveReport(
    VerifyReport Journal, string? StateHash, string? RecoveredHash, long? SnapshotSequence, long Accounts, long Applied,
    long Refused, long Triggers, ConservationReport? Books, IReadOnlyList<string> Faults, IReadOnlyList<string> Notes)
{
    public bool IsClean => Faults.Count == 0;
}
