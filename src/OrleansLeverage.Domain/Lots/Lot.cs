namespace OrleansLeverage.Domain.Lots;

/// <summary>
/// What is left of one acquisition. A lot below zero was sold short: its basis is what was received, as a negative
/// amount too. Never divided: the basis is kept whole and shared out so that the parts add up to it.
/// </summary>
/// <param name="Acquired">Kept through transfers and merges (there, the earliest).</param>
/// <param name="Spot">Market price of a unit then; null where unknown.</param>
public sealed record Lot(string Id, DateTimeOffset Acquired, decimal Quantity, decimal Basis, decimal? Spot)
{
    /// <summary>As decimal division rounds.</summary>
    public decimal UnitCost => Basis / Quantity;
}

/// <summary>A part of a lot that was taken; both amounts positive.</summary>
public readonly record struct LotPart(Lot From, decimal Quantity, decimal Basis);
