using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Tier tables: which tier holds a notional, how amounts accumulate, what leverage a margin allows.</summary>
internal static class TierCases
{
    private static readonly string[] Notionals = ["notional", "size", "position_value"];
    private static readonly string[] Rates = ["maintenance_margin_rate", "mm_fraction", "mmr", "rate"];

    public static void AddTo(CaseMap map) => map
        .Kind("tier_lookup", Lookup)
        .Kind("tier_cum", Cumulative)
        .Kind("max_leverage_for_margin", MaxLeverage);

    /// <summary>The tiers stated with the case, else those of its symbol in the tables it refers to.</summary>
    internal static IReadOnlyList<MarginTier> Tiers(CaseInputs inputs) => TiersOrNone(inputs) is { Count: > 0 } tiers
        ? tiers
        : throw new UnmappedCase($"no tiers are known for '{inputs.TextOrNull("symbol", "pair")}'");

    private static IReadOnlyList<MarginTier> TiersOrNone(CaseInputs inputs)
    {
        var symbol = inputs.TextOrNull("symbol", "pair") ?? "unnamed";
        var stated = inputs.Elements("tiers");
        var rows = stated.Count > 0 ? stated : inputs.Tables.TiersOf(symbol) ?? [];
        if (rows.Count == 0)
        {
            return [];
        }
        return rows[0].ValueKind == JsonValueKind.Array
            ? LeverageTierTable.FlatTiers(rows.Select(row => (CaseInputs.Number(row[0]), CaseInputs.Number(row[1]))))
            : LeverageTierTable.ParseTiers(symbol, rows);
    }

    private static Answer Lookup(VectorCase vector)
    {
        var inputs = vector.Inputs;
        MarginTier Tier() => TieredMargin.TierAt(Tiers(inputs), inputs.Decimal(Notionals));
        return new Answer()
            .With(Rates, () => Tier().MaintenanceRate)
            .With(["maintenance_amount_cum", "cum", "deduction"], () =>
                HasAmounts(inputs) ? Tier().MaintenanceAmount : (decimal?)null)
            .With(["maintenance_margin", "mm"], () => Tier().Maintenance(inputs.Decimal(Notionals)))
            .With(["max_leverage", "leverage"], () => Tier().MaxLeverage);
    }

    /// <summary>
    /// Some venues print no amounts: the rate is on the whole position and a deduction does not exist.
    /// </summary>
    private static bool HasAmounts(CaseInputs inputs) =>
        inputs.Elements("tiers") is not [{ ValueKind: JsonValueKind.Object } first, ..]
        || first.TryGetProperty("maintAmt", out _) || first.TryGetProperty("info", out _);

    private static Answer Cumulative(VectorCase vector)
    {
        var inputs = vector.Inputs;
        decimal Rate(string leverage, params string[] rates) => inputs.Has(rates)
            ? inputs.Decimal(rates)
            : IsolatedLiquidation.HalfInitialRate(inputs.Decimal(leverage));
        return new Answer()
            .With(Rates, () => Rate("max_lev", "mmr"))
            .With(["cum", "deduction", "maintenance_amount_cum"], () => MarginTier.CumulativeAmount(
                inputs.DecimalOr(0m, "cum_prev", "deduction_prev"), inputs.Decimal("floor", "lower_bound"),
                Rate("max_lev", "mmr"), Rate("max_lev_prev", "mmr_prev")));
    }

    private static Answer MaxLeverage(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With(["max_leverage", "leverage"], () =>
            TieredMargin.MaxLeverage(TiersOrNone(inputs), inputs.Decimal("own_margin", "margin", "stake_amount"))
            ?? throw new ProductRefusal("margin_above_last_tier"));
    }
}
