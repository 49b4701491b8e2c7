namespace OrleansLeverage.Domain.Scenarios;

/// <summary>
/// The market of one underlying at one frame: what scenarios start from. Confidences are the oracle's, 0 to 1.
/// </summary>
public sealed record ScenarioMarket
{
    /// <summary>Index price of the underlying, in the quote.</summary>
    public required decimal Spot { get; init; }

    public decimal SpotConfidence { get; init; } = 1m;

    /// <summary>Price of the stablecoin in which the quote is paid.</summary>
    public decimal StablePrice { get; init; } = 1m;

    public IReadOnlyList<ExpiryState> Expiries { get; init; } = [];

    public IReadOnlyList<OptionSeries> Options { get; init; } = [];

    public IReadOnlyList<FutureState> Futures { get; init; } = [];

    public IReadOnlyList<CollateralState> Collateral { get; init; } = [];
}

/// <summary>Forward and rate of an expiry; the rate continuous per year.</summary>
public sealed record ExpiryState(string Name, long Seconds, decimal Forward)
{
    public decimal Rate { get; init; }

    public decimal Confidence { get; init; } = 1m;
}

/// <summary>An option series; volatility annualised, per 1.00.</summary>
public sealed record OptionSeries(string Name, string Expiry, OptionRight Right, decimal Strike, decimal Volatility)
{
    public decimal Confidence { get; init; } = 1m;
}

/// <summary>
/// A perpetual or dated future. One unit is one base unit; of an inverse contract, the coins it is worth.
/// </summary>
public sealed record FutureState(string Name, decimal Price)
{
    /// <summary>Seconds to delivery; 0 for a perpetual.</summary>
    public long Seconds { get; init; }

    public decimal Confidence { get; init; } = 1m;
}

/// <summary>
/// An asset that is held beside cash. Haircuts of its value; that of initial margin on top of maintenance.
/// </summary>
public sealed record CollateralState(string Name, decimal Price)
{
    public decimal Confidence { get; init; } = 1m;

    public decimal MaintenanceHaircut { get; init; }

    public decimal InitialHaircut { get; init; }

    /// <summary>True where it moves with the underlying and so offsets what is short of it.</summary>
    public bool CancelsRisk { get; init; }
}
