using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Value and profit of contracts; fills go through the account's own <see cref="Position"/>.</summary>
internal static class ContractCases
{
    private const decimal Satoshi = 100_000_000m;

    private static readonly string[] Sizes = ["quantity", "qty", "size", "open_qty", "contracts", "szi", "pos"];
    private static readonly string[] Entries =
        ["entry_price", "entry", "open_price", "avg_price", "avg_entry_price", "entry_px", "avg_px"];
    private static readonly string[] Marks = ["mark_price", "mark", "price", "index", "mark_px"];
    private static readonly string[] Exits = ["price", "fill_price", "close_price", "mark_price", "mark"];
    private static readonly string[] Multipliers =
        ["multiplier", "contract_multiplier", "contract_usd", "contract_size", "ct_val"];

    public static void AddTo(CaseMap map) => map
        .Kind("notional", Notional)
        .Kind("pnl_linear", Closing)
        .Kind("pnl_inverse", InverseProfit)
        .Kind("pnl_inverse", InverseInSatoshi, "bitmex")
        .Kind("unrealised_pnl", Unrealised)
        .Kind("realised_pnl_avg_cost", AverageCost);

    private static Answer Notional(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer()
            .With(["notional", "notional_coin", "notional_btc", "position_value"], () => MarginCases.Notional(vector))
            .Beside("notional_quote", () => ContractForms.Value(
                ContractStyle.Linear, inputs.Decimal(Sizes), 1m, Multiplier(inputs)));
    }

    /// <summary>A closing fill against an open position: what it realises, capped at what is open.</summary>
    private static Answer Closing(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With(["pnl", "realised_pnl", "realized_pnl"], () =>
        {
            var side = inputs.Side();
            var held = side * inputs.Decimal(Sizes);
            var fill = -side * inputs.DecimalOr(inputs.Decimal(Sizes), "fill_qty", "close_qty");
            var flat = new Position { Instrument = Contracts.Of(Style(vector), Multiplier(inputs)) };
            var (open, _) = flat.Fill(new Quantity(held), new Price(inputs.Decimal(Entries)));
            return open.Fill(new Quantity(fill), new Price(inputs.Decimal(Exits))).Realised;
        });
    }

    private static Answer InverseProfit(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer()
            .With(["pnl_coin", "pnl", "unrealised_pnl"], () => ContractForms.Profit(
                ContractStyle.Inverse, inputs.Side(), inputs.Decimal(Sizes), inputs.Decimal(Entries),
                inputs.Decimal(Marks), Multiplier(inputs)))
            .With(["notional_coin", "notional"], () => ContractForms.Value(
                ContractStyle.Inverse, inputs.Decimal(Sizes), inputs.Decimal(Marks), Multiplier(inputs)));
    }

    /// <summary>The venue counts in satoshi and books a long's cost and value as negative coins.</summary>
    private static Answer InverseInSatoshi(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var side = inputs.SideOrNull() ?? 1;
        var size = inputs.Decimal(Sizes);
        return new Answer()
            .With("pos_cost", () => ContractForms.Value(
                ContractStyle.Inverse, -side * size, inputs.Decimal(Entries), Satoshi))
            .With("mark_value", () => ContractForms.Value(
                ContractStyle.Inverse, -side * size, inputs.Decimal(Marks), Satoshi))
            .With(["unrealised_pnl", "pnl"], () => ContractForms.Profit(
                ContractStyle.Inverse, side, size, inputs.Decimal(Entries), inputs.Decimal(Marks), Satoshi));
    }

    private static Answer Unrealised(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer().With(["unrealised_pnl", "unrealized_pnl", "upnl", "upl", "pnl"], () => ContractForms.Profit(
            Style(vector), inputs.SideOrNull() ?? 1, inputs.Decimal(Sizes), inputs.Decimal(Entries),
            inputs.Decimal(Marks), Multiplier(inputs)));
    }

    private static Answer AverageCost(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var book = Contracts.Replay(
            Style(vector), inputs.Items("fills"), inputs.DecimalOr(0m, "fee_rate"), Multiplier(inputs));
        return new Answer()
            .With("net_qty", () => book.Position.Quantity.Value)
            .With(["realised_pnl", "realized_pnl"], () => book.RealisedAfterFees)
            .With(["avg_open", "avg_open_price", "entry_price"], () => book.Position.EntryPrice)
            .With(["fees", "commission"], () => book.Fees);
    }

    internal static decimal Multiplier(CaseInputs inputs) => inputs.DecimalOr(1m, Multipliers);

    /// <summary>Whether the case speaks of a coin-margined contract, by its inputs or its own formula.</summary>
    internal static ContractStyle Style(VectorCase vector)
    {
        var stated = vector.Inputs.TextOrNull("contract", "style");
        var isInverse = vector.Inputs.Flag("inverse") || stated == "inverse"
            || vector.Formula.Contains("inverse", StringComparison.OrdinalIgnoreCase)
            || vector.Id.Contains("-inv-", StringComparison.Ordinal)
            || vector.Formula.Contains("COIN-M", StringComparison.Ordinal)
            || vector.Inputs.Has("contract_usd");
        return isInverse && stated != "linear" ? ContractStyle.Inverse : ContractStyle.Linear;
    }
}
