using System.Text.Json.Nodes;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Rules;

/// <summary>
/// Every way in which a file can be wrong is refused with the file, the place, the value and the bound.
/// </summary>
public sealed class RuleFileTests
{
    [Theory]
    [InlineData("version", "\"1\"", "$.version", "String")]
    [InlineData("version", "0", "$.version", "0 is not a whole number within 1 and 2147483647")]
    [InlineData("version", "1.5", "$.version", "1.5")]
    [InlineData("schema", "\"leverage-rules/2\"", "$.schema", "'leverage-rules/2' is not leverage-rules/1")]
    [InlineData("name", "\"\"", "$.name", "0 characters, 1 to 256")]
    [InlineData("effectiveFrom", "\"2026-01-01\"", "$.effectiveFrom", "'2026-01-01' is not a time in UTC")]
    [InlineData("effectiveFrom", "\"2026-01-01T00:00:00+01:00\"", "$.effectiveFrom", "2026-01-01T00:00:00+01:00")]
    [InlineData("thresholds.warning", "0.7", "$.thresholds.warning", "Number where a String")]
    [InlineData("thresholds.warning", "\"0\"", "$.thresholds.warning", "0 is not above 0 and at most 1")]
    [InlineData("thresholds.warning", "\"0.9\"", "$", "0.9 < 0.85 < 1")]
    [InlineData("thresholds.liquidation", "\"0.9\"", "$.thresholds.liquidation", "0.9 is not within 1 and 1")]
    [InlineData("thresholds.rearmFrames", "0", "$.thresholds.rearmFrames", "within 1 and 1000000")]
    [InlineData("thresholds.rearmMargin", "\"0.7\"", "$", "rearm margin 0.7")]
    [InlineData("limits.feeRate", "\"1.01\"", "$.limits.feeRate", "1.01 is not within 0 and 1")]
    [InlineData("limits.feeRate", "\"1e-2\"", "$.limits.feeRate", "'1e-2' is not a decimal of at most 12 digits")]
    [InlineData("limits.fillsNeedInitialMargin", "\"yes\"", "$.limits.fillsNeedInitialMargin", "true or false")]
    [InlineData("collateral.1.weight", "\"1.5\"", "$.collateral[1].weight", "1.5 is not within 0 and 1")]
    [InlineData("collateral.1.asset", "\"btc\"", "$.collateral[1].asset", "'btc' is not an asset")]
    [InlineData("collateral.1.asset", "\"USD\"", "$.collateral", "asset USD is listed twice")]
    [InlineData("collateral.1", "null", "$.collateral[1]", "Null where an object is expected")]
    [InlineData("collateral", "{}", "$.collateral", "Object where a Array is expected")]
    [InlineData("schedules.0.tiers.1.maintenanceAmount", "\"240\"", "$.schedules[0]",
        "bracket 2: cumulative amount 240, the brackets give 250")]
    [InlineData("schedules.0.tiers.1.floorNotional", "\"60000\"", "$.schedules[0]",
        "begins at 60000, the one before ends at 50000")]
    [InlineData("schedules.0.tiers.0.maintenanceRate", "\"0\"", "$.schedules[0].tiers[0].maintenanceRate",
        "0 is not above 0 and at most 1")]
    [InlineData("schedules.0.tiers.0.maxLeverage", "\"0.5\"", "$.schedules[0]", "initial rate 2 is not in (0, 1]")]
    [InlineData("schedules.0.tiers", "[]", "$.schedules[0]", "0 brackets; between 1 and 64")]
    [InlineData("schedules.1.fraction.initial", "\"1.2\"", "$.schedules[1].fraction.initial",
        "1.2 is not above 0 and at most 1")]
    [InlineData("schedules.1.openInterest.upperCap", "\"25000000\"", "$.schedules[1].openInterest.upperCap",
        "25000000 is not above 25000000")]
    [InlineData("schedules.1.name", "\"tiered\"", "$.schedules", "schedule tiered is listed twice")]
    public void AWrongValueIsNamedWithItsPlaceAndBound(string member, string value, string path, string reason)
    {
        var error = Assert.Throws<RuleFileException>(() =>
            RuleFile.Parse(With(Worked.Rules, member, value), "my.rules.json"));
        Assert.Equal("my.rules.json", error.File);
        Assert.Equal(path, error.Path);
        Assert.StartsWith($"my.rules.json: {path}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("feeds.0.id", "\"btc-usd\"", "$.feeds[0].id", "'btc-usd' is not a price feed")]
    [InlineData("feeds.0.tick", "\"0\"", "$.feeds[0].tick", "0 is not above 0")]
    [InlineData("feeds.0.tick", "\"0.0000000000001\"", "$.feeds[0].tick", "12 after it")]
    [InlineData("feeds.0.beta", "\"101\"", "$.feeds[0].beta", "101 is not within -100 and 100")]
    [InlineData("assets.0.quantum", "\"2\"", "$.assets[0].quantum", "2 is not above 0 and at most 1")]
    [InlineData("instruments.0.id", "\"BTC-USD-PERPETUAL\"", "$.instruments[0].id", "not an instrument")]
    [InlineData("instruments.0.id", "\"BTC-USD\"", "$.instruments[0].id", "BTC-USD is not the id of this Perpetual")]
    [InlineData("instruments.0.id", "\"BTC-USD-20260327\"", "$.instruments[0].id", "and -PERP")]
    [InlineData("instruments.0.kind", "\"swap\"", "$.instruments[0].kind",
        "'swap' is none of spot, perpetual, future, option")]
    [InlineData("instruments.0.kind", "\"Perpetual\"", "$.instruments[0].kind", "'Perpetual' is none of")]
    [InlineData("instruments.0.kind", "1", "$.instruments[0].kind", "Number where a String")]
    [InlineData("instruments.0.kind", "\"future\"", "$.instruments[0].expiry", "missing")]
    [InlineData("instruments.0.style", "\"quanto\"", "$.instruments[0].style", "linear, inverse")]
    [InlineData("instruments.0.multiplier", "\"-1\"", "$.instruments[0].multiplier", "-1 is not above 0")]
    [InlineData("instruments.0.lot", "\"0\"", "$.instruments[0].lot", "0 is not above 0")]
    [InlineData("instruments.0.schedule", "\"a\\u0000b\"", "$.instruments[0].schedule", "printable")]
    public void AWrongInstrumentIsNamedToo(string member, string value, string path, string reason)
    {
        var error = Assert.Throws<RuleFileException>(() =>
            InstrumentFile.Parse(With(Worked.Instruments, member, value), "my.json"));
        Assert.Equal(path, error.Path);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRequiredMemberIsMissedByName()
    {
        var missed = 0;
        foreach (var (text, parse) in new (string, Action<string>)[]
        {
            (Worked.Rules, text => RuleFile.Parse(text, "f")),
            (Worked.Instruments, text => InstrumentFile.Parse(text, "f")),
        })
        {
            foreach (var path in Members(JsonNode.Parse(text)!))
            {
                if (path.EndsWith(".capNotional", StringComparison.Ordinal)
                    || path.EndsWith(".openInterest", StringComparison.Ordinal)
                    || path == "assets.1.feed")
                {
                    continue;
                }
                var root = JsonNode.Parse(text)!;
                var (parent, name) = Find(root, path);
                parent.Remove(name);
                var error = Assert.Throws<RuleFileException>(() => parse(root.ToJsonString()));
                // without an alternative the other one is asked for
                var asked = path.EndsWith("fraction", StringComparison.Ordinal) ? "tiers" : name;
                Assert.EndsWith($".{asked}: the member is missing", error.Message, StringComparison.Ordinal);
                missed++;
            }
        }
        Assert.True(missed > 60, $"{missed} members");
    }

    [Fact]
    public void EveryObjectRefusesAnUnknownMember()
    {
        var refused = 0;
        foreach (var (text, parse) in new (string, Action<string>)[]
        {
            (Worked.Rules, text => RuleFile.Parse(text, "f")),
            (Worked.Instruments, text => InstrumentFile.Parse(text, "f")),
        })
        {
            foreach (var path in Members(JsonNode.Parse(text)!))
            {
                var root = JsonNode.Parse(text)!;
                var (parent, name) = Find(root, path);
                parent[name + "X"] = "1";
                var error = Assert.Throws<RuleFileException>(() => parse(root.ToJsonString()));
                Assert.EndsWith($".{name}X: the member is unknown", error.Message, StringComparison.Ordinal);
                refused++;
            }
        }
        Assert.True(refused > 60, $"{refused} members");
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("[]", "Array where an object is expected")]
    [InlineData("null", "Null where an object is expected")]
    [InlineData("{\"a\":1,}", "line 1")]
    [InlineData("{} // comment", "line 1")]
    [InlineData("{\"schema\":\"leverage-rules/1\",\"schema\":\"leverage-rules/1\"}",
        "$.schema: the member is repeated")]
    [InlineData("[[[[[[[[[[1]]]]]]]]]]", "line 1")]
    public void TextThatIsNotOneObjectIsRefused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<RuleFileException>(() => RuleFile.Parse(text, "f.json")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ANestedDocumentKeepsItsPath()
    {
        using var document = System.Text.Json.JsonDocument.Parse(With(Worked.Rules, "limits.amount", "\"0\""));
        var error = Assert.Throws<RuleFileException>(() =>
            RuleFile.Parse(document.RootElement, "calc.json", "$.rules"));
        Assert.Equal("calc.json: $.rules.limits.amount: 0 is not above 0 and at most 1000000000000000", error.Message);
    }

    /// <summary>A schedule of one bracket: initial 5 %, maintenance 3 %.</summary>
    [Fact]
    public void AFractionIsAScheduleOfOneBracket()
    {
        var schedule = RuleFile.Parse(Worked.Rules, "f").Schedules["fraction"].Outline;
        Assert.Equal(30m, schedule.Maintenance(1_000m));
        Assert.Equal(50m, schedule.Initial(1_000m, null, 0m, 0.00000001m));
        Assert.Equal(20m, schedule.MaxLeverage(1_000m, 25_000_000m));
        Assert.Equal(1m, schedule.MaxLeverage(1_000m, 50_000_000m));
    }

    /// <summary>Paths such as <c>schedules.0.tiers.1.maxLeverage</c> of every member at any depth.</summary>
    private static IEnumerable<string> Members(JsonNode node, string prefix = "")
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    yield return prefix + name;
                    foreach (var inner in value is null ? [] : Members(value, $"{prefix}{name}."))
                    {
                        yield return inner;
                    }
                }
                break;
            case JsonArray entries:
                for (var i = 0; i < entries.Count; i++)
                {
                    foreach (var inner in Members(entries[i]!, $"{prefix}{i}."))
                    {
                        yield return inner;
                    }
                }
                break;
        }
    }

    private static (JsonObject Parent, string Name) Find(JsonNode root, string path)
    {
        var parts = path.Split('.');
        var node = parts[..^1].Aggregate(root, (at, part) => int.TryParse(part, out var place) ? at[place]!
            : at[part]!);
        return (node.AsObject(), parts[^1]);
    }

    private static string With(string text, string member, string value)
    {
        var root = JsonNode.Parse(text)!;
        var parts = member.Split('.');
        var node = parts[..^1].Aggregate(root, (at, part) => int.TryParse(part, out var place) ? at[place]!
            : at[part]!);
        if (node is JsonArray array)
        {
            array[int.Parse(parts[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(value);
        }
        else
        {
            node[parts[^1]] = JsonNode.Parse(value);
        }
        return root.ToJsonString();
    }
}
