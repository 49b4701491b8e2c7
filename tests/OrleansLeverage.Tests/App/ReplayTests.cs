using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary><c>leverage replay</c> on the real fall of 4 September 2017, with few accounts.</summary>
public sealed class ReplayTests
{
    private const int Rows = 240;

    [Fact]
    public async Task TheSameInputsGiveTheSameBytesOnAnyNumberOfWorkers()
    {
        using var folder = new TemporaryFolder();
        if (Lean(folder) is not { } files)
        {
            return;
        }
        var one = await ReplayAsync(folder, "one", files, "--workers", "1");
        var two = await ReplayAsync(folder, "two", files, "--workers", "2");
        var other = await ReplayAsync(folder, "other", files, "--workers", "2", "--seed", "43");
        foreach (var name in (string[])["system.csv", "triggers.csv"])
        {
            Assert.Equal(File.ReadAllBytes(folder[$"one/{name}"]), File.ReadAllBytes(folder[$"two/{name}"]));
            Assert.NotEqual(File.ReadAllBytes(folder[$"one/{name}"]), File.ReadAllBytes(folder[$"other/{name}"]));
        }
        Assert.Equal(WithoutTimings(one), WithoutTimings(two));
        Assert.NotEqual(one.GetProperty("stateHash").GetString(), other.GetProperty("stateHash").GetString());
        Assert.Equal(Digest(folder["one/system.csv"]), one.GetProperty("sha256").GetProperty("systemCsv").GetString());
        Assert.Equal(Digest(folder["one/triggers.csv"]), one.GetProperty("sha256").GetProperty("triggersCsv")
            .GetString());
    }

    [Fact]
    public async Task EveryBarIsAFrameWithItsClose()
    {
        using var folder = new TemporaryFolder();
        if (Lean(folder) is not { } files)
        {
            return;
        }
        var summary = await ReplayAsync(folder, "out", files);
        var rows = File.ReadAllLines(folder["out/system.csv"]);
        var columns = rows[0].Split(',');
        string Of(int row, string name) => rows[row].Split(',')[Array.IndexOf(columns, name)];
        // LEAN rows: milliseconds since midnight UTC, open, high, low, close, volume
        var closes = File.ReadAllLines(files[0]).Select(l => l.Split(',')).ToArray();
        Assert.Equal(closes.Length + 1, rows.Length);
        for (var row = 1; row < rows.Length; row++)
        {
            Assert.Equal(decimal.Parse(closes[row - 1][4], CultureInfo.InvariantCulture),
                decimal.Parse(Of(row, "BTC-USD"), CultureInfo.InvariantCulture));
            var notional = double.Parse(Of(row, "notional"), CultureInfo.InvariantCulture);
            var sides = double.Parse(Of(row, "longNotional"), CultureInfo.InvariantCulture)
                + double.Parse(Of(row, "shortNotional"), CultureInfo.InvariantCulture);
            Assert.Equal(1.0, sides / notional, 12);
            Assert.Equal(400, new[] { "healthy", "warning", "marginCall", "liquidation", "bankrupt", "unknown" }
                .Sum(tier => int.Parse(Of(row, tier), CultureInfo.InvariantCulture)));
        }
        // 4 September 2017 from midnight, the bar's end
        var end = 1_504_483_200_000 + long.Parse(closes[0][0], CultureInfo.InvariantCulture) + 60_000;
        Assert.Equal(end.ToString(CultureInfo.InvariantCulture), Of(1, "timestamp"));
        var counts = summary.GetProperty("counts");
        Assert.Equal(counts.GetProperty("triggers").EnumerateObject().Sum(t => t.Value.GetInt64()),
            File.ReadAllLines(folder["out/triggers.csv"]).Length - 1);
        Assert.Equal(2 * closes.Length, counts.GetProperty("prices").GetProperty("applied").GetInt32());
        Assert.True(counts.GetProperty("triggers").GetProperty("LIQUIDATION").GetInt64() > 0,
            "the fall liquidates nobody");
    }

    [Fact]
    public async Task AThresholdThatIsPassedHasItsExitCode()
    {
        using var folder = new TemporaryFolder();
        if (Lean(folder) is not { } files)
        {
            return;
        }
        string[] args = ["replay", "--prices", .. files, "--accounts", "400", "--out", folder["out"],
            "--liquidations-max"];
        Assert.Equal(3, (await Cli.RunAsync([.. args, "0"])).Code);
        Assert.Equal(0, (await Cli.RunAsync([.. args, "1000000"])).Code);
    }

    [Fact]
    public async Task AGapMakesTheFeedStaleAndInhibitsWhatItPrices()
    {
        using var folder = new TemporaryFolder();
        // two feeds; ETH is silent for three minutes while BTC halves: nobody with ETH may be liquidated meanwhile
        string Candles(decimal price, decimal late, Func<int, bool> has) => "["
            + string.Join(",", Enumerable.Range(0, 12).Where(has)
            .Select(i => (i < 5 ? price : late) is var p ? $"[{1_767_225_600_000 + i * 60_000L},{p},{p},{p},{p},1]"
                : "")) + "]";
        var btc = folder.Write("BTC_USD-1m.json", Candles(60_000m, 40_000m, _ => true));
        var eth = folder.Write("ETH_USD-1m.json", Candles(3_000m, 2_999m, i => i is < 4 or > 6));
        var run = await Cli.RunAsync("replay", "--prices", btc, eth, "--accounts", "400", "--out", folder["out"],
            "--json");
        Assert.Equal(0, run.Code);
        Assert.Contains("ETH_USD-1m.json: 3 bars are missing, the longest gap is 180 s", run.Error,
            StringComparison.Ordinal);
        var rows = File.ReadAllLines(folder["out/system.csv"]);
        var stale = Array.IndexOf(rows[0].Split(','), "notFresh");
        // a bar and a half may pass: the first missing bar is forgiven, the next two are not
        Assert.Equal(["", "", "", "", "", "ETH-USD", "ETH-USD", "", "", "", "", ""],
            rows.Skip(1).Select(row => row.Split(',')[stale]));
        var triggers = JsonDocument.Parse(run.Output).RootElement.GetProperty("counts").GetProperty("triggers");
        Assert.True(triggers.GetProperty("ORACLE_INHIBITED").GetInt64() > 0, "nobody is told of the inhibition");
    }

    [Fact]
    [Trait("Category", "Process")]
    public async Task AnInterruptLeavesNothingHalfWritten()
    {
        using var folder = new TemporaryFolder();
        var prices = folder.Write("BTC_USD-1m.json", "[" + string.Join(",", Enumerable.Range(0, 200_000)
            .Select(i => $"[{1_767_225_600_000 + i * 60_000L},60000,60000,60000,60000,1]")) + "]");
        await using var replay = LeverageProcess.Start("replay", "--prices", prices, "--accounts", "5000",
            "--out", folder["out"]);
        await replay.ExistsAsync(folder["out/system.csv.partial"]);
        Assert.Equal(1, await replay.SignalAsync(LeverageProcess.Interrupt));
        Assert.Contains("nothing was written; run the same command", replay.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder["out"]));
    }

    [Fact]
    public async Task FundingOfAFileIsPaidByLongs()
    {
        using var folder = new TemporaryFolder();
        // at an even price only funding moves equity, and it moves it from longs to shorts: together nothing changes
        var prices = folder.Write("BTC_USD-1m.json", "[" + string.Join(",", Enumerable.Range(0, 6)
            .Select(i => $"[{1_767_225_600_000 + i * 60_000L},60000,60000,60000,60000,1]")) + "]");
        var funding = folder.Write("cryptofuture_binance_margin_interest_btcusd.csv", "20260101 00:03:00,0.01\n");
        var run = await Cli.RunAsync("replay", "--prices", prices, funding, "--accounts", "400", "--out", folder["out"],
            "--json");
        Assert.True(run.Code == 0, run.Error);
        var counts = JsonDocument.Parse(run.Output).RootElement.GetProperty("counts");
        Assert.Equal(1, counts.GetProperty("fundings").GetProperty("applied").GetInt32());
        var rows = File.ReadAllLines(folder["out/system.csv"]).Select(row => row.Split(',')).ToArray();
        double Of(int row, string name) =>
            double.Parse(rows[row][Array.IndexOf(rows[0], name)], CultureInfo.InvariantCulture);
        Assert.True(Of(6, "longLeverage") > Of(1, "longLeverage"), "longs pay and are no more levered");
        Assert.True(Of(6, "shortLeverage") < Of(1, "shortLeverage"), "shorts are paid and are no less levered");
    }

    [Theory]
    [InlineData("BTC_EUR-1m.json", "no instrument is priced by BTC-EUR")]
    [InlineData("absent.json", "absent.json does not exist")]
    public async Task PricesThatPriceNothingAreUsage(string name, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("BTC_EUR-1m.json", "[[1767225600000,1,1,1,1,1],[1767225660000,1,1,1,1,1]]");
        var run = await Cli.RunAsync("replay", "--prices", folder[name], "--out", folder["out"]);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Theory]
    [InlineData("--accounts", "0", "--accounts 0 is not within 1 and 10000000")]
    [InlineData("--workers", "65", "--workers 65 is not within 1 and 64")]
    [InlineData("--workers", "many", "'many'")]
    [InlineData("--format", "xls", "xls")]
    [InlineData("--path", "vwap", "vwap")]
    public async Task ASettingOutOfRangeIsUsageWithItsBound(string option, string value, string expected)
    {
        var run = await Cli.RunAsync("replay", "--prices", "x", "--out", "y", option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    /// <summary>Four hours of the fall, BTC and ETH, under the names that say what they are.</summary>
    private static string[]? Lean(TemporaryFolder folder)
    {
        var files = new List<string>();
        foreach (var coin in (string[])["btcusd", "ethusd"])
        {
            var name = $"crypto_coinbase_minute_{coin}_20170904_trade.csv";
            if (SharedData.Path($"data/lean/{name}") is not { } path)
            {
                return null;
            }
            files.Add(folder.Write(name, string.Join('\n', File.ReadLines(path).Skip(480).Take(Rows)) + "\n"));
        }
        return [.. files];
    }

    private static async Task<JsonElement> ReplayAsync(TemporaryFolder folder, string name, string[] files,
        params string[] more)
    {
        var run = await Cli.RunAsync(
            ["replay", "--prices", .. files, "--accounts", "400", "--out", folder[name], "--json", .. more]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(run.Output).RootElement,
            JsonDocument.Parse(File.ReadAllText(folder[$"{name}/summary.json"])).RootElement));
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static string WithoutTimings(JsonElement summary) =>
        string.Join('\n', summary.EnumerateObject().Where(p => p.Name != "timings").Select(p => p.ToString()));

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
