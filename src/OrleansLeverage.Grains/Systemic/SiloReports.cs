using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Grains.Systemic;

/// <summary>
/// The last reports of every silo, so that those of one frame can be put together. A report with a lower sequence than
/// the silo's newest is dropped; another incarnation of a silo is another silo.
/// </summary>
internal sealed class SiloReports
{
    private const int Kept = 16;

    private readonly SortedDictionary<SiloAddress, LinkedList<SiloReport>> _silos = [];

    // when the first report of a frame came
    private readonly SortedDictionary<FrameNumber, long> _since = [];

    /// <summary>False where the report is older than what is known of the silo.</summary>
    public bool Add(SiloReport report, long timestamp)
    {
        if (!_silos.TryGetValue(report.Silo, out var reports))
        {
            _silos.Add(report.Silo, reports = []);
        }
        if (reports.First is { Value: var newest } && (newest.Sequence >= report.Sequence
            || newest.Frame.Number().CompareTo(report.Frame.Number()) >= 0))
        {
            return false;
        }
        reports.AddFirst(report);
        _since.TryAdd(report.Frame.Number(), timestamp);
        if (_since.Count > 2 * Kept)
        {
            _since.Remove(_since.First().Key);
        }
        if (reports.Count > Kept)
        {
            reports.RemoveLast();
        }
        return true;
    }

    public void Drop(Func<SiloAddress, bool> isGone)
    {
        foreach (var silo in _silos.Keys.Where(isGone).ToArray())
        {
            _silos.Remove(silo);
        }
    }

    /// <summary>The newest frame that was first reported so long ago that nobody waits for others any more.</summary>
    public FrameMessage? Overdue(Func<long, bool> isLongAgo) => _since.Reverse().Where(s => isLongAgo(s.Value))
        .Select(s => At(s.Key).FirstOrDefault()?.Frame).FirstOrDefault(f => f is not null);

    /// <summary>The newest frame that all of the silos reported; null where there is none.</summary>
    public FrameMessage? Common(IReadOnlyCollection<SiloAddress> silos)
    {
        var frames = silos.Select(s => _silos.TryGetValue(s, out var reports)
            ? reports.Select(r => r.Frame.Number()) : []).ToArray();
        if (frames.Length == 0)
        {
            return null;
        }
        var common = frames.Aggregate((left, right) => left.Intersect(right)).ToArray();
        return common.Length == 0 ? null : At(common.Max())[0].Frame;
    }

    /// <summary>The reports of one frame, in the order of the silos.</summary>
    public SiloReport[] At(FrameNumber frame) =>
        [.. _silos.Values.Select(r => r.FirstOrDefault(report => report.Frame.Number() == frame))
            .Where(r => r is not null).Select(r => r!)];
}
