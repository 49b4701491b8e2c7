namespace OrleansLeverage.Contracts;

/// <summary>One source's word on one feed, as it came in.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Price.v1")]
public sealed record PriceMessage(
    [property: Id(0)] string Feed, [property: Id(1)] decimal Price, [property: Id(2)] string Source,
    [property: Id(3)] long Session, [property: Id(4)] long Sequence, [property: Id(5)] long SourceTimeMs,
    [property: Id(6)] decimal? Confidence, [property: Id(7)] decimal? Bid, [property: Id(8)] decimal? Ask,
    [property: Id(9)] string? Signature);

/// <summary>A feed as its oracle stands; states by their numbers, prices null until measured.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Quote.v1")]
public sealed record QuoteMessage
{
    [Id(0)]
    public string Feed { get; init; } = "";

    [Id(1)]
    public decimal? Price { get; init; }

    [Id(2)]
    public byte State { get; init; }

    [Id(3)]
    public byte Display { get; init; }

    [Id(4)]
    public byte Reason { get; init; }

    [Id(5)]
    public byte Inhibits { get; init; }

    [Id(6)]
    public long TimeMs { get; init; }

    [Id(7)]
    public long? AgeMs { get; init; }

    [Id(8)]
    public int SourcesLive { get; init; }

    [Id(9)]
    public int SourcesConfigured { get; init; }

    [Id(10)]
    public decimal? Low { get; init; }

    [Id(11)]
    public decimal? High { get; init; }

    [Id(12)]
    public long Sequence { get; init; }

    [Id(13)]
    public long AgeLimitMs { get; init; }
}

/// <summary>
/// All prices at one instant, by the universe's order. A frame that <see cref="IsReported"/> is swept and reported by
/// every silo, so that their summaries meet; others may be skipped for a newer one.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Frame.v1")]
public sealed record FrameMessage
{
    [Id(0)]
    public long Epoch { get; init; }

    [Id(1)]
    public long Sequence { get; init; }

    [Id(2)]
    public long TimeMs { get; init; }

    [Id(3)]
    public int UniverseVersion { get; init; }

    [Id(4)]
    public FramePriceMessage[] Prices { get; init; } = [];

    [Id(5)]
    public decimal[] FundingIndices { get; init; } = [];

    [Id(6)]
    public decimal[] OpenInterest { get; init; } = [];

    [Id(7)]
    public double[] DailyVolatility { get; init; } = [];

    [Id(8)]
    public bool IsReported { get; init; }

    /// <summary>The prices of the frame before with other funding: decided by, not swept.</summary>
    [Id(9)]
    public bool IsRepeated { get; init; }
}

[GenerateSerializer, Immutable]
[Alias("leverage.FramePrice.v1")]
public readonly record struct FramePriceMessage(
    [property: Id(0)] decimal? Price, [property: Id(1)] byte State, [property: Id(2)] long TimeMs);

/// <summary>A frame and, where asked for, the quotes that it was made of.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.FrameReading.v1")]
public sealed record FrameReading([property: Id(0)] FrameMessage Frame, [property: Id(1)] QuoteMessage[] Quotes);

/// <summary>Funding indices that are not 0, and commands counted where funding is decided.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.FundingBooks.v1")]
public sealed record FundingBooks(
    [property: Id(0)] long Applied, [property: Id(1)] long Refused, [property: Id(2)] FundingIndexMessage[] Indices);

[GenerateSerializer, Immutable]
[Alias("leverage.FundingIndex.v1")]
public readonly record struct FundingIndexMessage(
    [property: Id(0)] string Instrument, [property: Id(1)] decimal Index);
