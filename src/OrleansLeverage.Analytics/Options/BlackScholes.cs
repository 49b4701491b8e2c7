namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// Price and sensitivities of a European option, Black-Scholes-Merton. With Q = e^(−qT), R = e^(−rT), v = σ√T,
/// d1 = (ln(S/K) + (r − q + σ²/2)T)/v, d2 = d1 − v, w = ±1:
/// <code>
/// price = w(S·Q·N(w·d1) − K·R·N(w·d2))      delta = w·Q·N(w·d1)      gamma = Q·n(d1)/(S·v)
/// vega  = S·Q·n(d1)·√T                      rho   = w·K·T·R·N(w·d2)  phi   = −w·S·T·Q·N(w·d1)
/// theta = −S·Q·n(d1)·σ/(2√T) + w(q·S·Q·N(w·d1) − r·K·R·N(w·d2))
/// </code>
/// Vega per 1.00 of volatility, rho per 1.00 of rate, theta per year of calendar time (a long option's is negative);
/// to show them see <see cref="GreekScale"/>.
/// At σ = 0, T = 0 or K = 0 the option is its discounted intrinsic value: delta 0, ½ or 1 (times Q), and gamma, vega
/// and all higher ones are 0 in place of a spike.
/// The price is the discounted intrinsic value and the value out of the money, which is never a difference of
/// neighbours (<see cref="NormalisedBlack"/>): its relative error stays below 1e-12 while the value is above 1e-290 of
/// the spot. Source: quant reference §4 (Haug 1998).
/// </summary>
public readonly partial record struct BlackScholes
{
    private readonly EuropeanOption _option;

    // S·Q and K·R
    private readonly double _asset;
    private readonly double _cash;
    private readonly double _deviation;
    private readonly double _d1;
    private readonly double _d2;
    private readonly double _cumulative1;
    private readonly double _cumulative2;

    // 0 where there is nothing but intrinsic value, or no digit of anything else
    private readonly double _density1;

    public BlackScholes(EuropeanOption option)
    {
        _option = option;
        var (sign, years) = (option.Sign, option.Years);
        _asset = option.Yield == 0.0 ? option.Spot : option.Spot * Math.Exp(-option.Yield * years);
        _cash = option.Rate == 0.0 ? option.Strike : option.Strike * Math.Exp(-option.Rate * years);
        _deviation = option.Volatility * Math.Sqrt(years);
        var moneyness = option.Strike > 0.0
            ? LogMoneyness.Of(option.Spot, option.Strike) + ((option.Rate - option.Yield) * years)
            : double.PositiveInfinity;
        if (!(_deviation > 0.0) || double.IsInfinity(moneyness))
        {
            _cumulative1 = _cumulative2 = Math.Sign(sign * moneyness) switch { > 0 => 1.0, 0 => 0.5, _ => 0.0 };
            Price = Math.Max(0.0, sign * (_asset - _cash));
            return;
        }
        var (far, half) = (moneyness / _deviation, _deviation / 2.0);
        _d1 = far + half;
        _d2 = far - half;
        _density1 = NormalDistribution.Density(_d1);
        var (ratio1, ratio2) = (MillsRatio.Of(Math.Abs(_d1)), MillsRatio.Of(Math.Abs(_d2)));
        var (tail1, tail2) = (_density1 * ratio1, NormalDistribution.Density(_d2) * ratio2);
        _cumulative1 = sign * _d1 > 0.0 ? 1.0 - tail1 : tail1;
        _cumulative2 = sign * _d2 > 0.0 ? 1.0 - tail2 : tail2;
        var away = Math.Abs(far);
        var outside = NormalisedBlack.IsNarrow(away, half)
                ? _asset * _density1 * NormalisedBlack.Spread(away, half)
            : half <= away ? _asset * _density1 * Math.Abs(ratio1 - ratio2)
            : moneyness <= 0.0 ? _asset - (_asset * tail1) - (_cash * tail2)
            : _cash - (_cash * tail2) - (_asset * tail1);
        Price = sign * moneyness <= 0.0 ? outside : Math.Abs(_asset - _cash) + outside;
    }

    /// <summary>Value in the quote, never below 0.</summary>
    public double Price { get; }

    public double Delta => _option.Sign * _asset / _option.Spot * _cumulative1;

    public double Gamma => _density1 == 0.0
        ? 0.0
        : _asset * _density1 / (_option.Spot * _option.Spot * _deviation);

    public double Vega => _asset * _density1 * Math.Sqrt(_option.Years);

    public double Theta => Carry - (_density1 == 0.0
        ? 0.0
        : _asset * _density1 * _option.Volatility / (2.0 * Math.Sqrt(_option.Years)));

    public double Rho => _option.Sign * _option.Years * _cash * _cumulative2;

    /// <summary>dV/dq.</summary>
    public double Phi => -_option.Sign * _option.Years * _asset * _cumulative1;

    /// <summary>dV/dF, the spot's move carried to expiry: w·R·N(w·d1).</summary>
    public double ForwardDelta => _option.Sign * Discount * _cumulative1;

    /// <summary>d²V/dF².</summary>
    public double ForwardGamma
    {
        get
        {
            var carry = _option.Spot * Discount / _asset;
            return Gamma * carry * carry;
        }
    }

    /// <summary>N(w·d2): probability of exercise where cash is the numeraire.</summary>
    public double ExerciseProbability => _cumulative2;

    /// <summary>N(w·d1): probability of exercise where the asset is the numeraire.</summary>
    public double AssetExerciseProbability => _cumulative1;

    private double Discount => Math.Exp(-_option.Rate * _option.Years);

    private double Carry => _option.Sign * ((_option.Yield * _asset * _cumulative1)
        - (_option.Rate * _cash * _cumulative2));
}
