using System.Collections.Concurrent;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Engine.Portfolios;

/// <summary>
/// Lines of the accounts that scenarios margin, solved one by one, in rounds, at whatever pace somebody asks, and put
/// beside those that the ladder's own pass finds. What is solved holds until the account changes or its next turn; what
/// is not is unknown there. One thread solves; any may change accounts or read.
/// </summary>
/// <param name="read">The account of a row as it is committed; null where it is nobody's.</param>
internal sealed class PortfolioLadder(GridColumns columns, Func<int, Account?> read)
{
    private readonly ConcurrentDictionary<int, LadderAccount> _solved = new();
    private int[] _round = [];
    private int _next;
    private (LiquidationLadder? From, LiquidationLadder? With) _made;

    /// <summary>Accounts that are solved.</summary>
    public int Count => _solved.Count;

    /// <summary>Solves the next account; false where nobody margins by scenarios.</summary>
    public bool Advance(PriceFrame frame)
    {
        if (_next >= _round.Length)
        {
            (_round, _next) = (columns.PortfolioAccounts(), 0);
            foreach (var gone in _solved.Keys.Except(_round).ToArray())
            {
                _solved.TryRemove(gone, out _);
            }
        }
        if (_round.Length == 0)
        {
            return false;
        }
        var number = _round[_next++];
        if (read(number) is not { } account || Solve(account, frame) is not { } found)
        {
            _solved.TryRemove(number, out _);
            return true;
        }
        _solved[number] = found;
        if (read(number) is not { } now || now.Id != account.Id || now.Sequence != account.Sequence)
        {
            _solved.TryRemove(number, out _);
        }
        return true;
    }

    /// <summary>After the account's new state is there to be read.</summary>
    public void Forget(int number) => _solved.TryRemove(number, out _);

    /// <summary>The ladder with what was solved when it was first asked for.</summary>
    public LiquidationLadder? With(LiquidationLadder? ladder)
    {
        if (ladder is null || _solved.IsEmpty)
        {
            return ladder;
        }
        lock (_solved)
        {
            if (!ReferenceEquals(_made.From, ladder))
            {
                _made = (ladder, ladder.With([.. _solved.OrderBy(row => row.Key).Select(row => row.Value)]));
            }
            return _made.With;
        }
    }

    private static LadderAccount? Solve(Account account, PriceFrame frame)
    {
        var valuation = AccountValuation.Of(account, frame);
        if (PortfolioLines.Solve(valuation) is not { } solved)
        {
            return null;
        }
        var rows = new List<LadderRow>();
        foreach (var line in solved.Lines)
        {
            var feed = frame.Universe.Feed(line.Feed)!.Index;
            Add(feed, falls: true, line.Below, line.LosesBelow);
            Add(feed, falls: false, line.Above, line.LosesAbove);
        }
        foreach (var value in valuation.Positions)
        {
            var position = value.Position;
            var feed = position.Instrument.MarkFeed.Index;
            if (position.Quantity.IsZero || (!value.IsIsolated
                && (position.Instrument.Option is not null || solved.Lines.Any(line => line.Feeds.Contains(feed)))))
            {
                continue;
            }
            Add(feed, position.Quantity.IsLong, value.IsIsolated
                ? LiquidationSolver.LiquidationPrice(valuation, position)
                : solved.Prices[position.Instrument.Id], value.Notional);
        }
        return new LadderAccount(valuation.Equity > 0m
            ? (double)(valuation.GrossNotional / valuation.Equity)
            : double.PositiveInfinity, rows);

        void Add(int feed, bool falls, SolvedPrice price, decimal notional)
        {
            if (notional > 0m || price.Shown is not null)
            {
                rows.Add(new LadderRow(feed, falls, (double?)price.Shown,
                    price.Reason is SolvedReason.PastLine or SolvedReason.NoSolution, (double)notional));
            }
        }
    }
}
