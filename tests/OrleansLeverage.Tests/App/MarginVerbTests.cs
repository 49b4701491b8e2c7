using System.Text.Json;
using System.Xml.Linq;
using OrleansLeverage.App.Output;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary><c>leverage margin</c>: what it is given and what it says.</summary>
public sealed class MarginVerbTests
{
    private const string Portfolio = """
        {
          "rules": "derive-pmrm2", "time": "2026-11-25T08:00:00Z", "spot": "1500", "cash": "1000",
          "expiries": [{"expiry": "20261225", "forward": "1500"}],
          "options": [
            {"instrument": "ETH-USD-20261225-1600-C", "quantity": "-1", "volatility": "0.6"},
            {"instrument": "ETH-USD-20261225-1700-C", "quantity": "1", "volatility": "0.6"}
          ]
        }
        """;

    [Fact]
    public async Task The_parts_of_a_portfolio_margin_add_up()
    {
        using var folder = new TemporaryFolder();
        var answer = await JsonAsync("margin", "--in", folder.Write("p.json", Portfolio), "--explain", "--json");
        Assert.Equal("derive-pmrm2", answer.GetProperty("rules").GetString());
        var loss = Money(answer, "worstLoss");
        Assert.Equal(-loss, answer.GetProperty("explanation").EnumerateArray().Sum(line => Money(line, "profit")));
        Assert.Equal(31, answer.GetProperty("scenarios").GetArrayLength());
        var index = answer.GetProperty("worstScenario").GetProperty("index").GetInt32();
        var worst = answer.GetProperty("scenarios")[index];
        Assert.Equal(-loss, Money(worst, "counted"));
        var charges = answer.GetProperty("charges").EnumerateArray().ToList();
        Assert.Equal(loss * 0.8m + charges.Sum(charge => Money(charge, "maintenance")),
            Money(answer, "maintenanceMargin"));
        Assert.Equal(Money(answer, "equity") - Money(answer, "initialMargin"), Money(answer, "freeCollateral"));
        // 1 naked short at 1,600 of spot 1,500: 0.3 % and 0.2 % more
        Assert.Equal((4.5m, 3m), (Money(charges[0], "maintenance"), Money(charges[0], "initial")));
    }

    [Fact]
    public async Task Csv_says_the_same_as_json()
    {
        using var folder = new TemporaryFolder();
        var csv = folder.Write("p.csv", """
            instrument,quantity,price,forward,volatility,rate
            ETH-USD-20261225-1600-C,-1,,1500,0.6,
            ETH-USD-20261225-1700-C,1,,1500,0.6,
            """);
        var fromCsv = await JsonAsync("margin", "--in", csv, "--rules", "derive-pmrm2", "--spot", "1500",
            "--cash", "1000", "--at", "2026-11-25T08:00:00Z", "--json");
        var fromJson = await JsonAsync("margin", "--in", folder.Write("p.json", Portfolio), "--json");
        Assert.Equal(fromJson.GetRawText(), fromCsv.GetRawText());
    }

    [Fact]
    public async Task The_standard_model_caps_a_spread_by_its_loss()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.json", Portfolio);
        var derive = await JsonAsync("margin", "--in", path, "--model", "standard", "--rules", "derive-standard",
            "--json");
        Assert.Equal(100m, Money(derive, "initialMargin"));
        Assert.False(derive.GetProperty("isLiquidatable").GetBoolean());
        // Deribit sees the short call alone: 0.10 of the index and its mark
        var deribit = await JsonAsync("margin", "--in", path, "--model", "standard", "--explain", "--json");
        var leg = deribit.GetProperty("expiries")[0].GetProperty("legs")[0];
        Assert.Equal(150m + Money(leg, "mark"), Money(deribit, "initialMargin"));
        Assert.Equal(112.5m + Money(leg, "mark"), Money(deribit, "maintenanceMargin"));
    }

    [Fact]
    public async Task A_picture_and_rows_are_written()
    {
        using var folder = new TemporaryFolder();
        var told = await Cli.RunAsync("margin", "--in", folder.Write("p.json", Portfolio), "--svg", folder["heat.svg"],
            "--csv", folder["rows.csv"], "--explain");
        Assert.Equal(ExitCode.Ok, told.Code);
        Assert.Contains("What makes the worst", told.Output, StringComparison.Ordinal);
        var svg = XDocument.Load(folder["heat.svg"]);
        Assert.Equal(31, svg.Descendants().Count(node => node.Name.LocalName == "rect") - 1);
        Assert.Equal(32, File.ReadAllLines(folder["rows.csv"]).Length);
    }

    [Theory]
    [InlineData("\"spot\": \"1500\"", "\"spot\": \"0\"", "$.spot")]
    [InlineData("\"volatility\": \"0.6\"}", "\"volatility\": \"-0.6\"}", "volatility")]
    [InlineData("\"expiry\": \"20261225\"", "\"expiry\": \"20261226\"", "unknown_expiry")]
    [InlineData("ETH-USD-20261225-1600-C", "ETH-USD-20261225-0-C", "no option")]
    [InlineData("ETH-USD-20261225-1600-C", "ETH-1600", "no option")]
    [InlineData("derive-pmrm2", "nobody", "derive-pmrm2")]
    [InlineData("\"cash\": \"1000\"", "\"cash\": 1000", "$.cash")]
    [InlineData("\"quantity\": \"-1\"", "\"quantity\": \"NaN\"", "quantity")]
    public async Task Bad_input_is_named_and_ends_with_a_usage_error(string from, string to, string named)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(from, Portfolio, StringComparison.Ordinal);
        var told = await Cli.RunAsync("margin", "--in",
            folder.Write("p.json", Portfolio.Replace(from, to, StringComparison.Ordinal)), "--json");
        Assert.Equal(ExitCode.Usage, told.Code);
        Assert.Empty(told.Output);
        Assert.Contains(named, told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_or_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.json", Portfolio);
        Assert.Equal(ExitCode.Usage, (await Cli.RunAsync("margin", "--in", path, "--model", "mine")).Code);
        Assert.Equal(ExitCode.Usage, (await Cli.RunAsync("margin", "--in", folder["no.json"])).Code);
        Assert.Equal(ExitCode.Usage, (await Cli.RunAsync("margin", "--in", folder.Write("no.csv", "a,b\n1,2"))).Code);
    }

    private static async Task<JsonElement> JsonAsync(params string[] args)
    {
        var told = await Cli.RunAsync(args);
        Assert.True(told.Code == ExitCode.Ok, told.Error);
        return JsonDocument.Parse(told.Output).RootElement;
    }

    private static decimal Money(JsonElement element, string name) =>
        decimal.Parse(element.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
}
