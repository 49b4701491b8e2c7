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
    private const decimal EdgeSlack = 0.0000000000000000000001m;

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

    /// <summary>True where the brackets are all there is.</summary>
    public bool IsPlain => Brackets is not null && SizeFactor == 0m && LeastMargin == 0m && PerPosition == 0m
        && CloseRate == 0m;

    /// <summary>True where margin is the rate of one bracket on the whole notional: it jumps at their floors.</summary>
    public bool IsFlat => FlatTiers.Count > 1 || (SizeFactor > 0m && Brackets is { Tiers.Count: > 1 });

    /// <summary>
    /// The brackets that the schedule's rates lie in: its own; of flat ones, with the amounts that would make them
    /// continuous; of growing ones, the rates of nothing held. What sizes and floors of brackets are read from; margin
    /// is <see cref="Maintenance"/>.
    /// </summary>
    public MarginSchedule Outline => field ??= Brackets
        ?? (Growing is { } growing ? MarginSchedule.Fraction(Name, growing.InitialBase, growing.MaintenanceBase)
            : new MarginSchedule(Name, Continuous(FlatTiers)));

    /// <summary>What the live grid takes for granted of it.</summary>
    /// <exception cref="RuleException">Rates on the whole notional that fall.</exception>
    public void CheckLive()
    {
        var tiers = Outline.Tiers;
        for (var i = 1; IsFlat && i < tiers.Count; i++)
        {
            if (tiers[i].MaintenanceRate < tiers[i - 1].MaintenanceRate)
            {
                throw new RuleException(RuleFileStatus.OutOfRange, $"margin schedule {Name}: the rate of tier {i + 1} "
                    + $"is {tiers[i].MaintenanceRate}, the one before has {tiers[i - 1].MaintenanceRate}");
            }
        }
    }

    /// <summary>Prices at which a position of so much notional per price enters another flat tier, just inside it.
    /// </summary>
    public IEnumerable<decimal> EdgesOf(decimal notionalPerPrice) => IsFlat && notionalPerPrice > 0m
        ? Outline.Tiers.Skip(1).Where(t => t.FloorNotional / Price.Max < notionalPerPrice)
            .Select(t => t.FloorNotional / notionalPerPrice * (1m + EdgeSlack))
        : [];

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

    /// <summary>The largest leverage that the rates allow at a size, now.</summary>
    public decimal MaxLeverage(decimal notional, decimal size, decimal openInterest) =>
        1m / InitialRate(notional, size, openInterest);

    private static List<MarginTier> Continuous(IReadOnlyList<MarginTier> flat)
    {
        var tiers = new List<MarginTier>(flat.Count);
        foreach (var tier in flat)
        {
            tiers.Add(tiers is [.., var before]
                ? tier with
                {
                    MaintenanceAmount = MarginTier.CumulativeAmount(before.MaintenanceAmount, tier.FloorNotional,
                        tier.MaintenanceRate, before.MaintenanceRate),
                }
                : tier);
        }
        return tiers;
    }

    private MarginTier Tier(decimal notional) =>
        Brackets?.TierAt(notional) ?? TieredMargin.TierAt(FlatTiers, notional);

    private decimal Kept(decimal notional, decimal margin) => notional == 0m ? 0m
        : Math.Max(LeastMargin, margin) + notional * CloseRate + PerPosition;
}
