using System.Text.Json;
using OrleansLeverage.Domain.Scenarios;

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

    /// <summary>How each asset counts, whole.</summary>
    public required IReadOnlyDictionary<AssetId, CollateralTerms> Collateral { get; init; }

    /// <summary>Margin schedules by their names.</summary>
    public required IReadOnlyDictionary<string, ScheduleTerms> Schedules { get; init; }

    /// <summary>What the rules say beyond these; null where they name no venue.</summary>
    public VenueTerms? Venue { get; init; }

    /// <summary>What the rules ask for and the live grid does not apply, in the order of the enum.</summary>
    public required IReadOnlyList<RuleFeature> NotApplied { get; init; }

    /// <summary>The schedule of a name, or of the venue's market of that name; null where there is none.</summary>
    public ScheduleTerms? ScheduleOf(string name) => Schedules.TryGetValue(name, out var schedule) ? schedule
        : Venue is { } venue && venue.Markets.TryGetValue(name, out var market) ? Schedules.GetValueOrDefault(market)
        : null;

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
            throw file.Bad("schema", $"'{Shown.Text(found)}' is not {schema}", RuleFileStatus.SchemaUnknown);
        }
    }

    private static RuleFile Read(StrictObject file)
    {
        RequireSchema(file, Schema);
        var rules = ReadRules(file);
        rules.Check();
        var collateral = file.List("collateral", VenueFile.ReadCollateral);
        var weights = new Dictionary<AssetId, decimal>();
        foreach (var terms in collateral)
        {
            if (!weights.TryAdd(terms.Asset, terms.Weight))
            {
                throw file.Bad("collateral", $"asset {terms.Asset} is listed twice", RuleFileStatus.Duplicate);
            }
        }
        var schedules = new Dictionary<string, ScheduleTerms>(StringComparer.Ordinal);
        foreach (var schedule in file.List("schedules", VenueFile.ReadSchedule))
        {
            if (!schedules.TryAdd(schedule.Name, schedule))
            {
                throw file.Bad("schedules", $"schedule {schedule.Name} is listed twice", RuleFileStatus.Duplicate);
            }
        }
        var venue = file.Has("venue") ? VenueFile.ReadTerms(file, collateral, schedules) : null;
        return new RuleFile
        {
            Rules = venue is null ? rules : rules with
            {
                Withdrawal = venue.Withdrawal ?? rules.Withdrawal,
                Liquidation = venue.Liquidation,
                CustomLeverage = venue.CustomLeverage,
                Profit = venue.Profit,
                OrderReserve = venue.OrderReserve,
                Isolation = venue.Isolation,
                IsolatedAtEntry = venue.IsolatedAtEntry,
            },
            CollateralWeights = weights,
            Collateral = collateral.ToDictionary(c => c.Asset),
            Schedules = schedules,
            Venue = venue,
            NotApplied = [.. Features(collateral, venue).Distinct().Order()],
        };
    }

    private static IEnumerable<RuleFeature> Features(IReadOnlyList<CollateralTerms> collateral, VenueTerms? venue)
    {
        if (collateral.Any(c => c.DepositCap > 0m))
        {
            yield return RuleFeature.DepositCap;
        }
        if (venue?.Borrow is not null)
        {
            yield return RuleFeature.BorrowInterest;
        }
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
        rules = rules with
        {
            Leverage = file.ObjectOrNull("leverageLimits", ReadLeverage),
            Portfolio = file.Has("portfolioMargin") ? file.List("portfolioMargin", ReadPortfolio) : [],
        };
        return file.Object("limits", limits => rules with
        {
            FeeRateMax = limits.Within("feeRate", 0m, 1m),
            RebateRateMax = limits.Within("rebateRate", 0m, 1m),
            NotionalMax = limits.Above("notional", 0m, Price.Max),
            AmountMax = limits.Above("amount", 0m, Money.Max),
            FillsNeedInitialMargin = limits.Flag("fillsNeedInitialMargin"),
        });
    }

    /// <summary>Scenarios of a shipped profile, or in the place.</summary>
    private static PortfolioTerms ReadPortfolio(StrictObject entry) => new(
        entry.Id("underlying", text => new AssetId(text)),
        entry.Has("profile")
            ? ScenarioProfiles.Find(entry.Text("profile")).Rules
            : entry.Object("scenarios", ScenarioRulesFile.Read).Rules);

    private static LeverageLimits ReadLeverage(StrictObject limits)
    {
        var assets = new Dictionary<AssetId, LeverageLimit>();
        foreach (var (asset, limit) in limits.Has("assets") ? limits.List("assets", ReadLimit) : [])
        {
            if (!assets.TryAdd(asset, limit))
            {
                throw limits.Bad("assets", $"asset {asset} is listed twice", RuleFileStatus.Duplicate);
            }
        }
        return new LeverageLimits
        {
            KillSwitch = limits.FlagOr(false, "killSwitch"),
            Fills = limits.FlagOr(true, "fills"),
            Account = Leverage(limits, "account"),
            Assets = assets,
        };
    }

    private static (AssetId Asset, LeverageLimit Limit) ReadLimit(StrictObject entry) => (
        entry.Id("asset", text => new AssetId(text)),
        new LeverageLimit(Leverage(entry, "maxLeverage"), entry.FlagOr(false, "reduceOnly")));

    private static decimal? Leverage(StrictObject entry, string name) =>
        entry.Has(name) ? entry.Above(name, 0m, LeverageLimits.LeverageMax) : null;

    internal static MarginTier ReadTier(StrictObject tier) => new()
    {
        FloorNotional = tier.Within("floorNotional", 0m, Money.Max),
        CapNotional = tier.Has("capNotional") ? tier.Above("capNotional", 0m, Money.Max) : null,
        MaintenanceRate = tier.Above("maintenanceRate", 0m, 1m),
        MaintenanceAmount = tier.Within("maintenanceAmount", -Money.Max, Money.Max),
        MaxLeverage = tier.Above("maxLeverage", 0m, 1_000_000m),
        InitialRate = tier.Has("initialRate") ? tier.Above("initialRate", 0m, 1m) : null,
    };
}
