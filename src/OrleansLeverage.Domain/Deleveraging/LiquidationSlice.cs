namespace OrleansLeverage.Domain.Deleveraging;

/// <summary>
/// One slice of a position sold into a book with linear impact, as the deleveraging literature writes it: side b is +1
/// long, −1 short, p the mark, α the impact per unit. Source: T. Chitra, Autodeleveraging (arXiv, December 2025),
/// corrected version, liquidation mechanics.
/// </summary>
public static class LiquidationSlice
{
    /// <summary>p − b·(α/2)·dq: the mean of the price before and after the slice.</summary>
    public static decimal ExecutionPrice(int side, decimal mark, decimal slice, decimal impact) =>
        mark - (side * impact * slice / 2m);

    /// <summary>The mark before a slice that was executed at a price: the same, solved for p.</summary>
    public static decimal MarkBefore(int side, decimal execution, decimal slice, decimal impact) =>
        execution + (side * impact * slice / 2m);

    /// <summary>fix + dq·(φm·p + φx·execution).</summary>
    public static decimal Fee(decimal slice, decimal mark, decimal execution, decimal markRate, decimal executionRate,
        decimal fix = 0m) => fix + (slice * ((markRate * mark) + (executionRate * execution)));

    /// <summary>max(0, b·(bankruptcy − execution))·dq: what nobody's collateral pays.</summary>
    public static decimal Shortfall(int side, decimal bankruptcy, decimal execution, decimal slice) =>
        Math.Max(0m, side * (bankruptcy - execution)) * slice;

    /// <summary>
    /// Slice after which equity is what the rest of the position needs,
    /// <c>(mmr·p·q − e) / (b·(execution − p) − fee·p + mmr·p)</c>, before it is held to the position; null where no
    /// slice helps because each costs more than it frees.
    /// </summary>
    public static decimal? Unclamped(int side, decimal mark, decimal equity, decimal maintenanceRate, decimal quantity,
        decimal execution, decimal feeRate)
    {
        var freed = (side * (execution - mark)) - (feeRate * mark) + (maintenanceRate * mark);
        return freed > 0m ? ((maintenanceRate * mark * quantity) - equity) / freed : null;
    }

    /// <summary>The same within 0 and the position: all of it where no slice helps.</summary>
    public static decimal Slice(int side, decimal mark, decimal equity, decimal maintenanceRate, decimal quantity,
        decimal execution, decimal feeRate) =>
        Unclamped(side, mark, equity, maintenanceRate, quantity, execution, feeRate) is { } slice
            ? Math.Clamp(slice, 0m, quantity)
            : quantity;
}
