using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>How the smile goes with the spot.</summary>
public enum SmileRule
{
    /// <summary>Each strike keeps its volatility: dσ/dS = 0.</summary>
    StickyStrike,

    /// <summary>
    /// Each delta keeps its volatility, and with it each K/S: dσ/dS = −(K/S)·dσ/dK. Of a smile made from volatilities
    /// at deltas this is the derivative of its price.
    /// </summary>
    StickyDelta,
}

/// <summary>
/// Spot delta of an option on a smile: delta of Black-Scholes at the smile's volatility + vega·dσ/dS, by a rule that is
/// named because the two differ by the whole skew. Source: quant reference §6.
/// </summary>
/// <param name="Value">dV/dS per option, discounted, not premium-adjusted.</param>
/// <param name="VolatilityPerSpot">dσ/dS.</param>
public readonly record struct SmileDelta(
    SmileRule Rule, double Value, double BlackScholesDelta, double Vega, double VolatilityPerSpot, SmileFlags Flags)
{
    public static SmileDelta Of(VolatilitySmile smile, OptionRight right, double strike, SmileRule rule)
    {
        var point = smile.At(strike);
        var value = new BlackScholes(smile.Market.Option(right, strike, point.Volatility));
        var slope = rule == SmileRule.StickyDelta ? -strike / smile.Market.Spot * smile.Slope(strike) : 0.0;
        return new SmileDelta(rule, value.Delta + (value.Vega * slope), value.Delta, value.Vega, slope, point.Flags);
    }
}
