using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace OrleansLeverage.Kernel;

/// <summary>
/// 64 rows of one size class, the unit of a sweep: what is summed is kept per chunk, so that a chunk without anything
/// that moved is left as it is. Columns lie in pieces by who reads and writes them; chunks of a class one after the
/// other in slabs, so that a sweep reads memory as it comes.
/// <code>
///  rows      amount f64 [C][64]     quantity f64 [P][64]
///            isolated f64 [P][64]   orders f64 [P][64]   inverse leverage f64 [P][64]   (extended classes only)
///            required f64 [2][64]   maintenance and initial margin of scenarios         (likewise)
///            cash f64 [P][64]       entry f64 [P][64]    reserve f64 [P][64]            (by terms of a venue only)
///            lead   u32 [P + C]     first term·8, or code, of a column that all rows share; ~0 where they do not
///            like   u8 [P + C]      bit v: rows 8v to 8v + 7 share the instrument, or the code
///            state  u8 [64]         bits 0-2 worst tier raised, bit 3 nominate always, bit 7 row is free
///            tier   u8 [64]         place u16 [64] (in the distribution)
///            sums   i64 [16]        <see cref="ChunkSum"/>
///  names     word   u32 [P][64]     bits 0-23 term·8, bits 24-31 leverage (0 none, 1-255)
///            code   u16 [C][64]     2·(asset + 1), + 1 where it counts in full
///  figures   equity, gross notional f64 [64]             of a frame that only a part of the rows is due at; see
///                                                        <see cref="LeverageSweep"/>
///  handles   slot and generation i32 [64] each           who it is
/// </code>
/// Every column begins on a 64-byte boundary; where, is its class's. Term 0 and code 0 are padding: always known and
/// worth nothing, so that a row with fewer entries than its class, and a place without a row, needs no count and no
/// mask.
/// </summary>
internal readonly unsafe ref struct Chunk(ref ChunkHead head, double* figures)
{
    public const int RowBits = 6;
    public const int Rows = 1 << RowBits;
    public const int RowMask = Rows - 1;

    /// <summary>Beside the tier in <see cref="State"/>: nominate at every sweep.</summary>
    public const int AlwaysDue = 0x08;
    public const int FreeRow = 0x80;

    /// <summary>Tier of a place that has not been swept since a row came to it, or that has none.</summary>
    public const byte NoTier = 7;

    /// <summary>The place of a term's first column in a word.</summary>
    public const uint TermMask = (1 << LeverageShift) - 1;
    public const int LeverageShift = 24;

    /// <summary>Of a column that rows do not share.</summary>
    public const uint NoLead = uint.MaxValue;

    /// <summary>In <see cref="Isolated"/>: a position of the portfolio, for which scenarios ask.</summary>
    public const double InPortfolio = double.PositiveInfinity;

    private readonly ref ChunkHead _head = ref head;

    public Chunk(ref ChunkHead head)
        : this(ref head, head.Figures)
    {
    }

    public SizeClass Class { get; } = head.Class;

    public byte* Memory { get; } = head.Memory;

    public ref ChunkHead Head => ref _head;

    public double* Amount => (double*)Memory;

    public double* Quantity => (double*)(Memory + Class.QuantityOffset);

    public double* Isolated => (double*)(Memory + Class.ExtrasOffset);

    public double* Orders => Isolated + Class.Positions * Rows;

    public double* InverseLeverage => Isolated + 2 * Class.Positions * Rows;

    /// <summary>
    /// What the row's portfolio asks for, USD, at the frame that is swept; NaN where it is not known. Initial margin is
    /// in the next column.
    /// </summary>
    public double* Required => Isolated + 3 * Class.Positions * Rows;

    /// <summary>By terms: funding and profit booked less cost of a position, in its settlement asset.</summary>
    public double* Cash => Required + 2 * Rows;

    /// <summary>By terms: what a position was entered at, in its settlement asset, unsigned.</summary>
    public double* Entry => Cash + Class.Positions * Rows;

    /// <summary>By terms: USD of initial margin for a position's open orders.</summary>
    public double* Reserve => Cash + 2 * Class.Positions * Rows;

    public uint* Lead => (uint*)(Memory + Class.LeadOffset);

    public byte* Like => (byte*)(Lead + Class.Positions + Class.Collateral);

    public byte* State => Memory + Class.StateOffset;

    public byte* Tier => State + Rows;

    /// <summary>Where the row is in the <see cref="Distribution"/>.</summary>
    public ushort* Place => (ushort*)(State + 2 * Rows);

    /// <summary>What the rows add to the totals; <see cref="ChunkSum"/>.</summary>
    public long* Sums => (long*)(State + 4 * Rows);

    public uint* Word => _head.Words;

    public ushort* Code => (ushort*)(_head.Words + Class.Positions * Rows);

    /// <summary>Equity of the rows; with <see cref="Gross"/> the figures, wherever they are kept.</summary>
    public double* Equity { get; } = figures;

    public double* Gross => Equity + Rows;

    /// <summary>Whose the row is; of a free one, the location that was freed before it.</summary>
    public RowHandle* Row => _head.Rows;

    /// <summary>Makes fresh memory into rows that are all free.</summary>
    public void Initialize()
    {
        new Span<byte>(State, Rows).Fill(FreeRow);
        new Span<byte>(Tier, Rows).Fill(NoTier);
        new Span<ushort>(Place, Rows).Fill(Distribution.None);
    }

    /// <summary>The term that a word names.</summary>
    public static int TermOf(uint word) => (int)(word & TermMask) / MarkVector.TermWidth;

    public static uint WithTerm(uint word, int term) => (word & ~TermMask) | (uint)(term * MarkVector.TermWidth);
}

/// <summary>
/// What is kept of a chunk apart from its rows, side by side with those of others, so that chunks that are left as they
/// are cost one cache line each.
/// </summary>
internal unsafe struct ChunkHead
{
    public byte* Memory;
    public uint* Words;
    public double* Figures;
    public RowHandle* Rows;
    public SizeClass Class;
    public HoldingMask Holds;

    /// <summary>Largest gross notional of the rows with positive equity.</summary>
    public double LargestGross;

    /// <summary>Largest <see cref="RowValue.Risk"/>, roughly.</summary>
    public double LargestRisk;

    /// <summary>
    /// As long as <see cref="MarkVector.Moved"/> is below this, no row with positive equity and a net position is
    /// anything but healthy.
    /// </summary>
    public double HealthyUntil;

    /// <summary>Sums where <see cref="ChunkFlags.Wide"/> says so; almost always null.</summary>
    public Int128[]? WideSums;

    /// <summary>Columns of positions that rows do not share, by bit, the last bit for all further ones.</summary>
    public ulong Mixed;

    /// <summary>Rows that the ladder's pass has looked at, by bit.</summary>
    public ulong Looked;

    /// <summary>Rows below this have been used; above are none.</summary>
    public int Used;
    public ChunkFlags Flags;

    /// <summary>Expected: no notional is above the first bracket of its instrument.</summary>
    public bool IsFlat;

    /// <summary>Asks for the names of the columns that will be read.</summary>
    public readonly void PrefetchNames()
    {
        for (var columns = Sse.IsSupported ? Mixed : 0; columns != 0; columns &= columns - 1)
        {
            var column = (byte*)(Words + BitOperations.TrailingZeroCount(columns) * Chunk.Rows);
            for (var at = 0; at < Chunk.Rows * sizeof(uint); at += NativeBlock.Alignment)
            {
                Sse.Prefetch0(column + at);
            }
        }
    }
}

[Flags]
internal enum ChunkFlags : byte
{
    None = 0,

    /// <summary>A row came, changed or went since the chunk was last swept.</summary>
    Changed = 1,

    /// <summary>A row is due for nomination and will be until something is told of it.</summary>
    Due = 2,

    /// <summary>Rows are too large for <see cref="Chunk.Sums"/>.</summary>
    Wide = 4,
}

/// <summary>What is summed per chunk, in the units of <see cref="FixedPoint"/>.</summary>
internal static class ChunkSum
{
    public const int Equity = 0;
    public const int EquitySquaredHigh = 1;
    public const int EquitySquaredLow = 2;
    public const int Initial = 3;
    public const int Borrowed = 4;
    public const int GrossSquaredHigh = 5;
    public const int GrossSquaredLow = 6;
    public const int Maintenance = 7;
    public const int Gross = 8;
    public const int Net = 9;

    /// <summary>Equity behind the long side; what is left of that of the holders is behind the short side.</summary>
    public const int LongEquity = 10;

    /// <summary>Equity of the accounts with positions.</summary>
    public const int HoldersEquity = 11;
    public const int Deficit = 12;

    /// <summary>Gross notional of rows without positive equity.</summary>
    public const int InsolventGross = 13;

    /// <summary>Rows of <see cref="FixedPoint.Limit"/> and more, which are in no other sum; a number.</summary>
    public const int Beyond = 14;

    /// <summary>Padded to two vectors.</summary>
    public const int Count = 16;
}
