using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>
/// What a smile of one expiry stands on: the spot, the time, and the discount factors of the quote currency and of the
/// asset. Coins have no rates of their own: their spot is the venue's forward and both factors are 1 (Black 1976).
/// </summary>
public sealed record ForwardMarket
{
    /// <param name="years">ACT/365, above 0.</param>
    /// <param name="domesticDiscount">Of the quote currency, above 0.</param>
    /// <param name="foreignDiscount">Of the asset: e^(−qT), above 0.</param>
    /// <exception cref="VolatilityException">Expired, or no number above 0.</exception>
    public ForwardMarket(double spot, double years, double domesticDiscount = 1.0, double foreignDiscount = 1.0)
    {
        Spot = VolatilityException.Positive(spot, "spot");
        Years = VolatilityException.Finite(years, "years") > 0.0
            ? years
            : throw new VolatilityException(VolatilityFault.Expired, $"{years} years to expiry");
        DomesticDiscount = VolatilityException.Positive(domesticDiscount, "domestic discount factor");
        ForeignDiscount = VolatilityException.Positive(foreignDiscount, "foreign discount factor");
    }

    public double Spot { get; }

    public double Years { get; }

    public double DomesticDiscount { get; }

    public double ForeignDiscount { get; }

    public double Forward => Spot * ForeignDiscount / DomesticDiscount;

    /// <summary>Continuous per year.</summary>
    public double Rate => -Math.Log(DomesticDiscount) / Years;

    public double Yield => -Math.Log(ForeignDiscount) / Years;

    public static ForwardMarket FromRates(double spot, double years, double rate, double yield) =>
        new(spot, years, Math.Exp(-rate * years), Math.Exp(-yield * years));

    /// <exception cref="VolatilityException">Strike or volatility is none, or beyond what can be valued.</exception>
    public EuropeanOption Option(OptionRight right, double strike, double volatility)
    {
        VolatilityException.Positive(strike, "strike");
        VolatilityException.Volatility(volatility, "volatility");
        return EuropeanOption.Check(Spot, strike, Years, volatility, Rate, Yield) is var fault
            && fault == OptionFault.None
                ? new EuropeanOption(right, Spot, strike, Years, volatility, Rate, Yield)
                : throw new VolatilityException(VolatilityFault.OutOfRange,
                    $"{fault}: spot {Spot}, strike {strike}, years {Years}");
    }

    public double Price(OptionRight right, double strike, double volatility) =>
        new BlackScholes(Option(right, strike, volatility)).Price;

    /// <summary>d1 of Black-Scholes.</summary>
    internal double D1(double strike, double volatility)
    {
        var deviation = volatility * Math.Sqrt(Years);
        return (Math.Log(Forward / strike) / deviation) + (deviation / 2.0);
    }

    /// <summary>The same market at another spot.</summary>
    internal ForwardMarket At(double spot) => new(spot, Years, DomesticDiscount, ForeignDiscount);
}
