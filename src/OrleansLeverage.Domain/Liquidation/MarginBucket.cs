namespace OrleansLeverage.Domain;

/// <summary>
/// What one margin bucket has and needs, USD: the cross account, or one isolated position. Nothing here divides, so
/// nothing is rounded: ratios are compared by cross-multiplication in integers.
/// </summary>
/// <param name="Equity">At market: what is left if everything closes at its mark.</param>
/// <param name="MarginBalance">Equity with positive collateral at its weight.</param>
/// <param name="Maintenance">Maintenance margin of the bucket's positions.</param>
public readonly record struct MarginBucket(decimal Equity, decimal MarginBalance, decimal Maintenance)
{
    /// <summary>Margin balance strictly below maintenance margin; what needs none is never liquidated.</summary>
    public bool IsLiquidatable => Maintenance > 0m && MarginBalance < Maintenance;

    public static MarginBucket Cross(AccountValuation valuation) =>
        new(valuation.CrossEquity, valuation.CrossMarginBalance, valuation.CrossMaintenanceMargin);

    public static MarginBucket Isolated(in PositionValuation position) =>
        new(position.IsolatedEquity, position.IsolatedBalance, position.MaintenanceMargin);

    /// <summary>
    /// The bucket that holds an instrument: its own where it is isolated; empty where an isolated one is gone.
    /// </summary>
    public static MarginBucket Of(AccountValuation valuation, Instrument instrument, bool isIsolated)
    {
        if (!isIsolated)
        {
            return Cross(valuation);
        }
        foreach (var position in valuation.Positions)
        {
            if (position.Position.Instrument.Index == instrument.Index)
            {
                return Isolated(position);
            }
        }
        return default;
    }

    /// <summary>True where maintenance / margin balance is at most <paramref name="ratio"/>.</summary>
    public bool IsWithin(decimal ratio) => ExactProduct.Compare(Maintenance, 1m, ratio, MarginBalance) <= 0;

    /// <summary>True where equity is below <paramref name="share"/> of the maintenance margin.</summary>
    public bool IsBelowShare(decimal share) => ExactProduct.Compare(Equity, 1m, share, Maintenance) < 0;

    /// <summary>
    /// 1 where this bucket is riskier than the other, −1 where less, 0 where equally: equity / maintenance, smaller is
    /// riskier. Ties: without requirements the lower equity, else the higher requirement. Source: dYdX v4
    /// <c>lib/margin/risk.go</c>.
    /// </summary>
    public int CompareRisk(MarginBucket other)
    {
        var order = ExactProduct.Compare(other.Equity, Maintenance, Equity, other.Maintenance);
        return order != 0 ? order
            : Maintenance == 0m && other.Maintenance == 0m ? other.Equity.CompareTo(Equity)
            : Maintenance.CompareTo(other.Maintenance);
    }
}
