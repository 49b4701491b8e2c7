namespace OrleansLeverage.Analytics.Options;

/// <summary>
/// How a premium moves with what it depends on; null where the premium is 0, for nothing is then leveraged.
/// Source: quant reference §6.
/// </summary>
public static class OptionLeverage
{
    /// <summary>delta·S/V: % of premium per 1 % of spot. Above 0 for calls, below 0 for puts.</summary>
    public static double? Elasticity(EuropeanOption option, BlackScholes value) =>
        PerPremium(value.Delta * option.Spot, value);

    /// <summary>vega·σ/V: % of premium per 1 % relative change of volatility.</summary>
    public static double? VegaElasticity(EuropeanOption option, BlackScholes value) =>
        PerPremium(value.Vega * option.Volatility, value);

    /// <summary>gamma·S/100: change of delta when the spot moves by 1 %.</summary>
    public static double DeltaChangePerPercent(EuropeanOption option, BlackScholes value) =>
        value.Gamma * option.Spot / 100.0;

    /// <summary>delta·S·quantity: what would gain and lose as the options do, in the quote.</summary>
    public static double EffectiveNotional(EuropeanOption option, BlackScholes value, double quantity) =>
        value.Delta * option.Spot * quantity;

    /// <summary>
    /// gamma·S²·1 %/V: change of the elasticity's numerator per premium when the spot moves by 1 %. Not to be mixed up
    /// with <see cref="DeltaChangePerPercent"/>, which is gamma·S/100.
    /// </summary>
    public static double? GammaLeverage(EuropeanOption option, BlackScholes value) =>
        PerPremium(value.Gamma * option.Spot * option.Spot / 100.0, value);

    /// <summary>
    /// Elasticity after a relative move of the spot and a shift of volatility, valued anew: no Taylor sum at any size.
    /// </summary>
    public static double? ElasticityAfter(EuropeanOption option, double move, double volatilityShift)
    {
        EuropeanOption moved = new(option.Right, option.Spot * (1.0 + move), option.Strike, option.Years,
            option.Volatility + volatilityShift, option.Rate, option.Yield);
        return Elasticity(moved, new BlackScholes(moved));
    }

    /// <summary>−theta/(365·V): share of the premium lost per day.</summary>
    public static double? ThetaBurnPerDay(BlackScholes value) => PerPremium(-value.Theta / 365.0, value);

    private static double? PerPremium(double amount, BlackScholes value) =>
        value.Price > 0.0 && double.IsFinite(amount / value.Price) ? amount / value.Price : null;
}
