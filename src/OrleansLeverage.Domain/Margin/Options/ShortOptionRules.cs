namespace OrleansLeverage.Domain.Options;

/// <summary>
/// Standard margin of a short option as data. U is what the margin is counted in: the index of a linear option, 1 of
/// one that settles in coins; OTM how far out of the money, in the same unit; mark the option's value in it.
/// <code>
/// call  initial      max(most·U − OTM, least·U) + mark              maintenance  call·U + mark
/// put   initial      max(max(most·U − OTM, least·U) + mark,         maintenance  max(put·U, putOfMark·mark) + mark
///                        maintenance·initialOverMaintenance)
/// long               0
/// </code>
/// Source: Deribit (0.15, 0.10, 0.075; older pages 0.20, 0.10); Derive v2-core src/risk-managers/StandardManager.sol.
/// </summary>
public sealed record ShortOptionRules
{
    public required decimal InitialMost { get; init; }

    public required decimal InitialLeast { get; init; }

    public required decimal MaintenanceCall { get; init; }

    public required decimal MaintenancePut { get; init; }

    public required decimal MaintenancePutOfMark { get; init; }

    public decimal InitialOverMaintenance { get; init; } = 1m;

    /// <summary>
    /// Null where every option stands alone. Otherwise an expiry's margin is at most its largest loss at settlement,
    /// and each short call that no long one pairs with costs so much of the forward on top of that loss.
    /// </summary>
    public SpreadTerms? Spreads { get; init; }
}

public sealed record SpreadTerms(decimal UnpairedInitial, decimal UnpairedMaintenance);
