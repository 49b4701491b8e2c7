using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel.Scenarios;

/// <summary>What a frame of scenarios found; valid until the next.</summary>
public sealed class ScenarioSummary
{
    internal long[] Counts { get; } = new long[Enum.GetValues<RiskTier>().Length];

    public long Rows { get; internal set; }

    /// <summary>
    /// Σ of the rows' worst losses, rows without a price left out; added up in a fixed order, compensated.
    /// </summary>
    public double WorstLoss { get; internal set; }

    public long InTier(RiskTier tier) => Counts[(int)tier];
}

/// <summary>
/// Every row's worst scenario, frame after frame. Figures do not depend on instructions or threads. No allocation once
/// warm.
/// </summary>
public sealed class ScenarioSweep : IDisposable
{
    private const int AtOnce = 32;

    private static readonly IScenarioRows[] All =
    [
        new VectorScenarios<ScenarioLanes512>("vector512"), new VectorScenarios<ScenarioLanes256>("vector256"),
        new ScalarScenarios(),
    ];

    private readonly ScenarioTable _table;
    private readonly IScenarioRows _rows;
    private readonly SweepCrew _crew;
    private readonly ScenarioPart[] _parts;
    private readonly Action<int> _work;
    private ScenarioVectors? _marks;
    private int _next;

    /// <param name="table">Rows of one underlying each.</param>
    /// <param name="workers">Threads, the caller's included.</param>
    /// <param name="nominationsMax">Nominations kept per frame.</param>
    /// <param name="variant">One of <see cref="SweepVariant.Supported"/>; null for the widest.</param>
    public ScenarioSweep(ScenarioTable table, int workers = 1, int nominationsMax = 4096, string? variant = null)
    {
        var name = SweepVariant.Of(variant).Name;
        _rows = Array.Find(All, rows => rows.Name == name)!;
        _table = table;
        _crew = new SweepCrew(workers);
        _parts = [.. Enumerable.Range(0, workers).Select(_ => new ScenarioPart(table, nominationsMax))];
        Nominations = new NominationQueue(nominationsMax);
        _work = Work;
    }

    public string Variant => _rows.Name;

    /// <summary>Rows whose tier is not what was told of them, most under water first.</summary>
    public NominationQueue Nominations { get; }

    public ScenarioSummary Summary { get; } = new();

    /// <summary>One frame.</summary>
    public ScenarioSummary Run(ScenarioVectors marks) => Run(marks, ScenarioThresholds.Default);

    public ScenarioSummary Run(ScenarioVectors marks, in ScenarioThresholds thresholds)
    {
        _table.BeginSweep();
        _crew.Call();
        try
        {
            if (marks.Loads == 0 || _table.UnitLast >= marks.UnitCount)
            {
                throw new ArgumentException(
                    $"rows hold unit {_table.UnitLast}, {marks.UnitCount} are loaded", nameof(marks));
            }
            _marks = marks;
            foreach (var part in _parts)
            {
                part.Begin(thresholds);
            }
            _next = 0;
            _crew.Run(_work);
            _crew.Dismiss();
            Collect();
            return Summary;
        }
        finally
        {
            _crew.Dismiss();
            _table.EndSweep();
        }
    }

    public void Dispose()
    {
        _crew.Dispose();
        Array.ForEach(_parts, static part => part.Dispose());
    }

    private void Work(int worker)
    {
        var (part, chunks, marks) = (_parts[worker], _table.Chunks, _marks!);
        while (true)
        {
            var from = Interlocked.Add(ref _next, AtOnce) - AtOnce;
            if (from >= chunks.Count)
            {
                return;
            }
            var to = Math.Min(from + AtOnce, chunks.Count);
            for (var c = from; c < to; c++)
            {
                Ask(part, chunks[Math.Min(c + 1, chunks.Count - 1)]);
                _rows.Sweep(chunks[c], marks, part);
                chunks[c].Sum();
            }
        }
    }

    /// <summary>
    /// A chunk's columns are too short for the processor to see that it will want the next: without asking, half of the
    /// time is spent waiting for memory.
    /// </summary>
    private static unsafe void Ask(ScenarioPart part, ScenarioChunk next)
    {
        part.Ahead = next.Memory;
        part.AheadPerRow = (nuint)NativeBlock.Align(
            (ScenarioChunk.SizeBytes(next.Positions) + ScenarioChunk.Rows - 1) / ScenarioChunk.Rows);
    }

    private void Collect()
    {
        Array.Clear(Summary.Counts);
        Nominations.Clear();
        foreach (var part in _parts)
        {
            for (var t = 0; t < part.Tiers.Length; t++)
            {
                Summary.Counts[t] += part.Tiers[t];
            }
            Nominations.Take(part.Nominations);
        }
        Nominations.Close();
        Summary.Rows = _table.Count;
        var (sum, lost) = (0d, 0d);
        foreach (var chunk in _table.Chunks)
        {
            // Neumaier: what an addition rounds away is kept apart
            var next = sum + chunk.LossSum;
            lost += Math.Abs(sum) >= Math.Abs(chunk.LossSum)
                ? sum - next + chunk.LossSum
                : chunk.LossSum - next + sum;
            sum = next;
        }
        Summary.WorstLoss = sum + lost;
    }
}
