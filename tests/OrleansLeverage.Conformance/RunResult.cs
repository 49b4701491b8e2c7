namespace OrleansLeverage.Conformance;

/// <summary>Counts of a file or of a run.</summary>
public sealed class RunResult
{
    private readonly List<string> _failures = [];
    private readonly SortedDictionary<string, int> _skips = new(StringComparer.Ordinal);
    private readonly List<string> _asides = [];
    private readonly Dictionary<(string File, string? Kind), int> _passes = [];

    public int Passed { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>Id, expected and actual of each failure.</summary>
    public IReadOnlyList<string> Failures => _failures;

    /// <summary>Why cases were skipped, with their number.</summary>
    public IReadOnlyDictionary<string, int> Skips => _skips;

    /// <summary>Id and reason of each case that is only informational.</summary>
    public IReadOnlyList<string> Informational => _asides;

    /// <summary>Passes by file and kind.</summary>
    public IReadOnlyDictionary<(string File, string? Kind), int> Passes => _passes;

    public int ExitCode => _failures.Count == 0 && Passed > 0 ? 0 : 1;

    public string Line => $"{Passed} passed, {_failures.Count} failed, {Skipped} skipped";

    public void Pass(VectorCase vector)
    {
        Passed++;
        var key = (vector.File, vector.Kind);
        _passes[key] = _passes.GetValueOrDefault(key) + 1;
    }

    public void Fail(string id, string difference) => _failures.Add($"{id}: {difference}");

    public void Skip(string reason)
    {
        Skipped++;
        _skips[reason] = _skips.GetValueOrDefault(reason) + 1;
    }

    public void Inform(string id, string reason) => _asides.Add($"{id}: {reason}");

    public void Add(RunResult other)
    {
        Passed += other.Passed;
        Skipped += other.Skipped;
        _failures.AddRange(other._failures);
        foreach (var (key, count) in other._passes)
        {
            _passes[key] = _passes.GetValueOrDefault(key) + count;
        }
        _asides.AddRange(other._asides);
        foreach (var (reason, count) in other._skips)
        {
            _skips[reason] = _skips.GetValueOrDefault(reason) + count;
        }
    }
}
