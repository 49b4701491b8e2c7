using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansLeverage.Analytics.Models;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>The verbs fit, forecast and limits on a seeded price file: what they write, and how they refuse.</summary>
public sealed class ModelVerbTests
{
    [Fact]
    public async Task FitNamesModelsErrorsEffectAndRegimes()
    {
        using var folder = new TemporaryFolder();
        var file = Prices(folder, "BTC-USD.csv", 700);
        var run = await Cli.RunAsync("fit", "--prices", $"BTC-USD={file}", "--json", "--svg", folder["fit.svg"]);
        Assert.True(run.Code == 0, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        var series = json.RootElement.GetProperty("series")[0];
        Assert.Equal(5, series.GetProperty("fits").GetArrayLength());
        Assert.Equal(700 - 1, series.GetProperty("observations").GetInt32());
        Assert.Equal(30, series.GetProperty("fits")[0].GetProperty("forecastVolatility").GetArrayLength());
        Assert.True(series.GetProperty("leverageEffect").GetProperty("gjrPValue").GetDouble() is >= 0.0 and <= 1.0);
        Assert.Equal(6, series.GetProperty("regimes").GetArrayLength());
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(folder["fit.svg"]));
        var csv = await Cli.RunAsync("fit", "--prices", $"BTC-USD={file}", "--model", "gjr", "--csv", "-");
        const string Header = "feed,model,parameter,value,hessianError,opgError,qmlError,atBound,bias,corrected";
        Assert.StartsWith($"{Header}\nBTC-USD,gjr,mu,", csv.Output);
        var freed = await Cli.RunAsync("fit", "--prices", $"BTC-USD={file}", "--model", "garch", "--bias-refits", "20",
            "--presample", "mean-residual", "--json");
        Assert.True(freed.Code == 0, freed.Error);
        using var corrected = JsonDocument.Parse(freed.Output);
        var bias = corrected.RootElement.GetProperty("series")[0].GetProperty("fits")[0].GetProperty("bias");
        Assert.Equal(20, bias.GetProperty("replicates").GetInt32());
        Assert.Equal(4, bias.GetProperty("estimates").GetArrayLength());
        Assert.Equal(2, (await Cli.RunAsync("fit", "--prices", $"BTC-USD={file}", "--bias-refits", "1")).Code);
        Assert.Equal(1 + 5, csv.Output.TrimEnd('\n').Split('\n').Length);
    }

    /// <summary>From prices to a rule file that a grid refuses orders by; what else it holds stays.</summary>
    [Fact]
    public async Task ALimitBecomesTheNextVersionOfTheRules()
    {
        using var folder = new TemporaryFolder();
        var file = Prices(folder, "x.csv", 300);
        string[] verb = ["limits", "--prices", $"BTC-USD={file}", "--policy", "survivor"];
        var plain = await Cli.RunAsync([.. verb, "--rules-out", folder["plain.json"], "--account-cap", "20"]);
        Assert.True(plain.Code == 0, plain.Error);
        var first = Written("plain.json");
        Assert.Equal(20m, first.Leverage!.Account);
        Assert.Equal(StandardRules.Rules.Newest.Rules.Version + 1, first.Version);
        var asset = new AssetId("BTC");
        var cap = first.Leverage.Assets[asset].MaxLeverage!.Value;
        Assert.True(cap > 1m);
        // a position that its market cannot take in a day: less leverage; the rest of the file stays
        var deep = await Cli.RunAsync([.. verb, "--position", "4e8", "--daily-volume", "1e9", "--open-interest", "1e9",
            "--rules-out", folder["deep.json"], "--reduce-only", "--json"]);
        Assert.True(deep.Code == 0, deep.Error);
        var second = Written("deep.json").Leverage!;
        Assert.True(second.Assets[asset].MaxLeverage < cap && second.Assets[asset].ReduceOnly);
        Assert.Equal(0, (await Cli.RunAsync([.. verb, "--position", "4e6", "--file-volume", "base"])).Code);
        using var json = JsonDocument.Parse(deep.Output);
        Assert.True(json.RootElement.GetProperty("policies")[0].GetProperty("now").GetProperty("addOn").GetDouble()
            > 0.1);
        string[][] bad =
        [
            ["limits", "--prices", $"BTC-USD={file}", "--rules-out", folder["no.json"]],
            [.. verb, "--position", "4e8"],
            [.. verb, "--daily-volume", "1e9"],
            [.. verb, "--position", "4e8", "--daily-volume", "1e9", "--file-volume", "quote"],
            [.. verb, "--position", "-1", "--daily-volume", "1e9"],
            [.. verb, "--rules-out", folder["no.json"], "--rules", folder["absent.json"]],
            [.. verb, "--rules-out", folder["no.json"], "--account-cap", "-3"],
        ];
        foreach (var arguments in bad)
        {
            Assert.Equal(2, (await Cli.RunAsync(arguments)).Code);
        }
        Assert.False(File.Exists(folder["no.json"]));

        RiskRules Written(string name) => RuleFile.Parse(File.ReadAllText(folder[name]), name).Rules;
    }

    [Fact]
    public async Task LimitsShowEveryPolicyAndTheCrash()
    {
        using var folder = new TemporaryFolder();
        var file = Prices(folder, "x.csv", 300);
        var run = await Cli.RunAsync("limits", "--prices", $"BTC-USD={file}", "--crash", "2020-06-01", "--json");
        Assert.True(run.Code == 0, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(3, json.RootElement.GetProperty("policies").GetArrayLength());
        var rule = json.RootElement.GetProperty("policies")[0].GetProperty("leverageLimits").GetProperty("assets")[0];
        Assert.Equal("BTC", rule.GetProperty("asset").GetString());
        Assert.True(decimal.Parse(rule.GetProperty("maxLeverage").GetString()!, CultureInfo.InvariantCulture) > 1m);
        Assert.Equal(301, json.RootElement.GetProperty("policies")[0].GetProperty("days").GetArrayLength());
        Assert.Equal(3, json.RootElement.GetProperty("crashes").GetArrayLength());
        var bad = await Cli.RunAsync("limits", "--prices", $"BTC-USD={file}", "--crash", "tomorrow");
        Assert.Equal(2, bad.Code);
    }

    [Fact]
    public async Task ForecastIsTheSameOnAnyNumberOfWorkers()
    {
        using var folder = new TemporaryFolder();
        var file = Prices(folder, "x.csv", 400);
        string[] args = ["forecast", "--prices", $"BTC-USD={file}", "--accounts", "200", "--days", "5", "--paths",
            "200", "--seed", "7"];
        var one = await Cli.RunAsync([.. args, "--workers", "1", "--json"]);
        Assert.True(one.Code == 0, one.Error);
        Assert.Equal(one.Output, (await Cli.RunAsync([.. args, "--workers", "3", "--json"])).Output);
        using var json = JsonDocument.Parse(one.Output);
        Assert.Equal(5, json.RootElement.GetProperty("byDay").GetArrayLength());
        Assert.Equal(20, json.RootElement.GetProperty("riskiest").GetArrayLength());
        Assert.NotEqual(0, json.RootElement.GetProperty("followers").GetArrayLength());
        var csv = await Cli.RunAsync([.. args, "--csv", "-"]);
        Assert.StartsWith("account,probability,standardError,expectedLiquidated,", csv.Output);
    }

    [Fact]
    public async Task BadSeriesAreUsageErrorsThatSayWhatToDo()
    {
        using var folder = new TemporaryFolder();
        var shorter = await Cli.RunAsync("fit", "--prices", $"X-USD={Prices(folder, "s.csv", 20)}");
        Assert.Equal(2, shorter.Code);
        Assert.Contains("series_too_short", shorter.Error);
        var constant = await Cli.RunAsync("fit", "--prices", $"X-USD={Prices(folder, "c.csv", 200, width: 0.0)}");
        Assert.Equal(2, constant.Code);
        Assert.Contains("series_constant", constant.Error);
        var text = await File.ReadAllLinesAsync(Prices(folder, "g.csv", 200));
        var gapped = folder.Write("gap.csv", string.Join('\n', text.Where((_, i) => i is < 50 or > 90)) + "\n");
        var gap = await Cli.RunAsync("fit", "--prices", $"X-USD={gapped}");
        Assert.Equal(2, gap.Code);
        Assert.Contains("series_gap", gap.Error);
        var rate = await Cli.RunAsync("limits", "--prices", $"X-USD={gapped}", "--gap-max", "100", "--mmr", "2");
        Assert.Equal(2, rate.Code);
    }

    private static string Prices(TemporaryFolder folder, string name, int days, double width = 0.03)
    {
        var random = new PathRandom(12, 0);
        var (text, close) = (new StringBuilder("date,open,high,low,close,volume\n"), 50_000.0);
        for (var i = 0; i < days; i++)
        {
            var open = close;
            close *= Math.Exp(width * (i / 60 % 2 == 0 ? 1.0 : 2.0) * random.NextGaussian());
            var high = Math.Max(open, close) * (1.0 + 0.3 * width);
            var low = Math.Min(open, close) * (1.0 - 0.3 * width);
            text.Append(CultureInfo.InvariantCulture, $"{new DateOnly(2020, 1, 1).AddDays(i):yyyy-MM-dd},");
            text.Append(CultureInfo.InvariantCulture, $"{open:F2},{high:F2},{low:F2},{close:F2},1000\n");
        }
        return folder.Write(name, text.ToString());
    }
}
