using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>From a journal back to the state it tells.</summary>
internal static class JournalReader
{
    public static IReadOnlyList<JournalRecord> Records(JournalBatch batch, Universe universe)
    {
        var records = new JournalRecord[batch.RecordCount];
        var source = new ByteSource(batch.Payload.Span);
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = JournalCodec.Read(ref source, universe);
        }
        source.End();
        return records;
    }

    public static IEnumerable<AccountId> Accounts(JournalRecord record) => record switch
    {
        AppliedRecord applied => applied.Changes.Select(c => c.Account),
        TriggerRecord trigger => [trigger.Change.Account],
        _ => [],
    };

    /// <summary>The newest snapshot and everything after it.</summary>
    public static GridState Recover(DurableJournal journal, Universe universe, int windowCapacity) =>
        Recover(journal, universe, windowCapacity, out _);

    /// <summary>The same, and how many bytes came after the snapshot.</summary>
    /// <exception cref="InvalidDataException">Records do not follow from one another, or a snapshot is not what it
    /// was.</exception>
    public static GridState Recover(DurableJournal journal, Universe universe, int windowCapacity, out long bytesAfter)
    {
        var state = new GridState(universe, windowCapacity);
        var from = 1L;
        if (journal.LatestSnapshot() is { } snapshot)
        {
            var payload = new byte[snapshot.PayloadBytes];
            using (var stream = snapshot.OpenRead())
            {
                stream.ReadExactly(payload);
            }
            GridSnapshot.Read(payload, state);
            // a later schema may hash more than an earlier one wrote
            if (snapshot.SchemaVersion == JournalCodec.SchemaVersion && state.Hash() is var hash
                && hash != Convert.ToHexStringLower(snapshot.StateHash.Span))
            {
                throw new InvalidDataException(
                    $"the snapshot at sequence {snapshot.Sequence} reads as state {hash}, it was written as "
                    + Convert.ToHexStringLower(snapshot.StateHash.Span));
            }
            from = snapshot.Sequence + 1;
        }
        bytesAfter = 0;
        foreach (var batch in journal.ReadAll(from))
        {
            bytesAfter += batch.Payload.Length;
            foreach (var record in Records(batch, universe))
            {
                state.Recover(record);
            }
        }
        return state;
    }
}
