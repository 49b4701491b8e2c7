namespace OrleansLeverage.Kernel;

internal enum RowChangeKind
{
    Put,
    Remove,
    Raise,

    /// <summary>Raise to the tier that the last sweep found.</summary>
    RaiseToSwept,

    /// <summary>Margin that scenarios ask for.</summary>
    Require,
}

/// <summary>A change of a row that waits for the sweep to end. Its buffers are used again.</summary>
internal sealed class RowChange
{
    private CollateralEntry[] _collateral = [];
    private PositionEntry[] _positions = [];
    private int _collateralCount;
    private int _positionCount;

    public RowChangeKind Kind { get; private set; }

    public RowHandle Row { get; private set; }

    public RowFlags Flags { get; private set; }

    /// <summary>What to raise, as the row keeps it.</summary>
    public byte Raised { get; private set; }

    /// <summary>What to require.</summary>
    public double Maintenance { get; private set; }

    public double Initial { get; private set; }

    public ReadOnlySpan<CollateralEntry> Collateral => _collateral.AsSpan(0, _collateralCount);

    public ReadOnlySpan<PositionEntry> Positions => _positions.AsSpan(0, _positionCount);

    public void Set(RowChangeKind kind, RowHandle row, byte raised, double maintenance, double initial)
    {
        Kind = kind;
        Row = row;
        Raised = raised;
        (Maintenance, Initial) = (maintenance, initial);
    }

    public void Set(RowHandle row, ReadOnlySpan<CollateralEntry> collateral, ReadOnlySpan<PositionEntry> positions,
        RowFlags flags)
    {
        Kind = RowChangeKind.Put;
        Row = row;
        Flags = flags;
        _collateralCount = Copy(collateral, ref _collateral);
        _positionCount = Copy(positions, ref _positions);
    }

    private static int Copy<T>(ReadOnlySpan<T> from, ref T[] to)
    {
        if (from.Length > to.Length)
        {
            to = new T[Math.Max(from.Length, 4)];
        }
        from.CopyTo(to);
        return from.Length;
    }
}
