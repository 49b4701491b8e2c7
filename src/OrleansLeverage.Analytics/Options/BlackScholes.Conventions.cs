namespace OrleansLeverage.Analytics.Options;

/// <content>The same option as other desks and venues state it.</content>
public readonly partial record struct BlackScholes
{
    /// <summary>Delta as <paramref name="convention"/> counts it.</summary>
    public double DeltaAs(DeltaConvention convention) => convention switch
    {
        DeltaConvention.Spot => Delta,
        DeltaConvention.Forward => _option.Sign * _cumulative1,
        // K·R·N(d2)/S, no difference of delta and premium
        DeltaConvention.PremiumAdjustedSpot => _option.Sign * _cash / _option.Spot * _cumulative2,
        DeltaConvention.PremiumAdjustedForward => _option.Sign * _cash / _asset * _cumulative2,
        _ => throw new ArgumentOutOfRangeException(nameof(convention), convention, "not a convention of delta"),
    };

    /// <summary>Sensitivities of the coin-settled twin.</summary>
    public CoinGreeks InCoin() => new(_option.Spot, this);
}
