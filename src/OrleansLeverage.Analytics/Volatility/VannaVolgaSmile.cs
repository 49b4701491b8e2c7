using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Volatility;

/// <summary>Units of the three pillars that replicate a vanilla's vega, vanna and volga.</summary>
public readonly record struct VannaVolgaWeights(double Put, double Atm, double Call);

/// <summary>
/// The smile through a 25-delta put, the delta-neutral straddle and a 25-delta call that makes the cost of hedging
/// vega, vanna and volga equal to the market's:
/// <code>
/// y1 = ln(K2/K)ln(K3/K)/(ln(K2/K1)ln(K3/K1))   y2 = ln(K/K1)ln(K3/K)/(ln(K2/K1)ln(K3/K2))
/// y3 = ln(K/K1)ln(K/K2)/(ln(K3/K1)ln(K3/K2))   x_i = y_i·vega(K)/vega(K_i), every vega at σ2
/// V(K) = V_BS(K; σ2) + x1(V(K1; σ1) − V(K1; σ2)) + x3(V(K3; σ3) − V(K3; σ2))
/// </code>
/// It reprices its pillars. Outside the 5-deltas its values are flagged, and where the prices stop being convex or
/// leave their bounds the volatility of the last good strike is held. Source: Castagna and Mercurio, Risk, January
/// 2007; quant reference §6.
/// </summary>
public sealed class VannaVolgaSmile : VolatilitySmile
{
    private const double FiveDelta = 0.05;

    // the search for the wings' ends: steps of a twentieth of a deviation, up to ten
    private const double WingStep = 0.05;
    private const int WingSteps = 200;

    private readonly double _lowest;
    private readonly double _highest;

    /// <exception cref="VolatilityException">
    /// Volatilities that are none, or whose strikes do not rise from put to call.
    /// </exception>
    public VannaVolgaSmile(ForwardMarket market, VannaVolgaPillars pillars) : base(market)
    {
        Pillars = pillars;
        var (put, atm, call) = (VolatilityException.Volatility(pillars.Put, "25-delta put volatility"),
            VolatilityException.Volatility(pillars.Atm, "at-the-money volatility"),
            VolatilityException.Volatility(pillars.Call, "25-delta call volatility"));
        PutStrike = PillarStrike(OptionRight.Put, -VannaVolgaPillars.PillarDelta, put);
        AtmStrike = DeltaNeutralStrike(atm);
        CallStrike = PillarStrike(OptionRight.Call, VannaVolgaPillars.PillarDelta, call);
        if (!(PutStrike < AtmStrike && AtmStrike < CallStrike))
        {
            throw new VolatilityException(VolatilityFault.PillarOrder,
                $"strikes {PutStrike}, {AtmStrike}, {CallStrike} of volatilities {put}, {atm}, {call} do not rise");
        }
        (_lowest, _highest) = (LastSound(PutStrike, -1), LastSound(CallStrike, 1));
    }

    private VannaVolgaSmile(ForwardMarket market, VannaVolgaSmile other) : base(market)
    {
        Pillars = other.Pillars;
        (PutStrike, AtmStrike, CallStrike) = (other.PutStrike, other.AtmStrike, other.CallStrike);
        (_lowest, _highest) = (LastSound(PutStrike, -1), LastSound(CallStrike, 1));
    }

    public VannaVolgaPillars Pillars { get; }

    /// <summary>K1.</summary>
    public double PutStrike { get; }

    /// <summary>K2.</summary>
    public double AtmStrike { get; }

    /// <summary>K3.</summary>
    public double CallStrike { get; }

    /// <summary>Strikes further out hold the volatility of this one.</summary>
    public double LowestSound => _lowest;

    public double HighestSound => _highest;

    /// <summary>x1, x2, x3.</summary>
    public VannaVolgaWeights Weights(double strike)
    {
        var y = Shares(strike);
        var vega = Vega(strike);
        return new VannaVolgaWeights(
            y.Put * vega / Vega(PutStrike), y.Atm * vega / Vega(AtmStrike), y.Call * vega / Vega(CallStrike));
    }

    /// <summary>Price of a vanilla, before any hold: it may leave its bounds far out.</summary>
    public double Price(OptionRight right, double strike)
    {
        var x = Weights(VolatilityException.Positive(strike, "strike"));
        return Market.Price(right, strike, Pillars.Atm)
            + (x.Put * Excess(right, PutStrike, Pillars.Put)) + (x.Call * Excess(right, CallStrike, Pillars.Call));
    }

    /// <summary>z1 = Σ y_i·σ_i: the first-order approximation of the volatility.</summary>
    public double FirstOrder(double strike)
    {
        var y = Shares(VolatilityException.Positive(strike, "strike"));
        return (y.Put * Pillars.Put) + (y.Atm * Pillars.Atm) + (y.Call * Pillars.Call);
    }

    /// <summary>
    /// σ2 + (−σ2 + √(σ2² + D(2σ2·D1 + D2)))/D with D = d1·d2 at σ2; null where there is no root, far out.
    /// </summary>
    public double? SecondOrder(double strike)
    {
        var (y, atm) = (Shares(VolatilityException.Positive(strike, "strike")), Pillars.Atm);
        var first = FirstOrder(strike) - atm;
        var second = (y.Put * Curvature(PutStrike) * Math.Pow(Pillars.Put - atm, 2))
            + (y.Call * Curvature(CallStrike) * Math.Pow(Pillars.Call - atm, 2));
        var (curvature, gain) = (Curvature(strike), (2.0 * atm * first) + second);
        var root = (atm * atm) + (curvature * gain);
        // multiplied out, so that D = 0 (at a d1 or d2 of 0) is no division by 0: the limit is gain/(2σ2)
        return root < 0.0 ? null : atm + (gain / (Math.Sqrt(root) + atm));
    }

    /// <summary>The same strikes and volatilities in another market.</summary>
    internal VannaVolgaSmile Rebased(ForwardMarket market) => new(market, this);

    protected override SmilePoint Evaluate(double strike)
    {
        var flags = strike < _lowest || strike > _highest ? SmileFlags.Held : SmileFlags.None;
        var volatility = Invert(Math.Clamp(strike, _lowest, _highest))
            ?? throw new VolatilityException(VolatilityFault.ArbitrageBounds,
                $"the pillars give strike {strike} a price outside its bounds");
        var side = strike < Market.Forward ? -1.0 : 1.0;
        var delta = NormalDistribution.Cumulative(side * Market.D1(strike, volatility));
        return new SmilePoint(volatility, flags | (delta < FiveDelta ? SmileFlags.BeyondFiveDelta : 0));
    }

    private double PillarStrike(OptionRight right, double delta, double volatility) => StrikeFromDelta.Find(
            right, Pillars.Delta, delta, Market.Forward, volatility * Math.Sqrt(Market.Years), Market.ForeignDiscount)
        ?? throw new VolatilityException(VolatilityFault.DeltaOutOfRange,
            $"no strike has a delta of {delta} ({Pillars.Delta}) at a volatility of {volatility}");

    // where call and put have opposite deltas: d1 = 0, or d2 = 0 where the premium is part of the delta
    private double DeltaNeutralStrike(double volatility)
    {
        var half = volatility * volatility * Market.Years / 2.0;
        var isAdjusted = Pillars.Delta is DeltaConvention.PremiumAdjustedSpot or DeltaConvention.PremiumAdjustedForward;
        return Market.Forward * Math.Exp(isAdjusted ? -half : half);
    }

    private VannaVolgaWeights Shares(double strike)
    {
        var (k1, k2, k3) = (Math.Log(strike / PutStrike), Math.Log(strike / AtmStrike), Math.Log(strike / CallStrike));
        var (k21, k31, k32) = (Math.Log(AtmStrike / PutStrike), Math.Log(CallStrike / PutStrike),
            Math.Log(CallStrike / AtmStrike));
        return new VannaVolgaWeights(k2 * k3 / (k21 * k31), -k1 * k3 / (k21 * k32), k1 * k2 / (k31 * k32));
    }

    private double Vega(double strike) => new BlackScholes(Market.Option(OptionRight.Call, strike, Pillars.Atm)).Vega;

    // market price of a pillar less its price at σ2; the same for call and put
    private double Excess(OptionRight right, double strike, double volatility) =>
        Market.Price(right, strike, volatility) - Market.Price(right, strike, Pillars.Atm);

    private double Curvature(double strike)
    {
        var d1 = Market.D1(strike, Pillars.Atm);
        return d1 * (d1 - (Pillars.Atm * Math.Sqrt(Market.Years)));
    }

    private double? Invert(double strike)
    {
        var right = strike < Market.Forward ? OptionRight.Put : OptionRight.Call;
        var implied = ImpliedVolatility.OfForward(
            right, Market.Forward, strike, Market.Years, Price(right, strike) / Market.DomesticDiscount);
        return implied is { Status: ImpliedVolatilityStatus.Solved, Value: > 0.0 and var volatility }
            ? volatility
            : null;
    }

    private double LastSound(double pillar, int outwards)
    {
        var step = Math.Exp(outwards * WingStep * Pillars.Atm * Math.Sqrt(Market.Years));
        var right = outwards < 0 ? OptionRight.Put : OptionRight.Call;
        double before = pillar / step, here = pillar;
        for (var i = 0; i < WingSteps; i++)
        {
            var beyond = here * step;
            // the price must fall outwards, and ever more slowly: convex in the strike
            var inner = (Price(right, here) - Price(right, before)) / (here - before);
            var outer = (Price(right, beyond) - Price(right, here)) / (beyond - here);
            if (Invert(beyond) is null || !(outwards * outer < 0.0) || !(outwards * (outer - inner) >= 0.0))
            {
                return here;
            }
            (before, here) = (here, beyond);
        }
        return here;
    }
}
