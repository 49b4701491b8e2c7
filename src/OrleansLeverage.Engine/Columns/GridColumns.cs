using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Columns;

/// <summary>
/// The fast half of the engine: every account's row, in a fixed number of tables that workers sweep side by side. Which
/// table a row is in depends on its account's number alone, and tables are merged in order, so that figures have the
/// same bits on any number of workers. Not thread-safe: a sweep and a change exclude each other.
/// </summary>
internal sealed class GridColumns : IDisposable
{
    /// <summary>A power of two.</summary>
    private const int TableCount = 16;

    private readonly AccountTable[] _tables = Make(() => new AccountTable());
    private readonly SweepSummary[] _summaries = Make(() => new SweepSummary());
    private readonly NominationQueue[] _nominations;
    private readonly SweepSummary _total = new();
    private readonly MarkVector _marks = new();
    private readonly RowEntries _entries = new();
    private readonly ISweep _sweep = new ScalarSweep();
    private readonly ParallelOptions _parallel;
    private readonly List<RowHandle> _rows = [];

    // accounts that were told that their prices may not decide, and the feeds that they wait for
    private readonly SortedDictionary<int, Feed[]> _inhibited = [];

    public GridColumns(int workers, int nominationsMax = 4096)
    {
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = workers };
        _nominations = Make(() => new NominationQueue(nominationsMax));
    }

    public long NativeBytes => _tables.Sum(t => t.NativeBytes);

    public int Count => _rows.Count;

    /// <summary>Adds or replaces the row of account <paramref name="number"/>; numbers come in order.</summary>
    public void Put(Account account, int number)
    {
        _entries.Load(account);
        var table = _tables[number & (TableCount - 1)];
        var flags = account.Id.Value.StartsWith(Market.Simulation.Population.MarketMakerPrefix,
            StringComparison.Ordinal) ? RowFlags.MarketMaker : RowFlags.None;
        if (number == _rows.Count)
        {
            _rows.Add(table.Add(number, _entries.Collateral, _entries.Positions, flags));
        }
        else
        {
            table.Update(_rows[number], _entries.Collateral, _entries.Positions, flags);
        }
        // an inhibited episode ends below the line of liquidation, which is no tier that the sweep could tell from what
        // was raised
        table.SetRaised(_rows[number], account.Episode.Raised, always: account.Episode.FramesBelow > 0
            || account.Episode.Inhibited);
        if (account.Episode is { Inhibited: true, FramesBelow: 0 })
        {
            _inhibited[number] = Feeds(account);
        }
        else
        {
            _inhibited.Remove(number);
        }
    }

    /// <summary>
    /// The exact layer has looked at a nominated row and left all as it was: not due again at this frame.
    /// </summary>
    public void Looked(int number)
    {
        var table = _tables[number & (TableCount - 1)];
        table.SetRaised(_rows[number], table.Figures(_rows[number])?.Tier ?? RiskTier.Unknown);
    }

    /// <summary>The row's figures at the last sweep; null before its first.</summary>
    public RowFigures? Figures(int number) => _tables[number & (TableCount - 1)].Figures(_rows[number]);

    /// <summary>Revalues everything at a frame.</summary>
    public SweepResult Sweep(PriceFrame frame)
    {
        _marks.Load(frame);
        InParallel(TableCount, Run);
        _total.Clear();
        foreach (var summary in _summaries)
        {
            _total.Merge(summary);
        }
        return new SweepResult(frame, _total, Worst(frame), _nominations.Any(n => n.Overflow > 0));
    }

    /// <summary>
    /// Runs a body that depends on nothing but its number for 0 to <paramref name="count"/> − 1, on the workers.
    /// </summary>
    public void InParallel(int count, Action<int> body)
    {
        if (_parallel.MaxDegreeOfParallelism > 1 && count > 1)
        {
            Parallel.For(0, count, _parallel, body);
            return;
        }
        for (var i = 0; i < count; i++)
        {
            body(i);
        }
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

    /// <summary>All nominated accounts, most under water first; then those whose prices may decide again.</summary>
    private int[] Worst(PriceFrame frame)
    {
        var all = new List<Nomination>();
        foreach (var queue in _nominations)
        {
            all.AddRange(queue.Items);
        }
        all.RemoveAll(n => IsWaiting(n, frame));
        all.Sort((left, right) =>
        {
            var order = right.Tier != left.Tier ? right.Tier.CompareTo(left.Tier)
                : right.Severity.CompareTo(left.Severity);
            return order != 0 ? order : left.Key.CompareTo(right.Key);
        });
        var numbers = all.Select(n => (int)n.Key).ToArray();
        if (_inhibited.Count == 0)
        {
            return numbers;
        }
        var nominated = numbers.ToHashSet();
        return [.. numbers, .. _inhibited.Where(i => !nominated.Contains(i.Key) && MayDecide(i.Value, frame))
            .Select(i => i.Key)];
    }

    /// <summary>
    /// True for a row that is due for liquidation and was told that its prices forbid it. For as long as they do there
    /// is nothing to look at, and when a feed fails thousands of such rows must not crowd out the others: it leaves the
    /// queue.
    /// </summary>
    private bool IsWaiting(in Nomination nomination, PriceFrame frame)
    {
        var number = (int)nomination.Key;
        if (nomination.Tier < RiskTier.Liquidation || !_inhibited.TryGetValue(number, out var feeds)
            || MayDecide(feeds, frame))
        {
            return false;
        }
        Looked(number);
        return true;
    }

    private static bool MayDecide(Feed[] feeds, PriceFrame frame) =>
        Array.TrueForAll(feeds, f => frame[f].State is PriceState.Fresh or PriceState.Degraded);

    /// <summary>Whatever the account's value depends on.</summary>
    private static Feed[] Feeds(Account account)
    {
        var feeds = account.Balances.Select(b => b.Asset.PriceFeed).ToHashSet();
        foreach (var exposure in account.Exposures)
        {
            feeds.Add(exposure.Position.Instrument.MarkFeed);
            feeds.Add(exposure.Position.Instrument.Settlement.PriceFeed);
        }
        return feeds.OfType<Feed>().ToArray();
    }
}
