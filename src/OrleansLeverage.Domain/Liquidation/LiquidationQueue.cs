namespace OrleansLeverage.Domain;

/// <summary>The order in which a bucket's positions are closed; ties by the order of the instruments.</summary>
public static class LiquidationQueue
{
    public static PositionValuation[] Sorted(IEnumerable<PositionValuation> positions, LiquidationOrder order)
    {
        var queue = positions.ToArray();
        Array.Sort(queue, (x, y) =>
        {
            var first = order switch
            {
                LiquidationOrder.Listed => 0,
                LiquidationOrder.LargestLoss => Gain(x).CompareTo(Gain(y)),
                LiquidationOrder.LargestNotional => y.Notional.CompareTo(x.Notional),
                LiquidationOrder.LargestMaintenance => y.MaintenanceMargin.CompareTo(x.MaintenanceMargin),
                LiquidationOrder.HighestRate => ExactProduct.Compare(
                    y.MaintenanceMargin, x.Notional, x.MaintenanceMargin, y.Notional),
                _ => throw new ArgumentOutOfRangeException(nameof(order), order, "not an order of positions"),
            };
            return first != 0 ? first : x.Position.Instrument.Index.CompareTo(y.Position.Instrument.Index);
        });
        return queue;
    }

    private static decimal Gain(in PositionValuation position) => position.UnrealisedProfit + position.AccruedFunding;
}
