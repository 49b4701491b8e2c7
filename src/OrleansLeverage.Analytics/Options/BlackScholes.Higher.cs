namespace OrleansLeverage.Analytics.Options;

/// <content>
/// Sensitivities of second and third order. Charm, veta and color are decay in calendar time, minus the derivative
/// with respect to T, per year, as theta is. With n = S·Q·n(d1):
/// <code>
/// vanna = −Q·n(d1)·d2/σ                          d²V/dS dσ    volga  = vega·d1·d2/σ                     d²V/dσ²
/// charm = w·q·Q·N(w·d1) − Q·n(d1)·(2(r − q)T − d2·v)/(2T·v)   −d²V/dS dT
/// veta  = n·√T·(q + (r − q)d1/v − (1 + d1·d2)/(2T))           −d²V/dσ dT
/// speed = −gamma·(d1/v + 1)/S                    d³V/dS³      zomma  = gamma·(d1·d2 − 1)/σ          d³V/dS² dσ
/// color = Q·n(d1)/(2S·T·v)·(2qT + 1 + (2(r − q)T − d2·v)·d1/v)                                     −d³V/dS² dT
/// ultima = −vega/σ²·(d1·d2(1 − d1·d2) + d1² + d2²)             d³V/dσ³
/// dual delta = −w·R·N(w·d2)                      dV/dK        dual gamma = R·n(d2)/(K·v)             d²V/dK²
/// </code>
/// The signs of decay are this product's; elsewhere veta and color are often +d/dT. Source: quant reference §4.
/// </content>
public readonly partial record struct BlackScholes
{
    public double Vanna => Shape(-_d2 / (_option.Spot * _option.Volatility));

    public double Volga => Shape(Math.Sqrt(_option.Years) * _d1 * _d2 / _option.Volatility);

    public double Charm => (_option.Yield * Delta)
        - Shape(((2.0 * Drift) - (_d2 * _deviation)) / (2.0 * _option.Years * _deviation * _option.Spot));

    public double Veta => Shape(Math.Sqrt(_option.Years) * (_option.Yield
        + ((_option.Rate - _option.Yield) * _d1 / _deviation) - ((1.0 + (_d1 * _d2)) / (2.0 * _option.Years))));

    public double Speed => _density1 == 0.0 ? 0.0 : -Gamma / _option.Spot * ((_d1 / _deviation) + 1.0);

    public double Zomma => _density1 == 0.0 ? 0.0 : Gamma * ((_d1 * _d2) - 1.0) / _option.Volatility;

    public double Color => Shape(((2.0 * _option.Yield * _option.Years) + 1.0
            + (((2.0 * Drift) - (_d2 * _deviation)) * _d1 / _deviation))
        / (2.0 * _option.Spot * _option.Spot * _option.Years * _deviation));

    public double Ultima => _density1 == 0.0
        ? 0.0
        : -Vega / (_option.Volatility * _option.Volatility)
            * ((_d1 * _d2 * (1.0 - (_d1 * _d2))) + (_d1 * _d1) + (_d2 * _d2));

    public double DualDelta => -_option.Sign * Discount * _cumulative2;

    /// <summary>The discounted density of the spot at expiry.</summary>
    public double DualGamma => Shape(1.0 / (_option.Strike * _option.Strike * _deviation));

    private double Drift => (_option.Rate - _option.Yield) * _option.Years;

    // S·Q·n(d1) = K·R·n(d2) times a factor that need not be finite where the density has no digit
    private double Shape(double factor) => _density1 == 0.0 ? 0.0 : _asset * _density1 * factor;
}
