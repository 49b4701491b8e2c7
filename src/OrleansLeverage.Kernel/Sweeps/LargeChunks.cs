namespace OrleansLeverage.Kernel;

/// <summary>
/// Of the chunks that a worker meets those whose largest account reaches what was set before the frame, in the order
/// in which they are met: one comparison each, where a list of the largest so far would be written hundreds of times.
/// </summary>
internal sealed class LargeChunks
{
    private const int Max = 256;

    private readonly RankedChunk[] _items = new RankedChunk[Max];
    private double _from;

    /// <summary>Chunks offered that reach it.</summary>
    public int Count { get; private set; }

    /// <summary>Not all of them are among the items.</summary>
    public bool IsCut => Count > Max;

    public ReadOnlySpan<RankedChunk> Items => _items.AsSpan(0, Math.Min(Count, Max));

    public void Begin(double from) => (_from, Count) = (from, 0);

    public void Offer(double value, int index)
    {
        if (value >= _from)
        {
            if (Count < Max)
            {
                _items[Count] = new RankedChunk(value, index);
            }
            Count++;
        }
    }
}

/// <summary>The largest of something in a chunk.</summary>
internal readonly record struct RankedChunk(double Value, int Index);
