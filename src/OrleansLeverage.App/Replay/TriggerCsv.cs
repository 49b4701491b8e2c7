using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Replay;

/// <summary><c>triggers.csv</c>: who crossed a line when, confirmed exactly; amounts in USD.</summary>
internal sealed class TriggerCsv : IDisposable
{
    private readonly CsvFile _file;

    public TriggerCsv(string path) => _file = new CsvFile(path, "seq", "timestamp", "datetime", "frame", "account",
        "kind", "tier",
        "accountSeq", "equity", "marginBalance", "maintenanceMargin", "notional");

    /// <summary>How many of each kind, in the order of <see cref="TriggerKind"/>.</summary>
    public SortedDictionary<TriggerKind, long> Counts { get; } =
        new(Enum.GetValues<TriggerKind>().ToDictionary(kind => kind, _ => 0L));

    public void Write(Trigger trigger)
    {
        Counts[trigger.Kind]++;
        _file.Add(trigger.Sequence);
        _file.Add(trigger.FrameTimeMs);
        _file.Add(SnapshotJson.Datetime(trigger.FrameTimeMs));
        _file.Add(trigger.Frame.ToString());
        _file.Add(trigger.Account.Value);
        _file.Add(SnapshotJson.Word(trigger.Kind));
        _file.Add(SnapshotJson.Word(trigger.Tier));
        _file.Add(trigger.AccountSequence);
        _file.Add(trigger.Equity);
        _file.Add(trigger.MarginBalance);
        _file.Add(trigger.MaintenanceMargin);
        _file.Add(trigger.GrossNotional);
        _file.EndRow();
    }

    public string Complete() => _file.Complete();

    public void Dispose() => _file.Dispose();
}
