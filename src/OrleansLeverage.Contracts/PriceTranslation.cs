using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Contracts;

/// <summary>Prices, quotes and frames into messages and back, without loss.</summary>
internal static class PriceTranslation
{
    public static PriceMessage ToMessage(this PriceUpdate u) => new(u.Feed.Value, u.Price, u.Source.Value, u.Session,
        u.Sequence, u.SourceTimeMs, u.Confidence, u.Bid, u.Ask, u.Signature);

    public static PriceUpdate ToUpdate(this PriceMessage m) => new(new FeedId(m.Feed), m.Price,
        m.Source.Length == 0 ? default : new SourceId(m.Source), m.Session, m.Sequence, m.SourceTimeMs, m.Confidence,
        m.Bid, m.Ask, m.Signature);

    public static QuoteMessage ToMessage(this FeedQuote q) => new()
    {
        Feed = q.Feed.Value, Price = q.Price?.Value, State = (byte)q.State, Display = (byte)q.Display,
        Reason = (byte)q.Reason, Inhibits = (byte)q.Inhibits, TimeMs = q.TimeMs, AgeMs = q.AgeMs,
        SourcesLive = q.SourcesLive, SourcesConfigured = q.SourcesConfigured, Low = q.Low?.Value, High = q.High?.Value,
        Sequence = q.Sequence, AgeLimitMs = q.AgeLimitMs,
    };

    public static FeedQuote ToQuote(this QuoteMessage m) => new(new FeedId(m.Feed), Price(m.Price),
        (PriceState)m.State, (FeedDisplay)m.Display, (FeedReason)m.Reason, (Inhibitions)m.Inhibits, m.TimeMs, m.AgeMs,
        m.SourcesLive, m.SourcesConfigured, Price(m.Low), Price(m.High), m.Sequence, m.AgeLimitMs);

    public static FrameMessage ToMessage(this PriceFrame frame, bool isReported) => new()
    {
        Epoch = frame.Number.Epoch, Sequence = frame.Number.Sequence, TimeMs = frame.TimeMs,
        UniverseVersion = frame.Universe.Version,
        Prices = [.. frame.Prices.Select(p => new FramePriceMessage(p.Price?.Value, (byte)p.State, p.TimeMs))],
        FundingIndices = [.. frame.FundingIndices], OpenInterest = [.. frame.OpenInterest],
        DailyVolatility = [.. frame.DailyVolatility ?? []], IsReported = isReported,
    };

    /// <exception cref="InvalidDataException">The frame is of another universe: the nodes are configured apart.
    /// </exception>
    public static PriceFrame ToFrame(this FrameMessage m, Universe universe)
    {
        if (m.UniverseVersion != universe.Version || m.Prices.Length != universe.Feeds.Count
            || m.FundingIndices.Length != universe.Instruments.Count)
        {
            throw new InvalidDataException($"a frame of universe version {m.UniverseVersion} with {m.Prices.Length} "
                + $"feeds and {m.FundingIndices.Length} instruments; here it is version {universe.Version} with "
                + $"{universe.Feeds.Count} and {universe.Instruments.Count}");
        }
        return new PriceFrame(m.Number(), m.TimeMs, universe,
            [.. m.Prices.Select(p => new FramePrice(Price(p.Price), (PriceState)p.State, p.TimeMs))],
            [.. m.FundingIndices], [.. m.OpenInterest], m.DailyVolatility.Length == 0 ? null : m.DailyVolatility);
    }

    public static FrameNumber Number(this FrameMessage m) => new((int)m.Epoch, m.Sequence);

    private static Price? Price(decimal? value) => value is { } price ? new Price(price) : null;
}
