namespace OrleansLeverage.Conformance;

/// <summary>One exact reason to leave cases out: a file, one kind of it, or one id of it.</summary>
public sealed record SkipRow(string File, string? Kind, string? Id, string Reason)
{
    public bool Covers(VectorCase vector) => File == vector.File
        && (Kind is null || Kind == vector.Kind) && (Id is null || Id == vector.Id);
}

/// <summary>
/// What the product does not model, or not yet. Names match exactly, there are no patterns; whatever no row covers must
/// pass.
/// </summary>
public sealed class SkipTable(IReadOnlyList<SkipRow> rows)
{
    private const string Noise =
        "three of its seven sums are the rounding noise (1e-9 USD) of whatever read the rows, and not in the rows";
    private const string UnknownErrors =
        "its errors, printed to three digits, are none of Hessian, outer products or QML; a test holds its parameters";
    private const string ShortOfMaximum =
        "its mean is 1.2e-6 from the maximum: the gradient there is 1e-4, at the product's 4e-11; a test shows both";
    private const string SkewWithMove =
        "one of its scenario values does not follow from the venue's own code, as the case says";
    private const string OnePlumbing = "out of scope: one venue's plumbing";

    public static SkipTable Current { get; } = new(
    [
        new("derive_pm.json", null, "derive-test_67_misc_skew_scenario_with_spot_move", SkewWithMove),
        new("garch_benchmarks.json", null, "dmbp-loglik-max", ShortOfMaximum),
        new("garch_benchmarks.json", null, "egarch11-dmbp", UnknownErrors),

        new("adl_allocations.json", null, "oct10-policy-cumulative", Noise),

        Of("drift_v2.json", "insurance_fund_fee", OnePlumbing),
        Of("drift_v2.json", "liquidation_exit_buffer", OnePlumbing),
        Of("drift_v2.json", "liquidation_fee_ramp", OnePlumbing),
        Of("drift_v2.json", "liquidation_swap", OnePlumbing),
        Of("drift_v2.json", "oracle_validity", OnePlumbing),
        Of("drift_v2.json", "partial_liquidation_pct", OnePlumbing),
        Of("drift_v2.json", "prediction_market_margin", OnePlumbing),
        Of("drift_v2.json", "socialised_loss_deposits", OnePlumbing),
        Of("gmx.json", "pnl_cap", OnePlumbing),
        Of("gmx.json", "price_impact", OnePlumbing),
        Of("lean.json", "account_margin_state", OnePlumbing),
        Of("lean.json", "buying_power", OnePlumbing),
        Of("lean.json", "margin_remaining", OnePlumbing),
        Of("synthetix_v3.json", "fill_price", OnePlumbing),
        Of("synthetix_v3.json", "fill_price_pnl", OnePlumbing),
        Of("synthetix_v3.json", "liquidation_window_cap", OnePlumbing),
    ]);

    public IReadOnlyList<SkipRow> Rows => rows;

    /// <summary>Why the case is left out, or null.</summary>
    public string? Reason(VectorCase vector) => rows.FirstOrDefault(row => row.Covers(vector))?.Reason;

    private static SkipRow Of(string file, string kind, string reason) => new(file, kind, null, reason);
}
