namespace OrleansLeverage.Analytics.Loops;

/// <summary>One round of taking a loop apart.</summary>
public readonly record struct UnwindRound(
    int Round, double Withdrawn, double Repaid, double Collateral, double Debt, double? HealthFactor);

/// <summary>
/// A loop as it stands: collateral in its own unit, debt in the borrowed one. The lender looks at the oracle's price of
/// the collateral, whoever leaves gets the market's less slippage; the two part in a depeg.
/// </summary>
public sealed record LoopPosition
{
    public LoopPosition(double collateral, double debt, double liquidationThreshold)
    {
        if (!(collateral > 0.0) || !(debt >= 0.0) || !double.IsFinite(collateral) || !double.IsFinite(debt))
        {
            throw new ArgumentOutOfRangeException(nameof(debt), debt,
                $"collateral {collateral} above 0, debt at least 0");
        }
        if (!(liquidationThreshold is > 0.0 and <= 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(liquidationThreshold), liquidationThreshold,
                "a liquidation threshold is in (0, 1]");
        }
        (Collateral, Debt, LiquidationThreshold) = (collateral, debt, liquidationThreshold);
    }

    public double Collateral { get; }

    public double Debt { get; }

    public double LiquidationThreshold { get; }

    public double OraclePrice { get; init; } = 1.0;

    public double MarketPrice { get; init; } = 1.0;

    /// <summary>Share of what is sold that the sale loses.</summary>
    public double Slippage { get; init; }

    /// <summary>Cost of a transaction, in the borrowed unit.</summary>
    public double GasPerRound { get; init; }

    /// <summary>Null without debt.</summary>
    public double? HealthFactor => Debt > 0.0 ? LiquidationThreshold * Collateral * OraclePrice / Debt : null;

    /// <summary>Oracle price at which the health factor is 1; null without debt.</summary>
    public double? LiquidationPrice => Debt > 0.0 ? Debt / (Collateral * LiquidationThreshold) : null;

    /// <summary>Fall of the oracle price until then; negative where it is past.</summary>
    public double? DropToLiquidation => 1.0 - (LiquidationPrice / OraclePrice);

    /// <summary>As the lender sees it.</summary>
    public double OracleEquity => (Collateral * OraclePrice) - Debt;

    /// <summary>What is left if everything were sold at the market's price now; negative is owed.</summary>
    public double ExitEquity => (Collateral * MarketPrice * (1.0 - Slippage)) - Debt;

    /// <summary>Market price at which leaving gives nothing back.</summary>
    public double ExitBreakEven => Debt / (Collateral * (1.0 - Slippage));

    /// <summary>Healthy to the lender, but a sale would not pay the debt: nobody can liquidate, nobody would.</summary>
    public bool IsTrapped => HealthFactor >= 1.0 && ExitEquity < 0.0;

    /// <summary>Liquidated by the oracle although the market would pay the debt.</summary>
    public bool IsLiquidatedByOracle => HealthFactor < 1.0 && ExitEquity >= 0.0;

    /// <summary>
    /// Withdraw what the target share of debt to collateral at the oracle's price allows, sell it, repay, again, until
    /// no debt is left. Null where a round frees too little to go on: nothing above the target, or slippage and gas
    /// that eat what is sold.
    /// </summary>
    public IReadOnlyList<UnwindRound>? Unwind(double targetShare, int roundsMax = RecursiveLoop.LoopsMax)
    {
        if (!(targetShare is > 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(targetShare), targetShare, "a target share is in (0, 1)");
        }
        var rounds = new List<UnwindRound>();
        var (collateral, debt) = (Collateral, Debt);
        var perUnit = MarketPrice * (1.0 - Slippage);
        while (debt > 1e-12 * Debt)
        {
            var free = collateral - (debt / (targetShare * OraclePrice));
            var needed = (debt + GasPerRound) / perUnit;
            var sold = Math.Min(free, needed);
            var repaid = Math.Min(debt, (sold * perUnit) - GasPerRound);
            if (!(repaid > 1e-9 * Debt) || rounds.Count >= roundsMax)
            {
                return null;
            }
            collateral -= sold;
            debt -= repaid;
            rounds.Add(new UnwindRound(rounds.Count + 1, sold, repaid, collateral, debt,
                debt > 1e-12 * Debt ? LiquidationThreshold * collateral * OraclePrice / debt : null));
        }
        return rounds;
    }
}
