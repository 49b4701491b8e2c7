namespace OrleansLeverage.Domain.Deleveraging;

/// <summary>When venues begin to deleverage, and when they stop.</summary>
public static class DeleveragingTriggers
{
    /// <summary>
    /// What the fund cannot pay; negative is what it has left. Deleveraging is due where this is above 0: collateral
    /// first, then the fund, then the winners.
    /// </summary>
    public static decimal Uncovered(decimal shortfall, decimal fund) => shortfall - Math.Max(0m, fund);

    /// <summary>
    /// At the bankruptcy price where net collateral is negative, at the oracle price where it is not and the market is
    /// in final settlement, otherwise not at all. Source: dYdX v4 <c>CanDeleverageSubaccount</c>.
    /// </summary>
    public static (bool AtBankruptcyPrice, bool AtOraclePrice) ByNetCollateral(
        decimal netCollateral, bool isFinalSettlement) =>
        (netCollateral < 0m, netCollateral >= 0m && isFinalSettlement);

    /// <summary>
    /// Profit of a side / value of its pool, strictly above the factor; compared by multiplication. Source: GMX v2
    /// <c>AdlUtils</c>.
    /// </summary>
    public static bool ByPoolProfit(decimal profit, decimal poolValue, decimal factorMax) =>
        profit > factorMax * poolValue;

    /// <summary>
    /// Begins where the fund is empty, or above its threshold with a profit ratio below the fund's limit; ends above
    /// the stop ratio, or once the fund has money again. Source: Bybit <c>adlAlert</c>, v5 documentation.
    /// </summary>
    public static (bool Begins, bool Ends) ByFundDrawdown(
        decimal balance, decimal threshold, decimal profitRatio, decimal profitRatioLimit, decimal stopRatio) =>
        (balance <= 0m || (balance > threshold && profitRatio < profitRatioLimit),
            profitRatio > stopRatio || balance > 0m);

    /// <summary>
    /// What a winner keeps who is closed at the loser's bankruptcy price: it forgoes the deficit as far as its profit
    /// goes, and never what it paid in. Source: FLOX <c>AdlConfiscatesForgoneGainNotFullUpnl</c>.
    /// </summary>
    public static (decimal EquityAfter, decimal Forgone) Winner(decimal wallet, decimal profit, decimal deficit)
    {
        var forgone = Math.Min(Math.Max(0m, deficit), Math.Max(0m, profit));
        return (wallet + profit - forgone, forgone);
    }
}
