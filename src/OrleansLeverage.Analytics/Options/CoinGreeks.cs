namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// An option whose premium and payoff are paid in coin, c = V/S: what the quoted-currency option is worth, at the price
/// of the coin itself. Every derivative is that of the quotient; delta = w·K·R·N(w·d2)/S² is the premium-adjusted one.
/// <code>
/// delta = (Δ − V/S)/S     gamma = (Γ − 2·delta)/S     speed = (speed − 3·gamma)/S
/// vega  = vega/S          vanna = (vanna − vega/S)/S  volga = volga/S      zomma = (zomma − 2·vanna_coin)/S
/// theta = θ/S             charm = (charm − θ/S)/S     color = (color − 2·charm_coin)/S
/// </code>
/// Coins per quote unit, per quote unit squared and so on; volatility per 1.00, decay per year, as in
/// <see cref="BlackScholes"/>. Source: quant reference §4; the third order by the same rule.
/// </summary>
public readonly record struct CoinGreeks
{
    private readonly BlackScholes _value;

    internal CoinGreeks(double spot, BlackScholes value) => (Spot, _value) = (spot, value);

    public double Spot { get; }

    /// <summary>Premium in coin per coin of underlying.</summary>
    public double Price => _value.Price / Spot;

    public double Delta => _value.DeltaAs(DeltaConvention.PremiumAdjustedSpot) / Spot;

    public double Gamma => (_value.Gamma - (2.0 * Delta)) / Spot;

    public double Speed => (_value.Speed - (3.0 * Gamma)) / Spot;

    public double Vega => _value.Vega / Spot;

    public double Volga => _value.Volga / Spot;

    public double Ultima => _value.Ultima / Spot;

    public double Vanna => (_value.Vanna - Vega) / Spot;

    public double Zomma => (_value.Zomma - (2.0 * Vanna)) / Spot;

    public double Theta => _value.Theta / Spot;

    public double Charm => (_value.Charm - Theta) / Spot;

    public double Color => (_value.Color - (2.0 * Charm)) / Spot;

    public double Veta => _value.Veta / Spot;

    public double Rho => _value.Rho / Spot;

    public double Phi => _value.Phi / Spot;
}
