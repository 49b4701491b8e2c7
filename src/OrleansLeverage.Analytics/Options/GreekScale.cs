namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// From internal units (per 1.00 of volatility and rate, per year) to what screens and venues show. The factor by which
/// a figure is multiplied.
/// </summary>
public static class GreekScale
{
    /// <summary>Vega, vanna, zomma: per volatility point.</summary>
    public const double PerPoint = 1.0 / 100.0;

    /// <summary>Volga: per volatility point squared.</summary>
    public const double PerPointSquared = 1.0 / 10_000.0;

    /// <summary>Ultima: per volatility point cubed.</summary>
    public const double PerPointCubed = 1.0 / 1_000_000.0;

    /// <summary>Theta, charm, color: per calendar day. Veta too, and times <see cref="PerPoint"/>.</summary>
    public const double PerDay = 1.0 / 365.0;

    /// <summary>Rho and phi: per 1 % of rate.</summary>
    public const double PerPercent = 1.0 / 100.0;
}
