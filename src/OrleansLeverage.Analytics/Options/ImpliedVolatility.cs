using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>Why there is, or is not, a volatility that explains a price.</summary>
public enum ImpliedVolatilityStatus
{
    Solved,

    /// <summary>The price is the intrinsic value to the last bit: any volatility up to some size does; 0.</summary>
    AtIntrinsic,

    /// <summary>Below what exercise at the forward would pay: no arbitrage-free model gives it.</summary>
    BelowIntrinsic,

    /// <summary>The price is the forward (call) or the strike (put): only an infinite volatility explains it.</summary>
    AtMaximum,
    AboveMaximum,
    NotFinite,
    ForwardNotPositive,
    StrikeNotPositive,

    /// <summary>No time is left: the price says nothing about volatility.</summary>
    Expired,

    /// <summary>Forward or strike outside 1e-100 to 1e100, or years outside 1e-12 to 1e4.</summary>
    OutOfRange,
}

/// <summary>
/// The volatility that explains an option's price, annualised per 1.00. <see cref="Value"/> is null unless
/// <see cref="Status"/> is Solved or AtIntrinsic (then 0).
/// <see cref="Attainable"/> is the relative error that the price's own last bit leaves in it, ε·price/(vega·σ); the
/// result is within a few of it, or of ε where that is larger.
/// </summary>
public readonly record struct ImpliedVolatility(ImpliedVolatilityStatus Status, double? Value, double? Attainable)
{
    private const double Largest = 1e100;
    private const double MachineEpsilon = 2.220446049250313e-16;

    /// <summary>From the undiscounted price of an option on a forward, in the forward's unit.</summary>
    public static ImpliedVolatility OfForward(
        OptionRight right, double forward, double strike, double years, double price) =>
        Checked(forward, strike, years, price) is { } status
            ? new(status, null, null)
            : Solve(right, forward, strike, years, price, LogMoneyness.Of(forward, strike));

    /// <summary>
    /// The same of an exact forward and strike, as accounts and instruments hold them: next to the forward the distance
    /// between the two decides, and two doubles have lost most of it.
    /// </summary>
    public static ImpliedVolatility OfForward(
        OptionRight right, decimal forward, decimal strike, double years, double price) =>
        Checked((double)forward, (double)strike, years, price) is { } status
            ? new(status, null, null)
            : Solve(right, (double)forward, (double)strike, years, price, LogMoneyness.Of(forward, strike));

    /// <summary>From a price today, discounted at <paramref name="rate"/>, with the forward S·e^((r − q)T).</summary>
    public static ImpliedVolatility OfSpot(
        OptionRight right, double spot, double strike, double years, double price, double rate, double yield) =>
        OfForward(right, spot * Math.Exp((rate - yield) * years), strike, years, price * Math.Exp(rate * years));

    // what no price could repair
    private static ImpliedVolatilityStatus? Checked(double forward, double strike, double years, double price)
    {
        if (!double.IsFinite(forward + strike + years + price))
        {
            return ImpliedVolatilityStatus.NotFinite;
        }
        if (forward <= 0.0)
        {
            return ImpliedVolatilityStatus.ForwardNotPositive;
        }
        if (strike <= 0.0)
        {
            return ImpliedVolatilityStatus.StrikeNotPositive;
        }
        if (years <= 0.0)
        {
            return ImpliedVolatilityStatus.Expired;
        }
        if (!(Math.Max(forward, strike) <= Largest && Math.Min(forward, strike) >= 1.0 / Largest
            && years is >= 1e-12 and <= 1e4))
        {
            return ImpliedVolatilityStatus.OutOfRange;
        }
        return null;
    }

    private static ImpliedVolatility Solve(
        OptionRight right, double forward, double strike, double years, double price, double moneyness)
    {
        var isInside = (right == OptionRight.Call) == (forward > strike);
        // the option of the other right has the same volatility and less value: parity, without a rounding
        var (high, most) = (Math.Max(forward, strike), Math.Min(forward, strike));
        var outside = isInside ? OutsideValue(price, high, most) : price;
        if (outside == 0.0 || (isInside && price == high - most))
        {
            return new(ImpliedVolatilityStatus.AtIntrinsic, 0.0, null);
        }
        if (outside < 0.0)
        {
            return Refused(ImpliedVolatilityStatus.BelowIntrinsic);
        }
        if (outside >= most)
        {
            return Refused(outside > most ? ImpliedVolatilityStatus.AboveMaximum : ImpliedVolatilityStatus.AtMaximum);
        }
        var x = -Math.Abs(moneyness);
        var deviation = BlackInversion.Deviation(x, outside / most, (most - outside) / most);
        var attainable = MachineEpsilon * (price / most) * BlackInversion.Sensitivity(x, deviation);
        return new(ImpliedVolatilityStatus.Solved, deviation / Math.Sqrt(years),
            double.IsFinite(attainable) ? attainable : null);
    }

    private static ImpliedVolatility Refused(ImpliedVolatilityStatus status) => new(status, null, null);

    // price − (high − low), exact to one rounding of the result: what the subtraction loses is taken off afterwards
    private static double OutsideValue(double price, double high, double low)
    {
        var intrinsic = high - low;
        var part = high - intrinsic;
        var lost = (high - (intrinsic + part)) + (part - low);
        return (price - intrinsic) - lost;
    }
}
