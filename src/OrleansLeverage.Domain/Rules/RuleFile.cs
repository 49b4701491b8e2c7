using System.Text.Json;

namespace OrleansLeverage.Domain;

/// <summary>
/// One version of the risk rules as data: thresholds and bounds, collateral weights, margin schedules. The format is in
/// <c>Rules/README.md</c>. Cumulative amounts of brackets are recomputed and compared on load.
/// </summary>
public sealed record RuleFile
{
    public const string Schema = "leverage-rules/1";

    public required RiskRules Rules { get; init; }

    /// <summary>Share of a positive balance that counts as margin, by asset.</summary>
    public required IReadOnlyDictionary<AssetId, decimal> CollateralWeights { get; init; }

    public required IReadOnlyDictionary<string, MarginSchedule> Schedules { get; init; }

    /// <param name="text">The whole JSON text.</param>
    /// <param name="file">What messages call it: a file's name.</param>
    /// <exception cref="RuleFileException">Anything unknown, missing, repeated, malformed or out of range.</exception>
    public static RuleFile Parse(string text, string file) => StrictObject.Read(text, file, Read);

    /// <summary>The same inside a larger document, at <paramref name="path"/>.</summary>
    public static RuleFile Parse(JsonElement element, string file, string path = "$") =>
        StrictObject.Read(element, file, path, Read);

    internal static void RequireSchema(StrictObject file, string schema)
    {
        var found = file.Text("schema");
        if (found != schema)
        {
            throw file.Bad("schema", $"'{Shown.Text(found)}' is not {schema}");
        }
    }

    private static RuleFile Read(StrictObject file)
    {
        RequireSchema(file, Schema);
        var rules = ReadRules(file);
        rules.Check();
        var weights = new Dictionary<AssetId, decimal>();
        foreach (var (asset, weight) in file.List("collateral", ReadWeight))
        {
            if (!weights.TryAdd(asset, weight))
            {
                throw file.Bad("collateral", $"asset {asset} is listed twice");
            }
        }
        var schedules = new Dictionary<string, MarginSchedule>(StringComparer.Ordinal);
        foreach (var schedule in file.List("schedules", ReadSchedule))
        {
            if (!schedules.TryAdd(schedule.Name, schedule))
            {
                throw file.Bad("schedules", $"schedule {schedule.Name} is listed twice");
            }
        }
        return new RuleFile { Rules = rules, CollateralWeights = weights, Schedules = schedules };
    }

    private static RiskRules ReadRules(StrictObject file)
    {
        var rules = new RiskRules
        {
            Name = file.Text("name"),
            Source = file.Text("source"),
            Version = file.Number("version", 1, int.MaxValue),
            EffectiveFrom = file.Time("effectiveFrom"),
        };
        rules = file.Object("thresholds", thresholds => rules with
        {
            WarningRatio = thresholds.Above("warning", 0m, 1m),
            MarginCallRatio = thresholds.Above("marginCall", 0m, 1m),
            LiquidationRatio = thresholds.Within("liquidation", 1m, 1m),
            RearmMargin = thresholds.Within("rearmMargin", 0m, 1m),
            RearmFrames = thresholds.Number("rearmFrames", 1, 1_000_000),
        });
        return file.Object("limits", limits => rules with
        {
            FeeRateMax = limits.Within("feeRate", 0m, 1m),
            RebateRateMax = limits.Within("rebateRate", 0m, 1m),
            NotionalMax = limits.Above("notional", 0m, Price.Max),
            AmountMax = limits.Above("amount", 0m, Money.Max),
            FillsNeedInitialMargin = limits.Flag("fillsNeedInitialMargin"),
        });
    }

    private static (AssetId Asset, decimal Weight) ReadWeight(StrictObject entry) =>
        (entry.Id("asset", text => new AssetId(text)), entry.Within("weight", 0m, 1m));

    private static MarginSchedule ReadSchedule(StrictObject schedule)
    {
        var name = schedule.Text("name");
        var scaling = schedule.Has("openInterest") ? schedule.Object("openInterest", ReadScaling) : null;
        return schedule.Has("fraction")
            ? schedule.Object("fraction", fraction => MarginSchedule.Fraction(name,
                fraction.Above("initial", 0m, 1m), fraction.Above("maintenance", 0m, 1m), scaling))
            : new MarginSchedule(name, schedule.List("tiers", ReadTier), scaling);
    }

    private static OpenInterestScaling ReadScaling(StrictObject caps)
    {
        var lower = caps.Within("lowerCap", 0m, Price.Max);
        return new OpenInterestScaling(lower, caps.Above("upperCap", lower, Price.Max));
    }

    private static MarginTier ReadTier(StrictObject tier) => new()
    {
        FloorNotional = tier.Within("floorNotional", 0m, Money.Max),
        CapNotional = tier.Has("capNotional") ? tier.Above("capNotional", 0m, Money.Max) : null,
        MaintenanceRate = tier.Above("maintenanceRate", 0m, 1m),
        MaintenanceAmount = tier.Within("maintenanceAmount", -Money.Max, Money.Max),
        MaxLeverage = tier.Above("maxLeverage", 0m, 1_000_000m),
        InitialRate = tier.Has("initialRate") ? tier.Above("initialRate", 0m, 1m) : null,
    };
}
