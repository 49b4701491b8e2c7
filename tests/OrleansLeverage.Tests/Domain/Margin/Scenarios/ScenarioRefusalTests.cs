using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Margin.Scenarios;

/// <summary>Bad input gets a named refusal, never a number that is none.</summary>
public sealed class ScenarioRefusalTests
{
    private static readonly
        Dictionary<string, (ScenarioStatus Status, Func<ScenarioMarket, ScenarioMarket> Spoil)> Bad = new()
        {
            ["spot 0"] = (ScenarioStatus.BadPrice, market => market with { Spot = 0m }),
            ["stablecoin below 0"] = (ScenarioStatus.BadPrice, market => market with { StablePrice = -1m }),
            ["forward 0"] = (ScenarioStatus.BadPrice, market => market with
            {
                Expiries = [market.Expiries[0] with { Forward = 0m }, .. market.Expiries.Skip(1)],
            }),
            ["strike 0"] = (ScenarioStatus.BadPrice, market => market with
            {
                Options = [market.Options[0] with { Strike = 0m }],
            }),
            ["volatility 0"] = (ScenarioStatus.BadVolatility, market => market with
            {
                Options = [market.Options[0] with { Volatility = 0m }],
            }),
            ["volatility below 0"] = (ScenarioStatus.BadVolatility, market => market with
            {
                Options = [market.Options[0] with { Volatility = -0.5m }],
            }),
            ["volatility in percent of percent"] = (ScenarioStatus.BadVolatility, market => market with
            {
                Options = [market.Options[0] with { Volatility = 50_000m }],
            }),
            ["unknown expiry"] = (ScenarioStatus.UnknownExpiry, market => market with { Expiries = [] }),
            ["expiry twice"] = (ScenarioStatus.Duplicate, market => market with
            {
                Expiries = [.. market.Expiries, market.Expiries[0]],
            }),
            ["series twice"] = (ScenarioStatus.Duplicate, market => market with
            {
                Options = [.. market.Options, market.Options[0]],
            }),
            ["confidence above 1"] = (ScenarioStatus.BadShare, market => market with { SpotConfidence = 1.1m }),
            ["haircut above 1"] = (ScenarioStatus.BadShare, market => market with
            {
                Collateral = [market.Collateral[0] with { MaintenanceHaircut = 0.6m, InitialHaircut = 0.5m }],
            }),
            ["future at 0"] = (ScenarioStatus.BadPrice, market => market with
            {
                Futures = [market.Futures[0] with { Price = 0m }],
            }),
            ["rate for centuries"] = (ScenarioStatus.TooLarge, market => market with
            {
                Expiries =
                [
                    market.Expiries[0] with { Rate = 99m, Seconds = 40_000_000_000L }, .. market.Expiries.Skip(1),
                ],
            }),
        };

    public static TheoryData<string> Names => new(Bad.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_bad_market_is_refused_by_name(string name)
    {
        foreach (var rules in Portfolios.Rules)
        {
            var refusal = Assert.Throws<ScenarioException>(() => ScenarioPricing.Matrix(
                ScenarioProfiles.Find(rules).Rules, Bad[name].Spoil(Portfolios.Market())));
            Assert.Equal(Bad[name].Status, refusal.Status);
            Assert.NotEmpty(refusal.Message);
        }
    }

    [Fact]
    public void Holdings_without_a_column_or_owed_collateral_are_refused()
    {
        var matrix = Portfolios.Matrix("derive-pmrm2");
        Assert.Equal(ScenarioStatus.UnknownInstrument, Refusal(new ScenarioHolding("BTC-USD-20300101-1-C", 1m)));
        Assert.Equal(ScenarioStatus.NegativeCollateral, Refusal(new ScenarioHolding(Portfolios.Coin, -1m)));
        Assert.Equal(ScenarioStatus.TooLarge, Refusal(new ScenarioHolding(Portfolios.Perpetual, 1e27m)));

        ScenarioStatus Refusal(ScenarioHolding holding) => Assert.Throws<ScenarioException>(() =>
            ScenarioMargin.Of(matrix, new ScenarioPortfolio { Holdings = [holding] })).Status;
    }

    /// <summary>An expired series is worth its intrinsic value and moves no more.</summary>
    [Fact]
    public void An_expired_series_is_worth_what_it_settles_at()
    {
        var market = Portfolios.Market();
        var expired = market.Expiries[0] with { Seconds = -10, Forward = 61_000m };
        var matrix = ScenarioPricing.Matrix(ScenarioProfiles.Find("derive-pmrm2").Rules, market with
        {
            Expiries = [expired],
            Options = [market.Options.First(series => series is { Strike: 54_000m, Right: OptionRight.Call }) with
            {
                Expiry = expired.Name,
            }],
        });
        var unit = matrix.Units[0];
        Assert.Equal(7_000m, unit.Mark);
        Assert.All(unit.Values, value => Assert.Equal(7_000m, value));
    }

    [Fact]
    public void Every_status_has_a_code() => Assert.All(Enum.GetValues<ScenarioStatus>(), status =>
        Assert.Matches("^[a-z_]+$", status.Code()));

    [Theory]
    [InlineData("\"schema\": \"leverage-scenarios/1\"", "\"schema\": \"leverage-scenarios/9\"",
        RuleFileStatus.SchemaUnknown)]
    [InlineData("\"maintenanceFactor\": \"0.8\"", "\"maintenanceFactor\": \"0\"", RuleFileStatus.OutOfRange)]
    [InlineData("\"maintenanceFactor\": \"0.8\"", "\"maintenanceFaktor\": \"0.8\"", RuleFileStatus.MemberMissing)]
    [InlineData("\"settlementSeconds\": 1800", "\"settlementSeconds\": 1800, \"more\": 1",
        RuleFileStatus.MemberUnknown)]
    [InlineData("\"skew\"", "\"other\"", RuleFileStatus.MemberMissing)]
    [InlineData("{\"move\": \"-0.66\"}", "{\"move\": \"0\"}", RuleFileStatus.OutOfRange)]
    [InlineData("\"volatility\": \"linearSkew\"", "\"volatility\": \"sideways\"", RuleFileStatus.BadName)]
    public void A_bad_parameter_file_is_refused_by_name(string from, string to, RuleFileStatus status)
    {
        var text = ScenarioProfiles.Text("derive-pmrm2");
        Assert.Contains(from, text, StringComparison.Ordinal);
        var refusal = Assert.Throws<RuleFileException>(() =>
            ScenarioRulesFile.Parse(text.Replace(from, to, StringComparison.Ordinal), "made.json"));
        Assert.Equal(status, refusal.Status);
    }

    [Fact]
    public void The_shipped_files_have_the_scenarios_of_their_venues()
    {
        Assert.Equal(["deribit-pm-btc", "deribit-pm-eth", "deribit-pm-usdc-btc", "derive-pmrm2"], ScenarioProfiles.Ids);
        Assert.Equal(31, ScenarioProfiles.Find("derive-pmrm2").Rules.Scenarios.Count);
        // the weights of the published cases: 0.036 over the move
        Assert.Equal(0.054545454545454536, (double)ScenarioProfiles.Find("derive-pmrm2").Rules.Scenarios[25].Weight,
            1e-15);
        Assert.All(ScenarioProfiles.Ids.Take(3), id =>
            Assert.Equal(35, ScenarioProfiles.Find(id).Rules.Scenarios.Count));
        Assert.Throws<RuleException>(() => ScenarioProfiles.Find("nobody"));
    }
}
