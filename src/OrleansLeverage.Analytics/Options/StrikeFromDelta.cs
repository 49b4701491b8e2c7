using MathNet.Numerics.RootFinding;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// The strike at which an option has a given delta. Unadjusted: w·d1 = N⁻¹(|delta|/Q), closed. Premium-adjusted: a
/// root. A premium-adjusted call's delta rises with the strike up to some point and falls beyond it; the strike beyond,
/// where the call is the less in the money, is the market's choice (as QuantLib's).
/// </summary>
public static class StrikeFromDelta
{
    /// <summary>Null where no strike has this delta: of the wrong sign, or larger than any strike gives.</summary>
    /// <param name="right">Call or put.</param>
    /// <param name="convention">What the delta counts.</param>
    /// <param name="delta">Signed: above 0 for calls, below 0 for puts.</param>
    /// <param name="forward">Forward at expiry.</param>
    /// <param name="deviation">σ√T, above 0.</param>
    /// <param name="foreignDiscount">Q; 1 for options on a future.</param>
    public static double? Find(OptionRight right, DeltaConvention convention, double delta, double forward,
        double deviation, double foreignDiscount = 1.0)
    {
        var sign = right == OptionRight.Call ? 1.0 : -1.0;
        if (!(forward > 0.0 && deviation > 0.0 && foreignDiscount > 0.0)
            || !double.IsFinite(forward + deviation + foreignDiscount))
        {
            throw new ArgumentOutOfRangeException(nameof(forward),
                $"forward {forward}, deviation {deviation} and discount {foreignDiscount} are finite and above 0");
        }
        var size = convention is DeltaConvention.Spot or DeltaConvention.PremiumAdjustedSpot
            ? sign * delta / foreignDiscount
            : sign * delta;
        if (!(size > 0.0) || !double.IsFinite(size))
        {
            return null;
        }
        if (convention is DeltaConvention.Spot or DeltaConvention.Forward)
        {
            return size < 1.0
                ? forward * Math.Exp((0.5 * deviation * deviation)
                    - (sign * deviation * NormalDistribution.Inverse(size)))
                : null;
        }
        return sign > 0.0 ? AdjustedCall(size, forward, deviation) : AdjustedPut(size, forward, deviation);
    }

    // y = ln(K/F); the adjusted size is e^y·N(w·d2)
    private static double Size(double sign, double y, double deviation) =>
        Math.Exp(y) * NormalDistribution.Cumulative(sign * ((-y / deviation) - (deviation / 2.0)));

    private static double? AdjustedCall(double size, double forward, double deviation)
    {
        // greatest where N(d2)·v = n(d2), which is looked for as N/n: that neither underflows nor has a flat part
        double Slope(double d) => (deviation * (d < 0.0
            ? MillsRatio.Of(-d)
            : NormalDistribution.Cumulative(d) / NormalDistribution.Density(d))) - 1.0;
        var top = Brent.FindRoot(Slope, -deviation - 2.0, 9.0, 1e-14, 200);
        var yTop = (-top * deviation) - (0.5 * deviation * deviation);
        if (Size(1.0, yTop, deviation) < size)
        {
            return null;
        }
        var yFar = yTop + deviation;
        while (Size(1.0, yFar, deviation) > size)
        {
            yFar += 4.0 * deviation;
        }
        return forward * Math.Exp(Brent.FindRoot(y => Size(1.0, y, deviation) - size, yTop, yFar, 1e-14, 200));
    }

    private static double? AdjustedPut(double size, double forward, double deviation)
    {
        var (low, high) = (-deviation, deviation);
        while (Size(-1.0, low, deviation) > size)
        {
            low -= 4.0 * deviation;
        }
        while (Size(-1.0, high, deviation) < size)
        {
            high += 4.0 * deviation;
        }
        return forward * Math.Exp(Brent.FindRoot(y => Size(-1.0, y, deviation) - size, low, high, 1e-14, 200));
    }
}
