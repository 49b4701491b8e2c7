namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// How much of a position must go so that what is left meets its margin (quant reference §22):
/// <code>
/// dq = (mmr·p·q − e) / (b·(p_exec − p) − fee·p + mmr·p)   clamped to [0, q]; a denominator ≤ 0 closes everything
/// </code>
/// b is +1 for a long, −1 for a short; what execution and fee cost comes off the equity that the sale is to save.
/// </summary>
public static class LiquidationSlice
{
    /// <summary>The size before clamping; null where no size restores the margin.</summary>
    public static double? Unclamped(
        int side, double quantity, double mark, double equity, double maintenanceRate, double execution, double feeRate)
    {
        var gain = side * (execution - mark) - feeRate * mark + maintenanceRate * mark;
        return gain > 0.0 ? (maintenanceRate * mark * quantity - equity) / gain : null;
    }

    public static double Quantity(
        int side, double quantity, double mark, double equity, double maintenanceRate, double execution, double feeRate)
    {
        var size = Unclamped(side, quantity, mark, equity, maintenanceRate, execution, feeRate);
        return size is { } known ? Math.Clamp(known, 0.0, quantity) : quantity;
    }

    /// <summary>
    /// The same for a whole account that reduces all its positions by one share x, to a margin target κ ≥ 1:
    /// x = (κ·MM − E) / (κ·MM − C), C what closing everything would cost in slippage and fees. 1 where the denominator
    /// is not positive.
    /// </summary>
    public static double Share(double equity, double maintenance, double costOfClosing, double target)
    {
        var needed = target * maintenance;
        var gain = needed - costOfClosing;
        return gain > 0.0 ? Math.Clamp((needed - equity) / gain, 0.0, 1.0) : 1.0;
    }
}
