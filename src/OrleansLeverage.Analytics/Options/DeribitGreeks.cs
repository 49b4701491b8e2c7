using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// A coin-settled option as Deribit states it: Black 1976 on the future or synthetic of the expiry, no rate, ACT/365.
/// Mark in coin, delta N(d1) forward and not premium-adjusted, gamma per USD, vega USD per volatility point, theta USD
/// per day, rho USD per 1 %.
/// Source: exchange data of 11 February 2021 (bottama/Deribit-Option-Data), quant reference §4.
/// </summary>
public readonly record struct DeribitGreeks(
    double MarkPrice, double Delta, double Gamma, double Vega, double Theta, double Rho)
{
    /// <summary>Delta less the premium: what the position changes in coin ("net transaction delta").</summary>
    public double NetTransactionDelta => Delta - MarkPrice;

    public static DeribitGreeks Of(OptionRight right, double underlying, double strike, double years, double volatility)
    {
        var value = new BlackScholes(EuropeanOption.OnForward(right, underlying, strike, years, volatility));
        return new(value.Price / underlying, value.DeltaAs(DeltaConvention.Forward), value.Gamma,
            value.Vega * GreekScale.PerPoint, value.Theta * GreekScale.PerDay, value.Rho * GreekScale.PerPercent);
    }
}
