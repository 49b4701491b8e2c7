using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using OrleansLeverage.App.Output;
using Xunit;

namespace OrleansLeverage.Tests.App.Strategies;

/// <summary>The verbs backtest, calibrate, anomalies, loop, cppi, track: what they write and how they refuse.</summary>
public sealed class StrategyVerbTests
{
    [Fact]
    public async Task ABacktestIsAReportInThreeForms()
    {
        using var folder = new TemporaryFolder();
        var prices = folder.Write("btc_usd_daily.csv", Prices(700));
        string[] verb = ["backtest", "--prices", prices, "--models", "ewma-normal", "historical", "--tail", "0.05"];
        var run = await Cli.RunAsync([.. verb, "--json", "--report", folder["report.html"]]);
        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        var models = json.RootElement.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(["ewma-normal", "historical"], models.Select(m => m.GetProperty("model").GetString()));
        Assert.Single(models.Select(m => m.GetProperty("observations").GetInt32()).Distinct());
        Assert.Equal(7, models[0].GetProperty("tests").GetArrayLength());
        foreach (var model in models)
        {
            var days = model.GetProperty("observations").GetInt32();
            Assert.Equal(days, model.GetProperty("transforms").EnumerateArray().Sum(bin => Number(bin, "count")));
            Assert.Equal(days, model.GetProperty("weeks").EnumerateArray().Sum(week => Number(week, "days")));
            Assert.Equal(Number(model, "exceptions"),
                model.GetProperty("weeks").EnumerateArray().Sum(week => Number(week, "exceptions")));
            Assert.All(model.GetProperty("weeks").EnumerateArray().Skip(1), week => Assert.Equal(DayOfWeek.Monday,
                DateTime.Parse(week.GetProperty("from").GetString()!, CultureInfo.InvariantCulture).DayOfWeek));
            Assert.Contains(model.GetProperty("reliability").EnumerateArray(), point => Number(point, "count") > 0
                && point.GetProperty("low").GetDouble() < point.GetProperty("realised").GetDouble());
        }
        Assert.Equal(JsonValueKind.Null, models[0].GetProperty("dieboldMarianoPValue").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, models[1].GetProperty("dieboldMarianoPValue").ValueKind);
        var page = File.ReadAllText(folder["report.html"]);
        var charts = page.Split("<svg ").Skip(1)
            .Select(part => "<svg " + part[..(part.IndexOf("</svg>", StringComparison.Ordinal) + 6)]).ToList();
        Assert.True(charts.Count >= 6, $"{charts.Count} charts");
        Assert.All(charts, chart => XDocument.Parse(chart));
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("<script", page);
        var again = await Cli.RunAsync([.. verb, "--json", "--report", folder["again.html"]]);
        Assert.Equal(run.Output, again.Output);
        Assert.Equal(page, File.ReadAllText(folder["again.html"]));
        var csv = await Cli.RunAsync([.. verb, "--csv", "-"]);
        Assert.Equal(3, csv.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("ewma-normal", (await Cli.RunAsync(verb)).Output);
    }

    [Fact]
    public async Task ACalibrationShowsParametersAndWhatBreaksWhichLeverage()
    {
        using var folder = new TemporaryFolder();
        var prices = folder.Write("btc_usd_daily.csv", Prices(500));
        string[] verb = ["calibrate", "--prices", prices, "--models", "ewma-student", "--recalibrate", "100"];
        var run = await Cli.RunAsync([.. verb, "--json", "--report", folder["report.html"]]);
        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        var ten = json.RootElement.GetProperty("reverseStress").EnumerateArray()
            .First(row => row.GetProperty("leverage").GetDouble() == 10);
        // 1 + 10·r = 0.005·10·(1 + r) at r = −0.95/9.95
        Assert.Equal(-0.95 / 9.95, ten.GetProperty("move").GetDouble(), 1e-12);
        Assert.Contains(json.RootElement.GetProperty("parameters").EnumerateArray(),
            p => p.GetProperty("parameter").GetString() == "degrees");
        // of 20x longs the walk counts what the list of returns counts, over the days that were forecast
        var liquidated = json.RootElement.GetProperty("liquidations").EnumerateArray()
            .First(row => Number(row, "leverage") == 20);
        var forecast = json.RootElement.GetProperty("models")[0].GetProperty("observations").GetInt32();
        Assert.Equal(forecast, Number(liquidated, "observations"));
        var falls = File.ReadLines(prices).Skip(1).Select(line => double.Parse(line.Split(',')[4],
            CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(falls.Zip(falls.Skip(1)).TakeLast(forecast).Count(pair => (pair.Second / pair.First) - 1.0
            <= liquidated.GetProperty("move").GetDouble()), Number(liquidated, "seen"));
        Assert.InRange(liquidated.GetProperty("expected").GetDouble(), Number(liquidated, "acceptedFrom") - 1.0,
            Number(liquidated, "acceptedTo") + 1.0);
        var degrees = json.RootElement.GetProperty("parameters").EnumerateArray()
            .Where(row => row.GetProperty("parameter").GetString() == "degrees").ToList();
        Assert.Equal(JsonValueKind.Null, degrees[0].GetProperty("change").ValueKind);
        Assert.Equal(degrees[1].GetProperty("value").GetDouble() - degrees[0].GetProperty("value").GetDouble(),
            degrees[1].GetProperty("change").GetDouble());
        Assert.Contains("Reliability: predicted", File.ReadAllText(folder["report.html"]));
        Assert.Contains("Drift by week", File.ReadAllText(folder["report.html"]));
        Assert.Contains("probability tomorrow", (await Cli.RunAsync(verb)).Output);
        Assert.True(File.Exists(folder["report.html"]));
    }

    [Theory]
    [InlineData(20, "at least")]
    [InlineData(-300, "no variance")]
    public async Task SeriesThatSayNothingAreRefused(int days, string words)
    {
        using var folder = new TemporaryFolder();
        var prices = folder.Write("btc_usd_daily.csv", days > 0 ? Prices(days) : Prices(-days, scale: 0.0));
        var run = await Cli.RunAsync("backtest", "--prices", prices, "--models", "ewma-normal");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(words, run.Error);
        Assert.Equal(2, (await Cli.RunAsync("backtest", "--prices", prices, "--models", "oracle")).Code);
        Assert.Equal(2, (await Cli.RunAsync("backtest", "--prices", folder["none.csv"])).Code);
        Assert.Equal(2, (await Cli.RunAsync("backtest", "--prices", prices, "--tail", "0.7")).Code);
    }

    [Fact]
    public async Task AnomaliesAreFoundInATable()
    {
        using var folder = new TemporaryFolder();
        var text = new StringBuilder("datetime,marketLeverage,other\n");
        var random = new Random(3);
        for (var (i, level) = (0, 3.0); i < 200; i++)
        {
            level *= i == 120 ? 0.6 : 1.0 + (0.01 * (random.NextDouble() - 0.5));
            text.Append(CultureInfo.InvariantCulture, $"t{i},{level},{i}\n");
        }
        var path = folder.Write("system.csv", text.ToString());
        string[] verb = ["anomalies", "--in", path, "--noise-rows", "5000"];
        var run = await Cli.RunAsync([.. verb, "--json"]);
        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        var series = Assert.Single(json.RootElement.GetProperty("series").EnumerateArray());
        Assert.Contains(series.GetProperty("findings").EnumerateArray(),
            f => f.GetProperty("time").GetString() == "t120" && f.GetProperty("detector").GetString() == "ewma-z");
        Assert.Equal(3, (await Cli.RunAsync([.. verb, "--fail-above", "0"])).Code);
        Assert.Contains("false alarms", (await Cli.RunAsync(verb)).Output);
        var missing = await Cli.RunAsync([.. verb, "--columns", "nothing"]);
        Assert.Equal(2, missing.Code);
        Assert.Contains("no column 'nothing'", missing.Error);
    }

    [Fact]
    public async Task ALoopHasARowForEveryNumberOfLoops()
    {
        string[] verb = ["loop", "--ltv", "0.75", "--threshold", "0.8", "--loops", "5", "--borrow-apy", "0.025"];
        var csv = await Cli.RunAsync([.. verb, "--csv", "-"]);
        var lines = csv.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(7, lines.Length);
        var last = lines[^1].Split(',');
        // quant reference §13
        Assert.Equal(3.288086, double.Parse(last[1], CultureInfo.InvariantCulture), 1e-6);
        Assert.Equal(0.05788086, double.Parse(last[6], CultureInfo.InvariantCulture), 1e-8);
        Assert.Contains("trapped", (await Cli.RunAsync([.. verb, "--market-price", "0.65"])).Output);
        Assert.Equal(2, (await Cli.RunAsync("loop", "--ltv", "0.9", "--threshold", "0.8")).Code);
        Assert.Equal(2, (await Cli.RunAsync("loop", "--ltv", "1.5", "--threshold", "1.6")).Code);
        Assert.Equal(2, (await Cli.RunAsync("loop", "--ltv", "much")).Code);
    }

    [Fact]
    public async Task InsuranceIsSimulatedAndWalkedAlongHistory()
    {
        string[] verb = ["cppi", "--multiplier", "4", "--floor", "0.85", "--paths", "500", "--rebalances", "26"];
        var run = await Cli.RunAsync([.. verb, "--json"]);
        Assert.Equal(0, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(60.0, json.RootElement.GetProperty("exposure").GetDouble(), 1e-9);
        Assert.Equal(run.Output, (await Cli.RunAsync([.. verb, "--json", "--workers", "3"])).Output);
        using var folder = new TemporaryFolder();
        var prices = folder.Write("btc_usd_daily.csv", Prices(100));
        var walk = await Cli.RunAsync("cppi", "history", "--multiplier", "4", "--floor", "0.85", "--prices", prices,
            "--svg", folder["walk.svg"], "--csv", "-");
        Assert.Equal(0, walk.Code);
        Assert.Equal(100, walk.Output.TrimEnd('\n').Split('\n').Length);
        XDocument.Load(folder["walk.svg"]);
        var bad = await Cli.RunAsync("cppi", "--multiplier", "0.5");
        Assert.Equal(2, bad.Code);
        Assert.Contains("at least 1", bad.Error);
        Assert.Contains("share of the value", (await Cli.RunAsync("cppi", "--floor", "1.2")).Error);
    }

    [Fact]
    public async Task TrackingInThreeWays()
    {
        using var folder = new TemporaryFolder();
        var returns = folder.Write("r.csv", "date,fund,index\n1,0.01,0.02\n2,,0.01\n3,-0.02,-0.01\n4,0.03,0.02\n");
        var ratios = await Cli.RunAsync("track", "returns", "--in", returns, "--benchmark", "index", "--periods", "12",
            "--fund", "fund", "--json");
        Assert.Equal(0, ratios.Code);
        using var json = JsonDocument.Parse(ratios.Output);
        var figures = json.RootElement.GetProperty("funds")[0].GetProperty("figures");
        Assert.Equal(0.02, figures.GetProperty("maxDrawdown").GetDouble(), 1e-12);
        Assert.Equal(Math.Sqrt(((0.02 / 3 * 0.02 / 3 * 2) + (0.04 / 3 * 0.04 / 3)) / 2 * 12) / Math.Sqrt(1),
            figures.GetProperty("trackingError").GetDouble(), 1e-9);
        var product = await Cli.RunAsync("track", "product", "--beta", "-1", "--prices",
            folder.Write("btc_usd_daily.csv", Prices(60)), "--svg", folder["p.svg"]);
        Assert.Equal(0, product.Code);
        Assert.Contains("avellanedaZhang", product.Output);
        XDocument.Load(folder["p.svg"]);
        var hedge = await Cli.RunAsync("track", "hedge", "--coins", "2", "--fee-rate", "0", "--csv", "-", "--in",
            folder.Write("h.csv", "index,mark,position,fundingRate\n100,100,-2,0\n110,111,-2,0.001\n"));
        Assert.Equal("interval,drift,basis,funding,fee,slippage,total\n1,0,-2,0.222,0,0,-1.778\n",
            hedge.Output.Replace("-0,", "0,"));
        var gap = await Cli.RunAsync("track", "hedge", "--in",
            folder.Write("g.csv", "index,mark,position\n100,,-2\n110,111,-2\n"));
        Assert.Equal(2, gap.Code);
        Assert.Contains("row 1 has no mark", gap.Error);
    }

    [Fact]
    public void ChartsBreakWhereAValueIsMissingAndSayWhereThereIsNone()
    {
        var chart = new SvgChart("a < b", "x", "y") { XText = x => $"day {x}" }
            .Line("line", SvgChart.Pairs([0, 1, 2, 3], [1.0, null, 3.0, double.NaN]));
        var svg = XDocument.Parse(chart.ToSvg());
        var path = svg.Descendants().Last(e => e.Name.LocalName == "path").Attribute("d")!.Value;
        Assert.Equal(2, path.Count(c => c == 'M'));
        Assert.Contains("day 1", chart.ToSvg());
        Assert.Contains("nothing to show", new SvgChart("t", "x", "y").Line("l", [(0, double.NaN)]).ToSvg());
        List<(double, double)> many =
            [.. Enumerable.Range(0, 20_000).Select(i => ((double)i, i == 12_345 ? 99.0 : 0.0))];
        var thin = new SvgChart("t", "x", "y").Line("l", many).ToSvg();
        Assert.True(thin.Length < 60_000, $"{thin.Length}");
        Assert.Contains("100", new SvgChart("t", "x", "y").Line("l", many).Points("p", [(0, 101)]).ToSvg());
        // the peak is at the top of the picture, where the axis ends
        Assert.Contains(" 44.0", XDocument.Parse(thin).Descendants().Last(e => e.Name.LocalName == "path")
            .Attribute("d")!.Value);
        var bars = XDocument.Parse(new SvgChart("t", "x", "y").Bars("b", [(0, 1), (1, -1)]).ToSvg());
        var heights = bars.Descendants().Where(e => e.Name.LocalName == "rect").Skip(1)
            .Select(e => e.Attribute("height")!.Value).ToList();
        Assert.Equal(2, heights.Count);
        Assert.Equal(heights[0], heights[1]);
    }

    private static string Prices(int days, double scale = 0.02)
    {
        var random = new Random(17);
        var text = new StringBuilder("date,open,high,low,close,volume\n");
        var (price, day) = (20_000.0, new DateOnly(2020, 1, 1));
        for (var i = 0; i < days; i++)
        {
            var sum = Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6.0;
            price *= Math.Exp(scale * sum);
            text.Append(CultureInfo.InvariantCulture,
                $"{day.AddDays(i):yyyy-MM-dd},{price:F2},{price:F2},{price:F2},{price:F2},1\n");
        }
        return text.ToString();
    }

    private static int Number(JsonElement row, string name) => row.GetProperty(name).GetInt32();
}
