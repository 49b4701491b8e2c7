using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Columns;

/// <summary>Rows read a few at a time, in the time between two sweeps.</summary>
internal sealed partial class GridColumns
{
    public long Layouts => _table.Layouts;

    /// <summary>As <see cref="AccountTable.Read{T}(int, int, T)"/>.</summary>
    public int Read<T>(int from, int chunks, T reader)
        where T : IRowReader => _table.Read(from, chunks, reader);

    /// <summary>The row of an account; false where it cannot be read yet.</summary>
    public bool ReadRow<T>(int number, T reader)
        where T : IRowReader => _table.Read(_rows[number], reader);
}
