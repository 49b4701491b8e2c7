using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;
using Xunit;

namespace OrleansLeverage.Tests.Market.Files;

public sealed class PriceHistoryTests
{
    private const long T0 = 1_700_000_040_000;

    [Fact]
    public void A_frame_per_distinct_bar_end_with_the_feeds_that_have_one_and_no_frame_in_a_gap()
    {
        var history = PriceHistory.Of(
        [
            Bar("BTC-USD", 3, "10", "10", "10", "13"), Bar("BTC-USD", 0, "10", "10", "10", "10"),
            Bar("ETH-USD", 0, "5", "5", "5", "5"), Bar("ETH-USD", 1, "5", "6", "5", "6"),
        ], []);

        Assert.Equal(
        [
            (T0 + 60_000, "BTC-USD=10 ETH-USD=5"),
            (T0 + 120_000, "ETH-USD=6"),
            (T0 + 240_000, "BTC-USD=13"),
        ], history.Frames().Select(Show));
        Assert.Equal(["BTC-USD", "ETH-USD"], history.Feeds.Select(f => f.Value));
        Assert.Equal(60_000, history.IntervalMs(new FeedId("ETH-USD")));
    }

    [Fact]
    public void The_walk_goes_to_the_nearer_extreme_first_and_never_back_in_time()
    {
        // 10 → low 9 is 1 away, high 12 is 2 away; 20 → high 21 is 1 away, low 17 is 3 away
        var history = PriceHistory.Of(
            [Bar("BTC-USD", 0, "10", "12", "9", "11"), Bar("ETH-USD", 0, "20", "21", "17", "18")], []);

        Assert.Equal(
        [
            (T0 + 15_000, "BTC-USD=10 ETH-USD=20"),
            (T0 + 30_000, "BTC-USD=9 ETH-USD=21"),
            (T0 + 45_000, "BTC-USD=12 ETH-USD=17"),
            (T0 + 60_000, "BTC-USD=11 ETH-USD=18"),
        ], history.Frames(BarPath.Ohlc).Select(Show));
    }

    [Fact]
    public void A_long_bar_is_walked_inside_the_time_since_the_frame_before()
    {
        var five = P("5");
        var second = new PriceBar(new FeedId("ETH-USD"), T0 + 58_000, T0 + 59_000, five, five, five, five, null);
        var history = PriceHistory.Of([Bar("BTC-USD", 0, "10", "12", "9", "11"), second], []);
        var times = history.Frames(BarPath.Ohlc).Select(f => f.TimeMs).ToList();

        Assert.Equal(times.Order().Distinct(), times);
        Assert.Equal([T0 + 59_250, T0 + 59_500, T0 + 59_750, T0 + 60_000], times.TakeLast(4));
    }

    [Fact]
    public void The_earlier_file_counts_for_a_bar_and_the_later_observation_for_a_point()
    {
        var feed = new FeedId("BTC-USD-PERP");
        var history = PriceHistory.Of(
        [
            Bar("BTC-USD", 0, "10", "10", "10", "10"), Bar("BTC-USD", 0, "11", "11", "11", "11"),
            PriceBar.Point(feed, T0 + 60_000, P("12")), PriceBar.Point(feed, T0 + 60_000, P("13")),
        ], []);

        Assert.Equal([(T0 + 60_000, "BTC-USD=10 BTC-USD-PERP=13")], history.Frames().Select(Show));
        Assert.Equal(2, history.Duplicates);
    }

    [Fact]
    public void Real_files_of_two_days_and_two_assets_make_one_history()
    {
        if (SharedData.Path("data/lean") is not { } folder)
        {
            return;
        }
        var paths = Directory.GetFiles(folder, "crypto_coinbase_minute_*_2017*_trade.csv").Order().ToList();
        var history = PriceHistory.Load(paths.Select(p => PriceFile.Open(p)));
        // the reference does without the readers: distinct (day, minute) over the text of all files
        var ends = paths.SelectMany(p => File.ReadAllLines(p).Select(l => (p.Contains("20170904"), l.Split(',')[0])));

        Assert.Equal(4, paths.Count);
        Assert.Equal(ends.Distinct().Count(), history.Frames().Count());
        Assert.Equal(paths.Sum(p => File.ReadAllLines(p).Length), history.Frames().Sum(f => f.Prices.Length));
        Assert.Equal(4, history.Reports.Length);
        Assert.Equal(history.Frames().Select(f => f.TimeMs).Order().Distinct(), history.Frames().Select(f => f.TimeMs));
    }

    private static (long, string) Show(HistoryFrame frame) =>
        (frame.TimeMs, string.Join(' ', frame.Prices.Select(p => $"{p.Key}={p.Value}")));

    private static Price P(string text) => LeanFileTests.P(text);

    private static PriceBar Bar(string feed, int minute, string open, string high, string low, string close)
    {
        var (high2, low2) = (P(high), P(low));
        high2 = high2 < P(close) ? P(close) : high2;
        return new PriceBar(new FeedId(feed), T0 + minute * 60_000, T0 + minute * 60_000 + 60_000, P(open), high2, low2,
            P(close), null);
    }
}
