using OrleansLeverage.Engine;
using OrleansLeverage.Tests.Web.BadInputs;
using OrleansLeverage.Web;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web.Metrics;
using Xunit;

namespace OrleansLeverage.Tests.Web.Metrics;

public sealed class MetricsTests
{
    /// <summary>Interfaces.md §8 and what reliability.md §12.2 adds, as Prometheus names them.</summary>
    private static readonly (string Name, string Type)[] Names =
    [
        ("leveragegrid_system_leverage_ratio", "gauge"), ("leveragegrid_system_leverage_skew_ratio", "gauge"),
        ("leveragegrid_system_notional_usd", "gauge"), ("leveragegrid_account_count", "gauge"),
        ("leveragegrid_account_recompute_duration_seconds", "histogram"), ("leveragegrid_oracle_age_seconds", "gauge"),
        ("leveragegrid_oracle_update_count_total", "counter"), ("leveragegrid_aggregation_lag_seconds", "gauge"),
        ("leveragegrid_stream_subscriber_count", "gauge"), ("leveragegrid_adl_trigger_count_total", "counter"),
        ("leveragegrid_adl_notional_usd_total", "counter"),
        ("leveragegrid_fill_applied_total", "counter"), ("leveragegrid_fill_duplicate_total", "counter"),
        ("leveragegrid_fill_conflict_total", "counter"), ("leveragegrid_write_unknown_outcome_total", "counter"),
        ("leveragegrid_ack_duration_seconds", "histogram"), ("leveragegrid_input_rejected_total", "counter"),
        ("leveragegrid_queue_depth", "gauge"), ("leveragegrid_queue_age_seconds", "gauge"),
        ("leveragegrid_oracle_sources_live", "gauge"), ("leveragegrid_oracle_state", "gauge"),
        ("leveragegrid_oracle_quarantined_total", "counter"), ("leveragegrid_oracle_deviation_ratio", "gauge"),
        ("leveragegrid_epoch_lag_seconds", "gauge"), ("leveragegrid_aggregate_mismatch_total", "counter"),
        ("leveragegrid_open_interest_imbalance_ratio", "gauge"), ("leveragegrid_liquidation_count_total", "counter"),
        ("leveragegrid_adl_closed_total", "counter"), ("leveragegrid_adl_overshoot_total", "counter"),
        ("leveragegrid_clock_skew_seconds", "gauge"), ("leveragegrid_invariant_checks_total", "counter"),
        ("leveragegrid_authz_denied_total", "counter"), ("leveragegrid_audit_chain_ok", "gauge"),
        ("http_server_request_duration_seconds", "histogram"), ("http_server_active_requests", "gauge"),
        ("kestrel_active_connections", "gauge"), ("dotnet_gc_pause_time_seconds_total", "counter"),
        ("dotnet_process_memory_working_set_bytes", "gauge"), ("dotnet_thread_pool_queue_length_total", "counter"),
    ];

    [Fact]
    public async Task EveryInstrumentIsThereUnderItsNameAndNoAccountIs()
    {
        await using var web = await WebGrid.StartAsync();
        var fill = ValidRequest.Fill(web);
        foreach (var body in new[] { fill, fill, fill.With("price", "\"60001\"") })
        {
            await RawHttp.PostAsync(web.Port, "/v1/fills", body.ToString());
        }
        await RawHttp.PostAsync(web.Port, "/v1/ticks", ValidRequest.Tick(web).ToString());
        await RawHttp.PostAsync(web.Port, "/v1/ticks", ValidRequest.Tick(web, asset: "NO-SUCH").ToString());
        await RawHttp.GetAsync(web.Port, "/v1/accounts/alice");
        await HasFiguresAsync(web.Grid);
        var answer = await RawHttp.GetAsync(web.Port, "/metrics");
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"),
            (answer.Status, answer.Headers["Content-Type"]));
        var families = Exposition.Parse(answer.Body);
        foreach (var (name, type) in Names)
        {
            Assert.True(families.TryGetValue(name, out var family), $"{name} is missing");
            Assert.Equal((name, type), (name, family.Type));
        }
        foreach (var word in new[] { "alice", "bob", "NO-SUCH" })
        {
            Assert.DoesNotContain(word, answer.Body);
        }
        Assert.Equal((1.0, 1.0, 1.0), (Value(families, "leveragegrid_fill_applied_total"),
            Value(families, "leveragegrid_fill_duplicate_total"), Value(families, "leveragegrid_fill_conflict_total")));
        Assert.Equal(2.0, Value(families, "leveragegrid_ack_duration_seconds_count"));
        Assert.Equal(1.0, Value(families, "leveragegrid_oracle_update_count_total",
            ("market", "unknown"), ("status", "unknown_asset")));
        Assert.Contains(families["http_server_request_duration_seconds"].Samples,
            sample => sample.Labels.GetValueOrDefault("http_route") == "/v1/accounts/{id}");
        Assert.Equal(0.0, Value(families, "leveragegrid_aggregate_mismatch_total"));
        Assert.True(Value(families, "leveragegrid_invariant_checks_total") > 0.0);
        Assert.True(Value(families, "leveragegrid_account_recompute_duration_seconds_count") > 0.0);
    }

    [Fact]
    public async Task GaugesAreTheFiguresOfTheApi()
    {
        await using var web = await WebGrid.StartAsync();
        await RawHttp.PostAsync(web.Port, "/v1/fills", ValidRequest.Fill(web).ToString());
        await HasFiguresAsync(web.Grid);
        var families = Exposition.Parse((await RawHttp.GetAsync(web.Port, "/metrics")).Body);
        var system = (await RawHttp.GetAsync(web.Port, "/v1/system")).Json;
        // nothing moves: both look at the same figures
        Assert.Equal(system.GetProperty("marketLeverage").GetDouble(),
            Value(families, "leveragegrid_system_leverage_ratio"));
        Assert.Equal(system.GetProperty("longNotional").GetDouble(),
            Value(families, "leveragegrid_system_notional_usd", ("side", "long")));
        // two accounts of about a million and one bitcoin each way
        Assert.Equal(60_000.0, Value(families, "leveragegrid_market_notional_usd",
            ("market", "BTC-USD"), ("side", "short")), 3);
        Assert.Equal(2.0, Value(families, "leveragegrid_account_count", ("status", "healthy")));
        Assert.Equal(1.0, Value(families, "leveragegrid_health", ("status", "ready")));
    }

    [Fact]
    public async Task WhatIsNotMeasuredIsAbsentAndNotZero()
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var families = Exposition.Parse((await RawHttp.GetAsync(server.Address.Port, "/metrics")).Body);
        foreach (var name in new[]
        {
            "leveragegrid_system_leverage_ratio", "leveragegrid_system_notional_usd", "leveragegrid_account_count",
            "leveragegrid_coverage_ratio", "leveragegrid_insurance_balance_usd", "leveragegrid_queue_depth",
        })
        {
            Assert.DoesNotContain(name, families.Keys);
        }
        Assert.Contains("leveragegrid_frame_count_total", families.Keys);
    }

    [Fact]
    public async Task ServersOfOneProcessCountForThemselves()
    {
        await using var first = await WebGrid.StartAsync();
        await using var second = await WebGrid.StartAsync();
        await RawHttp.PostAsync(first.Port, "/v1/fills", ValidRequest.Fill(first).ToString());
        var other = Exposition.Parse((await RawHttp.GetAsync(second.Port, "/metrics")).Body);
        Assert.Equal(0.0, Value(other, "leveragegrid_fill_applied_total"));
        Assert.DoesNotContain("leveragegrid_input_rejected_total", other.Keys);
        Assert.Equal([second.Port.ToString()], other["kestrel_active_connections"].Samples
            .Select(sample => sample.Labels["server_port"]).Distinct());
    }

    [Fact]
    public async Task PartsThatAreNotTheWholeAreSeen()
    {
        await using var web = await WebGrid.StartAsync();
        await RawHttp.PostAsync(web.Port, "/v1/fills", ValidRequest.Fill(web).ToString());
        await HasFiguresAsync(web.Grid);
        var figures = web.Grid.System!;
        Assert.True(FrameMetrics.PartsAreTheWhole(figures));
        Assert.False(FrameMetrics.PartsAreTheWhole(figures with { Accounts = figures.Accounts + 1 }));
        Assert.False(FrameMetrics.PartsAreTheWhole(figures with { LongNotional = figures.LongNotional * 1.000001 }));
        Assert.False(FrameMetrics.PartsAreTheWhole(figures with { Assets = [] }));
    }

    private static double Value(IReadOnlyDictionary<string, Family> families, string name,
        params (string Key, string Value)[] labels) => families.Values.SelectMany(family => family.Samples).Single(
            sample => sample.Name == name && labels.All(label => sample.Labels[label.Key] == label.Value)).Value;

    /// <summary>Until the figures hold the fill.</summary>
    private static async Task HasFiguresAsync(ILeverageGrid grid)
    {
        await foreach (var figures in grid.WatchSystemAsync())
        {
            if (figures.GrossNotional > 0.0)
            {
                return;
            }
        }
    }
}
