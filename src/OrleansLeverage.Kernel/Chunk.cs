namespace OrleansLeverage.Kernel;

/// <summary>
/// Rows of one size class as columns of one native block. R rows, a power of two of at least 8, so that eight rows
/// are one vector of doubles; a column of position j (collateral c) follows that of j − 1.
/// <code>
///  who       key      i64 [R]      slot   i32 [R]   (negative: row is free)    flags, tier, raised  u8 [R]
///  holds     asset    u16 [C][R]   amount f64 [C][R]
///            word     u32 [P][R]   quantity f64 [P][R]   cost f64 [P][R]
///  extras    isolated f64 [P][R]   orders   f64 [P][R]   inverse leverage f64 [P][R]      (extended classes only)
///  figures   equity, margin balance, long, short, maintenance, initial, margin ratio      f64 [R] each
///
///  word      bits 0-23 instrument + 1, bits 24-31 leverage setting (0 none, 1-255)
/// </code>
/// Every column begins on a 64-byte boundary. Instrument 0 and asset 0 are padding: always known and worth nothing, so
/// that a row with fewer entries than its class needs no count and no mask.
/// </summary>
internal sealed unsafe class Chunk : IDisposable
{
    public const int RowBits = 9;
    public const int RowMask = RowsMax - 1;
    public const int RowsMax = 1 << RowBits;
    public const int RowsMin = 8;

    /// <summary>Beside the tier in <see cref="Raised"/>: nominate at every sweep.</summary>
    public const int AlwaysDue = 0x80;

    /// <summary>The instrument's place in a word.</summary>
    public const uint InstrumentMask = (1 << LeverageShift) - 1;
    public const int LeverageShift = 24;

    private readonly NativeBlock _block;
    private int _offset;

    public Chunk(SizeClass sizeClass, int rows)
    {
        Class = sizeClass;
        Rows = rows;
        SizeBytes = SizeOf(sizeClass, rows);
        _block = new NativeBlock(SizeBytes);
        var positions = sizeClass.Positions * rows;
        Key = (long*)Column(rows, sizeof(long));
        Slot = (int*)Column(rows, sizeof(int));
        Flags = Column(rows, sizeof(byte));
        Tier = Column(rows, sizeof(byte));
        Raised = Column(rows, sizeof(byte));
        Asset = (ushort*)Column(sizeClass.Collateral * rows, sizeof(ushort));
        Amount = (double*)Column(sizeClass.Collateral * rows, sizeof(double));
        Word = (uint*)Column(positions, sizeof(uint));
        Quantity = (double*)Column(positions, sizeof(double));
        Cost = (double*)Column(positions, sizeof(double));
        if (sizeClass.HasExtras)
        {
            Isolated = (double*)Column(positions, sizeof(double));
            Orders = (double*)Column(positions, sizeof(double));
            InverseLeverage = (double*)Column(positions, sizeof(double));
        }
        Equity = (double*)Column(rows, sizeof(double));
        MarginBalance = (double*)Column(rows, sizeof(double));
        Long = (double*)Column(rows, sizeof(double));
        Short = (double*)Column(rows, sizeof(double));
        Maintenance = (double*)Column(rows, sizeof(double));
        Initial = (double*)Column(rows, sizeof(double));
        MarginRatio = (double*)Column(rows, sizeof(double));
        if (_offset != SizeBytes || rows < RowsMin || rows > RowsMax || !int.IsPow2(rows))
        {
            throw new InvalidOperationException($"{rows} rows take {_offset} bytes of {SizeBytes}; "
                + $"rows are a power of two in {RowsMin} … {RowsMax}");
        }
    }

    public SizeClass Class { get; }

    public int Rows { get; }

    /// <summary>Rows below this have been used; above are none.</summary>
    public int Used { get; set; }

    public int SizeBytes { get; }

    public long* Key { get; }

    public int* Slot { get; }

    public byte* Flags { get; }

    public byte* Tier { get; }

    public byte* Raised { get; }

    public ushort* Asset { get; }

    public double* Amount { get; }

    public uint* Word { get; }

    public double* Quantity { get; }

    public double* Cost { get; }

    public double* Isolated { get; }

    public double* Orders { get; }

    public double* InverseLeverage { get; }

    public double* Equity { get; }

    public double* MarginBalance { get; }

    public double* Long { get; }

    public double* Short { get; }

    public double* Maintenance { get; }

    public double* Initial { get; }

    /// <summary>Infinite where a bucket has margin to keep and no balance.</summary>
    public double* MarginRatio { get; }

    public static int SizeOf(SizeClass sizeClass, int rows)
    {
        var positions = sizeClass.Positions * rows;
        var collateral = sizeClass.Collateral * rows;
        return 8 * NativeBlock.Align(rows * sizeof(double)) + NativeBlock.Align(rows * sizeof(int))
            + 3 * NativeBlock.Align(rows)
            + NativeBlock.Align(collateral * sizeof(ushort)) + NativeBlock.Align(collateral * sizeof(double))
            + NativeBlock.Align(positions * sizeof(uint))
            + (sizeClass.HasExtras ? 5 : 2) * NativeBlock.Align(positions * sizeof(double));
    }

    public void Dispose() => _block.Dispose();

    private byte* Column(int count, int itemBytes)
    {
        var column = _block.Pointer + _offset;
        _offset += NativeBlock.Align(count * itemBytes);
        return column;
    }
}
