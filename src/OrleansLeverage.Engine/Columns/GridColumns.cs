using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Columns;

/// <summary>
/// The fast half of the engine: every account's row, in a fixed number of tables that workers sweep side by side. Which table
/// a row is in depends on its account's number alone, and tables are merged in order, so that figures have the same bits on
/// any number of workers. Not thread-safe: a sweep and a change exclude each other.
/// </summary>
internal sealed class GridColumns : IDisposable
{
    /// <summary>A power of two.</summary>
    private const int TableCount = 16;

    private readonly AccountTable[] _tables = Make(() => new AccountTable());
    private readonly SweepSummary[] _summaries = Make(() => new SweepSummary());
    private readonly NominationQueue[] _nominations = Make(() => new NominationQueue());
    private readonly SweepSummary _total = new();
    private readonly MarkVector _marks = new();
    private readonly RowEntries _entries = new();
    private readonly ISweep _sweep = new ScalarSweep();
    private readonly ParallelOptions _parallel;
    private readonly List<RowHandle> _rows = [];

    public GridColumns(int workers) => _parallel = new ParallelOptions { MaxDegreeOfParallelism = workers };

    public long NativeBytes => _tables.Sum(t => t.NativeBytes);

    public int Count => _rows.Count;

    /// <summary>Adds or replaces the row of account <paramref name="number"/>; numbers come in order.</summary>
    public void Put(Account account, int number)
    {
        _entries.Load(account);
        var table = _tables[number & (TableCount - 1)];
        var flags = account.Id.Value.StartsWith(Market.Simulation.Population.MarketMakerPrefix, StringComparison.Ordinal) ? RowFlags.MarketMaker : RowFlags.None;
        if (number == _rows.Count)
        {
            _rows.Add(table.Add(number, _entries.Collateral, _entries.Positions, flags));
        }
        else
        {
            table.Update(_rows[number], _entries.Collateral, _entries.Positions, flags);
        }
        table.SetRaised(_rows[number], account.Episode.Raised, always: account.Episode.FramesBelow > 0);
    }

    /// <summary>The row's figures at the last sweep; null before its first.</summary>
    public RowFigures? Figures(int number) => _tables[number & (TableCount - 1)].Figures(_rows[number]);

    /// <summary>Revalues everything at a frame.</summary>
    public SweepResult Sweep(PriceFrame frame)
    {
        _marks.Load(frame);
        if (_parallel.MaxDegreeOfParallelism == 1)
        {
            for (var i = 0; i < TableCount; i++)
            {
                Run(i);
            }
        }
        else
        {
            Parallel.For(0, TableCount, _parallel, Run);
        }
        _total.Clear();
        foreach (var summary in _summaries)
        {
            _total.Merge(summary);
        }
        return new SweepResult(frame, _total, Worst(), _nominations.Any(n => n.Overflow > 0));
    }

    public void Dispose()
    {
        foreach (var table in _tables)
        {
            table.Dispose();
        }
    }

    private static T[] Make<T>(Func<T> make) => Enumerable.Range(0, TableCount).Select(_ => make()).ToArray();

    private void Run(int table) => _sweep.Run(_tables[table], _marks, _summaries[table], _nominations[table]);

    /// <summary>All nominated accounts, most under water first.</summary>
    private int[] Worst()
    {
        var all = new List<Nomination>();
        foreach (var queue in _nominations)
        {
            all.AddRange(queue.Items);
        }
        if (all.Count == 0)
        {
            return [];
        }
        all.Sort((left, right) =>
        {
            var order = right.Tier != left.Tier ? right.Tier.CompareTo(left.Tier) : right.Severity.CompareTo(left.Severity);
            return order != 0 ? order : left.Key.CompareTo(right.Key);
        });
        return all.Select(n => (int)n.Key).ToArray();
    }
}
