using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>
/// Weights, sizes and rates that Drift v2 states as integers: prices and quotes in millionths, amounts in billionths,
/// weights in ten-thousandths.
/// </summary>
internal static class FixedPointCases
{
    private const string Venue = "drift_v2";
    private const decimal Million = 1_000_000m;
    private const decimal Billion = 1_000_000_000m;
    private const decimal WeightOne = 10_000m;

    /// <summary>What the venue counts of an unrealised profit at most, USD.</summary>
    private const decimal ProfitMax = 100m;

    public static void AddTo(CaseMap map) => map
        .Kind("collateral_haircut", Weight, Venue)
        .Kind("collateral_haircut_global_cap", Capped, Venue)
        .Kind("unrealised_pnl_haircut", ProfitWeight, Venue)
        .Kind("perp_margin_requirement", Requirement, Venue)
        .Kind("liquidation_size", Size, Venue)
        .Kind("socialised_loss_per_base", LossPerBase, Venue)
        .Kind("funding_rate", Funding, Venue);

    private static Answer Weight(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (weight, factor) = (inputs.Decimal("base_weight") / WeightOne, inputs.Decimal("imf_factor") / Million);
        var amount = inputs.Decimal("size_1e9") / Billion;
        return new Answer().With("weight", () => WeightOne * (inputs.TextOrNull("side") == "liability"
            ? SizeWeight.Liability(weight, factor, amount)
            : SizeWeight.Asset(weight, factor, amount)));
    }

    private static Answer Capped(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("weight", () => WeightOne * SizeWeight.Capped(
            inputs.Decimal("initial_asset_weight") / WeightOne, inputs.Decimal("scale_start") / Million,
            AccountForms.AtIndex(inputs.Decimal("deposit_tokens"), inputs.Decimal("oracle_price") / Million)));
    }

    private static Answer ProfitWeight(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("weight", () => WeightOne * SizeWeight.Asset(
            inputs.Decimal("base_weight") / WeightOne, inputs.Decimal("imf_factor") / Million,
            inputs.Decimal("unrealized_pnl") / Million));
    }

    private static Answer Requirement(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (size, price) = (inputs.Decimal("base_asset_amount") / Billion, inputs.Decimal("oracle_price") / Million);
        var factor = inputs.Decimal("imf_factor") / Million;
        var ratio = SizeWeight.Liability(
            inputs.Decimal("margin_ratio_initial", "margin_ratio_maintenance") / WeightOne, factor, Math.Abs(size));
        var profit = AccountForms.Equity(
            inputs.DecimalOr(0m, "quote_asset_amount") / Million, AccountForms.AtIndex(size, price));
        return new Answer()
            .With("margin_requirement", () => decimal.Truncate(Million * MarginForms.AtRate(
                ContractForms.Value(ContractStyle.Linear, Math.Abs(size), price), ratio)))
            .With("weighted_unrealized_pnl_capped", () => Million * WeightedForms.Profit(
                profit, SizeWeight.Asset(1m, factor, Math.Max(0m, profit)), ProfitMax));
    }

    private static Answer Size(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var shortage = inputs.Decimal("margin_shortage") / Million;
        return new Answer()
            .With("base_asset_amount", () => Units(CoverSize.Position(
                shortage, inputs.Decimal("oracle_price") / Million, inputs.Decimal("quote_oracle_price") / Million,
                inputs.Decimal("margin_ratio") / WeightOne, inputs.Decimal("liquidation_fee") / Million,
                inputs.Decimal("if_liquidation_fee") / Million, 1m / Billion), Billion))
            .With("liability_transfer", () =>
            {
                var unit = Enumerable.Repeat(10m, (int)inputs.Integer("liability_decimals"))
                    .Aggregate(1m, (product, ten) => product * ten);
                return Units(CoverSize.Debt(
                    shortage, inputs.Decimal("liability_price") / Million, inputs.Decimal("asset_weight") / WeightOne,
                    inputs.Decimal("asset_liq_multiplier") / Million, inputs.Decimal("liability_weight") / WeightOne,
                    inputs.Decimal("liability_liq_multiplier") / Million,
                    inputs.DecimalOr(0m, "if_liquidation_fee") / Million, 1m / unit), unit);
            });
    }

    /// <summary>The venue writes "no size covers it" as the largest number it has.</summary>
    private static decimal Units(decimal? size, decimal unit) => size is { } covered ? covered * unit : ulong.MaxValue;

    private static Answer LossPerBase(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("cumulative_funding_rate_delta", () =>
            Billion * (SocialisedLoss.PerContract(Math.Abs(inputs.Decimal("loss")) / Million,
                inputs.Decimal("base_long") / Billion, inputs.Decimal("base_short") / Billion, 1m / Million)
            ?? throw new ProductRefusal("CantResolvePerpBankruptcy")));
    }

    private static Answer Funding(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("funding_rate_1e9", () => Billion * FundingRates.Clamped(
            inputs.Decimal("mark_twap") / Million, inputs.Decimal("oracle_twap") / Million, 33m,
            inputs.DecimalOr(3_600m, "funding_period") / 86_400m, 1m / Billion));
    }
}
