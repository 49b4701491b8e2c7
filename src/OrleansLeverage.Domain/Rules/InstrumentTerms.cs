namespace OrleansLeverage.Domain;

/// <summary>An asset as an instrument file states it; its collateral weight comes with the rules.</summary>
public sealed record AssetTerms(AssetId Id, decimal Quantum, FeedId? Feed);

/// <summary>
/// An instrument as an instrument file states it: by the names of its assets, feed and margin schedule.
/// </summary>
public sealed record InstrumentTerms
{
    public required InstrumentId Id { get; init; }

    public required InstrumentKind Kind { get; init; }

    public required ContractStyle Style { get; init; }

    public required AssetId Base { get; init; }

    public required AssetId Quote { get; init; }

    public required AssetId Settlement { get; init; }

    public required FeedId MarkFeed { get; init; }

    public required decimal Multiplier { get; init; }

    public required decimal TickSize { get; init; }

    public required decimal LotSize { get; init; }

    public required decimal PositionLimit { get; init; }

    public required decimal PriceMax { get; init; }

    /// <summary>Name of the margin schedule in the rules.</summary>
    public required string Schedule { get; init; }

    public DateTimeOffset? Expiry { get; init; }

    public OptionTerms? Option { get; init; }

    public bool IsOpen { get; init; } = true;
}
