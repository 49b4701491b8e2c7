namespace OrleansLeverage.Domain.Scenarios;

/// <summary>
/// Reads a parameter file of scenario margin, strictly. Scenarios are listed, or made from a grid: every price step
/// from −range to +range with every volatility, then far moves with the volatility up.
/// </summary>
public static class ScenarioRulesFile
{
    public const string Schema = "leverage-scenarios/1";

    private const decimal FactorMax = 100m;
    private const decimal AmountMax = 1_000_000_000_000m;
    private const int BucketsMax = 16;

    /// <exception cref="RuleFileException">Names the place, the value and the bound.</exception>
    public static ScenarioProfile Parse(string text, string file) => StrictObject.Read(text, file, Read);

    internal static ScenarioProfile Read(StrictObject file)
    {
        if (file.Text("schema") is var schema && schema != Schema)
        {
            throw file.Bad("schema", $"'{Shown.Text(schema)}' is not {Schema}", RuleFileStatus.SchemaUnknown);
        }
        var source = file.Text("source");
        var scenarios = file.Has("grid") ? file.Object("grid", Grid) : [];
        var listed = file.Has("scenarios") ? file.List("scenarios", Scenario) : [];
        var far = file.ObjectOrNull("extended", Extended) ?? [];
        RiskScenario[] all = [.. listed, .. scenarios, .. far];
        if (all.Length is 0 or > ScenarioRules.ScenariosMax)
        {
            throw file.Bad("scenarios", $"{all.Length} scenarios; 1 to {ScenarioRules.ScenariosMax} are possible");
        }
        var rules = new ScenarioRules
        {
            Name = file.Text("name"),
            Settlement = file.Word<ContractStyle>("settlement"),
            Scenarios = all,
            Volatility = file.Object("volatility", Volatility),
            Skew = file.ObjectOrNull("skew", Skew),
            Discount = file.ObjectOrNull("discount", Discount),
            Basis = file.ObjectOrNull("basis", terms => new BasisTerms
            {
                UpFactor = terms.Above("up", 0m, FactorMax),
                DownFactor = terms.Above("down", 0m, FactorMax),
                Add = terms.Within("add", 0m, FactorMax),
                Scale = terms.Within("scale", 0m, FactorMax),
            }),
            Contingency = file.ObjectOrNull("contingency", Contingency),
            Futures = file.ObjectOrNull("futures", terms => new FuturesTerms
            {
                AnnualMove = terms.Within("annualMove", 0m, 10m),
                LeastMove = terms.Within("leastMove", 0m, 10m),
                DeltaThreshold = terms.Within("deltaThreshold", 0m, AmountMax),
                DeltaIncrement = terms.Within("deltaIncrement", 0m, 1m),
                DeltaMost = terms.Within("deltaMost", 0m, 1m),
            }),
            Offset = file.ObjectOrNull("offset", terms => new OffsetTerms
            {
                GainShare = terms.Within("gainShare", 0m, 1m),
                Dampener = terms.Within("dampener", 0m, AmountMax),
            }) ?? new OffsetTerms(),
            InitialFactor = file.Above("initialFactor", 0m, FactorMax),
            MaintenanceFactor = file.Above("maintenanceFactor", 0m, FactorMax),
            SettlementSeconds = file.Number("settlementSeconds", 0, 86_400),
        };
        if (rules.Skew is null && rules.Scenarios.Any(scenario => scenario.IsSkew))
        {
            throw file.Bad("skew", "a scenario turns the smile, and how is missing", RuleFileStatus.MemberMissing);
        }
        return new ScenarioProfile(rules, source, file.Text("underlying"), file.Number("version", 1, 1_000_000),
            file.Time("effectiveFrom"));
    }

    private static RiskScenario Scenario(StrictObject entry)
    {
        var price = entry.Above("price", 0m, FactorMax);
        var volatility = entry.Word<VolatilityMove>("volatility");
        return new RiskScenario
        {
            Name = ScenarioNames.Of(price, volatility),
            PriceFactor = price,
            Volatility = volatility,
            Weight = entry.WithinOr(1m, "weight", 0m, FactorMax),
        };
    }

    private static RiskScenario[] Grid(StrictObject grid)
    {
        var range = grid.Above("range", 0m, 0.99m);
        var buckets = grid.Number("buckets", 1, BucketsMax);
        var volatilities = grid.Texts("volatilities").Select(word => word switch
        {
            "up" => VolatilityMove.Up,
            "none" => VolatilityMove.None,
            "down" => VolatilityMove.Down,
            _ => throw grid.Bad("volatilities", $"'{Shown.Text(word)}' is none of up, none, down",
                RuleFileStatus.BadName),
        }).ToArray();
        return [.. Enumerable.Range(-buckets, 2 * buckets + 1).SelectMany(step => volatilities.Select(volatility =>
        {
            var price = 1m + range * step / buckets;
            return new RiskScenario
            {
                Name = ScenarioNames.Of(price, volatility),
                PriceFactor = price,
                Volatility = volatility,
            };
        }))];
    }

    private static RiskScenario[] Extended(StrictObject extended)
    {
        var range = extended.Above("range", 0m, 0.99m);
        var share = extended.Above("share", 0m, FactorMax);
        return [.. extended.List("moves", entry => entry.Within("move", -0.99m, FactorMax))
            .Select(move => move != 0m
                ? RiskScenario.Far(move, range, share)
                : throw extended.Bad("moves", "a far move is not 0"))];
    }

    private static VolatilityTerms Volatility(StrictObject terms) => new()
    {
        Up = terms.Within("up", 0m, FactorMax),
        Down = terms.Within("down", 0m, FactorMax),
        UpFloor = terms.WithinOr(0m, "upFloor", 0m, FactorMax),
        ShortPower = terms.Within("shortPower", 0m, FactorMax),
        LongPower = terms.Within("longPower", 0m, FactorMax),
        DaysFloor = terms.WithinOr(0m, "daysFloor", 0m, 400m),
    };

    private static SkewTerms Skew(StrictObject terms) => new()
    {
        LinearCap = terms.Within("linearCap", 0m, 10m),
        LinearSlope = terms.Within("linearSlope", -10m, 10m),
        AbsoluteCap = terms.Within("absoluteCap", 0m, 10m),
        AbsoluteSlope = terms.Within("absoluteSlope", -10m, 10m),
        Least = terms.Within("least", 0m, 10m),
        Width = terms.Within("width", 0m, 10m),
        Level = terms.Within("level", 0m, 10m),
        Tilt = terms.Within("tilt", -20m, 20m),
    };

    private static StaticDiscountTerms Discount(StrictObject terms) => new()
    {
        LongBase = terms.Within("longBase", 0m, 4m),
        LongScale = terms.Within("longScale", 0m, 10m),
        LongAdd = terms.Within("longAdd", 0m, 10m),
        ShortBase = terms.Within("shortBase", 0m, 4m),
        ShortScale = terms.Within("shortScale", 0m, 10m),
        ShortAdd = terms.Within("shortAdd", 0m, 10m),
    };

    private static ContingencyTerms Contingency(StrictObject terms) => new()
    {
        FutureMaintenance = terms.Within("futureMaintenance", 0m, 3m),
        FutureInitial = terms.Within("futureInitial", 0m, 3m),
        NakedMaintenance = terms.Within("nakedMaintenance", 0m, 2m),
        NakedInitial = terms.Within("nakedInitial", 0m, 2m),
        ConfidenceThreshold = terms.Within("confidenceThreshold", 0m, 1m),
        ConfidenceRate = terms.Within("confidenceRate", 0m, 20m),
        PegThreshold = terms.Within("pegThreshold", 0m, 100m),
        PegRate = terms.Within("pegRate", 0m, 10m),
    };
}
