using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;
using OrleansLeverage.Market.Simulation;
using Xunit;

namespace OrleansLeverage.Tests.Market.Files;

/// <summary>Daily files, and the simulated path inside their bars.</summary>
public sealed class DailyFileTests : IDisposable
{
    private const long Day = 86_400_000;
    private readonly PriceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_daily_file_is_known_by_its_header()
    {
        var path = _files.Write("btc_usd_daily.csv", "date,open,high,low,close,volume\n"
            + "2020-03-12,7913.6162109375,7929.1162109375,4860.35400390625,4970.7880859375,53980357243.0\n"
            + "2020-13-13,1,1,1,1,1\n2020-03-13,5,4,3,4,1\n");
        var file = PriceFile.Open(path);
        var read = PriceFiles.Read(file);
        Assert.Equal((PriceFileFormat.DailyOhlcv, "BTC-USD"), (file.Format, file.Feed!.Value.Value));
        var bar = Assert.Single(read.Bars);
        Assert.Equal((1_583_971_200_000, Day), (bar.StartMs, bar.IntervalMs));
        Assert.Equal(new Price(4970.7880859375m), bar.Close);
        Assert.Equal(2, read.Report.RejectCount);
        var rounded = PriceHistory.Of(read.Bars, []).OnTicks(_ => 0.01m).Bars[0];
        Assert.Equal((7913.62m, 7929.12m, 4860.35m, 4970.79m),
            (rounded.Open.Value, rounded.High.Value, rounded.Low.Value, rounded.Close.Value));
    }

    [Fact]
    public void Between_keeps_bars_that_begin_within()
    {
        var history = PriceHistory.Of(Enumerable.Range(0, 5).Select(d => Bar("A-USD", d)), []);
        Assert.Equal([Day, 2 * Day], history.Between(Day, 3 * Day).Bars.Select(b => b.StartMs));
        Assert.Empty(history.Between(9 * Day, 10 * Day).Bars);
    }

    /// <summary>The path touches the four prices in their order, stays in the range and on the ticks.</summary>
    [Fact]
    public void A_bridge_touches_the_bar_and_stays_inside()
    {
        var random = new Random(6);
        var bars = Enumerable.Range(0, 200).SelectMany(day => (string[])["A-USD", "B-USD"], (day, feed) =>
            Bar(feed, day, random)).ToList();
        var history = PriceHistory.Of(bars, []);
        foreach (var steps in (int[])[4, 5, 48])
        {
            var frames = BridgedHistory.Frames(history, steps, 42, _ => 0.01m).ToList();
            Assert.Equal(200 * steps, frames.Count);
            Assert.True(frames.Zip(frames.Skip(1)).All(p => p.First.TimeMs < p.Second.TimeMs));
            foreach (var bar in history.Bars)
            {
                var path = frames.Where(f => f.TimeMs > bar.StartMs && f.TimeMs <= bar.EndMs)
                    .Select(f => f.Prices.Single(p => p.Key == bar.Feed).Value).ToList();
                Assert.Equal(steps, path.Count);
                Assert.Equal((bar.Open, bar.Close), (path[0], path[^1]));
                Assert.Equal((bar.Low, bar.High), (path.Min(), path.Max()));
                Assert.All(path, p => Assert.True(Decimals.IsMultipleOf(p.Value, 0.01m)));
            }
        }
    }

    /// <summary>
    /// 12 March 2020, which opens near its high and falls by 39 %: no hours at an extreme, no fall of a day in a step.
    /// </summary>
    [Fact]
    public void A_bridge_neither_stands_at_an_extreme_nor_falls_through_it()
    {
        var crash = new PriceBar(new FeedId("BTC-USD"), 0, Day, new Price(7_913.62m), new Price(7_929.12m),
            new Price(4_860.35m), new Price(4_970.79m), null);
        var history = PriceHistory.Of([crash], []);
        for (var seed = 1UL; seed <= 50; seed++)
        {
            var path = BridgedHistory.Frames(history, 48, seed, _ => 0.01m)
                .Select(f => f.Prices[0].Value.Value).ToList();
            Assert.Equal((7_929.12m, 4_860.35m), (path.Max(), path.Min()));
            Assert.True(path.Count(p => p is 7_929.12m or 4_860.35m) <= 4, string.Join(' ', path));
            Assert.True(path.Zip(path.Skip(1)).Min(p => p.Second / p.First) > 0.85m, string.Join(' ', path));
        }
    }

    [Fact]
    public void The_same_seed_is_the_same_path_and_another_is_not()
    {
        var history = PriceHistory.Of([Bar("A-USD", 1, new Random(1)), Bar("A-USD", 2, new Random(2))], []);
        string Path(ulong seed) => string.Join(' ', BridgedHistory.Frames(history, 24, seed, _ => 0.01m)
            .Select(f => f.Prices[0].Value.ToString()));
        Assert.Equal(Path(1), Path(1));
        Assert.NotEqual(Path(1), Path(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => BridgedHistory.Frames(history, 3, 1, _ => 1m).ToList());
    }

    private static PriceBar Bar(string feed, int day, Random? random = null)
    {
        var prices = Enumerable.Range(0, 4).Select(_ => Math.Round(90m + (random?.Next(0, 2_000) ?? 0) / 100m, 2))
            .Order().ToArray();
        var (open, close) = random?.Next(2) == 0 ? (prices[1], prices[2]) : (prices[2], prices[1]);
        return new PriceBar(new FeedId(feed), day * Day, (day + 1) * Day, new Price(open), new Price(prices[3]),
            new Price(prices[0]), new Price(close), null);
    }
}
