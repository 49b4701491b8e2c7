using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Venues that trade against a pool or a simulated book: GMX v2, Synthetix v3, Vega, LEAN.</summary>
internal static class PoolCases
{
    private static readonly string[] MarginNames =
        ["initial_margin_usd", "initial_margin_settle_coin", "initial_margin", "maintenance_margin_usd",
            "maintenance_margin", "reserved"];

    public static void AddTo(CaseMap map) => map
        .Kind("is_liquidatable", PoolPosition, "gmx_v2")
        .Kind("funding_adaptive", Adaptive)
        .Kind("funding_rate", PoolRate, "gmx_v2")
        .Kind("initial_margin", AtLeverage, "lean")
        .Kind("maintenance_margin", AtLeverage, "lean")
        .Kind("margin_call", Call)
        .Kind("socialised_loss", Socialised)
        .Kind("liquidation_price", PriceAtSlippage, "vega")
        .Kind("liquidation_price_invariant", PriceHolds)
        .Kind("open_order_worst_case", WorseSide, "vega")
        .Kind("isolated_margin", IsolatedTransfer)
        .Kind("funding_payment", AverageFunding, "vega");

    private static Answer PoolPosition(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (price, size) = (inputs.Decimal("collateral_price"), inputs.Decimal("size_usd"));
        var profit = ContractForms.Profit(ContractStyle.Linear, inputs.Flag("is_long") ? 1 : -1,
            ContractForms.Value(ContractStyle.Inverse, size, inputs.Decimal("entry_price")),
            inputs.Decimal("entry_price"), inputs.Decimal("index_price"));
        var left = AccountForms.Equity(AccountForms.AtIndex(inputs.Decimal("collateral_amount"), price), profit);
        var bucket = new MarginBucket(left, left, MarginForms.AtLeast(
            size, inputs.Decimal("min_collateral_factor"), inputs.Decimal("min_collateral_usd")));
        return new Answer()
            .With("liquidatable", () => bucket.IsLiquidatable)
            .Beside("pnl_usd", () => profit)
            .Beside("collateral_returned", () => AccountForms.LeftIn(left, price));
    }

    private static Answer Adaptive(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("funding_factor_per_s", () => FundingRates.Adaptive(
            inputs.Decimal("funding_factor_per_s"), inputs.Decimal("long_oi"), inputs.Decimal("short_oi"),
            inputs.Decimal("dt_s"), new AdaptiveFunding(
                inputs.Decimal("threshold_stable"), inputs.Decimal("threshold_decrease"),
                inputs.Decimal("increase_factor_per_s"), inputs.Decimal("decrease_factor_per_s"))));
    }

    private static Answer PoolRate(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("rate_per_s", () => inputs.Has("long_rate_per_s")
            ? FundingRates.Received(
                inputs.Decimal("long_rate_per_s"), inputs.Decimal("long_oi"), inputs.Decimal("short_oi"))
            : FundingRates.Imbalance(
                inputs.Decimal("factor"), inputs.Decimal("long_oi"), inputs.Decimal("short_oi")));
    }

    /// <summary>The file compares inverse contracts in USD where it names USD, in coins otherwise.</summary>
    private static Answer AtLeverage(VectorCase vector)
    {
        var inputs = vector.Inputs;
        decimal Margin(bool inUsd) => MarginForms.AtLeverage(
            ContractForms.Value(
                inputs.Flag("inverse") && !inUsd ? ContractStyle.Inverse : ContractStyle.Linear,
                Math.Abs(inputs.Decimal("quantity")), inputs.Flag("inverse") && inUsd ? 1m : inputs.Decimal("price"),
                inputs.DecimalOr(1m, "contract_multiplier")),
            inputs.Decimal("leverage"));
        var answer = new Answer();
        foreach (var name in MarginNames)
        {
            answer.With(name, () => Margin(name.EndsWith("_usd", StringComparison.Ordinal)));
        }
        return answer;
    }

    private static Answer Call(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var notional = AccountForms.AtIndex(inputs.Decimal("holdings"), inputs.Decimal("price"));
        var value = AccountForms.Equity(inputs.Decimal("cash"), notional);
        var used = MarginForms.AtLeverage(Math.Abs(notional), inputs.Decimal("leverage"));
        var call = MarginForms.Call(value, used, 0.05m, 0.1m);
        return new Answer()
            .With("warning", () => call.IsWarned)
            .With("orders", () => call.IsCalled ? 1 : 0)
            .Beside("portfolio_value", () => value)
            .Beside("margin_used", () => used);
    }

    private static Answer Socialised(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var move = inputs.Decimal("price_move");
        var missing = inputs.Items("losers").Sum(loser => AccountForms.Deficit(
            AccountForms.Equity(loser.Decimal("funds"), -AccountForms.AtIndex(
                loser.Decimal("short_qty", "long_qty"), Math.Abs(move)))));
        var flow = InsuranceFund.Settle(inputs.Decimal("insurance_pool"), 0m, missing);
        var winners = inputs.Items("winners");
        var shares = SocialisedLoss.ByGain(flow.Residual,
            [.. winners.Select(winner =>
                AccountForms.AtIndex(winner.Decimal("long_qty", "short_qty"), Math.Abs(move)))],
            1m);
        var answer = new Answer();
        for (var i = 0; i < winners.Count; i++)
        {
            var share = shares[i];
            answer.With(winners[i].Text("party"), () => share);
        }
        return answer;
    }

    private static Answer PriceAtSlippage(VectorCase vector) => new Answer().With("liquidation_price", () =>
    {
        var at = Slipping(vector.Inputs);
        return LiquidationForms.LinearAtAnyRate(at.Side, at.Mark, at.Size, at.Margin, at.Rate);
    });

    private static Answer PriceHolds(VectorCase vector) => new Answer().With("invariant_holds", () =>
    {
        var at = Slipping(vector.Inputs);
        return LiquidationForms.LinearAtAnyRate(at.Side, at.Mark, at.Size, at.Margin, at.Rate) is { } price
            && LiquidationForms.IsLiquidationPrice(at.Side, at.Mark, at.Size, at.Margin, at.Rate, price);
    });

    /// <summary>The venue's slippage is a rate that grows with the size; funding to date is kept beside it.</summary>
    private static (int Side, decimal Mark, decimal Size, decimal Margin, decimal Rate) Slipping(CaseInputs inputs)
    {
        var held = inputs.Decimal("position_size") / inputs.DecimalOr(1m, "position_factor");
        var side = Math.Sign(held);
        var rate = MarginForms.SizeRate(held,
            inputs.DecimalOr(0m, "linear_slippage")
                + inputs.Decimal(side > 0 ? "risk_factor_long" : "risk_factor_short"),
            inputs.DecimalOr(0m, "quadratic_slippage"));
        var margin = AccountForms.Free(inputs.Decimal("collateral"), Funding(inputs, held));
        return (side, inputs.Decimal("mark"), Math.Abs(held), margin, rate);
    }

    private static decimal Funding(CaseInputs inputs, decimal held) => AccountForms.Deficit(
        -AccountForms.AtIndex(held, inputs.DecimalOr(0m, "funding_constant_per_unit")));

    private static Answer WorseSide(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (unit, mark) = (inputs.DecimalOr(1m, "position_factor"), inputs.Decimal("mark"));
        decimal Size(string side, bool market) => inputs.Items(side)
            .Where(order => order.Flag("market") == market).Sum(order => order.Decimal("size")) / unit;
        decimal Orders(string side) => inputs.Flag("auction")
            ? inputs.Items(side).Where(order => !order.Flag("market"))
                .Sum(order => AccountForms.AtIndex(order.Decimal("size") / unit, order.Decimal("price")))
            : AccountForms.AtIndex(Size(side, market: false), mark);
        var held = inputs.Decimal("position_size") / unit
            + Size("buy_orders", market: true) - Size("sell_orders", market: true);
        return new Answer().With("maintenance_margin", () => AccountForms.Equity(
            MarginForms.WorseSide(held, mark,
                (inputs.Decimal("risk_factor_long"), Orders("buy_orders")),
                (inputs.Decimal("risk_factor_short"), Orders("sell_orders")),
                inputs.DecimalOr(0m, "linear_slippage"), inputs.DecimalOr(0m, "quadratic_slippage")),
            Funding(inputs, held)));
    }

    private static Answer IsolatedTransfer(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var factor = inputs.Decimal("margin_factor");
        return new Answer()
            .With("transfer", () => AccountForms.Free(
                MarginForms.AtRate(
                    AccountForms.AtIndex(Math.Abs(inputs.Decimal("size")), inputs.Decimal("entry")), factor),
                inputs.Decimal("margin_balance")))
            .With("order_margin", () => MarginForms.AtRate(inputs.DecimalOr(0m, "open_order_notional"), factor));
    }

    /// <summary>What the venue calls a payment is paid by longs.</summary>
    private static Answer AverageFunding(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With("payment", () => -FundingForms.Payment(
            1, inputs.Decimal("size_units"), inputs.Decimal("s_twap"), inputs.Decimal("interest_rate"),
            inputs.Decimal("delta_t")));
    }
}
