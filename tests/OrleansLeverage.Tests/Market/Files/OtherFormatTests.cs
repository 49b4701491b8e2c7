using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;
using Xunit;

namespace OrleansLeverage.Tests.Market.Files;

public sealed class OtherFormatTests : IDisposable
{
    private const string KlineHeader = "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
        + "taker_buy_volume,taker_buy_quote_volume,ignore";

    private readonly PriceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Klines_in_milliseconds_without_a_header()
    {
        var path = _files.Write("BTCUSDT-1m-2021-05-19.csv",
            "1621382400000,42849.78,42970.5,42800.01,42950.11,12.345678,1621382459999,529000.1,310,6.1,261000.2,0");
        var file = PriceFile.Open(path);

        Assert.Equal(PriceFileFormat.BinanceKlines, file.Format);
        Assert.Equal([LeanFileTests.Bar("BTC-USDT", 1_621_382_400_000, 60_000,
            ("42849.78", "42970.5", "42800.01", "42950.11"), 12.345678m)], PriceFiles.Read(file).Bars);
    }

    [Fact]
    public void Spot_klines_in_microseconds_with_a_header_out_of_a_zip()
    {
        var path = _files.WriteZip("ETHUSDC-1s-2025-01-01.zip", ("ETHUSDC-1s-2025-01-01.csv", KlineHeader
            + "\n1735689600000000,3336.9,3337,3336.8,3336.85,1.5,1735689600999999,5005.2,9,1,3336.9,0\n"));
        var file = PriceFile.Open(path);
        var read = PriceFiles.Read(file);

        Assert.Equal(PriceFileFormat.BinanceKlines, file.Format);
        Assert.Equal(1, read.Report.Rows);
        Assert.Equal([LeanFileTests.Bar("ETH-USDC", 1_735_689_600_000, 1_000,
            ("3336.9", "3337", "3336.8", "3336.85"), 1.5m)], read.Bars);
    }

    [Fact]
    public void Mark_price_klines_are_known_by_their_zero_volumes_and_mark_a_perpetual()
    {
        var path = _files.Write("BTCUSDT-1m-2024-03-05.csv", KlineHeader,
            "1709596800000,68245.1,68260.2,68200,68210.55,0,1709596859999,0,60,0,0,0");
        var file = PriceFile.Open(path);

        Assert.Equal(PriceFileFormat.BinanceMarkPriceKlines, file.Format);
        Assert.Equal([LeanFileTests.Bar("BTC-USDT-PERP", 1_709_596_800_000, 60_000,
            ("68245.1", "68260.2", "68200", "68210.55"), null)], PriceFiles.Read(file).Bars);
    }

    [Theory]
    [InlineData("BTCUSD_PERP-1m-2024-03-05.csv", "BTC-USD-PERP")]
    [InlineData("data/futures/um/daily/klines/SOLUSDT/1m/SOLUSDT-1m-2024-03-05.csv", "SOL-USDT-PERP")]
    [InlineData("data/spot/daily/klines/SOLUSDT/1m/SOLUSDT-1m-2024-03-05.csv", "SOL-USDT")]
    [InlineData("data/futures/um/daily/indexPriceKlines/SOLUSDT/1m/SOLUSDT-1m-2024-03-05.csv", "SOL-USDT")]
    public void Names_and_folders_of_klines_give_the_feed(string name, string feed)
    {
        var path = _files.Write(name, "1709596800000,1,1,1,1,5,1709596859999,5,1,0,0,0");

        Assert.Equal(feed, PriceFile.Open(path).Feed?.Value);
    }

    [Theory]
    [InlineData("1709596800", "seconds")]
    [InlineData("1709596800000000000", "nanoseconds")]
    public void Klines_in_another_unit_are_an_error_that_names_it(string time, string unit)
    {
        var path = _files.Write("BTCUSDT-1m-2024-03-05.csv", $"{time},1,1,1,1,5,{time},5,1,0,0,0");

        var error = Assert.Throws<PriceFileException>(() => PriceFiles.Read(PriceFile.Open(path)));
        Assert.Contains($"looks like {unit}", error.Message);
    }

    [Fact]
    public void Ccxt_numbers_and_strings_in_pieces_larger_than_any_buffer()
    {
        // 5,000 candles are several reads; the third is spelled as Python spells a small price
        var candles = Enumerable.Range(0, 5_000).Select(i => i == 2
            ? $"[{1_700_000_000_000 + i * 60_000L}, 1e-05, 0.00002, 1e-05, 1.5e-05, null]"
            : $"[{1_700_000_000_000 + i * 60_000L}, 100.10, \"101.5\", 99, 100.{i % 97:D2}, {i}.5]");
        var file = PriceFile.Open(_files.WriteGzip("DOGE_USDT-1m.json.gz", $" [{string.Join(",\n ", candles)}]\n"));
        var read = PriceFiles.Read(file);

        Assert.Equal(PriceFileFormat.CcxtOhlcv, file.Format);
        Assert.Equal("gzip", file.Compression);
        Assert.Equal(5_000, read.Bars.Count);
        Assert.Equal(LeanFileTests.Bar("DOGE-USDT", 1_700_000_120_000, 60_000,
            ("0.00001", "0.00002", "0.00001", "0.000015"), null), read.Bars[2]);
        Assert.Equal(LeanFileTests.Bar("DOGE-USDT", 1_700_299_940_000, 60_000,
            ("100.1", "101.5", "99", "100.52"), 4_999.5m), read.Bars[^1]);
        Assert.Equal(0, read.Report.MissingIntervals);
    }

    [Theory]
    [InlineData("[[1700000000, 1, 1, 1, 1, 1], [1700000060, 1, 1, 1, 1, 1]]", "fewer than two candles have times")]
    [InlineData("[[1700000000000,1,1,1,1,1], [1700000060000,1,1,1,1,1], [1700000120,1,1,1,1,1]]", "seconds")]
    [InlineData("[[1700000000000, 1, 1, 1, 1, 1], [1700000060000, 1, 1", "after candle 1")]
    [InlineData("[[1700000000000, 1, 1, 1, 1, 1], {\"t\": 1}]", "after candle 1: StartObject found")]
    public void Ccxt_that_is_not_what_it_must_be_is_an_error_in_words(string text, string words)
    {
        var path = _files.Write("BTC-USD-1m.json", text);

        Assert.Contains(words, Assert.Throws<PriceFileException>(() => PriceFiles.Read(PriceFile.Open(path))).Message);
    }

    [Fact]
    public void Tardis_columns_go_by_name_and_empty_fields_are_normal()
    {
        var path = _files.Write("deribit_derivative_ticker.csv",
            "symbol,exchange,mark_price,timestamp,local_timestamp,funding_timestamp,funding_rate,open_interest,"
                + "index_price",
            "BTC-PERPETUAL,deribit,60000.5,1700000000123456,1700000000130000,1700000000500000,0.0001,1,60001",
            "BTC-PERPETUAL,deribit,,1700000000323456,1700000000330000,1700000000500000,0.0002,1,60002.25",
            "BTC-PERPETUAL,deribit,60003,1700000000523456,1700000000530000,,,1,",
            "BTC-PERPETUAL,deribit,,1700000000623456,1700000000630000,,,,");
        var file = PriceFile.Open(path);
        var read = PriceFiles.Read(file);

        Assert.Equal(PriceFileFormat.TardisDerivativeTicker, file.Format);
        Assert.Equal(
        [
            PriceBar.Point(new FeedId("BTC-USD-PERP"), 1_700_000_000_123, LeanFileTests.P("60000.5")),
            PriceBar.Point(new FeedId("BTC-USD"), 1_700_000_000_123, LeanFileTests.P("60001")),
            PriceBar.Point(new FeedId("BTC-USD"), 1_700_000_000_323, LeanFileTests.P("60002.25")),
            PriceBar.Point(new FeedId("BTC-USD-PERP"), 1_700_000_000_523, LeanFileTests.P("60003")),
        ], read.Bars);
        // the last rate announced before the instant is what was settled there, and it is known only afterwards
        Assert.Equal([new FundingPoint(new FeedId("BTC-USD-PERP"), 1_700_000_000_500, 0.0002m)], read.Funding);
        Assert.Equal(4, read.Report.Rows);
        Assert.Equal(0, read.Report.RejectCount);
    }

    [Fact]
    public void Tardis_in_milliseconds_is_an_error_that_names_them()
    {
        var path = _files.Write("x.csv", "timestamp,symbol,mark_price", "1700000000123,BTCUSDT,1");

        Assert.Contains("looks like milliseconds; this format carries microseconds (16 digits)",
            Assert.Throws<PriceFileException>(() => PriceFiles.Read(PriceFile.Open(path))).Message);
    }

    [Fact]
    public void One_feed_name_cannot_be_two_symbols()
    {
        var path = _files.Write("x.csv", "timestamp,symbol,mark_price",
            "1700000000123456,BTCUSDT,1", "1700000000123456,ETHUSDT,1");

        Assert.Equal(2, PriceFiles.Read(PriceFile.Open(path)).Report.Feeds.Count);
        Assert.Contains("BTCUSDT and ETHUSDT", Assert.Throws<PriceFileException>(
            () => PriceFiles.Read(PriceFile.Open(path, feed: new FeedId("BTC-USD")))).Message);
    }
}
