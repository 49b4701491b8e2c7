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
        return source.AtEnd
            ? records
            : throw new FormatException($"batch {batch.Sequence}: bytes after its {batch.RecordCount} records");
    }

    public static IEnumerable<AccountId> Accounts(JournalRecord record) => record switch
    {
        AppliedRecord applied => applied.Changes.Select(c => c.Account),
        TriggerRecord trigger => [trigger.Change.Account],
        _ => [],
    };

    /// <summary>The newest snapshot and everything after it.</summary>
    public static GridState Recover(DurableJournal journal, Universe universe, int windowCapacity)
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
            from = snapshot.Sequence + 1;
        }
        foreach (var batch in journal.ReadAll(from))
        {
            foreach (var record in Records(batch, universe))
            {
                state.Recover(record);
            }
        }
        return state;
    }
}
