using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OrleansLeverage.Web.Metrics;

/// <summary>Collects when it is asked to, and keeps the text of the newest collection.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _gate = new();
    private string _text = "";

    public Func<int, bool>? Collect { get; set; }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        _text = PrometheusText.Of(batch);
        return ExportResult.Success;
    }

    /// <summary>Everything as it stands now; null where the collection failed.</summary>
    public string? Scrape()
    {
        lock (_gate)
        {
            return Collect?.Invoke(Timeout.Infinite) == true ? _text : null;
        }
    }
}
