using OrleansLeverage.Domain;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Api.Accounts;
using OrleansLeverage.Web.Api.Events;
using OrleansLeverage.Web.Api.History;
using OrleansLeverage.Web.Api.Markets;
using OrleansLeverage.Web.Api.Oracle;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.OpenApi;

/// <summary>
/// An answer of every kind of list and board, by operation. They are objects of the answers' own types, so they cannot
/// part from them; the figures belong together: one account at 201x near its line.
/// </summary>
internal static class ReadExamples
{
    private const long Time = 1_767_225_600_000;

    private static readonly AsOfJson At = SnapshotJson.AsOf(new FrameNumber(3, 41_207), Time);
    private static readonly MarketFreshness Live = new("LIVE", 180, []);
    private static readonly string Datetime = SnapshotJson.Datetime(Time);

    private static readonly AccountRow Carol = new("carol", "WARNING", 0.805, 201.0, null, "250", "50250", "50250",
        "long", 1, "BTC-USD-PERP", -0.000974874, 180, 2);

    private static readonly SymbolRow Perpetual =
        new("BTC-USD-PERP", "perpetual", "50250", "552750", "0", 125.0, true, 2, 2);

    private static readonly MarketRow Bitcoin = new("BTC-USD", [Perpetual], "50250", "LIVE", "", 180, 552_750.0,
        552_750.0, 1_105_500.0, 0.500226, 0.612296, 0.422834, 0.183038, 0.0, 0.0, 4, 2, 2, 0.031);

    private static readonly IReadOnlyDictionary<string, object> Known = new Dictionary<string, object>
    {
        ["accounts"] = new AccountList(At, 41_207, Live, 300, 5, [Carol], "YWNjb3VudHM"),
        ["atRisk"] = new AccountList(At, 41_207, Live, 300, 5, [Carol], null),
        ["orders"] = new Listed<OrderRow>(At, 3, Live,
            [new OrderRow("01JZ8Q6Z7V5N3K2M4P6R8T0WXY", "BTC-USD-PERP", "short", "2", "51000", Time, Datetime)], null),
        ["accountHistory"] = new HistoryList(At, 41_207, Live, true,
        [
            CommandRow.Of(new Engine.AppliedCommand(CommandId.Parse("01JZ8Q6Z7V5N3K2M4P6R8T0WXY"), 17, 1,
                new FrameNumber(3, 40_001), Time, [new BalanceChanged(new Asset { Id = AssetId.Usd, Quantum = 0.01m },
                    10_000m, 10_000m, BalanceReason.Deposit)])),
        ], null),
        ["accountTriggers"] = new Listed<TriggerRow>(At, 41_207, Live,
            [new TriggerRow(1, "carol", "WARNING", "WARNING", "3.41190", Time, Datetime, "250", "250", "201.25",
                "50250")], null),
        ["markets"] = new MarketList(At, 41_207, Live, [Bitcoin], null),
        ["market"] = new MarketView(At, 41_207, Live, Bitcoin),
        ["skew"] = new SkewView(At, 41_207, Live,
            new SystemSkew(0.183038, 0.0, 0.0, 0.183038, 0.0, 1.0, 0.612296, 0.422834, 552_750.0, 552_750.0),
            [new MarketSkew("BTC-USD", 0.183038, 0.0, 0.0, 0.612296, 0.422834, 552_750.0, 552_750.0, 2, 2)],
            [new CohortRow("below 1k", null, 1_000.0, 1, 1, 0, 50_250.0, 0.0, 1.0)], At),
        ["liquidationMap"] = new LiquidationMapView(At, 41_207, Live, "BTC-USD", 50_250.0, 0.01,
            [0.0, 3.0, 5.0, 10.0, 25.0, 50.0],
            [new MapBucket(0, -1, 50_250.0, 49_747.5, "long", 1, 50_250.0, [0.0, 0.0, 0.0, 0.0, 0.0, 50_250.0])],
            new MapCount(0, 0.0), new MapCount(1, 502_500.0), new MapCount(2, 552_750.0), 0, 5,
            new MaxPain(new PainPoint(49_747.5, 50_250.0), null), 300),
        ["liquidationMapHistory"] = new LadderHistoryView(At, 41_207, Live, "BTC-USD", [Time - 5_000, Time],
            [50_260.0, 50_250.0], [-1, 0], [[50_260.0, 0.0], [50_250.0, 0.0]]),
        ["history"] = new FigureHistoryView(At, 41_207, Live, null, 1_000, [Time - 1_000, Time],
            new Dictionary<string, double?> { ["marketLeverage"] = 0.97 }, 1_440)
        {
            Series = new Dictionary<string, object> { ["marketLeverage"] = new double?[] { 0.4930, 0.4935 } },
        },
        ["oracle"] = new OracleBoard(At, 41_207, Live, "ETH-USD", new Dictionary<string, int> { ["STALE"] = 1 },
        [
            new OracleRow("ETH-USD", "STALE", "STALE", "ETH-USD oracle 14 s old (limit 10 s)", "3000.5", 14_000, 2_000,
                10_000, 0, 5, 3, [new SourceRow("kraken", "3000.5", 14_000, 0.4, "SILENT")], null, null, null,
                ["liquidation", "deleveraging", "withdrawal"], [180, 1_180, null], ["ETH-USD-PERP"]),
        ], null),
        ["events"] = new EventList(At, 41_207, Live, 9,
        [
            new EventRow(9, Time, Datetime, "trigger", "warning", "carol", null,
                "carol is near its margin, margin ratio 0.80"),
        ], null),
        ["histogram"] = new HistogramsView(At, 41_207, Live,
            new HistogramView([0.0, 1.0, 2.0], [1, 0, 1], [502_500.0, 0.0, 50_250.0], 0.55, 201.0, 201.0),
            new HistogramView([0.0, 1.0, 2.0], [2, 0, 0], [552_750.0, 0.0, 0.0], 0.24, 0.46, 0.46)),
        ["greeks"] = new GreeksView(At, 41_207, Live, new GreeksTable(
        [
            new UnderlyingRow("BTC", 50_250.0, -120_000.0, 900.0, 4_100.0, -650.0, 2_300.0, 9_800.0,
                [new GreeksCell("2026-03-27", "80000", 12.0, 3.0, -120_000.0, 900.0, 4_100.0, -650.0)],
                [new TenorRow("2026-03-27", 85.33, 4_100.0, 900.0)],
                new SpotVolatilityMatrix([-10.0, 0.0, 10.0], [0.0], [[14_000.0, 0.0, -9_000.0]])),
        ], []), null),
    };

    public static object? Of(string operation) => Known.GetValueOrDefault(operation);
}
