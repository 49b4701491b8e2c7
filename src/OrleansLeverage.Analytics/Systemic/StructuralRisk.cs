namespace OrleansLeverage.Analytics.Systemic;

/// <summary>
/// What else than the accounts' own leverage decides how a shock spreads; null where it is not known.
/// </summary>
/// <param name="SpectralRadius">Of delevering over overlap; at 1 a loss feeds itself.</param>
/// <param name="BranchingRatio">The largest of the feeds': liquidations that one causes.</param>
/// <param name="AtRiskSkew">Falls against rises, at ±5 %.</param>
/// <param name="FundCoverage">Fund / deficit of a gap of all feeds together by −20 %.</param>
public sealed record SpreadFigures(
    double? SameSideOverlap, double? SpectralRadius, double? BranchingRatio, double? AtRiskSkew, double? FundCoverage,
    bool IsFundEnough);

/// <summary>How well the capital that is there is used, and what is left of it when it is needed. Shares of the whole
/// market's sums; null for an empty market.</summary>
/// <param name="InitialUse">Σ initial margin / Σ margin balance: 1 leaves nothing to open with.</param>
/// <param name="MaintenanceUse">Σ maintenance margin / Σ margin balance.</param>
/// <param name="IdleShare">Σ of what each account has above its initial margin / Σ margin balance.</param>
/// <param name="EquityPerNotional">Σ equity / Σ gross notional: the inverse of market leverage.</param>
/// <param name="BufferPerNotional">Σ of what each has above maintenance / Σ gross notional.</param>
/// <param name="NettedShare">1 − Σ |net| / Σ gross: what accounts hold against themselves.</param>
/// <param name="HaircutShare">1 − Σ margin balance / Σ equity: what collateral weights leave out.</param>
public sealed record CapitalEfficiency(
    double? InitialUse, double? MaintenanceUse, double? IdleShare, double? EquityPerNotional,
    double? BufferPerNotional, double? NettedShare, double? HaircutShare)
{
    public static CapitalEfficiency Of(IReadOnlyList<AccountFigures> accounts)
    {
        var solvent = accounts.Where(a => a.Equity > 0.0).ToArray();
        double Sum(Func<AccountFigures, double> of) => FixedOrderSum.Of(solvent.Select(of));
        var (balance, gross, equity) =
            (Sum(a => Math.Max(0.0, a.MarginBalance)), Sum(a => a.GrossNotional), Sum(a => a.Equity));
        double? OfBalance(double amount) => balance > 0.0 ? amount / balance : null;
        double? OfGross(double amount) => gross > 0.0 ? amount / gross : null;
        return new CapitalEfficiency(OfBalance(Sum(a => a.InitialMargin)), OfBalance(Sum(a => a.MaintenanceMargin)),
            OfBalance(Sum(a => Math.Max(0.0, a.MarginBalance - a.InitialMargin))), OfGross(equity),
            OfGross(Sum(a => Math.Max(0.0, a.MarginBalance - a.MaintenanceMargin))),
            gross > 0.0 ? 1.0 - Sum(a => Math.Abs(a.NetNotional)) / gross : null,
            equity > 0.0 ? 1.0 - Sum(a => a.MarginBalance) / equity : null);
    }
}

/// <summary>
/// Structural risk: who holds how much, how alike the books are, how a liquidation spreads, who pays for what is left
/// over; each figure against bounds that are data.
/// </summary>
public sealed record StructuralRisk(
    double? NotionalHhi, double? NotionalTop10Share, double? NotionalGini, double? EquityHhi, double? EquityGini,
    double? MakerShare, SpreadFigures Spread, CapitalEfficiency Capital, IReadOnlyList<Finding> Findings)
{
    public StretchLevel Level => Findings.Max(f => f.Level);

    public static StructuralRisk Of(IReadOnlyList<AccountFigures> accounts, SpreadFigures spread)
    {
        double[] notional = [.. accounts.Select(a => a.GrossNotional)];
        double[] equity = [.. accounts.Select(a => a.Equity)];
        var gross = FixedOrderSum.Of(notional);
        var makers = gross > 0.0
            ? FixedOrderSum.Of(accounts.Where(a => a.IsMarketMaker).Select(a => a.GrossNotional)) / gross
            : (double?)null;
        var (top, capital) = (Concentration.TopShare(notional, 10), CapitalEfficiency.Of(accounts));
        return new StructuralRisk(Concentration.Hhi(notional), top, Concentration.Gini(notional),
            Concentration.Hhi(equity), Concentration.Gini(equity), makers, spread, capital,
            [
                new Finding("share of the ten largest", top, [0.25, 0.45, 0.65]),
                new Finding("overlap of accounts, same side", spread.SameSideOverlap, [0.20, 0.35, 0.50]),
                new Finding("spectral radius of delevering", spread.SpectralRadius, [0.5, 0.8, 1.0]),
                new Finding("branching ratio of liquidations", spread.BranchingRatio, [0.5, 0.8, 1.0]),
                new Finding("at-risk skew", spread.AtRiskSkew is { } skew ? Math.Abs(skew) : null, [0.4, 0.6, 0.8]),
                new Finding("deficit of a 20 % gap / fund", spread.FundCoverage is > 0.0 and var coverage
                    ? 1.0 / coverage : spread.IsFundEnough ? 0.0 : null, [0.5, 1.0, 3.0]),
                new Finding("initial margin in use", capital.InitialUse, [0.5, 0.7, 0.9]),
            ]);
    }
}
