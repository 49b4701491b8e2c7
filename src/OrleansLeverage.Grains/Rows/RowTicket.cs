namespace OrleansLeverage.Grains.Rows;

/// <summary>
/// An account's row in this silo's columns. The number is used again after the row is gone, with another generation:
/// whoever comes with an old ticket changes nothing. The default is no row.
/// </summary>
public readonly record struct RowTicket(int Number, int Generation)
{
    public bool IsRow => Generation > 0;
}
