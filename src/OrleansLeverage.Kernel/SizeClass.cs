namespace OrleansLeverage.Kernel;

/// <summary>
/// Rows with room for the same number of positions and of collateral entries, with or without the extra columns that
/// isolated margin, open orders and fractional leverage settings need. Chunks double from 8 rows to about 90 KiB, so a
/// class of few rows wastes little and a class of many has columns long enough to stream.
/// </summary>
internal sealed class SizeClass(int positions, int collateral, bool hasExtras)
{
    /// <summary>
    /// Numbers of entries a row can have room for: exact where most accounts are, at most a third unused above.
    /// </summary>
    public static readonly int[] Capacities =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256, 384, 512, 768, 1024,
        AccountTable.PositionsMax,
    ];

    private const int ChunkBytes = 96 * 1024;

    public int Positions { get; } = positions;

    public int Collateral { get; } = collateral;

    public bool HasExtras { get; } = hasExtras;

    /// <summary>Screening error per magnitude of a row of this class.</summary>
    public double ErrorFactor { get; } = ScreeningBound.Factor(positions, collateral);

    /// <summary>Location of the row that was freed last, −1 where none is free.</summary>
    public int FreeLocation { get; set; } = -1;

    /// <summary>Place of the chunk that is being filled, −1 before the first.</summary>
    public int OpenChunk { get; set; } = -1;

    public int Rows { get; private set; }

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

    public Chunk NewChunk()
    {
        var rows = Chunk.RowsMin;
        while (rows < Chunk.RowsMax && rows < Rows && Chunk.SizeOf(this, rows * 2) <= ChunkBytes)
        {
            rows *= 2;
        }
        Rows += rows;
        return new Chunk(this, rows);
    }
}
