using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Domain;

/// <summary>Rates that grow with the size: base + slope·|contracts|.</summary>
public sealed record GrowingRates(decimal InitialBase, decimal InitialSlope, decimal MaintenanceBase,
    decimal MaintenanceSlope);

/// <summary>
/// A margin schedule as a venue states it, one of: brackets (a <see cref="MarginSchedule"/>), brackets whose rate is on
/// the whole notional, rates that grow with the size; with what is kept on top.
/// <code>
/// margin = max(least, notional·rate − amount) + notional·close rate + per position
/// </code>
/// Zero for nothing held.
/// </summary>
public sealed record ScheduleTerms
{
    public required string Name { get; init; }

    /// <summary>Brackets or a fraction; null where another form is stated.</summary>
    public MarginSchedule? Brackets { get; init; }

    /// <summary>Brackets without amounts; empty where another form is stated.</summary>
    public IReadOnlyList<MarginTier> FlatTiers { get; init; } = [];

    public GrowingRates? Growing { get; init; }

    /// <summary>Factor of the root of the size on the rate; 0 for none. See <see cref="SizeWeight.Liability"/>.
    /// </summary>
    public decimal SizeFactor { get; init; }

    /// <summary>Least margin of a position, USD.</summary>
    public decimal LeastMargin { get; init; }

    /// <summary>Margin added for each position, USD.</summary>
    public decimal PerPosition { get; init; }

    /// <summary>Closing fee and reward kept per notional, in both margins.</summary>
    public decimal CloseRate { get; init; }

    public IEnumerable<RuleFeature> Features
    {
        get
        {
            if (FlatTiers.Count > 0)
            {
                yield return RuleFeature.FlatTiers;
            }
            if (Growing is not null || SizeFactor > 0m)
            {
                yield return RuleFeature.SizeDependentRate;
            }
            if (LeastMargin > 0m || PerPosition > 0m)
            {
                yield return RuleFeature.LeastMargin;
            }
            if (CloseRate > 0m)
            {
                yield return RuleFeature.CloseRate;
            }
        }
    }

    public decimal Maintenance(decimal notional, decimal size) => Kept(notional,
        Brackets is { } brackets && SizeFactor == 0m ? brackets.Maintenance(notional)
        : MarginForms.AtRate(notional, MaintenanceRate(notional, size)));

    /// <param name="notional">USD, from 0.</param>
    /// <param name="size">Contracts, from 0.</param>
    /// <param name="leverage">The account's own setting; null for the largest allowed.</param>
    /// <param name="openInterest">USD, one side.</param>
    public decimal Initial(decimal notional, decimal size, decimal? leverage, decimal openInterest) => Kept(notional,
        Math.Max(MarginForms.AtRate(notional, InitialRate(notional, size, openInterest)),
            leverage is { } set ? MarginForms.AtLeverage(notional, set) : 0m));

    public decimal MaintenanceRate(decimal notional, decimal size)
    {
        var rate = Growing is { } growing
            ? MarginForms.SizeRate(size, growing.MaintenanceBase, growing.MaintenanceSlope)
            : Tier(notional).MaintenanceRate;
        return SizeWeight.Liability(rate, SizeFactor, size);
    }

    public decimal InitialRate(decimal notional, decimal size, decimal openInterest)
    {
        var rate = Growing is { } growing ? MarginForms.SizeRate(size, growing.InitialBase, growing.InitialSlope)
            : Brackets is { } brackets ? brackets.InitialRate(notional, openInterest)
            : Tier(notional) is { InitialRate: { } stated } ? stated
            : 1m / Tier(notional).MaxLeverage;
        return SizeWeight.Liability(rate, SizeFactor, size);
    }

    private MarginTier Tier(decimal notional) =>
        Brackets?.TierAt(notional) ?? TieredMargin.TierAt(FlatTiers, notional);

    private decimal Kept(decimal notional, decimal margin) => notional == 0m ? 0m
        : Math.Max(LeastMargin, margin) + notional * CloseRate + PerPosition;
}
