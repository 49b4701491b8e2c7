using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// What a European option's value depends on. Spot and strike in the quote, years ACT/365, rate and yield continuous
/// per year, volatility annualised per 1.00. On a forward: spot = forward, yield = rate (Black 1976).
/// </summary>
public readonly record struct EuropeanOption
{
    public EuropeanOption(
        OptionRight right, double spot, double strike, double years, double volatility, double rate = 0.0,
        double yield = 0.0)
    {
        Right = right;
        Spot = AtLeast(0.0, spot, nameof(spot), isStrict: true);
        Strike = AtLeast(0.0, strike, nameof(strike), isStrict: false);
        Years = AtLeast(0.0, years, nameof(years), isStrict: false);
        Volatility = AtLeast(0.0, volatility, nameof(volatility), isStrict: false);
        Rate = AtLeast(double.MinValue, rate, nameof(rate), isStrict: false);
        Yield = AtLeast(double.MinValue, yield, nameof(yield), isStrict: false);
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

    private static double AtLeast(double bound, double value, string name, bool isStrict) =>
        double.IsFinite(value) && (isStrict ? value > bound : value >= bound)
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, $"{name} is a finite number {(isStrict ? "above" : "from")} {bound}");
}
