using System.Numerics;

namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Net collateral and requirements of an integer account, in quote quantums, and what follows from them. Accounts are
/// compared by cross-multiplication; nothing is divided. Source: dYdX v4 <c>lib/margin/risk.go</c>.
/// </summary>
public readonly record struct IntegerRisk(
    BigInteger NetCollateral, BigInteger InitialMargin, BigInteger MaintenanceMargin)
{
    public bool IsInitialCollateralised => NetCollateral >= InitialMargin;

    public bool IsMaintenanceCollateralised => NetCollateral >= MaintenanceMargin;

    /// <summary>Strictly below; an account without a requirement is never liquidated.</summary>
    public bool IsLiquidatable => MaintenanceMargin > 0 && MaintenanceMargin > NetCollateral;

    /// <summary>Quote balance (settled funding included) plus the sum over netted positions.</summary>
    public static IntegerRisk Of(BigInteger quoteQuantums, IEnumerable<IntegerPosition> positions)
    {
        var risk = new IntegerRisk(quoteQuantums, 0, 0);
        foreach (var position in positions)
        {
            risk = new IntegerRisk(
                risk.NetCollateral + position.Notional,
                risk.InitialMargin + position.InitialMargin,
                risk.MaintenanceMargin + position.MaintenanceMargin);
        }
        return risk;
    }

    /// <summary>
    /// 1 where this account is riskier than the other, −1 where less, 0 where equally: by net collateral / maintenance,
    /// smaller is riskier. Ties: without requirements the lower collateral, else the higher requirement.
    /// </summary>
    public int CompareRisk(IntegerRisk other)
    {
        var mine = NetCollateral * other.MaintenanceMargin;
        var theirs = other.NetCollateral * MaintenanceMargin;
        if (mine != theirs)
        {
            return theirs.CompareTo(mine);
        }
        return MaintenanceMargin.IsZero && other.MaintenanceMargin.IsZero
            ? other.NetCollateral.CompareTo(NetCollateral)
            : MaintenanceMargin.CompareTo(other.MaintenanceMargin);
    }
}
