using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Grains.Frames;

/// <summary>
/// Asks all price grains for each frame. One that does not answer holds no frame up: its last quote is used, and is
/// stale once it has been silent for a second.
/// </summary>
internal sealed class FeedQuotes(Universe universe, IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);

    private readonly Link[] _links = [.. universe.Feeds.Select(f =>
        new Link { Feed = f, Grain = grains.GetGrain<IPriceGrain>(f.Id.Value) })];

    /// <summary>Quotes by feed, those that never came left out.</summary>
    public QuoteMessage[] Newest => [.. _links.Where(l => l.Last is not null).Select(l => l.Last!)];

    /// <summary>One epoch of every feed; returns when all have answered or the patience is over.</summary>
    public async Task AskAsync(long nowMs, TimeSpan patience)
    {
        foreach (var link in _links)
        {
            if (link.Asking.IsCompleted)
            {
                link.Asking = AskAsync(link, nowMs);
            }
        }
        await Task.WhenAny(Task.WhenAll(_links.Select(l => l.Asking)), Task.Delay(patience));
    }

    /// <summary>Prices by feed on top of those of the last frame.</summary>
    public FramePrice[] Prices(PriceFrame last)
    {
        var prices = last.Prices.ToArray();
        foreach (var link in _links)
        {
            if (link.Last is { Price: not null } quote)
            {
                var price = quote.ToQuote().ToFramePrice();
                var isSilent = time.GetElapsedTime(link.AnsweredAt) > SilenceMax;
                prices[link.Feed.Index] = isSilent && price.State is (PriceState.Fresh or PriceState.Degraded)
                    ? price with { State = PriceState.Stale } : price;
            }
        }
        return prices;
    }

    private async Task AskAsync(Link link, long nowMs)
    {
        try
        {
            link.Last = await link.Grain.EpochAsync(nowMs);
            link.AnsweredAt = time.GetTimestamp();
        }
        catch (Exception)
        {
            // its age shows it
        }
    }

    private sealed class Link
    {
        public required Feed Feed { get; init; }

        public required IPriceGrain Grain { get; init; }

        public Task Asking { get; set; } = Task.CompletedTask;

        public QuoteMessage? Last { get; set; }

        public long AnsweredAt { get; set; }
    }
}
