namespace OrleansLeverage.Analytics.Options;

/// <summary>A dated future: F = S·e^((r − q)T), and what a price of it says about the carry.</summary>
public static class FutureFairPrice
{
    /// <summary>Continuous rates per year, years ACT/365.</summary>
    public static double Of(double spot, double rate, double yield, double years)
    {
        var price = spot * Math.Exp((rate - yield) * years);
        return spot > 0.0 && years >= 0.0 && double.IsFinite(price)
            ? price
            : throw new ArgumentOutOfRangeException(nameof(spot),
                $"spot {spot} is above 0, years {years} not below 0, and the carry {rate - yield} is finite");
    }

    /// <summary>ln(F/S)/T per year; null where no time is left.</summary>
    public static double? ImpliedCarry(double spot, double future, double years) =>
        spot > 0.0 && future > 0.0 && double.IsFinite(spot + future + years)
            ? years > 0.0 ? LogMoneyness.Of(future, spot) / years : null
            : throw new ArgumentOutOfRangeException(nameof(spot), $"spot {spot} and future {future} are above 0");
}
