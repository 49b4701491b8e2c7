using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>What is wrong with the inputs of an option; the first that applies.</summary>
public enum OptionFault
{
    None,

    /// <summary>An input is NaN or infinite.</summary>
    NotFinite,

    /// <summary>Spot or forward is 0 or below.</summary>
    SpotNotPositive,
    StrikeNegative,

    /// <summary>Time to expiry is below 0: the series has expired.</summary>
    Expired,
    VolatilityNegative,

    /// <summary>Finite and of the right sign, but beyond what is valued; see <see cref="EuropeanOption"/>.</summary>
    OutOfRange,
}

/// <summary>
/// What a European option's value depends on. Spot and strike in the quote, years ACT/365, rate and yield continuous
/// per year, volatility annualised per 1.00. On a forward: spot = forward, yield = rate (Black 1976), see
/// <see cref="OnForward"/>.
/// Range: spot and strike 1e-100 to 1e100 (strike also 0); years and volatility 0 or 1e-12 to 1e4; rate·years and
/// yield·years within ±200. Within it no result is NaN.
/// </summary>
public readonly record struct EuropeanOption
{
    private const double SpotMax = 1e100;
    private const double DeviationMax = 1e4;
    private const double DiscountMax = 200.0;

    public EuropeanOption(
        OptionRight right, double spot, double strike, double years, double volatility, double rate = 0.0,
        double yield = 0.0)
    {
        var fault = Check(spot, strike, years, volatility, rate, yield);
        if (fault != OptionFault.None)
        {
            var (name, value) = fault switch
            {
                OptionFault.SpotNotPositive => (nameof(spot), spot),
                OptionFault.StrikeNegative => (nameof(strike), strike),
                OptionFault.Expired => (nameof(years), years),
                OptionFault.VolatilityNegative => (nameof(volatility), volatility),
                _ => (nameof(spot), spot),
            };
            throw new ArgumentOutOfRangeException(name, value,
                $"{fault}: spot {spot}, strike {strike}, years {years}, volatility {volatility}, rate {rate}, "
                + $"yield {yield}");
        }
        Right = right;
        Spot = spot;
        Strike = strike;
        Years = years;
        Volatility = volatility;
        Rate = rate;
        Yield = yield;
    }

    public OptionRight Right { get; }

    public double Spot { get; }

    public double Strike { get; }

    public double Years { get; }

    public double Volatility { get; }

    public double Rate { get; }

    public double Yield { get; }

    /// <summary>+1 call, −1 put.</summary>
    public double Sign => Right == OptionRight.Call ? 1.0 : -1.0;

    /// <summary>S·e^((r − q)T).</summary>
    public double Forward => Spot * Math.Exp((Rate - Yield) * Years);

    /// <summary>Black 1976: an option on a forward, discounted at <paramref name="rate"/>.</summary>
    public static EuropeanOption OnForward(
        OptionRight right, double forward, double strike, double years, double volatility, double rate = 0.0) =>
        new(right, forward, strike, years, volatility, rate, rate);

    /// <summary>From two discount factors and σ√T, as currency desks quote; one year where no time is given.</summary>
    public static EuropeanOption FromDiscounts(OptionRight right, double spot, double strike, double deviation,
        double discount, double foreignDiscount, double years = 1.0) =>
        new(right, spot, strike, years, deviation / Math.Sqrt(years), -Math.Log(discount) / years,
            -Math.Log(foreignDiscount) / years);

    /// <summary>From a forward, a discount factor and σ√T, with the spot to which sensitivities refer.</summary>
    public static EuropeanOption FromForward(OptionRight right, double forward, double strike, double deviation,
        double discount, double spot, double years = 1.0) =>
        FromDiscounts(right, spot, strike, deviation, discount, forward / spot * discount, years);

    /// <summary>What the constructor would refuse, without an exception.</summary>
    public static OptionFault Check(
        double spot, double strike, double years, double volatility, double rate = 0.0, double yield = 0.0)
    {
        if (!double.IsFinite(spot + strike + years + volatility + rate + yield))
        {
            return OptionFault.NotFinite;
        }
        if (spot <= 0.0)
        {
            return OptionFault.SpotNotPositive;
        }
        if (strike < 0.0)
        {
            return OptionFault.StrikeNegative;
        }
        if (years < 0.0)
        {
            return OptionFault.Expired;
        }
        if (volatility < 0.0)
        {
            return OptionFault.VolatilityNegative;
        }
        return spot is >= 1.0 / SpotMax and <= SpotMax
            && strike is 0.0 or (>= 1.0 / SpotMax and <= SpotMax)
            && years is 0.0 or (>= 1e-12 and <= DeviationMax)
            && volatility is 0.0 or (>= 1e-12 and <= DeviationMax)
            && Math.Abs(rate * years) <= DiscountMax && Math.Abs(yield * years) <= DiscountMax
            ? OptionFault.None
            : OptionFault.OutOfRange;
    }
}
