using System.Numerics;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Domain.Deleveraging;

/// <summary>What became of a transfer between an insolvent account and one that offsets it.</summary>
public enum OffsetOutcome
{
    /// <summary>The change is zero, of the wrong side, or larger than either position.</summary>
    InvalidSizeDelta,

    /// <summary>The offsetting account would end short of its requirement and no less risky: nothing moves.</summary>
    FailedToUpdate,

    Moved,
}

/// <summary>Balances and positions after a transfer; unchanged unless <see cref="OffsetOutcome.Moved"/>.</summary>
public readonly record struct OffsetResult(OffsetOutcome Outcome, BigInteger LiquidatedQuote, BigInteger LiquidatedBase,
    BigInteger OffsettingQuote, BigInteger OffsettingBase);

/// <summary>
/// Deleveraging of integer accounts: both sides trade at the price at which the liquidated account's collateral is used
/// up. Source: dYdX v4 <c>x/clob/keeper/deleveraging.go</c>, <c>x/subaccounts/lib/updates.go</c>.
/// </summary>
public static class IntegerDeleveraging
{
    /// <param name="liquidatedQuote">Quote balance of the account that is closed.</param>
    /// <param name="liquidated">Its position.</param>
    /// <param name="offsettingQuote">Quote balance of the account on the other side.</param>
    /// <param name="offsetting">Its position, of the opposite sign.</param>
    /// <param name="delta">Base quantums that the liquidated account gains; its counterparty loses them.</param>
    public static OffsetResult Offset(BigInteger liquidatedQuote, IntegerPosition liquidated,
        BigInteger offsettingQuote, IntegerPosition offsetting, BigInteger delta)
    {
        OffsetResult Unchanged(OffsetOutcome outcome) =>
            new(outcome, liquidatedQuote, liquidated.BaseQuantums, offsettingQuote, offsetting.BaseQuantums);
        var (check, quote) = IntegerLiquidation.BankruptcyQuote(liquidatedQuote, [liquidated], 0, delta);
        if (check != CloseCheck.Ok || delta.Sign != offsetting.BaseQuantums.Sign
            || BigInteger.Abs(delta) > BigInteger.Abs(offsetting.BaseQuantums))
        {
            return Unchanged(OffsetOutcome.InvalidSizeDelta);
        }
        var after = offsetting with { BaseQuantums = offsetting.BaseQuantums - delta };
        if (!IsAllowed(IntegerRisk.Of(offsettingQuote, [offsetting]), IntegerRisk.Of(offsettingQuote - quote, [after])))
        {
            return Unchanged(OffsetOutcome.FailedToUpdate);
        }
        return new OffsetResult(OffsetOutcome.Moved, liquidatedQuote + quote, liquidated.BaseQuantums + delta,
            offsettingQuote - quote, after.BaseQuantums);
    }

    /// <summary>
    /// An account may end above its initial requirement, or below it where the maintenance requirement does not grow
    /// and collateral per requirement does not fall: NC'·MMR ≥ NC·MMR'. Without a requirement left, collateral must be
    /// 0 or more, or have grown.
    /// </summary>
    public static bool IsAllowed(IntegerRisk before, IntegerRisk after)
    {
        if (after.IsInitialCollateralised)
        {
            return true;
        }
        if (after.MaintenanceMargin > before.MaintenanceMargin)
        {
            return false;
        }
        return after.MaintenanceMargin.IsZero
            ? before.MaintenanceMargin.IsZero && after.NetCollateral > before.NetCollateral
            : after.NetCollateral * before.MaintenanceMargin >= before.NetCollateral * after.MaintenanceMargin;
    }
}
