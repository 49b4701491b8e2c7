using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OrleansLeverage.Contracts;
using OrleansLeverage.Grains.Rows;

namespace OrleansLeverage.Silo;

/// <summary>This silo's instruments, beside those of Orleans, to wherever the settings say.</summary>
internal sealed class SiloMetrics : IHostedService, IDisposable
{
    private readonly Meter _meter = new("OrleansLeverage.Silo");
    private readonly SiloSettings _settings;
    private MeterProvider? _provider;

    public SiloMetrics(SiloGrid rows, ClusterGrid grid, SiloSettings settings)
    {
        _settings = settings;
        _meter.CreateObservableGauge("leveragegrid.silo.rows", () => rows.Count, "{account}",
            "accounts with a row in this silo");
        _meter.CreateObservableGauge("leveragegrid.silo.undelivered", () => rows.Undelivered.Count, "{account}",
            "accounts whose triggers the desk has not taken");
        _meter.CreateObservableGauge("leveragegrid.silo.frame", () => rows.Frame.Number.Sequence, "{frame}",
            "newest frame here");
        _meter.CreateObservableGauge<double>("leveragegrid.coverage", () => grid.System?.Coverage is { } coverage
            ? [new Measurement<double>(coverage)] : [], "1", "accounts covered / accounts on the roster");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_settings.OtlpEndpoint.Length > 0)
        {
            _provider = Sdk.CreateMeterProviderBuilder().AddMeter("OrleansLeverage.*", "Microsoft.Orleans",
                    "System.Runtime")
                .AddOtlpExporter(o => o.Endpoint = new Uri(_settings.OtlpEndpoint)).Build();
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _provider?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _meter.Dispose();
}
