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

    /// <summary>
    /// (notional − ABR·spread·maintenance) / size of the position, with
    /// ABR = clamp(adjustment·(1 − net collateral / maintenance), 0, 1): the worst price at which a liquidation may
    /// fill, quote quantums per base quantum, as an exact fraction.
    /// </summary>
    public static (CloseCheck Check, BigInteger Numerator, BigInteger Denominator) FillablePrice(
        BigInteger quoteQuantums, IReadOnlyList<IntegerPosition> positions, int index, BigInteger delta,
        BigInteger adjustmentPpm, BigInteger spreadPpm)
    {
        if (!CanClose(positions, index, delta))
        {
            return (CloseCheck.InvalidSizeDelta, 0, 1);
        }
        var risk = IntegerRisk.Of(quoteQuantums, positions);
        if (risk.MaintenanceMargin.IsZero)
        {
            return (CloseCheck.NoRequirement, 0, 1);
        }
        var position = positions[index];
        var whole = IntegerMargin.One * risk.MaintenanceMargin;
        var depth = BigInteger.Min(BigInteger.Max(
            adjustmentPpm * (risk.MaintenanceMargin - risk.NetCollateral), 0), whole);
        var denominator = whole * IntegerMargin.One;
        var numerator = position.Notional * denominator - depth * spreadPpm * position.MaintenanceMargin;
        var size = denominator * position.BaseQuantums;
        return (CloseCheck.Ok, numerator * size.Sign, BigInteger.Abs(size));
    }

    /// <summary>
    /// What the insurance fund gets (pays, where negative) when a close fills for so many quote quantums: all that is
    /// missing to the bankruptcy quote, of a surplus at most the fee.
    /// </summary>
    public static (CloseCheck Check, BigInteger Quote) FundChange(
        BigInteger quoteQuantums, IReadOnlyList<IntegerPosition> positions, int index, BigInteger delta,
        BigInteger fillQuote, BigInteger feePpm)
    {
        var (check, bankruptcy) = BankruptcyQuote(quoteQuantums, positions, index, delta);
        if (check != CloseCheck.Ok)
        {
            return (check, 0);
        }
        // who sells receives the quote, who buys pays it
        var above = (delta.Sign < 0 ? fillQuote : -fillQuote) - bankruptcy;
        var fee = IntegerMargin.FloorDivide(BigInteger.Abs(fillQuote) * feePpm, IntegerMargin.One);
        return (CloseCheck.Ok, BigInteger.Min(above, fee));
    }

    /// <summary>base quantums·subticks·10^exponent, truncated: what a fill is worth in quote quantums.</summary>
    public static BigInteger FillQuote(BigInteger baseQuantums, BigInteger subticks, int conversionExponent)
    {
        var product = baseQuantums * subticks;
        return conversionExponent >= 0
            ? product * BigInteger.Pow(10, conversionExponent)
            : BigInteger.Divide(product, BigInteger.Pow(10, -conversionExponent));
    }

    /// <summary>
    /// Least and most notional of one liquidation: min(configured, |notional|) and max(least, |notional|·portion).
    /// </summary>
    public static (BigInteger Least, BigInteger Most) Bounds(
        BigInteger notional, BigInteger leastConfigured, BigInteger portionPpm)
    {
        var size = BigInteger.Abs(notional);
        var least = BigInteger.Min(leastConfigured, size);
        return (least, BigInteger.Max(least, IntegerMargin.FloorDivide(size * portionPpm, IntegerMargin.One)));
    }

    private static bool CanClose(IReadOnlyList<IntegerPosition> positions, int index, BigInteger delta)
    {
        var size = index >= 0 ? positions[index].BaseQuantums : BigInteger.Zero;
        return !delta.IsZero && delta.Sign == -size.Sign && BigInteger.Abs(delta) <= BigInteger.Abs(size);
    }
}
