using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Census;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Portfolios;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Grains.Rows;

/// <summary>
/// What is looked up of one silo's rows: a census and a ladder, made in slices after a sweep while somebody asks, and
/// the last commands that were applied to accounts here. A pass of the ladder begins with the first reported frame of a
/// second, which is the same frame on every silo, so that the ladders of all can be added up; the lines of accounts
/// that scenarios margin are solved beside it.
/// </summary>
internal sealed class SiloReads : ICensusAccounts, IDisposable
{
    private const double LadderMs = 700d;
    private const long SecondMs = 1_000;
    private const int LaddersKept = 4;
    private static readonly TimeSpan LadderAskedFor = TimeSpan.FromSeconds(30);

    private readonly GridColumns _columns;
    private readonly RowBook _rows;
    private readonly GridOptions _options;
    private readonly CensusKeeper _census;
    private readonly RecentRecords _recent = new(static () => 0L);
    private readonly OptionWork _lines;
    private readonly Lock _ladders = new();
    private readonly Queue<LiquidationLadder> _made = [];
    private LiquidationLadder? _complete;
    private bool _isLaddering;
    private bool _isAsked;
    private long _askedAt;
    private long _second = -1L;

    public SiloReads(GridColumns columns, RowBook rows, GridOptions options, Func<PriceFrame> frame)
    {
        (_columns, _rows, _options) = (columns, rows, options);
        _census = new CensusKeeper(columns, this, options.Time, options.FrameIntervalMs);
        _lines = new OptionWork(new PortfolioLadder(columns, Read), frame, reads: null, IsAsked);
        if (options.MakesFrames)
        {
            _lines.Start();
        }
    }

    public int Count => _columns.Count;

    public IdRanks Ids => _rows.Ids;

    public Account? Read(int number) => _rows.State(number) is var (id, state)
        ? AccountBook.Peek(id, state, _options.Universe).Account : null;

    /// <summary>The row has another state, or is another's.</summary>
    public void Forget(int number) => _lines.Forget(number);

    /// <summary>The next line, for a test that has no thread for it.</summary>
    public bool AdvanceLines() => _lines.Advance();

    public void Dispose() => _lines.Dispose();

    /// <summary>A durable command of an account here.</summary>
    public void Take(AccountId account, AppliedCommand command) => _recent.Take(account, command);

    /// <summary>What was applied to an account here, newest first.</summary>
    public List<AppliedCommand> History(AccountId account, long below, int countMax) =>
        _recent.Before(account, below, countMax).Commands;

    /// <summary>On the sweeping thread, after a frame.</summary>
    public void Advance(PriceFrame frame, bool isReported)
    {
        AdvanceLadder(frame, isReported);
        _census.Advance(frame);
    }

    public async Task<(AccountListing Listing, double[] Keys)?> ListAsync(AccountQuery query)
    {
        if (await _census.PageAsync(query, CancellationToken.None) is not var (listing, keys, market))
        {
            return null;
        }
        return (listing with { Accounts = market.Accounts }, keys);
    }

    public async Task<MarketCensus?> CensusAsync() =>
        (await _census.NewestAsync(CancellationToken.None))?.Market;

    /// <summary>The newest, oldest first; being asked for them is what has them made.</summary>
    public LiquidationLadder[] Ladders()
    {
        lock (_ladders)
        {
            (_isAsked, _askedAt) = (true, _options.Time.GetTimestamp());
            return [.. _made];
        }
    }

    private void AdvanceLadder(PriceFrame frame, bool isReported)
    {
        var isFirst = isReported && frame.TimeMs / SecondMs != _second;
        _second = isReported ? frame.TimeMs / SecondMs : _second;
        if (!_isLaddering && !(isFirst && IsAsked()))
        {
            return;
        }
        _isLaddering = true;
        _columns.AdvanceLadder(_options.FrameIntervalMs / LadderMs);
        if (_columns.Ladder is not { } ladder || ReferenceEquals(ladder, _complete))
        {
            return;
        }
        (_complete, _isLaddering) = (ladder, false);
        lock (_ladders)
        {
            _made.Enqueue(_lines.With(ladder)!);
            if (_made.Count > LaddersKept)
            {
                _made.Dequeue();
            }
        }
    }

    private bool IsAsked()
    {
        lock (_ladders)
        {
            return _isAsked && _options.Time.GetElapsedTime(_askedAt) < LadderAskedFor;
        }
    }
}
