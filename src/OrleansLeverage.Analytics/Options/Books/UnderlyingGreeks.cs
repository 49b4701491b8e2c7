namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>Sensitivities of a holder to one underlying; vega by expiry besides.</summary>
/// <param name="Underlying">Place in the book.</param>
/// <param name="Total">All instruments of the underlying. Its vega adds expiries up as they are.</param>
/// <param name="VegaByExpiry">USD per volatility point by <see cref="ExpiryBuckets"/>.</param>
/// <param name="VegaThirtyDays">
/// One number where one is wanted: Σ vega·√(30/days), as long expiries' volatility moves less.
/// </param>
/// <param name="VegaElasticityThirtyDays">Σ vega·σ·√(30/days), per relative change of volatility.</param>
public sealed record UnderlyingGreeks(int Underlying, UnitGreeks Total, IReadOnlyList<double> VegaByExpiry,
    double VegaThirtyDays, double VegaElasticityThirtyDays);
