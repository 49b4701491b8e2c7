using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Liquidation and bankruptcy prices; the venue's form is told by what the inputs state.</summary>
internal static class LiquidationCases
{
    private static readonly string[] Sizes = ["size", "quantity", "qty", "amount"];
    private static readonly string[] Entries = ["entry_price", "entry", "open_rate", "open_price"];
    private static readonly string[] Wallets =
    [
        "isolated_wallet_balance", "wallet_balance", "margin", "isolated_margin", "collateral", "balance",
        "account_value",
    ];

    private static readonly string[] Rates = ["maintenance_margin_rate", "mmr", "mm_ratio", "mmf"];
    private static readonly string[] Amounts = ["maintenance_amount_cum", "maintenance_amt", "cum", "deduction"];
    private static readonly string[] Prices = ["liquidation_price", "liq_price", "lp"];

    public static void AddTo(CaseMap map) => map
        .Kind("liquidation_price", vector => Liquidation(vector, AtWallet))
        .Kind("liquidation_price", vector => Liquidation(vector, AtWalletWithFee), "okx")
        .Kind("liquidation_price", vector => Liquidation(vector, AtWalletWithFee), "gate")
        .Kind("liquidation_price", vector => Liquidation(vector, AtEntry), "bybit")
        .Kind("liquidation_price_with_buffer", vector => Liquidation(vector, AtWallet))
        .Kind("bankruptcy_price", Bankruptcy);

    private static Answer Liquidation(VectorCase vector, Func<VectorCase, decimal?> form)
    {
        var inputs = vector.Inputs;
        return new Answer().With(Prices, () =>
        {
            // spot is owned outright: there is nothing to liquidate
            var price = inputs.TextOrNull("trading_mode") == "spot" ? null
                : inputs.DecimalOrNull("exchange_liquidation_price") ?? form(vector);
            return price is { } found && inputs.DecimalOrNull("liquidation_buffer", "buffer") is { } buffer
                ? LiquidationForms.WithBuffer(Side(inputs), inputs.Decimal(Entries), found, buffer)
                : price;
        });
    }

    private static decimal? AtWallet(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (side, entry, size) = (Side(inputs), inputs.Decimal(Entries), inputs.Decimal(Sizes));
        var rate = Rate(inputs);
        if (inputs.Has("equity"))
        {
            return CrossLiquidation.LinearFromEquity(
                side, inputs.DecimalOr(entry, "reference", "mark", "mark_price"), size, inputs.Decimal("equity"), rate,
                inputs.DecimalOr(0m, Amounts), inputs.DecimalOr(0m, "other_mm", "other_maintenance"));
        }
        if (ContractCases.Style(vector) == ContractStyle.Inverse)
        {
            return LiquidationForms.Inverse(side, entry, size, inputs.Decimal(Wallets), rate);
        }
        var others = inputs.TextOrNull("margin_mode") == "cross" ? inputs.Items("all_open_positions") : [];
        var symbol = inputs.TextOrNull("symbol", "pair");
        return CrossLiquidation.Linear(side, entry, size, inputs.Decimal(Wallets), rate, inputs.DecimalOr(0m, Amounts),
            others.Where(other => other.TextOrNull("pair", "symbol") != symbol).Select(Other));
    }

    private static decimal? AtWalletWithFee(VectorCase vector)
    {
        var inputs = vector.Inputs;
        // these venues know no cumulative amount: the rate is on the whole position
        return IsolatedLiquidation.Linear(
            Side(inputs), inputs.Decimal(Entries), inputs.Decimal(Sizes), inputs.Decimal(Wallets), Rate(inputs), 0m,
            inputs.DecimalOr(0m, "taker_fee_rate", "taker_fee"));
    }

    private static decimal? AtEntry(VectorCase vector)
    {
        var inputs = vector.Inputs;
        var (side, entry) = (Side(inputs), inputs.Decimal(Entries));
        var extra = inputs.DecimalOr(0m, "extra_margin", "extra_margin_added", "extra");
        if (ContractCases.Style(vector) == ContractStyle.Linear)
        {
            return IsolatedLiquidation.LinearAtEntry(
                side, entry, inputs.DecimalOr(1m, Sizes), inputs.Decimal("leverage"), Rate(inputs), extra);
        }
        if (inputs.Has("initial_margin", "im"))
        {
            return IsolatedLiquidation.InverseFromMargins(
                side, entry, inputs.Decimal(Sizes), inputs.Decimal("initial_margin", "im"),
                inputs.Decimal("maintenance_margin", "mm"));
        }
        if (!inputs.Has("balance"))
        {
            return IsolatedLiquidation.InverseAtEntry(
                side, entry, inputs.DecimalOr(1m, Sizes), inputs.Decimal("leverage"), Rate(inputs), extra);
        }
        var bankruptcy = inputs.DecimalOrNull("bankruptcy_price") ?? InverseCrossBankruptcy(inputs);
        return bankruptcy is not { } price ? null : CrossLiquidation.Inverse(
            side, entry, inputs.Decimal(Sizes), inputs.Decimal("balance"), inputs.DecimalOr(0m, "order_margin"),
            Rate(inputs), inputs.DecimalOr(0m, "taker_fee", "taker_fee_rate"), price);
    }

    internal static Answer Bankruptcy(VectorCase vector)
    {
        var inputs = vector.Inputs;
        return new Answer()
            .With(["bankruptcy_price", "bp"], () => BankruptcyPrice(vector))
            .Beside(["maintenance_at_entry", "maintenance_margin"], () => MarginForms.AtRate(
                ContractForms.Value(ContractStyle.Linear, inputs.Decimal(Sizes), inputs.Decimal(Entries)),
                Rate(inputs)));
    }

    private static decimal? BankruptcyPrice(VectorCase vector)
    {
        var inputs = vector.Inputs;
        if (ContractCases.Style(vector) == ContractStyle.Inverse)
        {
            return inputs.Has("balance")
                ? InverseCrossBankruptcy(inputs)
                : IsolatedLiquidation.InverseAtEntry(
                    Side(inputs), inputs.Decimal(Entries), inputs.DecimalOr(1m, Sizes), inputs.Decimal("leverage"), 0m);
        }
        var (side, entry) = (SideOrFormula(vector), inputs.Decimal(Entries));
        return inputs.Has(Wallets)
            ? IsolatedLiquidation.Linear(side, entry, inputs.Decimal(Sizes), inputs.Decimal(Wallets), 0m)
            : IsolatedLiquidation.LinearAtEntry(
                side, entry, inputs.DecimalOr(1m, Sizes), inputs.Decimal("leverage"), 0m);
    }

    private static decimal? InverseCrossBankruptcy(CaseInputs inputs) => CrossLiquidation.InverseBankruptcy(
        Side(inputs), inputs.Decimal(Entries), inputs.Decimal(Sizes), inputs.Decimal("balance"),
        inputs.DecimalOr(0m, "order_margin"), inputs.DecimalOr(0m, "taker_fee", "taker_fee_rate"));

    private static OtherPosition Other(CaseInputs other) => new(
        other.SideOrNull() ?? 1, other.Decimal(Sizes), other.Decimal(Entries), other.Decimal("mark_price", "mark"),
        other.Decimal(Rates), other.DecimalOr(0m, Amounts));

    private static decimal Rate(CaseInputs inputs) => inputs.Has(Rates)
        ? inputs.Decimal(Rates)
        : IsolatedLiquidation.HalfInitialRate(inputs.Decimal("asset_max_leverage", "max_leverage"));

    /// <summary>Where a case states no side it speaks of a long.</summary>
    private static int Side(CaseInputs inputs) => inputs.SideOrNull() ?? 1;

    private static int SideOrFormula(VectorCase vector) => vector.Inputs.SideOrNull()
        ?? (vector.Formula.Contains("short", StringComparison.OrdinalIgnoreCase) ? -1 : 1);
}
