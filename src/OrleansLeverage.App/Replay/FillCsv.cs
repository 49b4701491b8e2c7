using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.App.Replay;

/// <summary>
/// <c>liquidations.csv</c>: what the venue closed of whom, at which price, against whom, in its order.
/// </summary>
internal sealed class FillCsv : IDisposable
{
    private readonly CsvFile _file;

    public FillCsv(string path) => _file = new CsvFile(path, "seq", "timestamp", "datetime", "frame", "act", "account",
        "symbol", "quantity", "price", "counterparty");

    public void Write(VenueFill fill)
    {
        _file.Add(fill.Sequence);
        _file.Add(fill.FrameTimeMs);
        _file.Add(SnapshotJson.Datetime(fill.FrameTimeMs));
        _file.Add(fill.Frame.ToString());
        _file.Add(SnapshotJson.Word(fill.Act));
        _file.Add(fill.Account.Value);
        _file.Add(fill.Instrument.Value);
        _file.Add(fill.Quantity.Value);
        _file.Add(fill.Price.Value);
        _file.Add(fill.Counterparty.Value);
        _file.EndRow();
    }

    public string Complete() => _file.Complete();

    public void Dispose() => _file.Dispose();
}
