using OrleansLeverage.Analytics.Loops;
using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Performance;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Position, loop, leveraged-product, target and option leverage; the inputs tell which.</summary>
internal static class LeverageIdentities
{
    public static Answer Answer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return inputs.TextOrNull("contract") switch
        {
            "linear" => Linear(inputs),
            "inverse" => Inverse(inputs),
            { } other => throw new UnmappedCase($"contract '{other}'"),
            null when inputs.Has("ltv") => Loop(inputs),
            null when inputs.Has("beta") || inputs.Has("beta0") => Product(inputs),
            null when inputs.Has("excess_mu") => Kelly(inputs),
            null when inputs.Has("target_vol") => VolatilityTarget(inputs),
            null when inputs.Has("type") => Option(inputs),
            _ => throw new UnmappedCase("no known group of inputs"),
        };
    }

    private static Answer Linear(CaseInputs inputs)
    {
        var (side, entry) = (inputs.Side(), inputs.Decimal("entry"));
        var (size, margin) = (inputs.Decimal("qty"), inputs.Decimal("margin"));
        return new Answer()
            .With("liq_price", () => IsolatedLiquidation.Linear(
                side, entry, size, margin, inputs.Decimal("mmr"), inputs.DecimalOr(0m, "deduction", "ded")))
            .With("bankruptcy_price", () => IsolatedLiquidation.Linear(side, entry, size, margin, 0m))
            .With("effective_leverage_at_entry", () => MarginForms.Leverage(
                ContractForms.Value(ContractStyle.Linear, size, entry), margin))
            .With(["effective_leverage", "effective_leverage_at_mark", "leverage"], () => MarginForms.Leverage(
                ContractForms.Value(ContractStyle.Linear, size, Mark(inputs)),
                ContractForms.Equity(margin, side, size, entry, Mark(inputs))))
            .With("cash_leverage", () => MarginForms.Leverage(
                ContractForms.Value(ContractStyle.Linear, size, Mark(inputs)), margin));
    }

    private static Answer Inverse(CaseInputs inputs)
    {
        var (side, entry) = (inputs.Side(), inputs.Decimal("entry"));
        var (face, margin) = (inputs.Decimal("contracts_usd"), inputs.Decimal("margin_coin"));
        return new Answer()
            .With("liq_price", () => LiquidationForms.Inverse(side, entry, face, margin, inputs.Decimal("mmr")))
            .With("bankruptcy_price", () => LiquidationForms.Inverse(side, entry, face, margin, 0m))
            .With("effective_leverage_at_entry", () => MarginForms.Leverage(
                ContractForms.Value(ContractStyle.Inverse, face, entry), margin));
    }

    private static decimal Mark(CaseInputs inputs) => inputs.Decimal("mark", "mark_price", "price");

    private static Answer Loop(CaseInputs inputs)
    {
        var loop = new RecursiveLoop(inputs.Double("ltv"), (int)inputs.Integer("loops"));
        return new Answer()
            .With("leverage", () => loop.Leverage)
            .With("debt", () => loop.Debt)
            .With("max_leverage", () => loop.MaxLeverage)
            .With("health_factor", () => loop.HealthFactor(inputs.Double("liq_threshold")))
            .With("collateral_drop_to_liquidation", () => loop.DropToLiquidation(inputs.Double("liq_threshold")))
            .With("net_apy_on_equity", () => loop.NetApy(inputs.Double("supply_apy"), inputs.Double("borrow_apy")))
            .With(["break_even_borrow_apy", "breakeven_borrow_apy"], () => loop.BreakEvenBorrowApy(
                inputs.Double("supply_apy")))
            .With("unwind_rounds", () => loop.UnwindRounds(
                inputs.DoubleOrNull("target_ltv", "target") ?? loop.LoanToValue));
    }

    private static Answer Product(CaseInputs inputs)
    {
        var beta = inputs.Double("beta", "beta0");
        var returns = inputs.Doubles("daily_returns").ToArray();
        return new Answer()
            .With("letf_gross", () => LeveragedProduct.Growth(beta, returns))
            .With("index_gross", () => LeveragedProduct.Growth(1.0, returns))
            .With("avellaneda_zhang", () => LeveragedProduct.AvellanedaZhang(beta, returns))
            .With(["leverage_after", "drifted_leverage"], () => LeveragedProduct.Drifted(
                beta, inputs.Double("r", "return")));
    }

    private static Answer Kelly(CaseInputs inputs)
    {
        var (drift, sigma) = (inputs.Double("excess_mu"), inputs.Double("sigma"));
        return new Answer()
            .With("full_kelly_leverage", () => TargetLeverage.Kelly(drift, sigma))
            .With("growth_at_full", () => TargetLeverage.KellyGrowth(1.0, drift, sigma))
            .With("growth_at_half", () => TargetLeverage.KellyGrowth(0.5, drift, sigma))
            .With("growth_at_double", () => TargetLeverage.KellyGrowth(2.0, drift, sigma));
    }

    private static Answer VolatilityTarget(CaseInputs inputs) => new Answer()
        .With("leverage", () => TargetLeverage.VolatilityTarget(
            inputs.Double("target_vol"), inputs.Double("forecast_vol"), inputs.Double("cap")));

    private static Answer Option(CaseInputs inputs)
    {
        var isCall = inputs.Text("type").StartsWith("c", StringComparison.OrdinalIgnoreCase);
        var option = new EuropeanOption(
            isCall ? OptionRight.Call : OptionRight.Put, inputs.Double("S"), inputs.Double("K"), inputs.Double("T"),
            inputs.Double("sigma"), inputs.DoubleOrNull("r") ?? 0.0, inputs.DoubleOrNull("q") ?? 0.0);
        var value = new BlackScholes(option);
        return new Answer()
            .With("price", () => value.Price)
            .With("delta", () => value.Delta)
            .With("gamma", () => value.Gamma)
            .With("vega", () => value.Vega)
            .With("elasticity", () => OptionLeverage.Elasticity(option, value))
            .With("vega_elasticity", () => OptionLeverage.VegaElasticity(option, value))
            .With("gamma_leverage_1pct", () => OptionLeverage.DeltaChangePerPercent(option, value));
    }
}
