using OrleansLeverage.Analytics.Options;

namespace OrleansLeverage.Analytics.Forecast;

/// <summary>
/// Whether and when a price that follows geometric Brownian motion touches a level: the liquidation of an account whose
/// line does not move. With m = μ − σ²/2, A = ln(H/S), v = σ·√T, η = +1 for a level below and −1 above:
/// <code>P = N(η(A − mT)/v) + (H/S)^(2m/σ²)·N(η(A + mT)/v)</code>
/// μ is the real-world drift, not the risk-neutral one; T in years of 365 days. Source: quant reference §11; Reiner and
/// Rubinstein (1991). Relative accuracy 1e-9 and better, far into the tail.
/// </summary>
public static class FirstPassage
{
    /// <summary>Broadie, Glasserman and Kou (1997): −ζ(½)/√(2π).</summary>
    private const double Discreteness = 0.5826;

    /// <summary>
    /// 0 where there is no level; 1 at or beyond it, which counts as a long's where it is below and a short's where it
    /// is above, as <paramref name="isLong"/> says.
    /// </summary>
    public static double Probability(
        double spot, double? level, bool isLong, double volatility, double years, double drift = 0.0)
    {
        Check(spot, volatility, years);
        if (level is not { } at || (isLong && at <= 0.0))
        {
            return 0.0;
        }
        if (isLong ? spot <= at : spot >= at)
        {
            return 1.0;
        }
        if (years == 0.0)
        {
            return 0.0;
        }
        var eta = isLong ? 1.0 : -1.0;
        var (m, a) = (drift - 0.5 * volatility * volatility, Math.Log(at / spot));
        if (volatility == 0.0)
        {
            return eta * (a - drift * years) >= 0.0 ? 1.0 : 0.0;
        }
        var v = volatility * Math.Sqrt(years);
        var first = NormalDistribution.Cumulative(eta * (a - m * years) / v);
        var reflected = eta * (a + m * years) / v;
        // in logarithms where the power may overflow and the probability beside it vanish
        var weight = 2.0 * m * a / (volatility * volatility);
        var second = weight < 600.0
            ? Math.Exp(weight) * NormalDistribution.Cumulative(reflected)
            : Math.Exp(weight + LogCumulative(reflected));
        return Math.Min(1.0, first + second);
    }

    /// <summary>
    /// The level to take where the price is looked at only every step: away from the price by exp(0.5826·σ·√dt).
    /// </summary>
    public static double WatchedAt(double level, bool isLong, double volatility, double stepYears) =>
        level * Math.Exp((isLong ? -1.0 : 1.0) * Discreteness * volatility * Math.Sqrt(stepYears));

    /// <summary>
    /// Years within which the level is touched with a probability; null where it is not within the longest time.
    /// </summary>
    public static double? Quantile(double probability, double spot, double? level, bool isLong, double volatility,
        double yearsMax, double drift = 0.0)
    {
        if (!(probability is > 0.0 and < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "a probability is in (0, 1)");
        }
        if (Probability(spot, level, isLong, volatility, yearsMax, drift) < probability)
        {
            return null;
        }
        var (low, high) = (0.0, yearsMax);
        for (var i = 0; i < 200 && high - low > 1e-14 * yearsMax; i++)
        {
            var middle = 0.5 * (low + high);
            var isReached = Probability(spot, level, isLong, volatility, middle, drift) >= probability;
            (low, high) = isReached ? (low, middle) : (middle, high);
        }
        return high;
    }

    /// <summary>
    /// Value of an amount of cash that is paid at the first touch: r and q continuous, per year. Haug (1998) p. 95.
    /// </summary>
    public static double CashAtHit(double spot, double level, double volatility, double years, double rate,
        double yield, double cash)
    {
        Check(spot, volatility, years);
        if (!(level > 0.0) || volatility == 0.0 || years == 0.0)
        {
            throw new ArgumentOutOfRangeException(nameof(level), level, "a level, a volatility and a time are above 0");
        }
        if (spot == level)
        {
            return cash;
        }
        var eta = spot > level ? 1.0 : -1.0;
        var square = volatility * volatility;
        var u = (rate - yield - 0.5 * square) / square;
        var root = u * u + 2.0 * rate / square;
        if (root < 0.0)
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "at this rate the value is not finite");
        }
        var l = Math.Sqrt(root);
        var v = volatility * Math.Sqrt(years);
        var ratio = level / spot;
        var z = Math.Log(ratio) / v + l * v;
        return cash * (Math.Pow(ratio, u + l) * NormalDistribution.Cumulative(eta * z)
            + Math.Pow(ratio, u - l) * NormalDistribution.Cumulative(eta * (z - 2.0 * l * v)));
    }

    // ln N(x) far below 0, by the asymptotic series of the tail
    private static double LogCumulative(double x)
    {
        if (x > -10.0)
        {
            return Math.Log(NormalDistribution.Cumulative(x));
        }
        var r = 1.0 / (x * x);
        return -0.5 * x * x - Math.Log(-x) - 0.91893853320467274178
            + Math.Log(1.0 - r * (1.0 - r * (3.0 - r * (15.0 - r * 105.0))));
    }

    private static void Check(double spot, double volatility, double years)
    {
        if (!(spot > 0.0 && double.IsFinite(spot)))
        {
            throw new ArgumentOutOfRangeException(nameof(spot), spot, "a price is above 0");
        }
        if (!(volatility >= 0.0 && double.IsFinite(volatility)))
        {
            throw new ArgumentOutOfRangeException(nameof(volatility), volatility, "a volatility is at least 0");
        }
        if (!(years >= 0.0 && double.IsFinite(years)))
        {
            throw new ArgumentOutOfRangeException(nameof(years), years, "a time is at least 0");
        }
    }
}
