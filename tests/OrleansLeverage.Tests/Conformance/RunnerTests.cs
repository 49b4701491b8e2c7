using OrleansLeverage.Conformance;
using Xunit;

namespace OrleansLeverage.Tests.Conformance;

/// <summary>The runner sees what it is there to see: each test plants one fault in a folder of its own.</summary>
public sealed class RunnerTests : IDisposable
{
    private const string Right = """
        {"id": "right", "kind": "notional", "venue": "v", "formula": "q*p", "inputs": {"quantity": "2", "price": 3},
         "expected": {"notional": 6}, "tolerance": {"type": "exact"}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("conformance-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ARightCasePasses()
    {
        var (result, text) = Run(Right);
        Assert.Equal((1, 0, 0, 0), (result.Passed, result.Failures.Count, result.Skipped, result.ExitCode));
        Assert.Equal("cases.json: 1 passed, 0 failed, 0 skipped", text[0]);
        Assert.Equal("1 passed, 0 failed, 0 skipped", text[^1]);
    }

    [Fact]
    public void AWrongExpectedValueIsReported()
    {
        var wrong = Right.Replace("\"right\"", "\"wrong\"").Replace("\"notional\": 6", "\"notional\": 6.5");
        var (result, text) = Run(Right, wrong);
        Assert.Equal((1, 1, 1), (result.Passed, result.Failures.Count, result.ExitCode));
        Assert.Equal("  FAILED wrong: notional: expected 6.5, actual 6", text[1]);
        Assert.Equal("1 passed, 1 failed, 0 skipped", text[^1]);
    }

    [Theory]
    [InlineData("\"kind\": \"notional\"", "\"kind\": \"novel\"", "unmapped: no product form for kind 'novel'")]
    [InlineData("\"quantity\": \"2\"", "\"weight\": \"2\"", "unmapped: the inputs give no quantity")]
    [InlineData("\"notional\": 6", "\"no_such_value\": 6", "the product gives no such value")]
    [InlineData("\"notional\": 6", "", "the case expects nothing")]
    [InlineData("\"type\": \"exact\"", "\"type\": \"roughly\"", "tolerance type 'roughly' is not known")]
    [InlineData("\"price\": 3", "\"price\": -3", "ArgumentOutOfRangeException")]
    [InlineData("\"notional\": 6", "\"error\": true", "expected the refusal true")]
    [InlineData("\"notional\": 6", "\"notional\": null", "expected null, actual 6")]
    [InlineData("\"notional\": 6", "\"notional\": true", "expected true, actual 6")]
    [InlineData("\"notional\": 6", "\"notional\": [6]", "expected [6], actual 6")]
    public void WhatIsNotProvenFails(string part, string instead, string reason)
    {
        var (result, text) = Run(Right, Right.Replace(part, instead));
        Assert.Equal((1, 1, 0, 1), (result.Passed, result.Failures.Count, result.Skipped, result.ExitCode));
        Assert.Contains(reason, text[1]);
    }

    [Fact]
    public void AFolderWithoutCasesFails()
    {
        var (result, text) = Run();
        Assert.Equal((0, 1), (result.Passed, result.ExitCode));
        Assert.Contains("nothing is proven", text[^2]);
        Assert.Equal("0 passed, 0 failed, 0 skipped", text[^1]);
    }

    [Fact]
    public void AnEmptyOrAbsentFolderFails()
    {
        Assert.Equal(1, Runner().Run(_folder, TextWriter.Null).ExitCode);
        Assert.Equal(1, Runner().Run(Path.Combine(_folder, "absent"), TextWriter.Null).ExitCode);
        Assert.Equal(2, ConformanceRun.Execute([], TextWriter.Null));
    }

    [Theory]
    [InlineData("{\"cases\": [")]
    [InlineData("[]")]
    [InlineData("{\"rows\": []}")]
    [InlineData("{\"cases\": [{\"kind\": \"notional\"}]}")]
    [InlineData("{\"cases\": [{\"id\": \"a\", \"kind\": \"notional\"}]}")]
    public void AFileOfNeitherSchemaFails(string json)
    {
        File.WriteAllText(Path.Combine(_folder, "broken.json"), json);
        var (result, text) = Run(Right);
        Assert.Equal((1, 1, 1), (result.Passed, result.Failures.Count, result.ExitCode));
        Assert.Equal("broken.json: 0 passed, 1 failed, 0 skipped", text[0]);
    }

    [Fact]
    public void OnlyWhatTheTableNamesIsSkipped()
    {
        var table = new SkipTable([new SkipRow("cases.json", null, "left-out", "not modelled")]);
        var leftOut = Right.Replace("\"right\"", "\"left-out\"").Replace("\"notional\": 6", "\"notional\": 7");
        var (result, text) = Run(table, Right, leftOut, leftOut.Replace("left-out", "left-out-2"));
        Assert.Equal((1, 1, 1), (result.Passed, result.Failures.Count, result.Skipped));
        Assert.Contains("skipped 1: not modelled", text[2]);
    }

    /// <summary>A row with fields leaves these out, and the case with it; its other fields are held.</summary>
    [Fact]
    public void OnlyTheFieldsThatTheTableNamesAreLeftOut()
    {
        var table = new SkipTable([new SkipRow("cases.json", null, "part", "wrong") { Fields = ["noise"] }]);
        var part = Right.Replace("\"right\"", "\"part\"").Replace("\"notional\": 6", "\"notional\": 6, \"noise\": 7");
        var (result, text) = Run(table, Right, part);
        Assert.Equal((1, 0, 1), (result.Passed, result.Failures.Count, result.Skipped));
        Assert.Contains("skipped 1: noise of part, the rest holds: wrong", text[1]);
        var (worse, lines) = Run(table, Right, part.Replace("\"notional\": 6", "\"notional\": 8"));
        Assert.Equal((1, 1, 0), (worse.Passed, worse.Failures.Count, worse.Skipped));
        Assert.Contains("FAILED part: notional: expected 8", lines[1]);
    }

    [Fact]
    public void SkippingEverythingProvesNothing()
    {
        var (result, _) = Run(new SkipTable([new SkipRow("cases.json", "notional", null, "not modelled")]), Right);
        Assert.Equal((0, 0, 1, 1), (result.Passed, result.Failures.Count, result.Skipped, result.ExitCode));
    }

    [Theory]
    [InlineData("\"inputs\": {\"quantity\": \"2\", \"price\": 3}", "\"inputs\": {}", "informational right: no inputs")]
    [InlineData("\"venue\": \"v\"", "\"class\": \"press/CoinGlass\"", "informational right: class press")]
    [InlineData("\"venue\": \"v\"", "\"class\": \"recalled (a page)\"", "informational right: class recalled")]
    public void WhatOnlyCalibratesIsListedAndDecidesNothing(string part, string instead, string line)
    {
        var aside = Right.Replace(part, instead).Replace("\"notional\": 6", "\"notional\": 7");
        var (result, text) = Run(Right, aside);
        Assert.Equal((1, 0, 0, 0), (result.Passed, result.Failures.Count, result.Skipped, result.ExitCode));
        Assert.Contains(line, text[1]);
    }

    [Fact]
    public void SubfoldersAreWalkedAndTablesFoundByName()
    {
        var inner = Directory.CreateDirectory(Path.Combine(_folder, "inner")).FullName;
        File.WriteAllText(Path.Combine(inner, ReferenceTables.TiersFixture), """
            {"tiers": {"X": [{"minNotional": 0, "maxNotional": 100, "maintenanceMarginRate": 0.01, "maxLeverage": 50}]}}
            """);
        File.WriteAllText(Path.Combine(inner, "venue.json"), """
            {"cases": [{"id": "by-symbol", "kind": "tier_lookup", "inputs": {"symbol": "X", "notional": 50},
             "expected": {"maintenance_margin_rate": 0.01}, "tolerance": {"type": "exact"}}]}
            """);
        var (result, text) = Run();
        Assert.Equal((1, 0), (result.Passed, result.ExitCode));
        Assert.Contains("inner/venue.json: 1 passed, 0 failed, 0 skipped", text);
        Assert.Contains($"inner/{ReferenceTables.TiersFixture}: 0 passed, 0 failed, 0 skipped", text);
    }

    [Fact]
    public void IntegersBeyondADoubleAreComparedExactly()
    {
        var big = """
            {"id": "big", "kind": "funding_settlement", "inputs":
             {"funding_index": 9007199254740993, "position_last_index": 0, "base_quantums": -1},
             "expected": {"net_settlement_ppm": 9007199254740993}, "tolerance": {"type": "exact"}}
            """;
        Assert.Equal(0, Run(big).Outcome.ExitCode);
        Assert.Equal(1, Run(big.Replace("ppm\": 9007199254740993", "ppm\": 9007199254740992")).Outcome.ExitCode);
    }

    [Fact]
    public void ANumberBesideExpectedIsHeldToTheToleranceToo()
    {
        const string Product = """
            {"id": "p", "inputs": {"beta": 2, "daily_returns": [0.1]}, "expected": {"letf_gross": 1.2},
             "avellaneda_zhang": 1.199052, "tolerance": {"abs": 1e-4}}
            """;
        File.WriteAllText(Path.Combine(_folder, "leverage_identities.json"), $"{{\"cases\": [{Product}]}}");
        Assert.Equal(0, Runner().Run(_folder, TextWriter.Null).ExitCode);
        File.WriteAllText(Path.Combine(_folder, "leverage_identities.json"),
            $"{{\"cases\": [{Product.Replace("1.199052", "1.21")}]}}");
        Assert.Equal(1, Runner().Run(_folder, TextWriter.Null).ExitCode);
    }

    [Fact]
    public void ABareNaNIsAnAbsentNumber()
    {
        var (result, _) = Run("""
            {"id": "nan", "kind": "funding_payment", "inputs": {"side": "short", "size": 10, "funding_rate": 0.1,
             "mark_price": NaN}, "expected": {"funding_fee": 0.0}, "tolerance": {"type": "exact"}}
            """);
        Assert.Equal((1, 0), (result.Passed, result.ExitCode));
    }

    [Fact]
    public void ARefusalMustBeTheOneExpected()
    {
        const string Refused = """
            {"id": "r", "kind": "bankruptcy_price", "venue": "dydx_v4", "inputs": {"usdc_quote_quantums": 1,
             "positions": [], "perpetual_id": 0, "delta_base_quantums": 1},
             "expected": {"error": "InvalidPerpetualPositionSizeDelta"}, "tolerance": {"type": "exact"}}
            """;
        Assert.Equal(0, Run(Refused).Outcome.ExitCode);
        Assert.Equal(1, Run(Refused.Replace("InvalidPerpetualPositionSizeDelta", "AnotherError")).Outcome.ExitCode);
    }

    private static ConformanceRun Runner() => new(SkipTable.Current, CaseMap.Current);

    private (RunResult Outcome, string[] Text) Run(params string[] cases) => Run(SkipTable.Current, cases);

    private (RunResult Outcome, string[] Text) Run(SkipTable skips, params string[] cases)
    {
        File.WriteAllText(Path.Combine(_folder, "cases.json"), $"{{\"cases\": [{string.Join(",", cases)}]}}");
        var output = new StringWriter();
        var result = new ConformanceRun(skips, CaseMap.Current).Run(_folder, output);
        return (result, output.ToString().TrimEnd().Split('\n'));
    }
}
