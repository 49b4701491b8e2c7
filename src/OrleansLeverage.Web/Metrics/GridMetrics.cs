using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Metrics;

/// <summary>
/// All instruments of one server, and where they go: to whoever scrapes, and by OTLP where that is set. Instruments of
/// another server in the same process are not taken for its own.
/// </summary>
internal sealed partial class GridMetrics : BackgroundService
{
    /// <summary>Frames are kept for a minute and a half; plans change at the pace of people.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private static readonly string[] Meters =
    [
        EdgeHost.MeterName, "OrleansLeverage.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting", "System.Runtime",
    ];

    private readonly ILeverageGrid _grid;
    private readonly TimeProvider _clock;
    private readonly ILogger<GridMetrics> _log;
    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;
    private readonly FrameMetrics _frames;
    private readonly DeleveragingMetrics _deleveraging;
    private readonly Lock _taking = new();

    public GridMetrics(ILeverageGrid grid, GridServerOptions options, Meter meter, AuditTrail audit,
        ILogger<GridMetrics> log)
    {
        (_grid, _clock, _log) = (grid, options.Clock, log);
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("leveragegrid", serviceVersion: Status.Build.Version))
            .AddMeter(Meters)
            .AddView(instrument => View(instrument, meter.Scope))
            .AddReader(new BaseExportingMetricReader(_exporter));
        if (options.Otlp is { } otlp)
        {
            builder.AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = otlp.Address;
                exporter.Protocol = otlp.IsHttp
                    ? OpenTelemetry.Exporter.OtlpExportProtocol.HttpProtobuf
                    : OpenTelemetry.Exporter.OtlpExportProtocol.Grpc;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds =
                    (int)Math.Max(1000.0, otlp.Interval.TotalMilliseconds);
            });
        }
        // before any instrument: what is counted while nobody listens is lost
        _provider = builder.Build();
        Writes = new WriteMetrics(meter, grid.Universe.Markets.Take(GridLook.MarketsMax).Select(feed => feed.Id));
        _frames = new FrameMetrics(meter);
        _deleveraging = new DeleveragingMetrics(meter, grid);
        _ = new GridInstruments(meter, () => GridLook.At(grid, options.Clock));
        meter.CreateObservableGauge("leveragegrid.audit.chain_ok", () => audit.IsFaulted ? 0L : 1L, "",
            "1 while every record of the audit is written; what is not is lost there");
        meter.CreateObservableGauge("leveragegrid.build.info", () => GridInstruments.Row(1.0,
            ("version", Status.Build.Version), ("mode", options.Mode)), "", "1, with what this is");
    }

    public WriteMetrics Writes { get; }

    /// <summary>The text of a scrape; null where it could not be made.</summary>
    public string? Scrape()
    {
        TakeFrames();
        return _exporter.Scrape();
    }

    public override void Dispose()
    {
        _provider.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, _clock);
        var isWell = true;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    TakeFrames();
                    await _deleveraging.TakeAsync(stoppingToken);
                    isWell = true;
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    if (isWell)
                    {
                        LogFault(fault);
                    }
                    isWell = false;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the server stops
        }
    }

    private void TakeFrames()
    {
        lock (_taking)
        {
            _frames.Take(_grid.System, _grid.Telemetry);
        }
    }

    /// <summary>What belongs to another server of this process is left out; requests get bounds in seconds.</summary>
    private static MetricStreamConfiguration? View(Instrument instrument, object? own)
    {
        if (instrument.Meter.Scope is { } scope && !ReferenceEquals(scope, own))
        {
            return MetricStreamConfiguration.Drop;
        }
        return instrument.Name == "http.server.request.duration"
            ? new ExplicitBucketHistogramConfiguration { Boundaries = [.. HistogramBounds.Seconds, 5, 10] }
            : null;
    }

    [LoggerMessage(4, LogLevel.Error, "metrics are not taken from the grid; tried again every second")]
    private partial void LogFault(Exception fault);
}
