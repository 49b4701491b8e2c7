using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using static OrleansLeverage.Analytics.Options.Barriers.SpotVolatilityJet;

namespace OrleansLeverage.Analytics.Options.Barriers;

/// <summary>
/// Knock-out options and the chance to survive, by images: with x = ln(S_T/S), ν = r − q − σ²/2, s = σ√T, the density
/// of x on paths that touched no barrier is
/// <code>
/// p(x) = Σ ±e^(ν·y/σ²)·φ(x; y + νT, s²)       one barrier b: + at y = 0, − at y = 2b
///                                             two, w = u − l: + at y = 2nw, − at y = 2u + 2nw, all integers n
/// </code>
/// and a payoff of a·S + c on [from, to] integrates to normal probabilities. Images further out than nine deviations
/// are below the last bit. Sources: Reiner and Rubinstein 1991; Kunitomo and Ikeda 1992.
/// </summary>
internal static class KnockOutSeries
{
    private const double Deviations = 9.0;
    private const int ImagesMax = 1_000;

    /// <summary>Black-Scholes value of the knock-out with these barriers, not touched yet.</summary>
    public static SpotVolatilityJet Price(BarrierOption option, ForwardMarket market, double years,
        SpotVolatilityJet spot, SpotVolatilityJet volatility)
    {
        var (rate, yield) = (market.Rate, market.Yield);
        var strike = Log(option.Strike) - Log(spot);
        var (lower, upper) = Bounds(option, spot);
        var isCall = option.Right == OptionRight.Call;
        var from = isCall ? Further(lower, strike, up: true) : lower;
        var to = isCall ? upper : Further(upper, strike, up: false);
        if (from is { } a && to is { } b && a.Value >= b.Value)
        {
            return 0.0;
        }
        var sum = Images(option, years, spot, volatility, rate - yield, (mean, deviation) =>
        {
            var variance = deviation * deviation;
            var units = Between(Shift(from, mean + variance, deviation), Shift(to, mean + variance, deviation));
            var cash = Between(Shift(from, mean, deviation), Shift(to, mean, deviation));
            // where the probability has underflowed its factor may have overflowed
            var value = units.Value == 0.0 ? 0.0 : spot * Exp(mean + (0.5 * variance)) * units;
            return isCall ? value - (option.Strike * cash) : (option.Strike * cash) - value;
        });
        return Math.Exp(-rate * years) * sum;
    }

    /// <summary>Probability that no barrier is touched.</summary>
    public static double Survival(BarrierOption option, ForwardMarket market, double years, double volatility)
    {
        var (lower, upper) = Bounds(option, market.Spot);
        return Images(option, years, market.Spot, volatility, market.Rate - market.Yield, (mean, deviation) =>
            Between(Shift(lower, mean, deviation), Shift(upper, mean, deviation))).Value;
    }

    private static SpotVolatilityJet Images(BarrierOption option, double years, SpotVolatilityJet spot,
        SpotVolatilityJet volatility, double carry, Func<SpotVolatilityJet, SpotVolatilityJet, SpotVolatilityJet> part)
    {
        var (lower, upper) = Bounds(option, spot);
        var variance = volatility * volatility;
        var drift = carry - (0.5 * variance);
        var deviation = volatility * Math.Sqrt(years);
        if (lower is not { } low || upper is not { } high)
        {
            return At(0.0) - At(2.0 * (lower ?? upper)!.Value);
        }
        var width = high - low;
        var reach = Math.Ceiling(Deviations * deviation.Value / (2.0 * width.Value)) + 1.0;
        if (!(reach <= ImagesMax))
        {
            throw new VolatilityException(VolatilityFault.NotConverged,
                $"barriers {width.Value} apart in logarithm, at a deviation of {deviation.Value}");
        }
        SpotVolatilityJet sum = 0.0;
        for (var n = -(int)reach; n <= (int)reach; n++)
        {
            var image = 2.0 * n * width;
            sum += At(image) - At((2.0 * high) + image);
        }
        return sum;

        SpotVolatilityJet At(SpotVolatilityJet image)
        {
            var value = part(image + (drift * years), deviation);
            return value.Value == 0.0 ? 0.0 : Exp(drift * image / variance) * value;
        }
    }

    private static (SpotVolatilityJet? Lower, SpotVolatilityJet? Upper) Bounds(BarrierOption option,
        SpotVolatilityJet spot) => (
        option.Lower is { } low ? Log(low) - Log(spot) : null,
        option.Upper is { } high ? Log(high) - Log(spot) : null);

    private static SpotVolatilityJet Further(SpotVolatilityJet? bound, SpotVolatilityJet strike, bool up) =>
        bound is { } other && (up ? other.Value > strike.Value : other.Value < strike.Value) ? other : strike;

    private static SpotVolatilityJet? Shift(SpotVolatilityJet? bound, SpotVolatilityJet mean,
        SpotVolatilityJet deviation) => bound is { } value ? (value - mean) / deviation : null;

    // N(b) − N(a), from the side on which both are small
    private static SpotVolatilityJet Between(SpotVolatilityJet? from, SpotVolatilityJet? to) => (from, to) switch
    {
        ({ } a, { } b) when a.Value > 0.0 => Cumulative(-a) - Cumulative(-b),
        ({ } a, { } b) => Cumulative(b) - Cumulative(a),
        ({ } a, null) => Cumulative(-a),
        (null, { } b) => Cumulative(b),
        _ => 1.0,
    };
}
