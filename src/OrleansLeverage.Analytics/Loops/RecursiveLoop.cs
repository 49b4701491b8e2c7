namespace OrleansLeverage.Analytics.Loops;

/// <summary>
/// A lending position built by lending a coin, borrowing a share of it, lending that again, n times; per 1 of equity.
/// <code>
/// leverage = collateral = 1 + l + ... + l^n = (1 − l^(n+1)) / (1 − l)         debt = leverage − 1
/// health factor = threshold·collateral / debt, liquidated below 1              drop = 1 − 1 / health factor
/// net APY on equity = leverage·supply − debt·borrow
/// </code>
/// Source: quant reference §13; the health factor is Aave's. Rates per year, shares per 1.00.
/// </summary>
public readonly record struct RecursiveLoop
{
    public const int LoopsMax = 10_000;

    /// <param name="loanToValue">Share of each loan's collateral that is borrowed, in [0, 1).</param>
    /// <param name="loops">Number of times the loan is lent again, 0 to <see cref="LoopsMax"/>.</param>
    public RecursiveLoop(double loanToValue, int loops)
    {
        if (!(loanToValue is >= 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(loanToValue), loanToValue, "a loan to value is in [0, 1)");
        }
        if (loops is < 0 or > LoopsMax)
        {
            throw new ArgumentOutOfRangeException(nameof(loops), loops, $"loops are between 0 and {LoopsMax}");
        }
        LoanToValue = loanToValue;
        Loops = loops;
        // summed from the inside: no difference of near-equal powers, so debt keeps its digits at small shares too
        var inner = 0.0;
        for (var i = 0; i < loops; i++)
        {
            inner = loanToValue * (1.0 + inner);
        }
        Debt = inner;
    }

    public double LoanToValue { get; }

    public int Loops { get; }

    public double Debt { get; }

    /// <summary>Exposure per equity; also the collateral.</summary>
    public double Leverage => 1.0 + Debt;

    /// <summary>What endless loops would reach: 1 / (1 − l).</summary>
    public double MaxLeverage => 1.0 / (1.0 - LoanToValue);

    /// <summary>
    /// Null without debt. The threshold is the share at which the lender liquidates, at least the loan to value.
    /// </summary>
    public double? HealthFactor(double liquidationThreshold)
    {
        if (!(liquidationThreshold is > 0.0 and <= 1.0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(liquidationThreshold), liquidationThreshold, "a liquidation threshold is in (0, 1]");
        }
        return Debt > 0.0 ? liquidationThreshold * Leverage / Debt : null;
    }

    /// <summary>
    /// Relative fall of the collateral at which the health factor is 1; negative where it already is below.
    /// </summary>
    public double? DropToLiquidation(double liquidationThreshold) => 1.0 - (1.0 / HealthFactor(liquidationThreshold));

    public double NetApy(double supplyApy, double borrowApy) => (Leverage * supplyApy) - (Debt * borrowApy);

    /// <summary>Borrowing rate at which the net APY is 0; null without debt.</summary>
    public double? BreakEvenBorrowApy(double supplyApy) => Debt > 0.0 ? Leverage * supplyApy / Debt : null;

    /// <summary>
    /// Rounds of withdrawing and repaying without outside liquidity until debt / collateral may stay at
    /// <paramref name="targetShare"/>: ceil(ln(1 − debt·(1 − t)/t) / ln t); at t = loan to value it is the loops
    /// themselves. Null where the free collateral can never repay the debt.
    /// </summary>
    public int? UnwindRounds(double targetShare)
    {
        if (!(targetShare is > 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(targetShare), targetShare, "a target share is in (0, 1)");
        }
        var left = 1.0 - (Debt * (1.0 - targetShare) / targetShare);
        // a whole number of rounds comes out as one up to rounding: the last digits must not add a round
        return left > 0.0 ? (int)Math.Ceiling((Math.Log(left) / Math.Log(targetShare)) - 1e-9) : null;
    }
}
