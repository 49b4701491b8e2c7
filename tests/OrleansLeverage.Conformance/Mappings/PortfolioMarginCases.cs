using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Options;
using OrleansLeverage.Domain.Scenarios;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Margin by scenarios of two venues, and the standard margin of options.</summary>
internal static class PortfolioMarginCases
{
    private const string Derive = "derive_v2_pmrm2";
    private const string Deribit = "deribit_pm";

    public static void AddTo(CaseMap map) => map
        .Kind("portfolio_margin", DerivePortfolio, Derive)
        .Kind("portfolio_margin", MatrixMargin, Deribit)
        .Kind("initial_margin", DeribitInitial, Deribit)
        .Kind("maintenance_margin", DeribitMaintenance, Deribit)
        .Kind("risk_vector", RiskVector, Deribit)
        .Kind("risk_vector_aggregated", Aggregated, Deribit)
        .Kind("roll_shock", RollShock, Deribit)
        .Kind("worst_case", WorstCase, Deribit)
        .Kind("option_margin", OptionMargins);

    private static Answer DerivePortfolio(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var market = DeriveMarket.Market(inputs.Object("Scenario"));
        var matrix = ScenarioPricing.Matrix(DeriveMarket.Rules(inputs.Object("Parameters")), market);
        var margin = ScenarioMargin.Of(matrix, DeriveMarket.Portfolio(inputs.Object("Scenario")));
        return new Answer()
            .With("initial_margin", () => margin.FreeOfInitial)
            .With("maintenance_margin", () => margin.FreeOfMaintenance)
            .With("option_mtm", () => margin.OptionValue)
            .With("collateral_mtm", () => margin.CollateralValue)
            .With("scenario_pnl", () => margin.Outcomes.Select(outcome => (object?)outcome.Counted).ToArray());
    }

    private static Answer MatrixMargin(VectorCase vector) => new Answer()
        .With("risk_matrix_margin", () => Deribits(vector).Matrix);

    private static Answer DeribitInitial(VectorCase vector) => new Answer()
        .With("initial_margin", () => (Deribits(vector) with
        {
            WorstLoss = vector.Inputs.Decimal("risk_matrix_margin"),
            RollShock = 0m,
            DeltaShock = 0m,
            CorrelationContingency = 0m,
            OtherInitial = vector.Inputs.DecimalOr(0m, "spot") + vector.Inputs.DecimalOr(0m, "mmp")
                + vector.Inputs.DecimalOr(0m, "open_orders"),
        }).Initial);

    private static Answer DeribitMaintenance(VectorCase vector) => new Answer()
        .With("maintenance_margin", () => (Deribits(vector) with
        {
            WorstLoss = vector.Inputs.Decimal("risk_matrix_margin"),
            RollShock = 0m,
            DeltaShock = 0m,
            CorrelationContingency = 0m,
            MaintenanceFactor = vector.Inputs.Decimal("mm_factor"),
        }).Maintenance);

    private static PortfolioMargin Deribits(VectorCase vector) => new()
    {
        Equity = 0m,
        OptionValue = 0m,
        CollateralValue = 0m,
        Outcomes = [],
        Worst = null,
        WorstLoss = vector.Inputs.DecimalOr(0m, "worst_case"),
        BasisContingency = 0m,
        Charges = [],
        RollShock = vector.Inputs.DecimalOr(0m, "roll_shock"),
        DeltaShock = vector.Inputs.DecimalOr(0m, "delta_shock"),
        CorrelationContingency = vector.Inputs.DecimalOr(0m, "correlation_contingency"),
        InitialFactor = 1m,
        MaintenanceFactor = 1m,
        OtherInitial = 0m,
        Explanation = new ScenarioExplanation("", []),
    };

    /// <summary>Through the engine: a matrix of one future and one scenario.</summary>
    private static Answer RiskVector(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("pnl_coin", () =>
        {
            var rules = new ScenarioRules
            {
                Name = "one move",
                Settlement = ContractStyle.Inverse,
                Scenarios = [new RiskScenario { Name = "move", PriceFactor = 1m + inputs.Decimal("price_shock") }],
                Volatility = new VolatilityTerms { Up = 0m, Down = 0m, ShortPower = 0m, LongPower = 0m },
            };
            var name = inputs.Text("instrument");
            var matrix = ScenarioPricing.Matrix(rules, new ScenarioMarket
            {
                Spot = 1m,
                Futures = [new FutureState(name, 1m)],
            });
            return ScenarioMargin.Of(matrix, new ScenarioPortfolio
            {
                Holdings = [new ScenarioHolding(name, inputs.Decimal("position_coin"))],
            }).Outcomes[0].Profit;
        });
    }

    private static Answer Aggregated(VectorCase vector) => new Answer().With("aggregated", () => ScenarioForms.Counted(
        vector.Inputs.Numbers("vectors").Sum(entry => entry.Value), vector.Inputs.Decimal("pnl_offset")));

    private static Answer RollShock(VectorCase vector) => new Answer().With("roll_shock", () =>
        ScenarioForms.RollShock(vector.Inputs.Numbers("positions")
            .Select(entry => (entry.Value, vector.Inputs.Decimal("min_annualised_move")))));

    private static Answer WorstCase(VectorCase vector) => new Answer().With("worst_case", () =>
        ScenarioForms.WorstLoss(vector.Inputs.Decimals("aggregated")));

    /// <summary>The cases mark options at their intrinsic value: their mock has no volatility.</summary>
    private static Answer OptionMargins(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var spot = inputs.Decimal("spot");
        var rules = OptionProfiles.Rules("derive-standard");
        if (rules.Spreads is { } spreads && inputs.Has("unpaired_im_scale"))
        {
            rules = rules with
            {
                Spreads = spreads with { UnpairedInitial = inputs.Decimal("unpaired_im_scale") },
            };
        }
        var legs = (inputs.Has("legs") ? inputs.Items("legs") : [inputs]).Select(leg => Leg(leg, spot)).ToArray();
        var margin = ShortOptionMargin.Of(rules, spot, spot, spot, legs).Margin;
        return new Answer()
            .With("initial_margin", () => -margin.Initial)
            .With("maintenance_margin", () => -margin.Maintenance)
            .With("required", () => margin.Initial)
            .With("trade_allowed", () => inputs.Decimal("cash") >= margin.Initial);
    }

    private static OptionLeg Leg(CaseInputs leg, decimal spot)
    {
        var right = leg.Flag("is_call") ? OptionRight.Call : OptionRight.Put;
        var strike = leg.Decimal("strike");
        return new OptionLeg(right, strike, leg.Decimal("amount"), Math.Max(0m, right == OptionRight.Call
            ? spot - strike
            : strike - spot));
    }
}
