namespace OrleansLeverage.Domain;

/// <summary>Leverage after a common move of every underlying, equity and deltas valued anew.</summary>
/// <param name="Move">Relative: −0.1 is 10 % down.</param>
/// <param name="Leverage">Effective; null where no equity is left.</param>
public readonly record struct LeverageAfter(double Move, double? Leverage);

/// <summary>One option position by itself.</summary>
/// <param name="EffectiveNotional">delta·S·quantity, signed, USD.</param>
/// <param name="GrossNotional">S·quantity, USD: what would be exercised.</param>
/// <param name="Elasticity">delta·S/V: percent of premium per percent of spot; null where the premium is 0.</param>
public sealed record OptionExposure(InstrumentId Instrument, double EffectiveNotional, double GrossNotional,
    double? Elasticity);

/// <summary>
/// How levered an account with options is by what it moves like, where leverage by premium says little. Doubles; ratios
/// to equity are null without any.
/// </summary>
public sealed record NonLinearLeverage
{
    /// <summary>Why nothing is known: null where it is.</summary>
    public string? Reason { get; init; }

    /// <summary>Σ |Σ delta·S·q| over underlyings, coins that are held included, USD.</summary>
    public double? EffectiveNotional { get; init; }

    /// <summary>Effective notional / equity.</summary>
    public double? EffectiveLeverage { get; init; }

    /// <summary>Σ |gamma·S²·1 %| / equity: change of the leverage when prices move by 1 %.</summary>
    public double? GammaLeverage { get; init; }

    /// <summary>Σ vega·σ / equity: percent of equity per percent of volatility.</summary>
    public double? VegaElasticity { get; init; }

    /// <summary>−theta / equity: share of equity lost a day; below 0 where time is earned.</summary>
    public double? ThetaBurnPerDay { get; init; }

    public IReadOnlyList<LeverageAfter> After { get; init; } = [];

    public IReadOnlyList<OptionExposure> Options { get; init; } = [];
}
