using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.History;

/// <summary>Liquidation maps over time, oldest first, for a picture of price and time.</summary>
/// <param name="Prices">What the buckets of a time are counted from.</param>
/// <param name="FromPct">The lower end of each bucket, in percent of that time's price; buckets are 1 % wide.</param>
/// <param name="Notional">By time, then by bucket, USD.</param>
/// <param name="Coverage">By time: accounts in the map / accounts there were; null where nobody knew.</param>
internal sealed record LadderHistoryView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, string Asset, IReadOnlyList<long> Times,
    IReadOnlyList<double?> Prices, IReadOnlyList<int> FromPct, IReadOnlyList<IReadOnlyList<double>> Notional,
    IReadOnlyList<double?> Coverage);

/// <summary>
/// The maps of the last hour, one every five seconds, of the markets that prices are published for. What a restart ends
/// begins anew. One writer, readers on any thread.
/// </summary>
internal sealed class LadderHistory
{
    public const int Kept = 720;
    private const long EveryMs = 5_000;
    private const int FeedsMax = 64;

    private readonly Lock _gate = new();
    private readonly Queue<Sample> _samples = [];
    private long? _lastMs;

    public void Take(LiquidationLadder ladder, Universe universe)
    {
        if (_lastMs is { } last && ladder.TimeMs >= last && ladder.TimeMs - last < EveryMs)
        {
            return;
        }
        _lastMs = ladder.TimeMs;
        var feeds = universe.Feeds.Where(feed => !feed.Id.IsMade && feed.Index < ladder.Feeds).Take(FeedsMax)
            .ToDictionary(feed => feed.Id, feed => new Column(ladder.Price(feed.Index), [.. Enumerable
                .Range(0, LiquidationLadder.Buckets).Select(at => (float)ladder.Bucket(feed.Index, at).Notional)]));
        lock (_gate)
        {
            _samples.Enqueue(new Sample(ladder.TimeMs, feeds, ReachView.Of(ladder).Coverage));
            if (_samples.Count > Kept)
            {
                _samples.Dequeue();
            }
        }
    }

    public LadderHistoryView View(Feed feed, int points, PriceFrame frame)
    {
        Sample[] samples;
        lock (_gate)
        {
            samples = [.. _samples.Where(sample => sample.Feeds.ContainsKey(feed.Id))];
        }
        var chosen = Thin.Places(samples.Length, points).Select(at => samples[at]).ToArray();
        var stamp = Stamp.Of(frame);
        return new LadderHistoryView(stamp.AsOf, stamp.Seq, stamp.Freshness, feed.Id.Value,
            [.. chosen.Select(sample => sample.TimeMs)], [.. chosen.Select(sample => sample.Feeds[feed.Id].Price)],
            [.. Enumerable.Range(-LiquidationLadder.Half, LiquidationLadder.Buckets)],
            [.. chosen.Select(sample => sample.Feeds[feed.Id].Notional.Select(n => (double)n).ToArray())],
            [.. chosen.Select(sample => sample.Coverage)]);
    }

    private sealed record Sample(long TimeMs, IReadOnlyDictionary<FeedId, Column> Feeds, double? Coverage);

    private sealed record Column(double? Price, float[] Notional);
}

/// <summary>Which of many points are shown.</summary>
internal static class Thin
{
    /// <summary>At most so many places of <paramref name="count"/>, evenly spread; the last is always among them.
    /// </summary>
    public static IEnumerable<int> Places(int count, int points) => count <= points
        ? Enumerable.Range(0, count)
        : Enumerable.Range(1, points).Select(at => (int)((long)count * at / points) - 1);
}
