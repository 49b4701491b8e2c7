using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OrleansLeverage.Web.Status;

/// <summary>
/// Sums of the server's own counters since it started, and its gauges now: whoever counts something need not keep a
/// second count for the status.
/// </summary>
internal sealed class MeterTotals : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string? Reason), long> _counts = new();
    private readonly ConcurrentDictionary<string, long> _gauges = new(StringComparer.Ordinal);
    private static readonly string[] Names =
        ["leveragegrid.stream.dropped", "leveragegrid.input.rejected", "leveragegrid.stream.subscriber.count"];

    public MeterTotals(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter) && Names.Contains(instrument.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public long Count(string name) => _counts.Where(row => row.Key.Name == name).Sum(row => row.Value);

    /// <summary>A counter by its reason, the most frequent first.</summary>
    public IReadOnlyList<(string Reason, long Count)> ByReason(string name) => [.. _counts
        .Where(row => row.Key.Name == name && row.Key.Reason is not null)
        .Select(row => (row.Key.Reason!, row.Value))
        .OrderByDescending(row => row.Value).ThenBy(row => row.Item1, StringComparer.Ordinal)];

    /// <summary>What a gauge says now; 0 where there is none.</summary>
    public long Now(string name)
    {
        _listener.RecordObservableInstruments();
        return _gauges.GetValueOrDefault(name);
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument.IsObservable)
        {
            _gauges[instrument.Name] = value;
            return;
        }
        string? reason = null;
        foreach (var tag in tags)
        {
            reason = tag.Key == "reason" ? tag.Value as string : reason;
        }
        _counts.AddOrUpdate((instrument.Name, reason), value, (_, before) => before + value);
    }
}
