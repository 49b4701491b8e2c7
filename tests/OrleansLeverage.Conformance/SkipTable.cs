namespace OrleansLeverage.Conformance;

/// <summary>
/// One exact reason to leave cases out: a file, one kind of it, or one id of it. With fields only these are left out:
/// the others of the case must be as expected, and the case counts as skipped all the same.
/// </summary>
public sealed record SkipRow(string File, string? Kind, string? Id, string Reason)
{
    public IReadOnlyList<string>? Fields { get; init; }

    public bool Covers(VectorCase vector) => File == vector.File
        && (Kind is null || Kind == vector.Kind) && (Id is null || Id == vector.Id);
}

/// <summary>
/// What the product does not model, or not yet. Names match exactly, there are no patterns; whatever no row covers must
/// pass.
/// </summary>
public sealed class SkipTable(IReadOnlyList<SkipRow> rows)
{
    private const string OtherProgram =
        "its errors are another program's than its parameters, see evidence/dem2gbp.py; those of its own are tested";
    private const string ShortOfMaximum =
        "its mean is 1.23e-6 of itself from the maximum, whose 40 digits evidence/dem2gbp.py gives; 1e-6 is asked";
    private const string SkewWithMove =
        "one of its scenario values does not follow from the venue's own code, as the case says";
    private const string OnePlumbing = "out of scope: one venue's plumbing";

    public static SkipTable Current { get; } = new(
    [
        new("derive_pm.json", null, "derive-test_67_misc_skew_scenario_with_spot_move", SkewWithMove),
        new("garch_benchmarks.json", null, "dmbp-loglik-max", ShortOfMaximum) { Fields = ["mu"] },
        new("garch_benchmarks.json", null, "egarch11-dmbp", OtherProgram)
        {
            Fields = ["se_mu", "se_omega", "se_alpha_sign", "se_beta", "se_gamma_size"],
        },

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

    /// <summary>What leaves the case out, or fields of it; null where nothing does.</summary>
    public SkipRow? Find(VectorCase vector) => rows.FirstOrDefault(row => row.Covers(vector));

    private static SkipRow Of(string file, string kind, string reason) => new(file, kind, null, reason);
}
