using OrleansLeverage.Domain;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>A rule file that asks for every feature that the live grid applies, at once.</summary>
internal static class MadeRules
{
    public const string Text = """
        {
          "schema": "leverage-rules/1", "name": "made", "source": "Made of every feature.", "version": 1,
          "effectiveFrom": "2026-01-01T00:00:00Z", "venue": "made",
          "thresholds": { "warning": "0.7", "marginCall": "0.85", "liquidation": "1", "rearmMargin": "0.02",
            "rearmFrames": 2 },
          "limits": { "feeRate": "0.01", "rebateRate": "0.001", "notional": "999999999999",
            "amount": "999999999999", "fillsNeedInitialMargin": true },
          "collateral": [
            { "asset": "USD", "weight": "1", "liabilityWeight": "1.1", "liabilityMaintenanceWeight": "1.05" },
            { "asset": "BTC", "weight": "0.9", "maintenanceWeight": "0.95", "liabilityWeight": "1.2",
              "liabilityMaintenanceWeight": "1.1", "sizeFactor": "0.01", "liabilitySizeFactor": "0.01",
              "discount": { "skewScale": "100000", "scalar": "1", "least": "0.02", "most": "0.5" } },
            { "asset": "ETH", "weight": "0.9", "tiers": [ { "floor": "0", "weight": "0.95" },
              { "floor": "10000", "weight": "0.8" }, { "floor": "100000", "weight": "0" } ] }
          ],
          "schedules": [
            { "name": "m", "brackets": "0 0.01 50; 50000 0.02 25; 500000 0.05 10", "leastMargin": "50",
              "perPosition": "5", "closeRate": "0.0005" },
            { "name": "f", "flatTiers": [
              { "floorNotional": "0", "capNotional": "20000", "maintenanceRate": "0.01", "maintenanceAmount": "0",
                "maxLeverage": "50" },
              { "floorNotional": "20000", "capNotional": "200000", "maintenanceRate": "0.03",
                "maintenanceAmount": "0", "maxLeverage": "20" },
              { "floorNotional": "200000", "maintenanceRate": "0.08", "maintenanceAmount": "0",
                "maxLeverage": "10" } ] },
            { "name": "g", "growing": { "initialBase": "0.02", "initialSlope": "0.00005",
              "maintenanceBase": "0.01", "maintenanceSlope": "0.00005" }, "sizeFactor": "0.001" }
          ],
          "markets": [ { "schedule": "m", "symbols": ["M"] }, { "schedule": "f", "symbols": ["F"] },
            { "schedule": "g", "symbols": ["G"] } ],
          "profit": { "initialWeight": "0.8", "maintenanceWeight": "0.9", "sizeFactor": "0.001",
            "initialMax": "5000" },
          "orderReserve": "0.5", "isolatedAtEntry": true,
          "funding": { "style": "settled", "intervalSeconds": 28800 },
          "liquidation": { "scope": "toTarget", "targetRatio": "0.9", "feeRate": "0.005" }
        }
        """;

    public static RuleFile File { get; } = RuleFile.Parse(Text, "made");
}
