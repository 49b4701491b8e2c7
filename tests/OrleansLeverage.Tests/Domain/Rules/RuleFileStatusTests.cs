using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Rules;

/// <summary>Every way in which rules can be wrong has a name that programs can act on.</summary>
public sealed class RuleFileStatusTests
{
    // what a venue adds to the worked rules
    private const string Venue = """
        , "venue": "worked", "markets": [ { "schedule": "tiered", "symbols": ["BTCUSDT"] } ],
        "profit": { "initialWeight": "0.9" }, "orderReserve": "0.01", "isolation": "only", "customLeverage": false,
        "isolatedAtEntry": true, "borrow": { "style": "hourly", "rate": "0.0002" },
        "funding": { "style": "velocity", "intervalSeconds": 86400, "velocityMax": "3" },
        "liquidation": { "scope": "toTarget", "targetRatio": "0.8" },
        "withdrawal": { "profitCounts": true, "notionalShare": "0.1" } }
        """;

    public static TheoryData<RuleFileStatus, string, string> Wrong => new()
    {
        { RuleFileStatus.SchemaUnknown, "leverage-rules/1", "leverage-rules/9" },
        { RuleFileStatus.MemberMissing, "\"name\": \"worked\",", "" },
        { RuleFileStatus.MemberUnknown, "\"name\": \"worked\",", "\"name\": \"worked\", \"nickname\": \"w\"," },
        { RuleFileStatus.MemberRepeated, "\"name\": \"worked\",", "\"name\": \"worked\", \"name\": \"worked\"," },
        { RuleFileStatus.WrongType, "\"version\": 1", "\"version\": \"1\"" },
        { RuleFileStatus.OutOfRange, "\"feeRate\": \"0.01\"", "\"feeRate\": \"1.01\"" },
        { RuleFileStatus.BadName, "\"asset\": \"BTC\"", "\"asset\": \"btc\"" },
        { RuleFileStatus.BadTime, "2026-01-01T00:00:00Z", "yesterday" },
        { RuleFileStatus.Duplicate, "\"asset\": \"BTC\"", "\"asset\": \"USD\"" },
        { RuleFileStatus.ThresholdOrder, "\"warning\": \"0.7\"", "\"warning\": \"0.9\"" },
        { RuleFileStatus.NegativeHaircut, "\"weight\": \"0.95\"", "\"weight\": \"1.05\"" },
        { RuleFileStatus.TierGap, "\"floorNotional\": \"50000\"", "\"floorNotional\": \"60000\"" },
        { RuleFileStatus.TierOverlap, "\"floorNotional\": \"50000\"", "\"floorNotional\": \"40000\"" },
        { RuleFileStatus.TierOverlap, "\"capNotional\": \"50000\",", "" },
        { RuleFileStatus.TierAmount, "\"maintenanceAmount\": \"250\"", "\"maintenanceAmount\": \"249\"" },
        { RuleFileStatus.Unresolved, "\"schedule\": \"tiered\"", "\"schedule\": \"untiered\"" },
        { RuleFileStatus.Duplicate, "[\"BTCUSDT\"]", "[\"BTCUSDT\", \"BTCUSDT\"]" },
        { RuleFileStatus.WrongType, "[\"BTCUSDT\"]", "[1]" },
        { RuleFileStatus.BadName, "\"style\": \"velocity\"", "\"style\": \"speed\"" },
        { RuleFileStatus.OutOfRange, "\"targetRatio\": \"0.8\"", "\"targetRatio\": \"0\"" },
        { RuleFileStatus.OutOfRange, "\"targetRatio\": \"0.8\"", "\"targetRatio\": \"1.2\"" },
        { RuleFileStatus.OutOfRange, "\"initialWeight\": \"0.9\"", "\"initialWeight\": \"-0.1\"" },
        { RuleFileStatus.NegativeHaircut, "\"weight\": \"0.95\"",
            "\"weight\": \"0.95\", \"maintenanceWeight\": \"1.01\"" },
        { RuleFileStatus.OutOfRange, "\"weight\": \"0.95\"", "\"weight\": \"0.95\", \"maintenanceWeight\": \"0.9\"" },
        { RuleFileStatus.OutOfRange, "\"weight\": \"0.95\"", "\"weight\": \"0.95\", \"liabilityWeight\": \"0.9\"" },
        { RuleFileStatus.TierGap, "\"weight\": \"0.95\"",
            "\"weight\": \"0.95\", \"tiers\": [ { \"floor\": \"1\", \"weight\": \"1\" } ]" },
        { RuleFileStatus.TierOverlap, "\"weight\": \"0.95\"", "\"weight\": \"0.95\", \"tiers\": "
            + "[ { \"floor\": \"0\", \"weight\": \"1\" }, { \"floor\": \"0\", \"weight\": \"0.9\" } ]" },
        { RuleFileStatus.NegativeHaircut, "\"weight\": \"0.95\"",
            "\"weight\": \"0.95\", \"tiers\": [ { \"floor\": \"0\", \"weight\": \"1.1\" } ]" },
        { RuleFileStatus.TierGap, Fraction, Flat("1", "0") },
        { RuleFileStatus.TierOverlap, Fraction, Flat("0", "0", "5") },
        { RuleFileStatus.TierAmount, Fraction, Flat("0", "7") },
        { RuleFileStatus.Malformed, Fraction, "\"brackets\": \"0 0.01\"" },
        { RuleFileStatus.Malformed, Fraction, "\"brackets\": \"0 0.01 x\"" },
        { RuleFileStatus.TierOverlap, Fraction, "\"brackets\": \"0 0.01 50; 0 0.02 25\"" },
        { RuleFileStatus.OutOfRange, Fraction, "\"brackets\": \"5 0.01 50\"" },
    };

    private const string Fraction = "\"fraction\": { \"initial\": \"0.05\", \"maintenance\": \"0.03\" }";

    [Theory]
    [MemberData(nameof(Wrong))]
    public void AnErrorHasItsStatus(RuleFileStatus status, string from, string to)
    {
        var whole = Worked.Rules.TrimEnd()[..^1] + Venue;
        Assert.Contains(from, whole, StringComparison.Ordinal);
        var at = whole.IndexOf(from, StringComparison.Ordinal);
        var error = Assert.Throws<RuleFileException>(() =>
            RuleFile.Parse(whole[..at] + to + whole[(at + from.Length)..], "f"));
        Assert.True(status == error.Status, $"{error.Status}: {error.Message}");
        Assert.Matches("^[a-z_]+$", error.Status.Code());
    }

    [Fact]
    public void TheWholeFileIsReadAndItsFeaturesAreNamed()
    {
        var rules = RuleFile.Parse(Worked.Rules.TrimEnd()[..^1] + Venue, "f");
        Assert.Equal(
            [RuleFeature.BorrowInterest], rules.NotApplied);
        Assert.Equal((rules.Venue!.Withdrawal, rules.Venue.Liquidation, rules.Venue.CustomLeverage),
            (rules.Rules.Withdrawal, rules.Rules.Liquidation, rules.Rules.CustomLeverage));
        Assert.Equal(0.8m, rules.Venue!.Liquidation!.TargetRatio);
        Assert.Equal(new WithdrawalRules(true, 0.1m, false), rules.Venue.Withdrawal);
        Assert.Empty(RuleFile.Parse(Worked.Rules, "f").NotApplied);
        Assert.Equal(RuleFileStatus.Malformed,
            Assert.Throws<RuleFileException>(() => RuleFile.Parse("{", "f")).Status);
    }

    [Fact]
    public void EveryStatusHasACodeOfItsOwn()
    {
        var codes = Enum.GetValues<RuleFileStatus>().Select(status => status.Code()).ToArray();
        Assert.Equal(codes.Length, codes.Distinct().Count());
    }

    private static string Flat(string floor, string amount, string second = "10") => "\"flatTiers\": [ "
        + $"{{ \"floorNotional\": \"{floor}\", \"capNotional\": \"10\", \"maintenanceRate\": \"0.01\", "
        + $"\"maintenanceAmount\": \"{amount}\", \"maxLeverage\": \"50\" }}, "
        + $"{{ \"floorNotional\": \"{second}\", \"maintenanceRate\": \"0.02\", \"maintenanceAmount\": \"0\", "
        + "\"maxLeverage\": \"20\" } ]";
}
