using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Web.Api.Oracle;

/// <summary>
/// The last sixty looks at every feed, one a second: how old its price was. One writer, readers on any thread.
/// </summary>
internal sealed class OracleBeats
{
    public const int Kept = 60;

    private readonly Lock _gate = new();
    private readonly Dictionary<FeedId, Queue<long?>> _ages = [];

    public void Take(IReadOnlyList<FeedQuote> quotes)
    {
        lock (_gate)
        {
            foreach (var quote in quotes)
            {
                if (!_ages.TryGetValue(quote.Feed, out var ages))
                {
                    _ages.Add(quote.Feed, ages = new Queue<long?>(Kept + 1));
                }
                ages.Enqueue(quote.AgeMs);
                if (ages.Count > Kept)
                {
                    ages.Dequeue();
                }
            }
        }
    }

    /// <summary>Oldest first; null at a look at which the feed had not been measured.</summary>
    public IReadOnlyList<long?> Of(FeedId feed)
    {
        lock (_gate)
        {
            return _ages.TryGetValue(feed, out var ages) ? [.. ages] : [];
        }
    }
}
