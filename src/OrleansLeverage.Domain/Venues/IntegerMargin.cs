using System.Numerics;

namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// A position in integers, as an on-chain venue holds it. Quantums are 10^atomic resolution of a base unit, the price
/// is price·10^exponent, fractions are millionths (ppm). Quote quantums are millionths of a quote unit.
/// </summary>
public readonly record struct IntegerPosition(
    BigInteger BaseQuantums, int AtomicResolution, BigInteger Price, int Exponent, BigInteger InitialPpm,
    BigInteger MaintenanceFractionPpm, BigInteger OpenInterest = default, BigInteger LowerCap = default,
    BigInteger UpperCap = default, BigInteger CustomInitialPpm = default)
{
    /// <summary>Signed value in quote quantums.</summary>
    public BigInteger Notional => IntegerMargin.Notional(BaseQuantums, AtomicResolution, Price, Exponent);

    /// <summary>IMR: ceiling of |notional| at the initial fraction scaled by open interest.</summary>
    public BigInteger InitialMargin
    {
        get
        {
            var openInterest = IntegerMargin.Notional(OpenInterest, AtomicResolution, Price, Exponent);
            var scaled = IntegerMargin.ScaledInitialPpm(InitialPpm, openInterest, LowerCap, UpperCap);
            return IntegerMargin.CeilingPpm(BigInteger.Abs(Notional), BigInteger.Max(scaled, CustomInitialPpm));
        }
    }

    /// <summary>
    /// MMR: ceiling of the maintenance fraction of the ceiling of the unscaled initial margin. Open interest never
    /// raises it, so that a growing market liquidates nobody.
    /// </summary>
    public BigInteger MaintenanceMargin => IntegerMargin.CeilingPpm(
        IntegerMargin.CeilingPpm(BigInteger.Abs(Notional), InitialPpm), MaintenanceFractionPpm);
}

/// <summary>
/// Margin in integers: what rounds, and where, is part of the rule. Products are exact, so no size overflows.
/// Source: dYdX v4 <c>x/perpetuals/lib</c>, <c>x/perpetuals/types/liquidity_tier.go</c>, <c>lib/margin/risk.go</c>.
/// </summary>
public static class IntegerMargin
{
    /// <summary>One whole in parts per million.</summary>
    public static readonly BigInteger One = 1_000_000;

    private const int QuoteResolution = 6;

    /// <summary>quantums·price·10^(exponent + atomic resolution + 6), truncated towards 0; long +, short −.</summary>
    public static BigInteger Notional(BigInteger baseQuantums, int atomicResolution, BigInteger price, int exponent)
    {
        var power = exponent + atomicResolution + QuoteResolution;
        var product = baseQuantums * price;
        return power >= 0
            ? product * BigInteger.Pow(10, power)
            : BigInteger.Divide(product, BigInteger.Pow(10, -power));
    }

    /// <summary>
    /// Initial fraction at an open interest (quote quantums): the base up to the lower cap, all from the upper cap, in
    /// between base + floor((1 − base)·(OI − lower)/(upper − lower)). An upper cap of 0 means no scaling.
    /// </summary>
    public static BigInteger ScaledInitialPpm(
        BigInteger basePpm, BigInteger openInterest, BigInteger lowerCap, BigInteger upperCap)
    {
        if (upperCap.IsZero || openInterest <= lowerCap)
        {
            return basePpm;
        }
        return openInterest >= upperCap
            ? One
            : basePpm + FloorDivide((One - basePpm) * (openInterest - lowerCap), upperCap - lowerCap);
    }

    /// <summary>floor(initial·maintenance fraction).</summary>
    public static BigInteger MaintenancePpm(BigInteger initialPpm, BigInteger maintenanceFractionPpm) =>
        FloorDivide(initialPpm * maintenanceFractionPpm, One);

    /// <summary>
    /// Largest |8-hour funding rate|: clamp factor·(initial − maintenance), truncated. Source: dYdX v4 funding clamp.
    /// </summary>
    public static BigInteger FundingClampPpm(
        BigInteger clampFactorPpm, BigInteger initialPpm, BigInteger maintenanceFractionPpm) =>
        FloorDivide(clampFactorPpm * (initialPpm - MaintenancePpm(initialPpm, maintenanceFractionPpm)), One);

    /// <summary>value·ppm / 10^6, rounded up.</summary>
    public static BigInteger CeilingPpm(BigInteger value, BigInteger ppm) => -FloorDivide(-(value * ppm), One);

    /// <summary>Rounded towards −∞.</summary>
    internal static BigInteger FloorDivide(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(value, divisor, out var rest);
        return !rest.IsZero && rest.Sign != divisor.Sign ? quotient - 1 : quotient;
    }
}
