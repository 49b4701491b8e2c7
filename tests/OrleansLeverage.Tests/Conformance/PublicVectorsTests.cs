using OrleansLeverage.Conformance;
using Xunit;

namespace OrleansLeverage.Tests.Conformance;

/// <summary>The published cases, through the runner as a user runs it.</summary>
public sealed class PublicVectorsTests
{
    /// <summary>Every required kind with its number of public cases over all files, counted from the files.</summary>
    private static readonly Dictionary<string, int> RequiredKinds = new()
    {
        ["account_equity"] = 4,
        ["account_health"] = 2,
        ["account_open_interest"] = 1,
        ["available_margin"] = 1,
        ["bankruptcy_price"] = 12,
        ["borrow_interest"] = 6,
        ["collateral_haircut"] = 9,
        ["collateral_haircut_global_cap"] = 3,
        ["currency_conversion"] = 5,
        ["delta"] = 1,
        ["effective_leverage"] = 1,
        ["fillable_price"] = 6,
        ["free_collateral"] = 7,
        ["funding_adaptive"] = 3,
        ["funding_clamp"] = 5,
        ["funding_payment"] = 5,
        ["funding_rate"] = 3,
        ["funding_settlement"] = 4,
        ["funding_velocity"] = 8,
        ["funding_window"] = 8,
        ["initial_margin"] = 19,
        ["insurance_fund_check"] = 2,
        ["insurance_fund_delta"] = 10,
        ["is_liquidatable"] = 17,
        ["isolated_bucket"] = 2,
        ["isolated_margin"] = 2,
        ["liquidation_price"] = 62,
        ["liquidation_price_invariant"] = 7,
        ["liquidation_price_with_buffer"] = 3,
        ["liquidation_size"] = 4,
        ["liquidation_waterfall"] = 9,
        ["maintenance_fraction"] = 4,
        ["maintenance_margin"] = 12,
        ["maintenance_margin_netted"] = 3,
        ["margin_balance"] = 1,
        ["margin_call"] = 2,
        ["margin_requirement"] = 10,
        ["margin_usage"] = 1,
        ["max_leverage_for_margin"] = 5,
        ["max_withdrawable"] = 2,
        ["net_usd_value"] = 2,
        ["notional"] = 3,
        ["oi_scaled_imf"] = 3,
        ["oi_scaled_initial_margin"] = 5,
        ["open_order_worst_case"] = 9,
        ["oracle_gating"] = 1,
        ["partial_liquidation_bounds"] = 1,
        ["perp_margin_requirement"] = 1,
        ["pnl_inverse"] = 6,
        ["pnl_linear"] = 6,
        ["pre_trade_check"] = 4,
        ["realised_pnl_avg_cost"] = 5,
        ["risk_ordering"] = 10,
        ["risk_predicate"] = 9,
        ["session_upl"] = 1,
        ["socialised_loss"] = 4,
        ["socialised_loss_per_base"] = 2,
        ["tier_cum"] = 3,
        ["tier_lookup"] = 13,
        ["total_pl"] = 1,
        ["unrealised_pnl"] = 1,
        ["unrealised_pnl_haircut"] = 2,
        ["withdrawable"] = 2,
        ["adl_event_state"] = 480,
        ["adl_ranking"] = 3,
        ["adl_transfer"] = 9,
        ["adl_trigger"] = 5,
    };

    private static readonly Dictionary<string, int> RequiredTopics = new()
    {
        ["leverage_identities.json"] = 49,
        ["oracle_heartbeat.json"] = 9,
        ["adl_allocations.json"] = 46,
        ["anomaly_detection.json"] = 12,
        ["cppi.json"] = 25,
        ["performance_ratios.json"] = 57,
        ["tax_lots.json"] = 67,
        ["var_backtests.json"] = 39,
        ["deribit_option_greeks.json"] = 120,
        ["implied_vol_extremes.json"] = 44,
        ["implied_vol_lbr_normalised.json"] = 105,
        ["implied_vol_lbr_random.json"] = 455,
        ["options_black76_quantlib.json"] = 24,
        ["options_bsm_haug.json"] = 31,
        ["options_bsm_pyvollib.json"] = 100,
        ["options_fx_delta_conventions.json"] = 8,
        ["options_greeks_full.json"] = 9,
        ["perp_futures_pricing.json"] = 3,
    };

    [Fact]
    public void EveryPublicCasePassesOrIsSkippedByName()
    {
        if (SharedData.Path("vectors") is not { } folder)
        {
            return;
        }
        var output = new StringWriter();
        var result = new ConformanceRun(SkipTable.Current, CaseMap.Current).Run(folder, output);
        Assert.True(result.Failures.Count == 0, output.ToString());
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith($"{result.Passed} passed, 0 failed, {result.Skipped} skipped", output.ToString().TrimEnd());
        foreach (var (topic, cases) in RequiredTopics)
        {
            Assert.True(cases == result.Passes.GetValueOrDefault((topic, null)), $"{topic}: {output}");
        }
        var byKind = result.Passes.Where(pass => pass.Key.Kind is not null)
            .GroupBy(pass => pass.Key.Kind!).ToDictionary(kind => kind.Key, kind => kind.Sum(pass => pass.Value));
        foreach (var (kind, cases) in RequiredKinds)
        {
            var passed = byKind.GetValueOrDefault(kind);
            Assert.True(cases == passed, $"{kind}: {passed} of {cases}");
        }
    }

    [Fact]
    public void NoRowOfTheSkipTableIsStale()
    {
        if (SharedData.Path("vectors") is not { } folder)
        {
            return;
        }
        var tables = new ReferenceTables(folder);
        var cases = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .SelectMany(path => VectorFile.Parse(Path.GetFileName(path), File.ReadAllText(path), tables).Cases ?? [])
            .ToList();
        var stale = SkipTable.Current.Rows.Where(row => !cases.Any(row.Covers));
        Assert.Empty(stale);
    }

    [Fact]
    public void NoRowOfTheSkipTableNamesARequiredKindOrTopic()
    {
        var rows = SkipTable.Current.Rows;
        // one case of a topic may be left out by its id, for a reason of its own; never a topic
        Assert.DoesNotContain(rows, row => row.Id is null && row.File is { } file && RequiredTopics.ContainsKey(file));
        Assert.DoesNotContain(rows, row => row.Kind is { } kind && RequiredKinds.ContainsKey(kind));
    }
}
