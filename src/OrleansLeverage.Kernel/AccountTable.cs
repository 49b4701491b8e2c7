using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// The rows of one partition of accounts: columns in native memory that a sweep (<see cref="ISweep"/>) runs over.
/// <code>
///  handle (slot, generation) ──► directory page ──► location = chunk &lt;&lt; 9 | row
///                                                             │
///      size class 3 positions, 2 balances        ┌────────────▼──────────────────────────────────────────────┐
///      chunk (one 64-byte aligned native block)  │ key[R] slot[R] flags[R] tier[R] raised[R]                 │
///                                                │ asset[0][R] asset[1][R]   amount[0][R] amount[1][R]       │
///      R rows, 8 … 512                           │ word[0..2][R]   quantity[0..2][R]   cost[0..2][R]         │
///                                                │ equity[R] balance[R] long[R] short[R] maint[R] init[R] …  │
///                                                └───────────────────────────────────────────────────────────┘
///      size class 1 position, 1 balance          next chunk …
/// </code>
/// Chunks are only ever added, so a row never moves while it keeps its number of entries; one that outgrows its class
/// takes a place in another and keeps its handle. A row of 3 positions takes 149 bytes with one balance and 159 with
/// two, directory included. One writer; a sweep and a writer exclude each other, which the caller sees to. The order of
/// a sweep, and with it the last digit of its sums, is given by the order of the calls that made the rows.
/// </summary>
public sealed partial class AccountTable : IDisposable
{
    /// <summary>Largest |amount|, |quantity|, |cost| or margin of an entry; products of three stay finite.</summary>
    public const double EntryMax = 1e30;

    public const int PositionsMax = Account.PositionsMax + Account.ReservationsMax;
    public const int CollateralMax = PositionsMax;

    private readonly List<Chunk> _chunks = [];
    private readonly SlotDirectory _directory = new();
    private readonly Dictionary<int, SizeClass> _classes = [];
    private long _chunkBytes;

    /// <summary>Live rows.</summary>
    public int Count { get; private set; }

    /// <summary>Every slot that was ever used is below this.</summary>
    public int SlotLimit => _directory.Limit;

    /// <summary>Native memory held, used or not.</summary>
    public long NativeBytes => _chunkBytes + _directory.SizeBytes;

    internal List<Chunk> Chunks => _chunks;

    /// <summary>Largest place of an asset and an instrument that any row has ever held, −1 for none.</summary>
    internal int AssetLast { get; private set; } = -1;

    internal int InstrumentLast { get; private set; } = -1;

    public bool IsLive(RowHandle row) => _directory.LocationOf(row) >= 0;

    /// <summary>Key of the row in a slot.</summary>
    public unsafe long Key(int slot)
    {
        var location = _directory.LocationOf(slot);
        return location >= 0
            ? _chunks[location >> Chunk.RowBits].Key[location & Chunk.RowMask]
            : throw new ArgumentOutOfRangeException(nameof(slot), slot, $"no row there, slots are below {SlotLimit}");
    }

    /// <summary>
    /// What the last sweep found, at the entries of that time; null where the row has not been swept, or one of its
    /// prices has not been measured.
    /// </summary>
    public unsafe RowFigures? Figures(RowHandle row)
    {
        var (chunk, i) = Locate(row);
        var tier = (RiskTier)chunk.Tier[i];
        if (tier == RiskTier.Unknown)
        {
            return null;
        }
        var ratio = chunk.MarginRatio[i];
        return new RowFigures(chunk.Equity[i], chunk.MarginBalance[i], chunk.Long[i], chunk.Short[i],
            chunk.Maintenance[i], chunk.Initial[i], double.IsFinite(ratio) ? ratio : null, tier);
    }

    public void Dispose()
    {
        _chunks.ForEach(c => c.Dispose());
        _chunks.Clear();
        _directory.Dispose();
        Count = 0;
    }

    internal RowHandle HandleOf(int slot) => _directory.HandleOf(slot);

    /// <summary>
    /// What the exact layer has told of the row's account: the worst tier raised in its episode; of a new row, Healthy.
    /// A sweep nominates a row whose screening tier is another, and every time where <paramref name="always"/> is set.
    /// </summary>
    public unsafe void SetRaised(RowHandle row, RiskTier raised, bool always = false)
    {
        var (chunk, i) = Locate(row);
        chunk.Raised[i] = (byte)((int)raised | (always ? Chunk.AlwaysDue : 0));
    }

    private (Chunk Chunk, int Row) Locate(RowHandle row)
    {
        var location = _directory.LocationOf(row);
        return location >= 0
            ? (_chunks[location >> Chunk.RowBits], location & Chunk.RowMask)
            : throw new InvalidOperationException($"row {row.Slot} of generation {row.Generation} is gone");
    }
}
