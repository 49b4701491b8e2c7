namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// What selling does to a price, as published: fractions of the price, positive for a fall. Amounts sold and depths in
/// one currency. Source: quant reference §22 (Kyle; Cont and Schaanning 2017; Cifuentes, Ferrucci and Shin 2005).
/// </summary>
public static class PriceImpact
{
    /// <summary>Kyle: sold / depth.</summary>
    public static double Linear(double sold, double depth) => NotNegative(sold) / Positive(depth);

    /// <summary>Y·σ·(Q/V)^exponent; with the exponent ½ the square-root law. V and σ per day.</summary>
    public static double Power(
        double sold, double dailyVolume, double dailyVolatility, double coefficient = 1.0, double exponent = 0.5)
    {
        var share = NotNegative(sold) / Positive(dailyVolume);
        var power = exponent == 0.5 ? Math.Sqrt(share) : Math.Pow(share, Positive(exponent));
        return Positive(coefficient) * NotNegative(dailyVolatility) * power;
    }

    /// <summary>
    /// Market depth D = c·ADV/σ·√τ: what moves the price by its whole value under the linear law. Cont and Schaanning.
    /// </summary>
    public static double Depth(
        double dailyVolume, double dailyVolatility, double horizonDays = 1.0, double coefficient = 0.4) =>
        Positive(coefficient) * Positive(dailyVolume) / Positive(dailyVolatility) * Math.Sqrt(Positive(horizonDays));

    /// <summary>
    /// (1 − B/S)·(1 − e^(−q / (D·(1 − B/S)))): linear while small, and never below the floor B of the price S at which
    /// buyers outside step in.
    /// </summary>
    /// <param name="floorRatio">B/S in [0, 1).</param>
    public static double Bounded(double sold, double depth, double floorRatio)
    {
        if (!(floorRatio is >= 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(floorRatio), floorRatio, "a floor is in [0, 1) of the price");
        }
        var most = 1.0 - floorRatio;
        return most * OneLessExp(Linear(sold, depth) / most);
    }

    /// <summary>
    /// Decay β of p = e^(−β·x), x the share of the market that was sold, from the fall when
    /// <paramref name="share"/> of it is sold: −ln(1 − fall) / share.
    /// </summary>
    public static double Decay(double fall, double share)
    {
        if (!(fall is >= 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(fall), fall, "a fall is in [0, 1) of the price");
        }
        return -Math.Log(1.0 - fall) / Positive(share);
    }

    /// <summary>Price after the sale / price before it: e^(−β·x).</summary>
    public static double PriceRatio(double decay, double share) => Math.Exp(-NotNegative(decay) * NotNegative(share));

    /// <summary>Average price of a sale that moves the price to the given ratio, halfway: (1 + ratio) / 2.</summary>
    public static double MidpointFill(double priceRatio) => (1.0 + Positive(priceRatio)) / 2.0;

    /// <summary>1 − e^(−x) without cancellation for small x.</summary>
    internal static double OneLessExp(double x) =>
        x < 1e-5 ? x * (1.0 - x / 2.0 * (1.0 - x / 3.0)) : 1.0 - Math.Exp(-x);

    private static double Positive(double value) => value > 0.0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "positive and finite");

    private static double NotNegative(double value) => value >= 0.0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "not negative and finite");
}
