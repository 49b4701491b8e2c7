namespace OrleansLeverage.Analytics.Volatility;

/// <summary>What is to be known of a volatility before it is used.</summary>
[Flags]
public enum SmileFlags
{
    None = 0,

    /// <summary>Outside the strikes that were quoted.</summary>
    Extrapolated = 1,

    /// <summary>The option out of the money has a |delta| below 0.05: the method is not meant for it.</summary>
    BeyondFiveDelta = 2,

    /// <summary>The method has no arbitrage-free value here: the volatility of the last strike that has is held.
    /// </summary>
    Held = 4,

    /// <summary>Between two expiries.</summary>
    BetweenExpiries = 8,

    /// <summary>Before the first or after the last expiry: the nearest smile at the same moneyness.</summary>
    OutsideExpiries = 16,
}

/// <summary>A volatility, annualised per 1.00, and what is to be known of it.</summary>
public readonly record struct SmilePoint(double Volatility, SmileFlags Flags);

/// <summary>Total variance w = σ²T as a function of log-moneyness k = ln(K/F), with w' and w''.</summary>
public readonly record struct VarianceJet(double Variance, double First, double Second);

/// <summary>Volatility by strike at one expiry.</summary>
public abstract class VolatilitySmile(ForwardMarket market)
{
    // differences of total variance: w is good to some 1e-13 of itself, so that w'' keeps seven digits
    private const double StepOfMoneyness = 1e-3;
    private const double StepOfDeviation = 1e-2;

    public ForwardMarket Market { get; } = market;

    /// <exception cref="VolatilityException">A strike that is no number above 0.</exception>
    public SmilePoint At(double strike) => Evaluate(VolatilityException.Positive(strike, "strike"));

    /// <summary>dσ/dK, by differences of fourth order over a hundredth of a deviation.</summary>
    public virtual double Slope(double strike)
    {
        var step = strike * StepOfDeviation * At(strike).Volatility * Math.Sqrt(Market.Years);
        double Across(double distance) => At(strike + distance).Volatility - At(strike - distance).Volatility;
        return ((8.0 * Across(step)) - Across(2.0 * step)) / (12.0 * step);
    }

    public virtual VarianceJet TotalVariance(double moneyness)
    {
        var (low, here, high) = (Variance(moneyness - StepOfMoneyness), Variance(moneyness),
            Variance(moneyness + StepOfMoneyness));
        return new VarianceJet(here, (high - low) / (2.0 * StepOfMoneyness),
            (high - (2.0 * here) + low) / (StepOfMoneyness * StepOfMoneyness));
    }

    protected abstract SmilePoint Evaluate(double strike);

    private double Variance(double moneyness) =>
        Math.Pow(At(Market.Forward * Math.Exp(moneyness)).Volatility, 2) * Market.Years;
}
