namespace OrleansLeverage.Kernel;

/// <summary>
/// Slot → (location, generation). A location is chunk &lt;&lt; 9 | row. A slot keeps its number while its row changes
/// size class; a free slot holds the next free one. Pages never move.
/// </summary>
internal sealed unsafe class SlotDirectory : IDisposable
{
    private const int PageBits = 11;
    private const int PageSlots = 1 << PageBits;

    private readonly List<NativeBlock> _pages = [];
    private int _freeSlot = -1;

    private struct Entry
    {
        public int Location;
        public int Generation;
    }

    /// <summary>Slots are below this.</summary>
    public int Limit { get; private set; }

    public long SizeBytes => (long)_pages.Count * PageSlots * sizeof(Entry);

    public RowHandle Take(int location)
    {
        var slot = _freeSlot;
        if (slot >= 0)
        {
            _freeSlot = FreeList.Next(At(slot)->Location);
        }
        else
        {
            slot = Limit++;
            if (slot >> PageBits == _pages.Count)
            {
                _pages.Add(new NativeBlock(PageSlots * sizeof(Entry)));
            }
            At(slot)->Generation = 1;
        }
        At(slot)->Location = location;
        return new RowHandle(slot, At(slot)->Generation);
    }

    public void Release(int slot)
    {
        var entry = At(slot);
        entry->Location = FreeList.Link(_freeSlot);
        // generation 0 is never given out: default(RowHandle) stays no row after 2^32 rounds
        entry->Generation += entry->Generation == -1 ? 2 : 1;
        _freeSlot = slot;
    }

    public void Move(int slot, int location) => At(slot)->Location = location;

    public RowHandle HandleOf(int slot) => new(slot, At(slot)->Generation);

    /// <summary>Location of a live slot, −1 of any other.</summary>
    public int LocationOf(int slot)
    {
        var location = (uint)slot < (uint)Limit ? At(slot)->Location : -1;
        return Math.Max(location, -1);
    }

    /// <summary>Location of a row, −1 where the handle's row is gone.</summary>
    public int LocationOf(RowHandle row) =>
        (uint)row.Slot < (uint)Limit && At(row.Slot)->Generation == row.Generation ? LocationOf(row.Slot) : -1;

    public void Dispose() => _pages.ForEach(p => p.Dispose());

    private Entry* At(int slot) => (Entry*)_pages[slot >> PageBits].Pointer + (slot & (PageSlots - 1));
}

/// <summary>Links of a free list kept in the free places themselves: always negative, −1 the end.</summary>
internal static class FreeList
{
    public static int Link(int next) => -2 - next;

    public static int Next(int link) => -2 - link;
}
