namespace OrleansLeverage.Kernel;

/// <summary>
/// The largest so many (at least 1) of what is offered, in a heap whose root is the smallest kept: what is not larger
/// costs one comparison. Where no two compare equal, the order of the offers decides neither what is kept nor its
/// order.
/// </summary>
internal sealed class Largest<T>(int capacity)
    where T : struct, IComparable<T>
{
    private readonly T[] _items = new T[capacity];

    public int Capacity => _items.Length;

    public int Count { get; private set; }

    /// <summary>The items kept; in no order until <see cref="Sort"/>, which ends the offers.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public bool IsFull => Count == _items.Length;

    /// <summary>The next to be replaced, of a list that holds something and is open for offers.</summary>
    public ref readonly T Smallest => ref _items[0];

    public void Clear() => Count = 0;

    /// <summary>False where the item was not kept or took the place of another: something was left out.</summary>
    public bool Offer(in T item)
    {
        if (Count < _items.Length)
        {
            var at = Count++;
            while (at > 0 && item.CompareTo(_items[(at - 1) / 2]) < 0)
            {
                _items[at] = _items[(at - 1) / 2];
                at = (at - 1) / 2;
            }
            _items[at] = item;
            return true;
        }
        if (item.CompareTo(_items[0]) > 0)
        {
            SiftDown(item, Count);
        }
        return false;
    }

    /// <summary>Orders the items, largest first: takes the smallest from the heap again and again.</summary>
    public void Sort()
    {
        for (var end = Count - 1; end > 0; end--)
        {
            var smallest = _items[0];
            SiftDown(_items[end], end);
            _items[end] = smallest;
        }
    }

    /// <summary>Largest first is no heap: turns it into one, so that more can be offered.</summary>
    public void Reopen() => _items.AsSpan(0, Count).Reverse();

    private void SiftDown(T item, int count)
    {
        var at = 0;
        while (2 * at + 1 < count)
        {
            var child = 2 * at + 1;
            if (child + 1 < count && _items[child + 1].CompareTo(_items[child]) < 0)
            {
                child++;
            }
            if (item.CompareTo(_items[child]) <= 0)
            {
                break;
            }
            _items[at] = _items[child];
            at = child;
        }
        _items[at] = item;
    }
}
