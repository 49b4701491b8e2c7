using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine.Embedded;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// "What was my liquidation price at that instant, under the rules then in force?": the account from the journal, the
/// rules by their effective time.
/// </summary>
public sealed class CalcAtAnInstantTests
{
    private const long HourMs = 3_600_000;

    /// <summary>
    /// One BTC from 60,000. With 10,000 and 3 % to maintain it is liquidated at 50,000 / 0.97; after 5,000 more and
    /// rules of 5 % at 45,000 / 0.95.
    /// </summary>
    [Fact]
    public async Task An_account_has_its_price_of_then()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["rules"]);
        File.WriteAllText(folder["rules/1.json"], Rules(1, 0L, "0.03"));
        File.WriteAllText(folder["rules/2.json"], Rules(2, GridBench.StartMs + (3 * HourMs / 2), "0.05"));
        var universe = StandardRules.Universe();
        await using var bench = new GridBench(options => options with
        {
            Universe = universe,
            Oracle = [.. universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, HourMs))],
        });
        var ann = new AccountId("ann");
        await bench.Publish(GridBench.StartMs, Prices(universe, 60_000m));
        async Task Applied(AccountCommand command) => Assert.True((await bench.Execute(command)).IsApplied);
        await Applied(new ImportAccount(bench.NextId(), ann, [new ImportedBalance(AssetId.Usd, 10_000m)],
            [new ImportedPosition(new InstrumentId("BTC-USD-PERP"), new Quantity(1m), new Price(60_000m))]));
        await bench.Publish(GridBench.StartMs + HourMs, Prices(universe, 61_000m));
        await Applied(new Deposit(bench.NextId(), ann, AssetId.Usd, 5_000m));
        await bench.Publish(GridBench.StartMs + (2 * HourMs), Prices(universe, 62_000m));
        await Applied(new Deposit(bench.NextId(), new AccountId("ben"), AssetId.Usd, 1m));
        await bench.Grid.DisposeAsync();

        async Task<JsonElement> At(long timeMs)
        {
            var cli = await Cli.RunAsync("calc", "--data", bench.Directory, "--account", "ann", "--at",
                DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
                    CultureInfo.InvariantCulture), "--rules", folder["rules"]);
            Assert.True(cli.Code == 0, cli.Error);
            return JsonDocument.Parse(cli.Output).RootElement;
        }
        Same(50_000m / 0.97m, 1, GridBench.StartMs, await At(GridBench.StartMs + (HourMs / 2)));
        Same(45_000m / 0.97m, 1, GridBench.StartMs + HourMs, await At(GridBench.StartMs + (5 * HourMs / 4)));
        Same(45_000m / 0.95m, 2, GridBench.StartMs + (2 * HourMs), await At(GridBench.StartMs + (3 * HourMs)));
        var early = await Cli.RunAsync("calc", "--data", bench.Directory, "--account", "ann", "--at",
            "2020-01-01T00:00:00Z", "--rules", folder["rules"]);
        Assert.Equal(2, early.Code);
        Assert.Contains("no frame until", early.Error, StringComparison.Ordinal);
        var nobody = await Cli.RunAsync("calc", "--data", bench.Directory, "--account", "nobody", "--rules",
            folder["rules"]);
        Assert.Contains("account nobody was not there", nobody.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calc", "--data", "x")]
    [InlineData("calc", "--data", "x", "--account", "a", "--in", "y")]
    [InlineData("calc")]
    public async Task One_source_is_named(params string[] args)
    {
        var cli = await Cli.RunAsync(args);
        Assert.NotEqual(0, cli.Code);
        Assert.Contains("name --in, or --data and --account", cli.Error, StringComparison.Ordinal);
    }

    private static void Same(decimal price, int version, long frameMs, JsonElement answer)
    {
        Assert.Equal(version, answer.GetProperty("rulesVersion").GetInt32());
        Assert.Equal(frameMs, answer.GetProperty("frameTime").GetDateTimeOffset().ToUnixTimeMilliseconds());
        var found = decimal.Parse(answer.GetProperty("account").GetProperty("positions")[0]
            .GetProperty("liquidationPrice").GetString()!, CultureInfo.InvariantCulture);
        Assert.True(Math.Abs(found - price) <= 0.00000001m, $"{found} for {price}");
    }

    /// <summary>The shipped rules with every schedule a fraction.</summary>
    private static string Rules(int version, long fromMs, string maintenance)
    {
        var rules = JsonNode.Parse(StandardRules.RulesText)!.AsObject();
        rules["version"] = version;
        rules["effectiveFrom"] = DateTimeOffset.FromUnixTimeMilliseconds(fromMs).UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        rules["schedules"] = new JsonArray([.. rules["schedules"]!.AsArray().Select(s => new JsonObject
        {
            ["name"] = s!["name"]!.GetValue<string>(),
            ["fraction"] = new JsonObject { ["initial"] = "0.1", ["maintenance"] = maintenance },
        })]);
        rules.Remove("portfolioMargin");
        return rules.ToJsonString();
    }

    private static IEnumerable<KeyValuePair<FeedId, Price>> Prices(Universe universe, decimal bitcoin) =>
        universe.Markets.Select(f => KeyValuePair.Create(f.Id,
            new Price(f.Id.Value.StartsWith("BTC", StringComparison.Ordinal) ? bitcoin : 1m)));
}
