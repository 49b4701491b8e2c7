using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Derive's portfolio files in the product's terms: names and units only.</summary>
internal static class DeriveMarket
{
    private const string Perpetual = "PERP";

    public static ScenarioRules Rules(CaseInputs parameters)
    {
        var volatility = parameters.Object("VolShock");
        var skew = parameters.Object("SkewShock");
        var margin = parameters.Object("Margin");
        var basis = parameters.Object("BasisContingency");
        var other = parameters.Object("OtherContingency");
        return new ScenarioRules
        {
            Name = "derive-pmrm2",
            Scenarios = [.. parameters.Items("Scenarios").Select((scenario, index) => new RiskScenario
            {
                Name = $"{index}",
                PriceFactor = scenario.Decimal("SpotShock"),
                Weight = scenario.Decimal("DampeningFactor"),
                Volatility = scenario.Text("VolShockDirection") switch
                {
                    "Up" => VolatilityMove.Up,
                    "Down" => VolatilityMove.Down,
                    "None" => VolatilityMove.None,
                    "LINEAR" => VolatilityMove.LinearSkew,
                    "ABS" => VolatilityMove.AbsoluteSkew,
                    var other => throw new UnmappedCase($"volatility shock '{other}'"),
                },
            })],
            Volatility = new VolatilityTerms
            {
                Up = volatility.Decimal("VOLRANGEUP"),
                Down = volatility.Decimal("VOLRANGEDOWN"),
                UpFloor = volatility.Decimal("MIN_VOL_EVAL_SHOCKED"),
                ShortPower = volatility.Decimal("SHORTTERMPOWER"),
                LongPower = volatility.Decimal("LONGTERMPOWER"),
                DaysFloor = volatility.Decimal("DTE_FLOOR"),
            },
            Skew = new SkewTerms
            {
                LinearCap = skew.Decimal("LINEAR_SCALE_CAP"),
                LinearSlope = skew.Decimal("LINEAR_CBASE"),
                AbsoluteCap = skew.Decimal("ABS_SCALE_CAP"),
                AbsoluteSlope = skew.Decimal("ABS_CBASE"),
                Least = skew.Decimal("MIN_K_STAR"),
                Width = skew.Decimal("MIN_WIDTH_SCALE"),
                Level = skew.Decimal("VOL_PARAM_STATIC"),
                Tilt = skew.Decimal("VOL_PARAM_SCALE"),
            },
            Discount = new StaticDiscountTerms
            {
                LongBase = margin.Decimal("BASE_STATIC_DISCOUNT"),
                LongScale = margin.Decimal("LONG_RATE_MULTSCALE"),
                LongAdd = margin.Decimal("LONG_RATE_ADDSCALE"),
                ShortBase = margin.Decimal("BASE_STATIC_DISCOUNT_NEG"),
                ShortScale = margin.Decimal("SHORT_RATE_MULTSCALE"),
                ShortAdd = margin.Decimal("SHORT_RATE_ADDSCALE"),
            },
            Basis = new BasisTerms
            {
                UpFactor = basis.Decimal("SCENARIO_SPOT_UP"),
                DownFactor = basis.Decimal("SCENARIO_SPOT_DOWN"),
                Add = basis.Decimal("BASIS_CONT_ADD_FACTOR"),
                Scale = basis.Decimal("BASIS_CONT_MULT_FACTOR"),
            },
            Contingency = new ContingencyTerms
            {
                FutureMaintenance = other.Decimal("MM_PERP_PERCENT"),
                FutureInitial = other.Decimal("IM_PERP_PERCENT"),
                NakedMaintenance = other.Decimal("MM_OPTION_PERCENT"),
                NakedInitial = other.Decimal("IM_OPTION_PERCENT"),
                ConfidenceThreshold = other.Decimal("CONF_THRESHOLD"),
                ConfidenceRate = other.Decimal("CONF_MARGIN"),
                PegThreshold = other.Decimal("PEG_LOSS_THRESHOLD"),
                PegRate = other.Decimal("PEG_LOSS_FACTOR"),
            },
            InitialFactor = margin.Decimal("IM_LOSS_FACTOR"),
            MaintenanceFactor = margin.Decimal("MM_LOSS_FACTOR"),
        };
    }

    public static ScenarioMarket Market(CaseInputs scenario) => new()
    {
        Spot = scenario.Decimal("SpotPrice"),
        SpotConfidence = scenario.Decimal("SpotConfidence"),
        StablePrice = scenario.Decimal("StablePrice"),
        Expiries = [.. scenario.Items("OptionFeeds").Select(feed => new ExpiryState(
            feed.Text("FeedExpiry"), (long)feed.Integer("FeedExpiry"), feed.Decimal("Forward"))
        {
            Rate = feed.Decimal("Rate"),
            Confidence = Math.Min(feed.Decimal("ForwardConfidence"), feed.Decimal("RateConfidence")),
        })],
        Options = [.. scenario.Items("Options").DistinctBy(Name).Select(option => new OptionSeries(
            Name(option), option.Text("Expiry"), Right(option), option.Decimal("Strike"), option.Decimal("MarkVol"))
        {
            Confidence = scenario.Items("OptionFeeds").First(feed => feed.Text("FeedExpiry") == option.Text("Expiry"))
                .Decimal("OptionVolConfidences"),
        })],
        Futures = scenario.Decimal("NumPerps") == 0m ? [] :
        [
            new FutureState(Perpetual, scenario.Decimal("PerpPrice"))
            {
                Confidence = scenario.Decimal("PerpConfidence"),
            },
        ],
        Collateral = [.. scenario.Items("Collaterals").Select(asset => new CollateralState(
            asset.Text("Name"), asset.Decimal("Price"))
        {
            Confidence = asset.Decimal("Confidence"),
            CancelsRisk = asset.Flag("IsRiskCancelling"),
            InitialHaircut = asset.Decimal("IMHaircut"),
            MaintenanceHaircut = asset.Decimal("MMHaircut"),
        })],
    };

    public static ScenarioPortfolio Portfolio(CaseInputs scenario) => new()
    {
        Cash = scenario.Decimal("Cash"),
        UnsettledProfit = scenario.Decimal("NumPerps") == 0m
            ? 0m
            : scenario.Decimal("UnrealisedPerpPNL") + scenario.Decimal("UnrealisedFunding"),
        Holdings =
        [
            .. scenario.Items("Options").Select(option => new ScenarioHolding(Name(option), option.Decimal("Amount"))),
            .. scenario.Items("Collaterals").Select(asset => new ScenarioHolding(
                asset.Text("Name"), asset.Decimal("Amount"))),
            .. scenario.Decimal("NumPerps") is not 0m and var perpetuals
                ? [new ScenarioHolding(Perpetual, perpetuals)]
                : Array.Empty<ScenarioHolding>(),
        ],
    };

    private static string Name(CaseInputs option) =>
        $"{option.Text("Expiry")}-{option.Text("Strike")}-{Right(option)}";

    private static OptionRight Right(CaseInputs option) => option.Flag("IsCall") ? OptionRight.Call : OptionRight.Put;
}
