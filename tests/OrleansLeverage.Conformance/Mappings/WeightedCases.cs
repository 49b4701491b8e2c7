using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>
/// Accounts of weighted balances and positions, as Drift v2 states them: amounts in units, answers in millionths.
/// </summary>
internal static class WeightedCases
{
    private const string Venue = "drift_v2";
    private const decimal Millionth = 0.000001m;

    /// <summary>What the venue keeps of every open order.</summary>
    private const decimal OrderReserve = 0.01m;

    public static void AddTo(CaseMap map) => map
        .Kind("account_margin_state", State, Venue)
        .Kind("isolated_bucket", Isolated, Venue)
        .Kind("net_usd_value", Net, Venue)
        .Kind("max_withdrawable", Withdrawable, Venue)
        .Kind("account_health", Health, Venue)
        .Kind("open_order_worst_case", WorstOrders, Venue);

    private static Answer State(VectorCase vector)
    {
        var margin = Of(vector.Inputs);
        return new Answer()
            .With("margin_requirement", () => Scaled(margin.Requirement))
            .With("total_collateral", () => Scaled(margin.Collateral))
            .With(["can_be_liquidated", "is_liquidatable"], () => margin.IsLiquidatable)
            .With("free_collateral", () => Scaled(margin.Free));
    }

    private static WeightedMargin Of(CaseInputs inputs) =>
        Quote(inputs) + Coin(inputs) + Perpetual(inputs, inputs.DecimalOrNull("perp_base") ?? 0m);

    private static WeightedMargin Quote(CaseInputs inputs) => WeightedForms.Balance(
        QuoteAmount(inputs), QuoteBand(inputs), new WeightedTerms(1m, 1m, inputs.DecimalOr(0m, "buffer")));

    private static decimal QuoteAmount(CaseInputs inputs) =>
        inputs.DecimalOr(0m, "usdc_deposit", "usdc") - inputs.DecimalOr(0m, "usdc_borrow");

    private static PriceBand QuoteBand(CaseInputs inputs) => Band(
        inputs, inputs.DecimalOr(1m, "usdc_price"), inputs.DecimalOrNull("usdc_twap5"));

    private static WeightedMargin Coin(CaseInputs inputs)
    {
        var (buys, sells) = (inputs.DecimalOr(0m, "open_bid_sol"), inputs.DecimalOr(0m, "open_ask_sol"));
        var held = inputs.DecimalOr(0m, "sol_deposit") - inputs.DecimalOr(0m, "sol_borrow");
        if (held == 0m && buys == 0m && sells == 0m)
        {
            return default;
        }
        var orders = (buys != 0m ? 1 : 0) + (sells != 0m ? 1 : 0);
        return WeightedForms.BalanceWithOrders(held, buys, Math.Abs(sells), orders, OrderReserve,
            Band(inputs, inputs.Decimal("sol_price", "price"), inputs.DecimalOrNull("sol_twap5")),
            CoinTerms(inputs));
    }

    private static WeightedTerms CoinTerms(CaseInputs inputs) => Purpose(inputs,
        new WeightedTerms(inputs.DecimalOr(0m, "sol_ia"), inputs.DecimalOr(0m, "sol_il"))
            .WithCustomRatio(inputs.DecimalOr(0m, "user_max_margin_ratio")),
        new WeightedTerms(inputs.DecimalOr(0m, "sol_ma"), inputs.DecimalOr(0m, "sol_ml")))
        .WithCustomRatio(inputs.DecimalOr(0m, "margin_ratio_override"))
        with { Buffer = inputs.DecimalOr(0m, "buffer") };

    private static WeightedMargin Perpetual(CaseInputs inputs, decimal quantity) => WeightedForms.Position(
        quantity, quantity == 0m ? 0m : inputs.Decimal("perp_price", "price"),
        inputs.DecimalOr(0m, "quote_asset_amount", "perp_quote"), QuoteBand(inputs),
        Purpose(inputs,
            new WeightedTerms(inputs.DecimalOr(0m, "upnl_initial_asset_weight"),
                inputs.DecimalOr(0m, "perp_margin_ratio_initial", "market_initial", "ratio"))
                .WithLeastRatio(inputs.DecimalOr(0m, "user_max_margin_ratio"))
                .WithLeastRatio(inputs.DecimalOr(0m, "position_max_margin_ratio")),
            new WeightedTerms(inputs.DecimalOr(0m, "upnl_maintenance_asset_weight"), inputs.DecimalOr(0m,
                "perp_margin_ratio_maintenance", "market_maintenance", "maintenance_ratio", "ratio")))
            .WithLeastRatio(inputs.DecimalOr(0m, "margin_ratio_override")), null);

    private static WeightedTerms Purpose(CaseInputs inputs, WeightedTerms initial, WeightedTerms maintenance) =>
        (inputs.TextOrNull("margin") ?? "maintenance") switch
        {
            "initial" => initial,
            "maintenance" => maintenance,
            "fill" => WeightedTerms.Mean(initial, maintenance),
            var other => throw new UnmappedCase($"margin '{other}'"),
        };

    private static PriceBand Band(CaseInputs inputs, decimal price, decimal? average) =>
        inputs.Flag("strict") && average is { } mean ? PriceBand.Of(price, mean) : PriceBand.At(price);

    private static Answer Isolated(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var cross = Quote(inputs) + Coin(inputs);
        var isolated = WeightedForms.Balance(
                inputs.Decimal("iso_collateral"), PriceBand.At(1m), new WeightedTerms(1m, 1m))
            + WeightedForms.Position(inputs.Decimal("iso_perp_base"), inputs.Decimal("iso_price"),
                inputs.Decimal("iso_quote"), PriceBand.At(1m),
                new WeightedTerms(0m, inputs.Decimal("ratio"), inputs.DecimalOr(0m, "buffer")), null);
        return new Answer()
            .With("cross_requirement", () => Scaled(cross.Requirement))
            .With("cross_collateral", () => Scaled(cross.Collateral))
            .With("isolated_requirement", () => Scaled(isolated.Requirement))
            .With("isolated_collateral", () => Scaled(isolated.Collateral))
            .With("meets_cross", () => cross.IsMet)
            .With("meets_isolated", () => isolated.IsMet);
    }

    private static Answer Net(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("net_usd_value", () => Scaled(AccountForms.Equity(
            QuoteAmount(inputs),
            AccountForms.AtIndex(inputs.DecimalOr(0m, "sol_deposit") - inputs.DecimalOr(0m, "sol_borrow"),
                inputs.DecimalOr(0m, "sol_price", "price")),
            AccountForms.AtIndex(inputs.DecimalOr(0m, "perp_base"), inputs.DecimalOr(0m, "perp_price", "price")),
            inputs.DecimalOr(0m, "perp_quote"))));
    }

    private static Answer Withdrawable(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var coin = inputs.DecimalOr(0m, "sol_deposit");
        var margin = Quote(inputs) + WeightedForms.Balance(coin, PriceBand.At(inputs.DecimalOr(0m, "sol_price")),
            new WeightedTerms(inputs.DecimalOr(0m, "sol_ia"), 0m));
        return new Answer()
            .With("amount", () => Scaled(WeightedForms.Withdrawable(
                margin, inputs.Decimal("usdc_deposit"), 1m, 1m, Millionth)))
            .With("amount_1e9", () => 1_000m * Scaled(WeightedForms.Withdrawable(
                margin, coin, inputs.Decimal("sol_ia"), inputs.Decimal("sol_price"), Millionth)));
    }

    private static Answer Health(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var margin = Of(inputs);
        // the market of the venue's own test, where a case states no ratio
        decimal? Leverage(decimal ratio) => WeightedForms.MaxLeverage(margin, QuoteAmount(inputs), ratio);
        return new Answer()
            .With("can_be_liquidated", () => margin.IsLiquidatable)
            .With("margin_requirement", () => Scaled(margin.Requirement))
            .With("total_collateral", () => Scaled(margin.Collateral))
            .With("health", () => margin.Health)
            .With("unrealized_pnl", () => Scaled(AccountForms.Equity(
                AccountForms.AtIndex(inputs.Decimal("perp_base"), inputs.Decimal("price")),
                inputs.Decimal("perp_quote"))))
            .With("max_leverage_initial_1e4", () => Leverage(inputs.DecimalOr(0.2m, "initial_ratio")) * 10_000m)
            .With("max_leverage_maintenance_1e4", () =>
                Leverage(inputs.DecimalOr(0.1m, "maintenance_ratio")) * 10_000m);
    }

    private static Answer WorstOrders(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var held = (inputs.TextOrNull("balance_type") == "borrow" ? -1m : 1m) * inputs.Decimal("balance");
        var worst = WeightedForms.Worst(held, inputs.DecimalOr(0m, "open_bids"),
            Math.Abs(inputs.DecimalOr(0m, "open_asks")), PriceBand.At(inputs.Decimal("price")),
            new WeightedTerms(inputs.Decimal("asset_weight"), inputs.Decimal("liability_weight")));
        return new Answer()
            .With("token_amount", () => worst.Amount)
            .With("token_value", () => worst.Value)
            .With("weighted_value", () => worst.Weighted)
            .With("orders_value", () => worst.OrdersValue)
            .With("free_collateral_contribution", () => worst.Contribution);
    }

    private static decimal Scaled(decimal value) => decimal.Truncate(value / Millionth);
}
