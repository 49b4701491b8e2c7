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

    public double Risk => AccountKey.Risk(Tier, Ratio, Gross);

    public double Leverage => AccountKey.Leverage(Tier, Equity, Gross);

    public double Notional => AccountKey.Notional(Tier, Gross);

    public NetSide Side => Net > 0.0 ? NetSide.Long : Net < 0.0 ? NetSide.Short : NetSide.Flat;

    public static ulong Bit(int instrument) => 1UL << (instrument & 63);
}
