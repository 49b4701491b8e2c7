using OrleansLeverage.Domain;
using OrleansLeverage.Market.Files;
using Xunit;

namespace OrleansLeverage.Tests.Market.Files;

public sealed class PriceFileTests : IDisposable
{
    private const string Name = "crypto_x_minute_btcusd_20170904_trade.csv";

    private readonly PriceFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("60000,NaN,2,1,1,1", "open 'NaN' is not a number")]
    [InlineData("60000,1,Infinity,1,1,1", "high 'Infinity' is not a number")]
    [InlineData("60000,1,1e308,1,1,1", "high '1e308' is not a number")]
    [InlineData("60000,1,1,0,1,1", "low 0 is not above 0")]
    [InlineData("60000,1,1,-1,1,1", "low -1 is not above 0")]
    [InlineData("60000,1,1,1,0.0000000000001,1", "close 0.0000000000001 has more than 12 digits after the point")]
    [InlineData("60000,1,1,1,1.00000000000000000000000000001,1", "is not a number that can be read exactly")]
    [InlineData("60000,1,1,1,1e-30,1", "close '1e-30' is not a number that can be read exactly")]
    [InlineData("60000,1,1000000000001,1,1,1", "high 1000000000001 is above 1000000000000")]
    [InlineData("60000,\"1\",1,1,1,1", "open '\"1\"' is not a number")]
    [InlineData("60000,1 000,1,1,1,1", "open '1 000' is not a number")]
    [InlineData("60000,,1,1,1,1", "open '' is not a number")]
    [InlineData("60000,2,1,1,1,1", "cannot be one bar")]
    [InlineData("60000,1,2,1.5,1.5,1", "cannot be one bar")]
    [InlineData("60000,1,1,1,1,-1", "volume '-1'")]
    [InlineData("60000,1,1,1,1", "5 columns, 6 expected")]
    [InlineData("90000,1,1,1,1,1", "is not on a bar")]
    [InlineData("noon,1,1,1,1,1", "time 'noon'")]
    [InlineData("0,1,1,1,9,1", "cannot be one bar")]
    [InlineData("0,2,2,2,2,1", "a second bar ends at 1504483260000")]
    public void A_bad_row_is_rejected_with_its_line_and_reason_and_the_rest_is_read(string row, string reason)
    {
        var path = _files.Write(Name, "0,1,1,1,1,1", row, "120000,1,1,1,1,1");
        var read = PriceFiles.Read(PriceFile.Open(path));

        Assert.Equal(2, read.Bars.Count);
        Assert.Equal(3, read.Report.Rows);
        Assert.Equal(1, read.Report.RejectCount);
        Assert.Equal(2, read.Rejects.Single().Line);
        Assert.Contains(reason, read.Rejects.Single().Reason);
        Assert.Equal(read.Rejects, read.Report.Rejects);
    }

    [Fact]
    public void Duplicates_gaps_and_disorder_are_counted()
    {
        // bars end at minutes 1 2 2 5 4 9: one repeat; 3 and 4 missing, then 6 7 8; the bar of minute 4 comes late
        var path = _files.Write(Name, "0,1,1,1,1,1", "60000,2,2,2,2,1", "60000,2,2,2,2,1", "", "240000,3,3,3,3,1",
            "180000,4,4,4,4,1", "480000,5,5,5,5,1");
        var report = PriceFiles.Read(PriceFile.Open(path)).Report;

        Assert.Equal(6, report.Rows);
        Assert.Equal(5, report.Bars);
        Assert.Equal(1, report.Duplicates);
        Assert.Equal(1, report.OutOfOrder);
        Assert.Equal(5, report.MissingIntervals);
        Assert.Equal(180_000, report.LongestGapMs);
        Assert.Equal(0, report.RejectCount);
    }

    [Fact]
    public void The_report_keeps_the_first_rejects_and_the_callback_gets_all()
    {
        var path = _files.Write(Name, [.. Enumerable.Repeat("0,x,1,1,1,1", 250)]);
        var read = PriceFiles.Read(PriceFile.Open(path));

        Assert.Equal(250, read.Report.RejectCount);
        Assert.Equal(250, read.Rejects.Count);
        Assert.Equal(PriceFileReport.RejectsMax, read.Report.Rejects.Count);
    }

    [Fact]
    public void Unreadable_files_are_errors_in_words()
    {
        AssertError("Could not find", "missing.csv");
        AssertError("no rows", _files.Write("empty.csv", ""));
        AssertError("unknown format: the first row has 2 columns", _files.Write("x.csv", "a,b"));
        AssertError("holds 2 files", _files.WriteZip("two.zip", ("a.csv", "1"), ("b.csv", "2")));
        var candles = string.Concat(Enumerable.Range(0, 9_000).Select(i => $"[{i}],"));
        var cut = _files.WriteGzip("BTC-USD-1m.json.gz", candles);
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^40]);
        AssertError("BTC-USD-1m.json.gz", cut);
    }

    [Fact]
    public void A_sum_file_beside_an_archive_must_agree()
    {
        var path = _files.WriteZip("BTCUSDT-1m-2024-03-05.zip",
            ("BTCUSDT-1m-2024-03-05.csv", "1709596800000,1,1,1,1,5,1709596859999,5,1,0,0,0\n"));
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

        File.WriteAllText(path + ".CHECKSUM", $"{sum}  BTCUSDT-1m-2024-03-05.zip\n");
        Assert.Single(PriceFiles.Read(PriceFile.Open(path)).Bars);

        File.WriteAllText(path + ".CHECKSUM", $"{sum.Replace(sum[0], sum[0] == '0' ? '1' : '0')}  x\n");
        AssertError("SHA-256", path);
    }

    [Fact]
    public void A_named_format_is_not_sniffed()
    {
        var path = _files.Write("BTCUSDT-1m-2024-03-05.csv", "1709596800000,1,1,1,1,0,1709596859999,0,1,0,0,0");

        Assert.Equal(PriceFileFormat.BinanceMarkPriceKlines, PriceFile.Open(path).Format);
        Assert.Equal("BTC-USDT", PriceFile.Open(path, PriceFileFormat.BinanceKlines).Feed?.Value);
    }

    [Fact]
    public void Format_names_read_back()
    {
        Assert.Equal("auto", PriceFileFormats.All[0]);
        foreach (var name in PriceFileFormats.All)
        {
            Assert.True(PriceFileFormats.TryParse(name, out var format));
            Assert.Equal(name, format.Name());
        }
        Assert.False(PriceFileFormats.TryParse("Lean", out _));
    }

    private static void AssertError(string words, string path)
    {
        var error = Assert.Throws<PriceFileException>(
            () => PriceFiles.Read(PriceFile.Open(path, feed: new FeedId("BTC-USD"))));
        Assert.Contains(words, error.Message);
    }
}
