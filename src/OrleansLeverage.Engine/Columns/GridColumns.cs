using OrleansLeverage.Domain;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Columns;

/// <summary>
/// The fast half of the engine: every account's row in one table that workers sweep together. Sums are exact, so
/// figures have the same bits on any number of workers. One writer puts rows while another thread sweeps: what it puts
/// meanwhile counts from the next sweep on.
/// </summary>
internal sealed partial class GridColumns : IDisposable
{
    private const int ArrangeFrom = 4096;
    private const int LadderRowsMin = 4096;

    // holds nothing
    private static readonly Account Nobody = new(new AccountId("nobody"));

    private readonly AccountTable _table = new();
    private readonly LeverageSweep _sweep;
    private readonly MarkVector _marks = new();
    private readonly PortfolioColumns _portfolios;
    private readonly Universe _universe;
    private readonly RowEntries _entries = new();
    private readonly ParallelOptions _parallel;
    private readonly List<RowHandle> _rows = [];

    // accounts that were told that their prices may not decide, and the feeds that they wait for; the writer's
    private readonly Lock _waiting = new();
    private readonly SortedDictionary<int, Feed[]> _inhibited = [];

    public GridColumns(Universe universe, int workers, int nominationsMax = 32_768)
    {
        _universe = universe;
        _portfolios = new PortfolioColumns(universe, workers);
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = workers };
        _sweep = new LeverageSweep(_table, workers, nominationsMax);
    }

    public long NativeBytes => _table.NativeBytes + _portfolios.NativeBytes;

    /// <summary>Numbers are below this.</summary>
    public int Count => _rows.Count;

    /// <summary>Adds or replaces the row of account <paramref name="number"/>; numbers come in order.</summary>
    public void Put(Account account, int number)
    {
        if (_portfolios.IsOffered)
        {
            _portfolios.Put(account, number, isChanged =>
            {
                PutRow(account, number);
                if (isChanged)
                {
                    // what scenarios ask for is of what was held before
                    _table.Require(_rows[number], double.NaN, double.NaN);
                }
            });
            return;
        }
        PutRow(account, number);
    }

    private void PutRow(Account account, int number)
    {
        _entries.Load(account, _universe);
        var flags = account.Id.Value.StartsWith(Market.Simulation.Population.MarketMakerPrefix,
            StringComparison.Ordinal) ? RowFlags.MarketMaker : RowFlags.None;
        flags |= _universe.HasTerms ? RowFlags.ByTerms : RowFlags.None;
        if (number == _rows.Count)
        {
            _rows.Add(_table.Add(number, _entries.Collateral, _entries.Positions, flags));
        }
        else if (!_table.IsLive(_rows[number]))
        {
            _rows[number] = _table.Add(number, _entries.Collateral, _entries.Positions, flags);
        }
        else
        {
            _table.Update(_rows[number], _entries.Collateral, _entries.Positions, flags);
        }
        // an inhibited episode ends below the line of liquidation, which is no tier that the sweep could tell from what
        // was raised
        _table.SetRaised(_rows[number], account.Episode.Raised, always: account.Episode.FramesBelow > 0
            || account.Episode.Inhibited);
        lock (_waiting)
        {
            if (account.Episode is { Inhibited: true, FramesBelow: 0 })
            {
                _inhibited[number] = Feeds(account);
            }
            else
            {
                _inhibited.Remove(number);
            }
        }
    }

    /// <summary>
    /// Takes a row out: it is in no sum from the next sweep on. The number may be put again, for whomever.
    /// </summary>
    public void Remove(int number)
    {
        if (_portfolios.IsOffered)
        {
            _portfolios.Put(Nobody, number, _ => RemoveRow(number));
            return;
        }
        RemoveRow(number);
    }

    private void RemoveRow(int number)
    {
        _table.Remove(_rows[number]);
        lock (_waiting)
        {
            _inhibited.Remove(number);
        }
    }

    /// <summary>
    /// The exact layer has looked at a nominated row and left all as it was: not due again at this frame.
    /// </summary>
    public void Looked(int number) => _table.SetRaisedToSwept(_rows[number]);

    /// <summary>Numbers of the accounts that margin by scenarios, in their order. From any thread.</summary>
    public int[] PortfolioAccounts() => _portfolios.Accounts();

    /// <summary>Who is liquidated where, by the last complete pass; null before the first.</summary>
    public LiquidationLadder? Ladder => _sweep.Ladder;

    /// <summary>
    /// A share of the ladder's pass, for the time between two frames; <paramref name="share"/> of 1 is all of it.
    /// </summary>
    public void AdvanceLadder(double share) =>
        _sweep.AdvanceLadder(Math.Max(LadderRowsMin, (int)(share * _table.Count)));

    /// <summary>
    /// The row's figures at the last sweep; null before its first, and of one that was taken out. Not while a sweep
    /// runs.
    /// </summary>
    public RowFigures? Figures(int number) => _table.IsLive(_rows[number]) ? _table.Figures(_rows[number]) : null;

    /// <summary>Revalues everything at a frame.</summary>
    public SweepResult Sweep(PriceFrame frame)
    {
        _marks.Load(frame);
        if (_table.Unarranged > Math.Max(ArrangeFrom, _table.Count / 4))
        {
            _table.Arrange(_marks);
        }
        if (_portfolios.IsOffered)
        {
            _portfolios.Advance(frame, (number, maintenance, initial) =>
                _table.Require(_rows[number], maintenance, initial));
        }
        while (true)
        {
            var summary = _sweep.Run(_marks);
            var isOverfull = _sweep.Nominations.Overflow > 0;
            var nominated = Worst(frame, out var onlyWaiting);
            // a queue full of rows that wait for their prices would hide the others: those have left it now
            if (!onlyWaiting || !isOverfull)
            {
                return new SweepResult(frame, summary, nominated, isOverfull);
            }
        }
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
        _sweep.Dispose();
        _portfolios.Dispose();
        _table.Dispose();
    }

    /// <summary>All nominated accounts, most under water first; then those whose prices may decide again.</summary>
    private int[] Worst(PriceFrame frame, out bool onlyWaiting)
    {
        using var scope = _waiting.EnterScope();
        var numbers = new List<int>();
        foreach (ref readonly var nomination in _sweep.Nominations.Items)
        {
            if (!IsWaiting(nomination, frame))
            {
                numbers.Add((int)nomination.Key);
            }
        }
        onlyWaiting = numbers.Count == 0;
        if (_inhibited.Count == 0)
        {
            return [.. numbers];
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
