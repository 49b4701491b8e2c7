using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Core;

/// <summary>What holders of a market have gained there: what a loss is shared by.</summary>
internal static class MarketGain
{
    /// <summary>
    /// Profit of the position that is not realised, in the settlement asset, rounded down to its quantum; below 0 for a
    /// loss, 0 without a position.
    /// </summary>
    public static decimal Of(Account account, Instrument instrument, Price mark)
    {
        var position = account.Position(instrument);
        return position.Quantity.IsZero ? 0m : Decimals.FloorTo(
            instrument.ProfitSign * (instrument.Value(position.Quantity, mark) - position.Cost),
            instrument.Settlement.Quantum);
    }
}
