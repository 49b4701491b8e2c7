namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>
/// Sensitivities in USD, of one contract or of a book: gain per relative move of the underlying (delta), change of that
/// per 1 % (gamma), per volatility point (vega, and vanna for delta), per point squared (volga), per day (theta).
/// Positive is gain to the holder.
/// </summary>
public readonly record struct UnitGreeks
{
    /// <summary>What options are worth.</summary>
    public double Value { get; init; }

    public double DollarDelta { get; init; }

    public double GammaPerPercent { get; init; }

    public double Vega { get; init; }

    public double Vanna { get; init; }

    public double Volga { get; init; }

    public double Theta { get; init; }

    /// <summary>vega·σ: gain per relative change of volatility.</summary>
    public double VegaElasticity { get; init; }

    public static UnitGreeks operator +(UnitGreeks left, UnitGreeks right) => new()
    {
        Value = left.Value + right.Value,
        DollarDelta = left.DollarDelta + right.DollarDelta,
        GammaPerPercent = left.GammaPerPercent + right.GammaPerPercent,
        Vega = left.Vega + right.Vega,
        Vanna = left.Vanna + right.Vanna,
        Volga = left.Volga + right.Volga,
        Theta = left.Theta + right.Theta,
        VegaElasticity = left.VegaElasticity + right.VegaElasticity,
    };

    public static UnitGreeks operator *(double quantity, UnitGreeks unit) => new()
    {
        Value = quantity * unit.Value,
        DollarDelta = quantity * unit.DollarDelta,
        GammaPerPercent = quantity * unit.GammaPerPercent,
        Vega = quantity * unit.Vega,
        Vanna = quantity * unit.Vanna,
        Volga = quantity * unit.Volga,
        Theta = quantity * unit.Theta,
        VegaElasticity = quantity * unit.VegaElasticity,
    };
}
