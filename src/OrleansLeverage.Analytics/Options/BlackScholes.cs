namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// Price and sensitivities of a European option, Black-Scholes-Merton. With Q = e^(−qT), R = e^(−rT), v = σ√T,
/// d1 = (ln(S/K) + (r − q + σ²/2)T)/v, d2 = d1 − v, w = ±1:
/// <code>
/// price = w(S·Q·N(w·d1) − K·R·N(w·d2))      delta = w·Q·N(w·d1)      gamma = Q·n(d1)/(S·v)
/// vega  = S·Q·n(d1)·√T                      rho   = w·K·T·R·N(w·d2)  phi   = −w·S·T·Q·N(w·d1)
/// theta = −S·Q·n(d1)·σ/(2√T) + w(q·S·Q·N(w·d1) − r·K·R·N(w·d2))
/// </code>
/// Vega per 1.00 of volatility, rho per 1.00 of rate, theta per year of calendar time (a long option's is negative).
/// At σ = 0, T = 0 or K = 0 the option is its discounted intrinsic value: delta 0, ½ or 1 (times Q), and gamma and vega
/// are 0 in place of a spike.
/// Source: quant reference §4 (Haug 1998).
/// </summary>
public readonly record struct BlackScholes
{
    private readonly EuropeanOption _option;
    private readonly double _forwardSpot;
    private readonly double _discountedStrike;
    private readonly double _deviation;
    private readonly double _cumulative1;
    private readonly double _cumulative2;
    private readonly double _density1;

    public BlackScholes(EuropeanOption option)
    {
        _option = option;
        _forwardSpot = option.Spot * Math.Exp(-option.Yield * option.Years);
        _discountedStrike = option.Strike * Math.Exp(-option.Rate * option.Years);
        _deviation = option.Volatility * Math.Sqrt(option.Years);
        var moneyness = option.Strike > 0.0 ? Math.Log(_forwardSpot / _discountedStrike) : double.PositiveInfinity;
        if (_deviation > 0.0 && double.IsFinite(moneyness))
        {
            var d1 = (moneyness / _deviation) + (_deviation / 2.0);
            _cumulative1 = NormalDistribution.Cumulative(option.Sign * d1);
            _cumulative2 = NormalDistribution.Cumulative(option.Sign * (d1 - _deviation));
            _density1 = NormalDistribution.Density(d1);
        }
        else
        {
            _cumulative1 = _cumulative2 = Math.Sign(option.Sign * moneyness) switch { > 0 => 1.0, 0 => 0.5, _ => 0.0 };
        }
    }

    /// <summary>Value in the quote, never below 0.</summary>
    public double Price =>
        Math.Max(0.0, _option.Sign * ((_forwardSpot * _cumulative1) - (_discountedStrike * _cumulative2)));

    public double Delta => _option.Sign * _forwardSpot / _option.Spot * _cumulative1;

    public double Gamma => _density1 == 0.0
        ? 0.0
        : _forwardSpot * _density1 / (_option.Spot * _option.Spot * _deviation);

    public double Vega => _forwardSpot * _density1 * Math.Sqrt(_option.Years);

    public double Theta => Carry - (_density1 == 0.0
        ? 0.0
        : _forwardSpot * _density1 * _option.Volatility / (2.0 * Math.Sqrt(_option.Years)));

    public double Rho => _option.Sign * _option.Years * _discountedStrike * _cumulative2;

    public double Phi => -_option.Sign * _option.Years * _forwardSpot * _cumulative1;

    private double Carry => _option.Sign * ((_option.Yield * _forwardSpot * _cumulative1)
        - (_option.Rate * _discountedStrike * _cumulative2));
}
