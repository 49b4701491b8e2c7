using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Markets;

/// <summary>What a move of the price that passes all of a bucket liquidates: longs below the price, shorts
/// above.</summary>
/// <param name="FromPct">The end nearer to the price, in percent of it.</param>
/// <param name="Side">long or short: whose positions.</param>
/// <param name="ByBand">The notional by leverage of its accounts, as <c>bands</c> has it.</param>
internal sealed record MapBucket(
    int FromPct, int ToPct, double? PriceFrom, double? PriceTo, string Side, long Accounts, double Notional,
    IReadOnlyList<double> ByBand);

internal sealed record MapCount(long Accounts, double Notional);

/// <summary>The bucket of a side that liquidates most; its price is that at which all of it is.</summary>
internal sealed record PainPoint(double? Price, double Notional);

/// <summary>Null on a side that nobody liquidates on.</summary>
internal sealed record MaxPain(PainPoint? Long, PainPoint? Short);

/// <summary>
/// At which prices of one market who is liquidated, every other price held, from each account's own solution: buckets
/// of 1 % to 50 % either way. USD at the mark.
/// </summary>
/// <param name="Price">What the buckets are counted from; null where it has not been measured.</param>
/// <param name="Bands">Lower bounds of leverage that notionals are split by.</param>
/// <param name="Past">Past the line already.</param>
/// <param name="Never">Not liquidated by any price of this market alone.</param>
/// <param name="Beyond">Liquidated by more than 50 %.</param>
/// <param name="Unknown">Accounts that a missing price leaves unknown, of all markets; in no bucket.</param>
/// <param name="Accounts">Accounts looked at, of all markets.</param>
/// <param name="AgeMs">How much older than the newest frame the map is.</param>
internal sealed record LiquidationMapView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, ReachView Reach, string Asset, double? Price, double Step,
    IReadOnlyList<double> Bands, IReadOnlyList<MapBucket> Buckets, MapCount Past, MapCount Never, MapCount Beyond,
    long Unknown, long Accounts, MaxPain MaxPain, long AgeMs) : IReaching
{
    public static LiquidationMapView Of(LiquidationLadder ladder, Feed feed, PriceFrame frame)
    {
        var stamp = Stamp.Of(ladder.To, ladder.TimeMs, frame);
        var price = ladder.Price(feed.Index);
        MapBucket[] buckets =
        [
            .. Enumerable.Range(0, LiquidationLadder.Buckets).Select(place => Bucket(ladder, feed.Index, place, price)),
        ];
        return new LiquidationMapView(stamp.AsOf, stamp.Seq, stamp.Freshness, ReachView.Of(ladder), feed.Id.Value,
            price, LiquidationLadder.Step, LiquidationLadder.Bands, buckets, Count(ladder.Past(feed.Index)),
            Count(ladder.NeverReached(feed.Index)), Count(ladder.BeyondRange(feed.Index)), ladder.Unknown,
            ladder.Accounts, new MaxPain(Worst(buckets, "long"), Worst(buckets, "short")),
            Math.Max(0, frame.TimeMs - ladder.TimeMs));
    }

    private static MapBucket Bucket(LiquidationLadder ladder, int feed, int place, double? price)
    {
        var isFall = place < LiquidationLadder.Half;
        // from −50 … −1 and 1 … 50: the end nearer to the price first
        var (near, far) = isFall
            ? (place + 1 - LiquidationLadder.Half, place - LiquidationLadder.Half)
            : (place - LiquidationLadder.Half, place + 1 - LiquidationLadder.Half);
        var count = ladder.Bucket(feed, place);
        return new MapBucket(near, far, At(price, near), At(price, far), isFall ? "long" : "short", count.Accounts,
            count.Notional, [.. Enumerable.Range(0, LiquidationLadder.Bands.Count)
                .Select(band => ladder.Notional(feed, place, band))]);
    }

    private static double? At(double? price, int percent) => price * (1.0 + (percent * LiquidationLadder.Step));

    private static MapCount Count(LadderCount count) => new(count.Accounts, count.Notional);

    private static PainPoint? Worst(IEnumerable<MapBucket> buckets, string side) => buckets
        .Where(bucket => bucket.Side == side && bucket.Notional > 0.0)
        .OrderByDescending(bucket => bucket.Notional).ThenBy(bucket => Math.Abs(bucket.ToPct))
        .Select(bucket => new PainPoint(bucket.PriceTo, bucket.Notional)).FirstOrDefault();
}

/// <summary>
/// A liquidation map in the shape of CoinGlass' <c>liquidation/map</c>: by price, rows of price, level (USD), leverage
/// ratio and null. One row a band of leverage that liquidates something; the ratio is the band's lower bound, 1 for the
/// lowest.
/// </summary>
internal sealed record CoinglassMap(string Code, string Msg, IReadOnlyDictionary<string, object?[][]> Data)
{
    public static CoinglassMap Of(LiquidationMapView map)
    {
        var data = new SortedDictionary<double, List<object?[]>>();
        foreach (var bucket in map.Buckets.Where(bucket => bucket is { Notional: > 0.0, PriceTo: not null }))
        {
            // as many digits as tell a hundredth of the price's percent
            var price = double.Parse(bucket.PriceTo!.Value.ToString("G8", CultureInfo.InvariantCulture),
                CultureInfo.InvariantCulture);
            if (!data.TryGetValue(price, out var rows))
            {
                data.Add(price, rows = []);
            }
            rows.AddRange(bucket.ByBand.Index().Where(band => band.Item > 0.0).Select(band =>
                new object?[] { price, band.Item, Math.Max(1.0, map.Bands[band.Index]), null }));
        }
        var named = new Dictionary<string, object?[][]>();
        foreach (var (price, rows) in data)
        {
            named.Add(price.ToString(CultureInfo.InvariantCulture), [.. rows]);
        }
        return new CoinglassMap("0", "", named);
    }
}
