using System.Numerics;

namespace OrleansLeverage.Domain.Venues;

/// <summary>Whether a size change can close (part of) a position. Listed in precedence.</summary>
public enum CloseCheck
{
    /// <summary>Zero, of the position's own sign, or larger than the position.</summary>
    InvalidSizeDelta,

    /// <summary>The account has nothing to keep, so shares of its requirement do not exist.</summary>
    NoRequirement,

    Ok,
}

/// <summary>
/// Liquidation prices of integer accounts, in quote quantums for a change of a position. Source: dYdX v4
/// <c>x/clob/keeper/liquidations.go</c>.
/// </summary>
public static class IntegerLiquidation
{
    /// <summary>
    /// −ΔNotional − floor(net collateral·|ΔMaintenance| / maintenance): the quote the account must receive (pay, where
    /// negative) for the change so that its collateral is used up in proportion to the requirement that goes. Rounded
    /// towards +∞.
    /// </summary>
    /// <param name="quoteQuantums">Balance of the account.</param>
    /// <param name="positions">All positions of the account.</param>
    /// <param name="index">Which of them changes; −1 where the account does not hold it.</param>
    /// <param name="delta">Signed change in base quantums.</param>
    public static (CloseCheck Check, BigInteger Quote) BankruptcyQuote(
        BigInteger quoteQuantums, IReadOnlyList<IntegerPosition> positions, int index, BigInteger delta)
    {
        if (!CanClose(positions, index, delta))
        {
            return (CloseCheck.InvalidSizeDelta, 0);
        }
        var risk = IntegerRisk.Of(quoteQuantums, positions);
        if (risk.MaintenanceMargin.IsZero)
        {
            return (CloseCheck.NoRequirement, 0);
        }
        var before = positions[index];
        var after = before with { BaseQuantums = before.BaseQuantums + delta };
        var requirement = BigInteger.Abs(after.MaintenanceMargin - before.MaintenanceMargin);
        var share = IntegerMargin.FloorDivide(risk.NetCollateral * requirement, risk.MaintenanceMargin);
        return (CloseCheck.Ok, before.Notional - after.Notional - share);
    }

    private static bool CanClose(IReadOnlyList<IntegerPosition> positions, int index, BigInteger delta)
    {
        var size = index >= 0 ? positions[index].BaseQuantums : BigInteger.Zero;
        return !delta.IsZero && delta.Sign == -size.Sign && BigInteger.Abs(delta) <= BigInteger.Abs(size);
    }
}
