using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Conformance.Mappings;

/// <summary>Identities between the fields of a venue's account row, and interest on what is borrowed.</summary>
internal static class RowCases
{
    private static readonly string[] Balances =
        ["balance", "margin_balance", "account_value", "total_margin_balance", "total_raw_usd", "cash_bal", "wallet"];

    private static readonly string[] Beside =
    [
        "total_ntl_pos", "options_value", "iso_eq", "upnl", "unrealised_pnl", "futures_session_upl",
        "futures_session_rpl",
    ];

    private static readonly string[] Requirements =
        ["initial_margin", "total_margin_used", "total_initial_margin", "maint_margin", "init_margin", "order_margin"];

    public static void AddTo(CaseMap map) => map
        .Kind("account_equity", Equity)
        .Kind("margin_balance", Equity)
        .Kind("free_collateral", Free)
        .Kind("withdrawable", Free)
        .Kind("session_upl", vector => Total(vector, "session_upl"))
        .Kind("total_pl", vector => Total(vector, "total_pl"))
        .Kind("delta", Delta)
        .Kind("margin_usage", Usage)
        .Kind("currency_conversion", Conversion)
        .Kind("borrow_interest", vector => Interest(vector, FundingForms.InterestHourly), "binance")
        .Kind("borrow_interest", vector => Interest(vector, FundingForms.InterestRollover), "kraken");

    private static Answer Equity(VectorCase vector) => new Answer().With(
        ["account_value", "equity", "eq", "margin_balance"],
        () => AccountForms.Equity(vector.Inputs.Decimal(Balances), Given(vector.Inputs, Beside)));

    private static Answer Free(VectorCase vector) => new Answer().With(
        [
            "withdrawable", "available_funds", "available_withdrawal_funds", "total_available", "available_margin",
            "free_collateral", "available",
        ],
        () => AccountForms.Free(vector.Inputs.Decimal(Balances), Given(vector.Inputs, Requirements)));

    private static Answer Total(VectorCase vector, string name)
    {
        string[] parts = name == "session_upl"
            ? ["futures_session_upl", "options_session_upl"]
            : ["futures_pl", "options_pl"];
        return new Answer().With(name, () => AccountForms.Equity(0m, Given(vector.Inputs, parts)));
    }

    private static Answer Delta(VectorCase vector) => new Answer().With(
        ["delta_total_map_btc_usd", "delta_total_map", "delta"],
        () => AccountForms.Equity(vector.Inputs.Decimal("delta_total"), vector.Inputs.Decimal("options_value")));

    private static Answer Usage(VectorCase vector) => new Answer().With(
        ["margin_usage_pct", "margin_usage"],
        () => AccountForms.UsedPercent(
            vector.Inputs.Decimal("portfolio_value"), vector.Inputs.Decimal("available_balance", "available")));

    private static Answer Conversion(VectorCase vector)
    {
        var inputs = vector.Inputs;
        decimal? InRow(string total) => AccountForms.InRow(
            inputs.Decimal(total), inputs.Decimal("margin_balance"), inputs.Decimal("total_margin_balance_usd"));
        decimal AtIndex(string amount) => AccountForms.AtIndex(inputs.Decimal(amount), inputs.Decimal("index"));
        return new Answer()
            .With("initial_margin", () => InRow("total_initial_margin_usd"))
            .With("maintenance_margin", () => InRow("total_maintenance_margin_usd"))
            .With("total_initial_margin_usd", () => AtIndex("initial_margin"))
            .With("total_maintenance_margin_usd", () => AtIndex("maintenance_margin"))
            .With("total_margin_balance_usd", () => AtIndex("margin_balance"))
            .With("total_equity_usd", () => AtIndex("equity"))
            .With(["iso_eq_usd", "isoEq_usd"], () => AtIndex("iso_eq"))
            .With(["eq_usd", "eqUsd"], () => AtIndex("eq"))
            .With("delta_total_usd", () => AtIndex("delta_total"));
    }

    private static Answer Interest(VectorCase vector, Func<decimal, decimal, decimal, decimal> form)
    {
        var inputs = vector.Inputs;
        return new Answer().With(
            "interest", () => form(inputs.Decimal("borrowed"), inputs.Decimal("rate"), inputs.Decimal("hours")));
    }

    private static decimal[] Given(CaseInputs inputs, string[] names) =>
        [.. names.Where(name => inputs.Has(name)).Select(name => inputs.Decimal(name))];
}
