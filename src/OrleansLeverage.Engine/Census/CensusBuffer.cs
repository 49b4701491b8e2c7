namespace OrleansLeverage.Engine.Census;

/// <summary>
/// The arrays of one census, used again for a later one. They are longer than there are accounts, so that a grid that
/// grows does not make them anew each time.
/// </summary>
internal sealed class CensusBuffer
{
    private const int Headroom = 8;

    private int[] _places = [];
    private double[] _keys = [];
    private readonly int[]?[] _orders = new int[]?[Enum.GetValues<AccountOrder>().Length];

    public CensusRow[] Rows { get; private set; } = [];

    /// <summary>Whether an account was met in the pass at hand.</summary>
    public bool[] Taken { get; private set; } = [];

    /// <summary>Room for so many accounts, none of them met.</summary>
    public void Clear(int accounts)
    {
        if (Rows.Length < accounts)
        {
            var length = accounts + (accounts / Headroom);
            (Rows, Taken) = (new CensusRow[length], new bool[length]);
        }
        Array.Clear(Taken, 0, accounts);
    }

    /// <summary>For an order: numbers of accounts, still of an earlier census.</summary>
    public int[] Order(AccountOrder order)
    {
        ref var made = ref _orders[(int)order];
        return made is not null && made.Length >= Rows.Length ? made : made = new int[Rows.Length];
    }

    /// <summary>For sorting: as many keys as there are rows, still of an earlier order.</summary>
    public double[] SortKeys() => _keys.Length >= Rows.Length ? _keys : _keys = new double[Rows.Length];

    /// <summary>For sorting: places among equals.</summary>
    public Span<int> Places(int count)
    {
        if (_places.Length < count)
        {
            _places = new int[Math.Max(count, 1_024)];
        }
        return _places.AsSpan(0, count);
    }
}

/// <summary>
/// Buffers that no census uses. One is kept for the next pass: with that of the census that is read and that of the
/// pass there are three, and more only while somebody still reads an older census. For any thread.
/// </summary>
internal sealed class CensusBuffers
{
    private CensusBuffer? _spare;

    public CensusBuffer Rent() => Interlocked.Exchange(ref _spare, null) ?? new CensusBuffer();

    public void Return(CensusBuffer buffer) => Volatile.Write(ref _spare, buffer);
}
