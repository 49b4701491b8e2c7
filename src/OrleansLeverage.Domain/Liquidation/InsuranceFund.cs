namespace OrleansLeverage.Domain;

/// <summary>
/// What an insurance fund takes in, pays out, and cannot pay. All amounts from 0, one asset.
/// </summary>
/// <param name="In">Liquidation fees.</param>
/// <param name="Out">Paid for what closed beyond bankruptcy.</param>
/// <param name="Residual">What is asked of the fund and not there: the deficit that deleveraging takes.</param>
/// <param name="After">The fund afterwards.</param>
public readonly record struct FundFlow(decimal In, decimal Out, decimal Residual, decimal After);

/// <summary>
/// The fund pays first and never goes below 0; what it cannot pay is the residual, and only that may be deleveraged.
/// Source: dYdX v4 <c>x/clob/keeper/liquidations.go</c>; the order fees, then claims, is the venues'.
/// </summary>
public static class InsuranceFund
{
    public static FundFlow Settle(decimal fund, decimal fees, decimal claims)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fund);
        ArgumentOutOfRangeException.ThrowIfNegative(fees);
        ArgumentOutOfRangeException.ThrowIfNegative(claims);
        var paid = Math.Min(claims, fund + fees);
        return new FundFlow(fees, paid, claims - paid, fund + fees - paid);
    }

    /// <summary>
    /// Whether the fund covers a change: what comes in always, what goes out while it leaves at least 0.
    /// </summary>
    public static bool Covers(decimal fund, decimal change) => change >= 0m || fund + change >= 0m;

    /// <summary>
    /// Change of the fund at a close that filled <paramref name="aboveBankruptcy"/> above (negative: below) its
    /// bankruptcy value: a shortfall is paid in full, of a surplus at most <paramref name="feeMax"/> is taken.
    /// </summary>
    public static decimal Change(decimal aboveBankruptcy, decimal feeMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(feeMax);
        return Math.Min(aboveBankruptcy, feeMax);
    }
}
