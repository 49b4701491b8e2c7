using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// The price at which an insolvent position is closed: the first on the tick at which its account is left without debt.
/// <code>
/// linear    p = mark + side·shortfall / (q·m·S)            S the settlement asset in USD
/// inverse   1/p = 1/mark − side·shortfall / (q·m·S)
/// </code>
/// A long sells above the mark, a short buys below it: what its counterparty forgoes is what was missing.
/// </summary>
public static class ClosingPrice
{
    /// <summary>Null where the market's grid has no such price.</summary>
    public static Price? Of(Instrument instrument, int side, decimal contracts, decimal mark, decimal settlement,
        decimal shortfall)
    {
        var shift = shortfall / (contracts * instrument.Multiplier * settlement);
        decimal exact;
        if (instrument.Style == ContractStyle.Linear)
        {
            exact = mark + (side * shift);
        }
        else
        {
            var reciprocal = (1m / mark) - (side * shift);
            if (reciprocal <= 1m / Price.Max)
            {
                return null;
            }
            exact = 1m / reciprocal;
        }
        var onTick = side > 0
            ? Decimals.CeilingTo(exact, instrument.TickSize)
            : Decimals.FloorTo(exact, instrument.TickSize);
        return onTick > 0m && onTick <= instrument.PriceMax && Price.IsValid(onTick) ? new Price(onTick) : null;
    }

    /// <summary>USD that a counterparty of one lot forgoes against the mark.</summary>
    public static decimal ForgonePerLot(Instrument instrument, int side, decimal price, decimal mark,
        decimal settlement) =>
        side * instrument.LotSize * instrument.Multiplier * settlement * (instrument.Style == ContractStyle.Linear
            ? price - mark
            : (1m / mark) - (1m / price));
}
