using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>One row at one frame while it is being swept. NaN throughout where a price has not been measured.</summary>
internal struct RowValue
{
    public double Equity;

    /// <summary>Of all buckets.</summary>
    public double MarginBalance;
    public double Long;
    public double Short;
    public double Maintenance;
    public double Initial;

    /// <summary>M of <see cref="ScreeningBound"/>.</summary>
    public double Magnitude;

    /// <summary>Largest of maintenance − threshold·balance over the buckets that hold something.</summary>
    public double OverWarning;
    public double OverMarginCall;
    public double OverLiquidation;

    /// <summary>Largest maintenance / balance of the buckets; infinite where a bucket has no balance.</summary>
    public double MarginRatio;

    public readonly double Gross => Long + Short;

    public readonly bool IsKnown => !double.IsNaN(Equity);

    public readonly double Severity => double.IsNegativeInfinity(OverLiquidation) ? -Equity : OverLiquidation;

    /// <summary>Before the first bucket.</summary>
    public void ClearBuckets()
    {
        OverWarning = OverMarginCall = OverLiquidation = double.NegativeInfinity;
        MarginRatio = 0d;
    }

    /// <summary>Takes one margin bucket that holds something.</summary>
    public void Judge(MarkVector marks, double maintenance, double balance)
    {
        OverWarning = Math.Max(OverWarning, maintenance - marks.WarningRatio * balance);
        OverMarginCall = Math.Max(OverMarginCall, maintenance - marks.MarginCallRatio * balance);
        OverLiquidation = Math.Max(OverLiquidation, maintenance - marks.LiquidationRatio * balance);
        MarginRatio = Math.Max(MarginRatio, balance > 0d ? maintenance / balance : double.PositiveInfinity);
    }

    /// <summary>
    /// The worst tier that the exact figures can have: every comparison gives way by ε. Written as "not better than",
    /// so that a value that compares to nothing would be reported rather than hidden.
    /// </summary>
    public readonly RiskTier Tier(double errorFactor)
    {
        if (!IsKnown)
        {
            return RiskTier.Unknown;
        }
        // a row of nothing is exactly 0 and healthy
        if (Magnitude == 0d)
        {
            return RiskTier.Healthy;
        }
        var error = errorFactor * Magnitude + ScreeningBound.DecimalFloor;
        if (!(Equity > error))
        {
            return RiskTier.Bankrupt;
        }
        return !(OverLiquidation < -error) ? RiskTier.Liquidation
            : !(OverMarginCall < -error) ? RiskTier.MarginCall
            : !(OverWarning < -error) ? RiskTier.Warning
            : RiskTier.Healthy;
    }
}
