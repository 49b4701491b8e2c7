namespace OrleansLeverage.Domain.Venues;

/// <summary>
/// Tier tables exactly as a venue prints them: they may have gaps, no amounts, or amounts that do not follow from the
/// rates, which a <see cref="MarginSchedule"/> refuses. Tiers are ordered by floor.
/// </summary>
public static class TieredMargin
{
    /// <summary>The last tier whose floor is not above the notional; above the last cap the last tier.</summary>
    public static MarginTier TierAt(IReadOnlyList<MarginTier> tiers, decimal notional)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tiers.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(notional);
        var found = tiers[0];
        foreach (var tier in tiers)
        {
            found = tier.FloorNotional <= notional ? tier : found;
        }
        return found;
    }

    /// <summary>
    /// Largest leverage a margin can be used at: in the first tier whose successor needs more margin than there is
    /// (floor / max leverage), the tier's leverage or what its cap allows, whichever is less. Null where the margin is
    /// larger than the last cap: no leverage at all is allowed. A market without tiers is not levered: 1. Source:
    /// freqtrade
    /// <c>get_max_leverage</c>.
    /// </summary>
    public static decimal? MaxLeverage(IReadOnlyList<MarginTier> tiers, decimal margin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(margin);
        if (tiers.Count == 0 || margin == 0m)
        {
            return tiers.Count == 0 ? 1m : tiers[0].MaxLeverage;
        }
        for (var i = 0; i < tiers.Count - 1; i++)
        {
            var next = tiers[i + 1];
            if (next.FloorNotional > margin * next.MaxLeverage)
            {
                return Math.Min((tiers[i].CapNotional ?? next.FloorNotional) / margin, tiers[i].MaxLeverage);
            }
        }
        return tiers[^1].CapNotional is { } cap && margin > cap ? null : tiers[^1].MaxLeverage;
    }
}
