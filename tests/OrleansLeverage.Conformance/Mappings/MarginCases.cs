using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Initial and maintenance margin of one position, and its leverage.</summary>
internal static class MarginCases
{
    private static readonly string[] Rates =
        ["margin_rate", "mmr", "maintenance_margin_rate", "mm_fraction", "imr", "margin_init", "margin_maint", "rate"];

    private static readonly string[] Sizes = ["quantity", "qty", "size", "contracts", "szi", "pos"];
    private static readonly string[] Prices =
        ["mark_price", "mark", "price", "mark_px", "entry", "entry_price", "index"];

    private static readonly string[] Leverages = ["leverage", "lever", "lev"];
    private static readonly string[] Notionals = ["notional", "total_ntl_pos", "position_value", "value"];
    private static readonly string[] Equities =
        ["equity", "account_value", "portfolio_value", "margin_balance", "total_margin_balance", "balance", "wallet"];

    private static readonly string[] InitialNames =
        ["margin", "initial_margin", "position_im", "total_margin_used", "margin_used", "margin_usdc", "im", "imr"];

    private static readonly string[] MaintenanceNames =
        ["margin", "maintenance_margin", "position_mm", "margin_usdc", "mm", "mmr", "maint_margin"];

    public static void AddTo(CaseMap map) => map
        .Kind("initial_margin", vector => Margin(vector, InitialNames))
        .Kind("maintenance_margin", vector => Margin(vector, MaintenanceNames))
        .Kind("maintenance_margin_netted", Netted)
        .Kind("effective_leverage", EffectiveLeverage);

    private static Answer Margin(VectorCase vector, string[] names)
    {
        var inputs = vector.Inputs;
        var answer = new Answer()
            .Beside(["notional", "notional_btc", "notional_coin", "position_value"], () => Notional(vector));
        if (inputs.Has("base_rate"))
        {
            return SizeDependent(inputs, answer, names);
        }
        return answer.With(names, () => Requirement(vector));
    }

    /// <summary>
    /// Which of the stated forms: by rate and leverage, by leverage, or by rate; then a closing fee on top.
    /// </summary>
    private static decimal Requirement(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var notional = Notional(vector);
        if (inputs.TextOrNull("model") == "standard")
        {
            return MarginForms.AtRate(notional, inputs.Decimal(Rates));
        }
        var hasFee = inputs.Has("taker_fee", "close_fee_rate");
        if (!hasFee)
        {
            return inputs.Has(Leverages)
                ? MarginForms.AtLeverage(notional, inputs.Decimal(Leverages), inputs.DecimalOr(1m, Rates))
                : AtRate(inputs, notional);
        }
        // with a closing fee the leverage only places the bankruptcy price; a stated rate is not divided by it
        var margin = inputs.Has(Rates)
            ? MarginForms.AtRate(notional, inputs.Decimal(Rates))
            : MarginForms.AtLeverage(notional, inputs.Decimal(Leverages));
        return margin + MarginForms.CloseFee(
            inputs.SideOrNull() ?? -1, notional, inputs.Decimal(Leverages),
            inputs.Decimal("taker_fee", "close_fee_rate"));
    }

    private static decimal AtRate(CaseInputs inputs, decimal notional)
    {
        if (inputs.Has("tiers"))
        {
            return TieredMargin.TierAt(TierCases.Tiers(inputs), notional).Maintenance(notional);
        }
        return MarginForms.AtRate(notional, Rate(inputs),
            inputs.DecimalOr(0m, "cum", "maintenance_amount_cum", "deduction"));
    }

    /// <summary>A venue that states only the largest leverage keeps half of its initial rate.</summary>
    private static decimal Rate(CaseInputs inputs) => inputs.DecimalOrNull(Rates)
        ?? IsolatedLiquidation.HalfInitialRate(inputs.Decimal("asset_max_leverage", "max_leverage", "max_lev"));

    private static Answer SizeDependent(CaseInputs inputs, Answer answer, string[] names)
    {
        var size = inputs.Decimal(Sizes);
        decimal Rate() => MarginForms.SizeRate(
            size, inputs.Decimal("base_rate"), inputs.Decimal("slope_per_unit", "slope"));
        return answer
            .With("rate", () => Rate())
            .With("margin_coin", () => MarginForms.AtRate(size, Rate()))
            .With(names, () => MarginForms.AtRate(
                ContractForms.Value(ContractStyle.Linear, size, inputs.Decimal(Prices)), Rate()));
    }

    internal static decimal Notional(VectorCase vector)
    {
        var inputs = vector.Inputs;
        if (inputs.DecimalOrNull(Notionals) is { } stated)
        {
            return stated;
        }
        var multiplier = ContractCases.Multiplier(inputs);
        return ContractCases.Style(vector) == ContractStyle.Inverse && !inputs.Flag("use_quote_for_inverse")
            ? ContractForms.Value(ContractStyle.Inverse, inputs.Decimal(Sizes), inputs.Decimal(Prices), multiplier)
            : ContractForms.Value(ContractStyle.Linear, inputs.Decimal(Sizes),
                inputs.Flag("use_quote_for_inverse") ? 1m : inputs.Decimal(Prices), multiplier);
    }

    private static Answer Netted(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var position = Contracts.Replay(
            ContractStyle.Linear, inputs.Items("legs"), 0m, ContractCases.Multiplier(inputs)).Position;
        return new Answer()
            .With(MaintenanceNames, () => MarginForms.AtLeverage(
                Math.Abs(position.Cost), inputs.DecimalOr(1m, "leverage"), inputs.Decimal(Rates)))
            .Beside("net_qty", () => position.Quantity.Value);
    }

    private static Answer EffectiveLeverage(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With(
            ["leverage", "effective_leverage", "gross_leverage", "position_leverage", "account_leverage"],
            () => inputs.Has("bankrupt_value")
                ? MarginForms.LeverageToBankruptcy(inputs.Decimal("mark_value"), inputs.Decimal("bankrupt_value"))
                : MarginForms.Leverage(Notional(vector), inputs.Decimal(Equities)));
    }
}
