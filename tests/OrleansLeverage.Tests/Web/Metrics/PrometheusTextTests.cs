using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OrleansLeverage.Web.Metrics;
using Xunit;

namespace OrleansLeverage.Tests.Web.Metrics;

public sealed class PrometheusTextTests
{
    // opentelemetry-specification, specification/compatibility/prometheus_and_openmetrics.md
    [Theory]
    [InlineData("leveragegrid.system.leverage", "1", false, "leveragegrid_system_leverage_ratio")]
    [InlineData("leveragegrid.account.count", "{account}", false, "leveragegrid_account_count")]
    [InlineData("leveragegrid.oracle.update.count", "{update}", true, "leveragegrid_oracle_update_count_total")]
    [InlineData("leveragegrid.ack.duration", "s", false, "leveragegrid_ack_duration_seconds")]
    [InlineData("dotnet.gc.heap.total_allocated", "By", true, "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("process.cpu.time_seconds", "s", true, "process_cpu_time_seconds_total")]
    [InlineData("orleans-app-requests-latency", "ms", false, "orleans_app_requests_latency_milliseconds")]
    [InlineData("a.notional", "USD", false, "a_notional_usd")]
    [InlineData("hits", "1", true, "hits_total")]
    [InlineData("busy", "%", false, "busy_percent")]
    [InlineData("9.lives--and..more", null, false, "_9_lives_and_more")]
    public void NamesAreWhatTheSpecificationSays(string name, string? unit, bool grows, string expected) =>
        Assert.Equal(expected, PrometheusNames.Metric(name, unit, grows));

    [Theory]
    [InlineData("http.route", "http_route")]
    [InlineData("__name__", "key__name__")]
    [InlineData("2nd", "_2nd")]
    [InlineData("a:b", "a_b")]
    public void LabelNamesAreLetters(string name, string expected) =>
        Assert.Equal(expected, PrometheusNames.Label(name));

    [Fact]
    public void WhatIsWrittenIsWhatIsRead()
    {
        const string Nasty = "a \\ backslash, a \" quote,\na second line, {braces}, é";
        var families = Collect(meter =>
        {
            var what = KeyValuePair.Create("what", (object?)Nasty);
            meter.CreateCounter<double>("nasty", "{thing}", Nasty).Add(2.5, what);
            meter.CreateUpDownCounter<long>("down").Add(-3, KeyValuePair.Create("is.it", (object?)true),
                KeyValuePair.Create("is_it", (object?)"b"));
        });
        var nasty = families["nasty_total"];
        Assert.Equal(("counter", Nasty), (nasty.Type, nasty.Help));
        Assert.Equal((Nasty, 2.5), (nasty.Samples[0].Labels["what"], nasty.Samples[0].Value));
        // two names that become one keep both values
        var down = families["down"].Samples[0];
        Assert.Equal(("true;b", -3.0), (down.Labels["is_it"], down.Value));
    }

    [Fact]
    public void AHistogramIsCumulativeAndEndsWithEverything()
    {
        var family = Collect(meter =>
        {
            var histogram = meter.CreateSeconds("work.duration", "how long");
            foreach (var value in new[] { 0.0004, 0.0005, 0.002, 0.05, 0.051, 9.0 })
            {
                histogram.Record(value);
            }
        })["work_duration_seconds"];
        Assert.Equal("histogram", family.Type);
        var buckets = family.Samples.Where(sample => sample.Name.EndsWith("_bucket")).ToArray();
        // interfaces.md §8
        Assert.Equal(["0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5",
            "+Inf"], buckets.Select(sample => sample.Labels["le"]));
        Assert.Equal([2.0, 2, 3, 3, 3, 3, 4, 5, 5, 5, 5, 5, 6], buckets.Select(sample => sample.Value));
        Assert.Equal(6.0, family.Samples.Single(sample => sample.Name.EndsWith("_count")).Value);
        Assert.Equal(9.1039, family.Samples.Single(sample => sample.Name.EndsWith("_sum")).Value, 12);
    }

    [Fact]
    public void WhatIsUnknownHasNoLineAndExtremesHaveTheirWords()
    {
        var families = Collect(meter =>
        {
            meter.CreateObservableGauge("unknown", () => double.NaN);
            meter.CreateObservableGauge("some", () => new[]
            {
                new Measurement<double>(double.NaN, KeyValuePair.Create("at", (object?)"a")),
                new Measurement<double>(double.PositiveInfinity, KeyValuePair.Create("at", (object?)"b")),
                new Measurement<double>(double.NegativeInfinity, KeyValuePair.Create("at", (object?)"c")),
                new Measurement<double>(1e-300, KeyValuePair.Create("at", (object?)"d")),
            });
        });
        Assert.DoesNotContain("unknown", families.Keys);
        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity, 1e-300],
            families["some"].Samples.Select(sample => sample.Value));
    }

    [Fact]
    public void ANameBelongsToTheFirstKindThatTakesIt()
    {
        var families = Collect(meter =>
        {
            meter.CreateCounter<long>("taken").Add(1);
            meter.CreateUpDownCounter<long>("taken_total").Add(7);
        });
        Assert.Equal(("counter", 1.0), (families["taken_total"].Type, families["taken_total"].Samples.Single().Value));
    }

    private static IReadOnlyDictionary<string, Family> Collect(Action<Meter> work)
    {
        using var meter = new Meter($"test.{Guid.NewGuid():n}");
        var exporter = new PrometheusExporter();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name)
            .AddReader(new BaseExportingMetricReader(exporter)).Build();
        work(meter);
        return Exposition.Parse(exporter.Scrape()!);
    }
}
