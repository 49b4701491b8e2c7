namespace OrleansLeverage.Kernel;

/// <summary>
/// Revalues one chunk: writes its figures, and what it adds to the totals, nominates and counts into a part.
/// Variants differ in speed only; all give the same bits.
/// </summary>
internal unsafe interface ISweep
{
    string Name { get; }

    /// <param name="isFull">
    /// The part's sums by place start from nothing at this frame; otherwise what the chunk was is taken out of them.
    /// </param>
    void Sweep(Chunk chunk, MarkVector marks, SweepPart part, bool isFull);

    /// <summary>The values of a chunk's rows, and nothing else.</summary>
    void Value(Chunk chunk, MarkVector marks, ChunkValues values);

    /// <summary>
    /// Adds what a chunk holds to the sums by term, from its rows as they were last swept
    /// (<see cref="InstrumentScan"/>).
    /// </summary>
    /// <param name="values">What is next; nothing else of it is looked at.</param>
    void AddInstruments(Chunk chunk, MarkVector marks, ChunkValues values, long* sums, ref Int128[]? wideSums);
}
