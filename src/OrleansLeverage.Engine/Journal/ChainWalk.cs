namespace OrleansLeverage.Engine.Journal;

/// <summary>Reads batches in order and believes none that does not follow from the one before.</summary>
internal static class ChainWalk
{
    /// <summary>
    /// Batches <paramref name="from"/> to <paramref name="through"/>, each verified before it is yielded.
    /// <paramref name="readChunk"/> returns the rows at and after a sequence in the segment that should hold it.
    /// </summary>
    public static IEnumerable<StoredBatch> Read(
        Func<long, SegmentChunk> readChunk, long from, long through, int schemaKnown)
    {
        using var seal = new BatchSeal();
        byte[]? previous = null;
        for (var next = from; next <= through;)
        {
            var chunk = readChunk(next);
            if (chunk.PreviousHash is null || chunk.Batches.Count == 0)
            {
                var missing = chunk.PreviousHash is null ? next - 1 : next;
                throw new JournalCorruptException(JournalFault.Gap, missing, $"a batch is missing in {chunk.FileName}",
                    $"batches up to {through}", "no such row");
            }
            previous ??= chunk.PreviousHash;
            foreach (var batch in chunk.Batches)
            {
                if (next > through)
                {
                    yield break;
                }
                seal.Verify(batch, next, previous, schemaKnown, chunk.FileName);
                previous = batch.ChainHash;
                next++;
                yield return batch;
            }
        }
    }
}
