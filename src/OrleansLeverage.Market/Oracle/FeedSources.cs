using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>The newest that one source said of a feed.</summary>
/// <param name="Deviation">Price / index − 1; null until there is an index.</param>
/// <param name="Verdict">What it was worth in the last epoch.</param>
public sealed record SourceQuote(
    SourceId Source, Price Price, long TimeMs, long AgeMs, decimal? Deviation, SourceVerdict Verdict);

/// <summary>Who speaks of a feed.</summary>
/// <param name="CadenceMs">How often a source speaks at the least.</param>
/// <param name="SourcesMin">Live sources without which the price does not move.</param>
/// <param name="Sources">Those that have spoken, by name.</param>
public sealed record FeedSources(
    FeedId Feed, long CadenceMs, int SourcesConfigured, int SourcesMin, IReadOnlyList<SourceQuote> Sources);
