using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Census;

/// <summary>What a census keeps of an account, USD; NaN where a price is missing.</summary>
/// <param name="Ratio">Margin ratio; infinite where a bucket has margin to keep and no balance.</param>
/// <param name="Holds">Bit i mod 64 for every instrument i that is held: who has not the bit holds it not.</param>
internal readonly record struct CensusRow(
    double Equity, double Gross, double Net, double Ratio, ulong Holds, RiskTier Tier)
{
    public static CensusRow Unknown { get; } =
        new(double.NaN, double.NaN, double.NaN, double.NaN, 0, RiskTier.Unknown);

    /// <summary>Worse is larger: the tier, and within it the ratio; without balance by notional above all ratios.
    /// </summary>
    public double Risk
    {
        get
        {
            const double Tiers = 2.0;
            const double Scale = 1e6;
            if (Tier == RiskTier.Unknown)
            {
                return -1.0;
            }
            var within = double.IsFinite(Ratio) ? Ratio / (1.0 + Ratio) : 1.0 + (Gross / (Gross + Scale));
            return (Tiers * (int)Tier) + within;
        }
    }

    /// <summary>Gross / equity; infinite for positions without equity, 0 where there is nothing to lever.</summary>
    public double Leverage => Tier == RiskTier.Unknown ? -1.0
        : Gross == 0.0 ? 0.0
        : Equity > 0.0 && Tier != RiskTier.Bankrupt ? Gross / Equity
        : double.PositiveInfinity;

    public double Notional => Tier == RiskTier.Unknown ? -1.0 : Gross;

    public NetSide Side => Net > 0.0 ? NetSide.Long : Net < 0.0 ? NetSide.Short : NetSide.Flat;

    public static ulong Bit(int instrument) => 1UL << (instrument & 63);
}
