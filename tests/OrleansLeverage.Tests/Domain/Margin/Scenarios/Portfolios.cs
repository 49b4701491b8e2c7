using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Tests.Domain.Margin.Scenarios;

/// <summary>A market of one underlying with options of three expiries, and seeded portfolios in it.</summary>
internal static class Portfolios
{
    public const string Perpetual = "BTC-USD-PERP";
    public const string Coin = "BTC";

    public static readonly string[] Rules = ["derive-pmrm2", "deribit-pm-btc", "deribit-pm-eth", "deribit-pm-usdc-btc"];

    public static ScenarioMarket Market(decimal spot = 60_000m)
    {
        ExpiryState[] expiries =
        [
            new("20261127", 2 * 86_400, spot * 1.001m),
            new("20261225", 30 * 86_400, spot * 1.01m) { Rate = 0.05m },
            new("20270625", 212 * 86_400, spot * 1.05m) { Rate = 0.08m, Confidence = 0.5m },
        ];
        return new ScenarioMarket
        {
            Spot = spot,
            Expiries = expiries,
            Options =
            [
                .. expiries.SelectMany(expiry => Enumerable.Range(0, 12).Select(i => new OptionSeries(
                    $"BTC-USD-{expiry.Name}-{(7 + i / 2) * spot / 10m:0}-{(i % 2 == 0 ? "C" : "P")}", expiry.Name,
                    i % 2 == 0 ? OptionRight.Call : OptionRight.Put, (7 + i / 2) * spot / 10m, 0.5m + 0.02m * i))),
            ],
            Futures = [new FutureState(Perpetual, spot * 1.0005m)],
            Collateral =
            [
                new CollateralState(Coin, spot)
                {
                    CancelsRisk = true,
                    MaintenanceHaircut = 0.03m,
                    InitialHaircut = 0.02m,
                },
                new CollateralState("DAI", 0.999m) { Confidence = 0.4m, MaintenanceHaircut = 0.08m },
            ],
        };
    }

    public static ScenarioMatrix Matrix(string rules, decimal spot = 60_000m) =>
        ScenarioPricing.Matrix(ScenarioProfiles.Find(rules).Rules, Market(spot));

    public static ScenarioPortfolio Random(ScenarioMatrix matrix, int seed)
    {
        var random = new Random(seed);
        var holdings = new List<ScenarioHolding>();
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            var unit = matrix.Units[random.Next(matrix.Units.Count)];
            var quantity = Math.Round((decimal)(random.NextDouble() * 40 - 20), random.Next(5));
            holdings.Add(new ScenarioHolding(unit.Instrument,
                unit.Kind == ScenarioUnitKind.Collateral ? Math.Abs(quantity) : quantity));
        }
        return new ScenarioPortfolio { Holdings = holdings, Cash = random.Next(-100_000, 1_000_000) };
    }
}
