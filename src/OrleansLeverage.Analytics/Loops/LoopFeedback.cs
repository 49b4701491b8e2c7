namespace OrleansLeverage.Analytics.Loops;

/// <summary>
/// A loop of a size that moves the rate it pays. The collateral's yield is given (staking, or a pool of its own); the
/// debt is drawn from one pool.
/// </summary>
/// <param name="BorrowRate">After the loop's own borrowing; null where the pool cannot lend so much.</param>
/// <param name="NetApy">On equity; null likewise.</param>
public sealed record LoopFeedback(int Loops, double Leverage, double Debt, double? BorrowRate, double? NetApy)
{
    public static LoopFeedback Of(double equity, double loanToValue, int loops, double supplyApy, LendingMarket pool)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(equity);
        var loop = new RecursiveLoop(loanToValue, loops);
        var after = pool.Borrow(loop.Debt * equity);
        return new LoopFeedback(loops, loop.Leverage, loop.Debt * equity, after?.BorrowRate,
            after is null ? null : loop.NetApy(supplyApy, after.BorrowRate));
    }

    /// <summary>The number of loops with the largest net APY at that size, the fewest among equals.</summary>
    public static LoopFeedback Best(double equity, double loanToValue, int loopsMax, double supplyApy,
        LendingMarket pool)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(loopsMax);
        var best = Of(equity, loanToValue, 0, supplyApy, pool);
        for (var loops = 1; loops <= loopsMax; loops++)
        {
            var next = Of(equity, loanToValue, loops, supplyApy, pool);
            best = next.NetApy > best.NetApy ? next : best;
        }
        return best;
    }
}
