using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;
using Xunit;

namespace OrleansLeverage.Tests.Market.Files;

public sealed class LeanFileTests : IDisposable
{
    private const long Midnight20170904 = 1_504_483_200_000; // 2017-09-04T00:00:00Z

    private readonly PriceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_real_fall_of_September_2017_reads_to_the_last_digit()
    {
        if (SharedData.Path("data/lean/crypto_coinbase_minute_btcusd_20170904_trade.csv") is not { } path)
        {
            return;
        }
        var file = PriceFile.Open(path);
        var read = PriceFiles.Read(file);

        Assert.Equal(PriceFileFormat.LeanTrade, file.Format);
        Assert.Equal(new FeedId("BTC-USD"), file.Feed);
        // the file's second and last rows, by eye
        Assert.Equal(Bar("BTC-USD", Midnight20170904 + 60_000, 60_000,
            ("4626.05", "4626.05", "4626.05", "4626.05"), 6.6410529m), read.Bars[1]);
        Assert.Equal(Bar("BTC-USD", Midnight20170904 + 86_340_000, 60_000,
            ("4477.5", "4499.04", "4477.5", "4498.25"), 4.4908552m), read.Bars[^1]);
        Assert.Equal(Midnight20170904 + 86_400_000, read.Report.LastEndMs);
    }

    [Theory]
    [InlineData("crypto_coinbase_minute_btcusd_20180404_trade.csv", 60_000)]
    [InlineData("crypto_coinbase_minute_ltcusd_20180405_trade.csv", 60_000)]
    [InlineData("crypto_coinbase_second_btcusd_20161007_trade.csv", 1_000)]
    [InlineData("cryptofuture_binance_minute_adausdt_20221213_trade.csv", 60_000)]
    [InlineData("cryptofuture_dydx_minute_btcusd_20260101_trade.csv", 60_000)]
    public void Counts_gaps_and_volume_agree_with_the_text(string name, long intervalMs)
    {
        if (SharedData.Path("data/lean/" + name) is not { } path)
        {
            return;
        }
        // the reference does without the readers: split the text, add up
        var rows = File.ReadAllLines(path).Select(line => line.Split(',')).ToList();
        var starts = rows.Select(r => long.Parse(r[0], CultureInfo.InvariantCulture)).ToList();
        var missing = (starts[^1] - starts[0]) / intervalMs + 1 - starts.Count;
        var longest = starts.Zip(starts.Skip(1), (a, b) => b - a - intervalMs).Max();

        var read = PriceFiles.Read(PriceFile.Open(path));

        Assert.Equal(rows.Count, read.Report.Rows);
        Assert.Equal(rows.Count, read.Report.Bars);
        Assert.Equal(0, read.Report.RejectCount);
        Assert.Equal(missing, read.Report.MissingIntervals);
        Assert.Equal(longest, read.Report.LongestGapMs);
        Assert.Equal(intervalMs, read.Report.IntervalMs);
        Assert.Equal(rows.Sum(r => Number(r[5])), read.Bars.Sum(b => b.Volume));
        Assert.Equal(rows.Sum(r => Number(r[4])), read.Bars.Sum(b => b.Close.Value));
    }

    [Fact]
    public void Names_give_the_feed_in_both_layouts()
    {
        const string Row = "0,1,1,1,1,1\n";
        var spot = _files.Write("crypto/coinbase/minute/ethusd/20170904_trade.csv", Row);
        var future = _files.WriteZip("cryptofuture/binance/second/btcusdt/20221213_trade.zip",
            ("20221213_btcusdt_second_trade.csv", Row));
        var flat = _files.Write("cryptofuture_bybit_minute_btcusdt_20221213_trade.csv", Row);

        Assert.Equal("ETH-USD", PriceFile.Open(spot).Feed?.Value);
        Assert.Equal("BTC-USDT-PERP", PriceFile.Open(future).Feed?.Value);
        Assert.Equal("zip", PriceFile.Open(future).Compression);
        Assert.Equal(1_000, PriceFiles.Read(PriceFile.Open(future)).Bars[0].IntervalMs);
        Assert.Equal("BTC-USDT-PERP", PriceFile.Open(flat).Feed?.Value);
        Assert.Equal("SOL-USD", PriceFile.Open(flat, feed: new FeedId("SOL-USD")).Feed?.Value);
    }

    [Fact]
    public void A_file_whose_name_says_neither_date_nor_resolution_is_refused_in_words()
    {
        var path = _files.Write("prices.csv", "0,1,1,1,1,1");

        var error = Assert.Throws<PriceFileException>(() => PriceFile.Open(path, feed: new FeedId("BTC-USD")));
        Assert.Contains("yyyyMMdd", error.Message);
        Assert.Contains("names no feed", Assert.Throws<PriceFileException>(() => PriceFile.Open(path)).Message);
    }

    [Theory]
    [InlineData("1504483260", "seconds since 1970")]
    [InlineData("1504483260000", "milliseconds since 1970")]
    [InlineData("1504483260000000", "microseconds since 1970")]
    [InlineData("1504483260000000000", "nanoseconds since 1970")]
    [InlineData("43200000000", "microseconds since midnight")]
    [InlineData("43200000000000", "nanoseconds since midnight")]
    [InlineData("120", "seconds since midnight")]
    public void A_wrong_time_unit_is_an_error_that_names_the_unit(string time, string unit)
    {
        var path = _files.Write("crypto_x_minute_btcusd_20170904_trade.csv", "0,1,1,1,1,1", $"{time},1,1,1,1,1");

        var error = Assert.Throws<PriceFileException>(() => PriceFiles.Read(PriceFile.Open(path)));
        Assert.Contains($"line 2: time {time} looks like {unit}", error.Message);
    }

    [Fact]
    public void Funding_reads_with_its_sign_for_the_perpetual()
    {
        if (SharedData.Path("data/lean/cryptofuture_binance_margin_interest_btcusd.csv") is not { } path)
        {
            return;
        }
        var file = PriceFile.Open(path);
        var read = PriceFiles.Read(file);

        Assert.Equal(PriceFileFormat.LeanMarginInterest, file.Format);
        Assert.Equal(12, read.Report.FundingPoints);
        Assert.Equal(new FundingPoint(new FeedId("BTC-USD-PERP"), 1_609_200_000_000, 0.00020030m), read.Funding[0]);
        Assert.Equal(new FundingPoint(new FeedId("BTC-USD-PERP"), 1_670_947_200_000, -0.00002983m), read.Funding[^1]);
    }

    internal static PriceBar Bar(
        string feed, long startMs, long intervalMs, (string O, string H, string L, string C) ohlc, decimal? volume) =>
        new(new FeedId(feed), startMs, startMs + intervalMs, P(ohlc.O), P(ohlc.H), P(ohlc.L), P(ohlc.C), volume);

    internal static Price P(string text) => new(Number(text));

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
