namespace OrleansLeverage.Kernel;

/// <summary>
/// Slot → (key, generation, location). Keys and generations are the writer's, a location (chunk &lt;&lt; 6 | row) is
/// whose the rows are at the time (<see cref="AccountTable"/>). A generation is odd while its row lives. Pages never
/// move.
/// </summary>
internal sealed unsafe class SlotDirectory : IDisposable
{
    private const int PageBits = 11;
    private const int PageSlots = 1 << PageBits;

    private readonly Stack<int> _free = [];
    private NativeBlock[] _pages = [];
    private int _pageCount;

    public struct Entry
    {
        public long Key;
        public int Location;
        public int Generation;
    }

    /// <summary>Slots are below this.</summary>
    public int Limit { get; private set; }

    public long SizeBytes => (long)_pageCount * PageSlots * sizeof(Entry);

    /// <summary>A slot for a row that has no location yet.</summary>
    public RowHandle Take(long key)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = Limit;
            if (slot >> PageBits == _pageCount)
            {
                AddPage();
            }
            At(slot)->Location = -1;
            Limit = slot + 1;
        }
        var entry = At(slot);
        entry->Key = key;
        entry->Generation++;
        return new RowHandle(slot, entry->Generation);
    }

    /// <summary>The row is gone for whoever holds its handle; its location is freed by whose the rows are.</summary>
    public void Release(int slot)
    {
        At(slot)->Generation++;
        _free.Push(slot);
    }

    public bool IsLive(RowHandle row) =>
        (uint)row.Slot < (uint)Limit && (row.Generation & 1) != 0 && At(row.Slot)->Generation == row.Generation;

    /// <summary>Entry of a slot below <see cref="Limit"/>.</summary>
    public Entry* At(int slot) =>
        (Entry*)Volatile.Read(ref _pages)[slot >> PageBits].Pointer + (slot & (PageSlots - 1));

    public void Dispose()
    {
        for (var i = 0; i < _pageCount; i++)
        {
            _pages[i].Dispose();
        }
    }

    /// <summary>A longer list of pages is published when it is complete: others read it meanwhile.</summary>
    private void AddPage()
    {
        if (_pageCount == _pages.Length)
        {
            var longer = new NativeBlock[Math.Max(16, 2 * _pageCount)];
            _pages.CopyTo(longer, 0);
            longer[_pageCount] = new NativeBlock(PageSlots * sizeof(Entry));
            Volatile.Write(ref _pages, longer);
        }
        else
        {
            _pages[_pageCount] = new NativeBlock(PageSlots * sizeof(Entry));
        }
        _pageCount++;
    }
}
