namespace OrleansLeverage.Kernel;

/// <summary>
/// Rows with room for the same number of positions and of collateral entries, with or without the extra columns that
/// isolated margin, open orders and fractional leverage settings need; apart by market makers, whose sums are apart,
/// and by leverage settings, which cost a look-up each. Slabs of chunks double from one chunk to 128.
/// </summary>
internal sealed unsafe class SizeClass(int positions, int collateral, bool hasExtras, bool hasSettings,
    bool isMarketMaker, bool hasTerms) : IDisposable
{
    /// <summary>
    /// Numbers of entries a row can have room for: exact where most accounts are, at most a third unused above.
    /// </summary>
    public static readonly int[] Capacities =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 384, 512, 768, 1024,
        AccountTable.PositionsMax,
    ];

    private const int ChunksPerSlabMax = 128;
    private const int ColumnBytes = Chunk.Rows * sizeof(double);

    private readonly List<NativeBlock> _slabs = [];
    private int _slabChunks;
    private int _slabUsed;

    public int Positions { get; } = positions;

    public int Collateral { get; } = collateral;

    public bool HasExtras { get; } = hasExtras || hasTerms;

    /// <summary>Margin is by the terms of a venue: three more columns of positions beside the extra ones.</summary>
    public bool HasTerms { get; } = hasTerms;

    // where columns begin in a chunk's memory
    public int QuantityOffset { get; } = collateral * ColumnBytes;

    public int ExtrasOffset { get; } = (collateral + positions) * ColumnBytes;

    public int LeadOffset { get; } =
        (collateral + ColumnsOf(positions, hasExtras, hasTerms)) * ColumnBytes;

    public int StateOffset { get; } = (collateral + ColumnsOf(positions, hasExtras, hasTerms)) * ColumnBytes
        + NativeBlock.Align((positions + collateral) * (sizeof(uint) + 1));

    /// <summary>Bytes of a chunk's rows; the next begin where they end.</summary>
    public int ChunkBytes => StateOffset + Chunk.Rows * (2 * sizeof(byte) + sizeof(ushort))
        + ChunkSum.Count * sizeof(long);

    private int NameBytes => Chunk.Rows * (Positions * sizeof(uint) + Collateral * sizeof(ushort));

    /// <summary>A row may have leverage settings, all of them whole numbers.</summary>
    public bool HasSettings { get; } = hasSettings;

    public bool IsMarketMaker { get; } = isMarketMaker;

    /// <summary>Screening error per magnitude of a row of this class.</summary>
    public double ErrorFactor { get; } = hasTerms
        ? ScreeningBound.FactorByTerms(positions, collateral)
        : ScreeningBound.Factor(positions, collateral);

    /// <summary>Location of the row that was freed last, −1 where none is free.</summary>
    public int FreeLocation { get; set; } = -1;

    /// <summary>Place of the chunk that is being filled, −1 before the first.</summary>
    public int OpenChunk { get; set; } = -1;

    /// <summary>Native memory held, used or not.</summary>
    public long SizeBytes => _slabs.Sum(s => (long)s.SizeBytes);

    /// <summary>Place in <see cref="Capacities"/> of the smallest that holds <paramref name="count"/>.</summary>
    public static int CapacityIndex(int count)
    {
        var index = 0;
        while (Capacities[index] < count)
        {
            index++;
        }
        return index;
    }

    /// <summary>Zeroed memory for a chunk. Pieces of a kind lie together: a sweep passes by what it does not need.
    /// </summary>
    public void Place(ref ChunkHead head)
    {
        const int FigureBytes = 2 * ColumnBytes;
        const int HandleBytes = Chunk.Rows * 8;
        if (_slabUsed == _slabChunks)
        {
            _slabChunks = Math.Clamp(2 * _slabChunks, 1, ChunksPerSlabMax);
            _slabUsed = 0;
            _slabs.Add(new NativeBlock(_slabChunks * (ChunkBytes + NameBytes + FigureBytes + HandleBytes)));
        }
        var slab = _slabs[^1];
        var place = _slabUsed++;
        var names = slab.Pointer + _slabChunks * ChunkBytes;
        var figures = names + _slabChunks * NameBytes;
        var handles = figures + _slabChunks * FigureBytes;
        head.Class = this;
        head.Memory = slab.Pointer + place * ChunkBytes;
        head.Words = (uint*)(names + place * NameBytes);
        head.Figures = (double*)(figures + place * FigureBytes);
        head.Rows = (RowHandle*)(handles + place * HandleBytes);
    }

    /// <summary>The same class without rows.</summary>
    public SizeClass Fresh() => new(Positions, Collateral, HasExtras, HasSettings, IsMarketMaker, HasTerms);

    private static int ColumnsOf(int positions, bool hasExtras, bool hasTerms) =>
        hasTerms ? 7 * positions + 2 : hasExtras ? 4 * positions + 2 : positions;

    public void Dispose() => _slabs.ForEach(s => s.Dispose());
}
