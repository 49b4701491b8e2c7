using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Analytics.VolatilityIndex;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Market.Indices;

/// <summary>What became of an index, in precedence. Only <see cref="Published"/> carries a price.</summary>
public enum IndexStatus
{
    /// <summary>The quotes are too old, or from after now.</summary>
    ChainStale,

    /// <summary>There is no index: <see cref="IndexReading.Fault"/> says why.</summary>
    NoIndex,

    /// <summary>A number was computed from strips that lack too much; it is shown and not published.</summary>
    ChainIncomplete,

    Published,
}

/// <summary>What an index is made of, and whom it is published as.</summary>
public sealed record VolatilityIndexSettings(FeedId Feed, SourceId Source)
{
    public StripSource Prices { get; init; } = StripSource.Marks;

    public double HorizonMinutes { get; init; } = IndexValue.ThirtyDays;

    /// <summary>Continuous per year; 0 for coins.</summary>
    public double Rate { get; init; }

    public CompletenessRule Completeness { get; init; } = CompletenessRule.Standard;

    /// <summary>Points are rounded to it, half to even.</summary>
    public decimal TickSize { get; init; } = 0.0001m;

    public long AgeMaxMs { get; init; } = 60_000;
}

/// <summary>An index at a time.</summary>
/// <param name="AgeMs">Of the newest quote.</param>
/// <param name="Points">What was computed, published or not; null where nothing was.</param>
/// <param name="Update">For the oracle; null unless published.</param>
public sealed record IndexReading(
    FeedId Feed, long TimeMs, long AgeMs, IndexStatus Status, double? Points, IndexValue? Value, VolatilityFault? Fault,
    string? Reason, PriceUpdate? Update);

/// <summary>
/// Turns option chains, or surfaces, into the updates of a price feed: an index is published like a price, judged by
/// the same oracle, and grows stale like one when its chain is incomplete or stops coming. No clock, no thread: the
/// host brings the time and hands the update to the grid. Not safe for several threads at once.
/// </summary>
/// <param name="session">Above that of any earlier run of this source.</param>
public sealed class VolatilityIndexPublisher(VolatilityIndexSettings settings, long session)
{
    private long _sequence;

    public VolatilityIndexSettings Settings { get; } = settings;

    public IndexReading Publish(OptionChain chain, long nowMs) => Publish(chain.Time, nowMs, () => IndexValue.Of(
        ChainStrip.All(chain, Settings.Prices, Settings.Rate), Settings.HorizonMinutes, Settings.Completeness));

    /// <summary>The same from the smiles of a surface, on the strikes that they were quoted on.</summary>
    public IndexReading Publish(VolatilitySurface surface, long nowMs) => Publish(surface.AsOf, nowMs, () =>
        IndexValue.Of(SurfaceStrip.All(surface), Settings.HorizonMinutes, Settings.Completeness));

    private IndexReading Publish(DateTimeOffset seen, long nowMs, Func<IndexValue> compute)
    {
        var seenMs = seen.ToUnixTimeMilliseconds();
        var ageMs = nowMs - seenMs;
        var blank = new IndexReading(
            Settings.Feed, seenMs, ageMs, IndexStatus.NoIndex, null, null, null, null, null);
        if (ageMs < 0 || ageMs > Settings.AgeMaxMs)
        {
            return blank with
            {
                Status = IndexStatus.ChainStale,
                Reason = $"the quotes are {ageMs} ms old, at most {Settings.AgeMaxMs}",
            };
        }
        IndexValue value;
        try
        {
            value = compute();
        }
        catch (VolatilityException none)
        {
            return blank with { Fault = none.Fault, Reason = none.Message };
        }
        var reading = blank with { Points = value.Points, Value = value };
        if (!value.IsComplete)
        {
            return reading with
            {
                Status = IndexStatus.ChainIncomplete,
                Reason = $"{StripCompleteness.IncompleteCode}: {value.Lacks}",
            };
        }
        var points = decimal.Round((decimal)value.Points / Settings.TickSize) * Settings.TickSize;
        var update = new PriceUpdate(Settings.Feed, points, Settings.Source, session, _sequence + 1, seenMs);
        if (update.FormFault() is { } fault)
        {
            return reading with { Reason = $"{value.Points} is no price: {fault.Code()}" };
        }
        _sequence++;
        return reading with { Status = IndexStatus.Published, Update = update };
    }
}
