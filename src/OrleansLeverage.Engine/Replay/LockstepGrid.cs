using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Replay;

/// <summary>
/// The engine without threads or clocks of its own: publish frame k, sweep, confirm everything that is nominated, then
/// take the commands of frame k + 1. The same calls give the same state, triggers and figures to the last bit, on any
/// number of workers.
/// </summary>
public sealed partial class LockstepGrid : IDisposable
{
    private const long FundingSeries = 0xF00D;
    private static readonly SourceId History = new("history");

    private readonly GridCore _core;
    private readonly GridColumns _columns;
    private readonly FrameMaker _frames;
    private readonly PriceOracle _oracle;
    private readonly LocalDeleveraging _deleveraging;
    private readonly LiquidationWatch? _liquidation;
    private readonly Dictionary<FeedId, long> _sequences = [];
    private long _fundings;
    private PriceFrame _frame;

    /// <param name="liquidation">Liquidates by itself; null leaves it to the caller.</param>
    public LockstepGrid(Universe universe, IReadOnlyList<OracleProfile> oracle, int workers,
        LiveLiquidation? liquidation = null)
        : this(universe, oracle, workers, nominationsMax: 4096, liquidation)
    {
    }

    internal LockstepGrid(Universe universe, IReadOnlyList<OracleProfile> oracle, int workers, int nominationsMax,
        LiveLiquidation? liquidation = null)
    {
        liquidation?.Check();
        var state = new GridState(universe, windowCapacity: 64_000_000);
        _frames = new FrameMaker(universe, epoch: 1, () => state.FundingIndices, state.Longs.OpenInterest);
        _frame = _frames.Next(0L, new FramePrice[universe.Feeds.Count]);
        _oracle = OracleSetup.For(universe, oracle);
        _core = new GridCore(state, _frame);
        _columns = new GridColumns(universe, workers, nominationsMax);
        _liquidation = liquidation is null ? null : new LiquidationWatch(_core, liquidation, InParallel);
        _deleveraging = new LocalDeleveraging(state, () => _frame, new FrameClock(this), new DeleveragingLimits(),
            new Turn(this), static _ => { });
    }

    public PriceFrame Frame => _frame;

    public int Accounts => _core.State.Accounts.Count;

    public string StateHash() => _core.State.Hash();

    /// <summary>Prices judged so far, by the code of the answer; answers that were never given are left out.</summary>
    public IReadOnlyDictionary<string, long> PricesJudged => PriceAcceptanceCodes.All
        .Select(status => (Code: status.Code(), Count: _oracle.Count(status)))
        .GroupBy(row => row.Code).Select(group => (Code: group.Key, Count: group.Sum(row => row.Count)))
        .Where(row => row.Count > 0).ToDictionary(row => row.Code, row => row.Count);

    /// <summary>Native bytes of the rows and bytes of packed exact state.</summary>
    public (long RowBytes, long PackedBytes) Memory => (_columns.NativeBytes, _core.State.Accounts.PackedBytes);

    internal GridState State => _core.State;

    /// <summary>A body that depends on nothing but its number, on the workers.</summary>
    internal void InParallel(int count, Action<int> body) => _columns.InParallel(count, body);

    /// <summary>
    /// Decides and applies at the current frame; funding is in force from here on, at the same prices.
    /// </summary>
    public CommandResult Execute(AccountCommand command)
    {
        _core.NowMs = _frame.TimeMs;
        var result = _core.Execute(command);
        Commit();
        return result;
    }

    /// <summary>All in order or none, as <see cref="ILeverageGrid.ExecuteAllAsync"/>.</summary>
    public IReadOnlyList<CommandResult> ExecuteAll(IReadOnlyList<AccountCommand> commands)
    {
        _core.NowMs = _frame.TimeMs;
        var results = _core.ExecuteAll(commands);
        Commit();
        return results;
    }

    /// <summary>
    /// Judges one price per feed at <paramref name="timeMs"/>, makes a frame, sweeps it and confirms all that it
    /// nominates; the triggers go to <paramref name="onTrigger"/> in their order.
    /// </summary>
    public SystemFigures Publish(long timeMs, IEnumerable<KeyValuePair<FeedId, Price>> prices,
        Action<Trigger> onTrigger)
    {
        foreach (var (feed, price) in prices)
        {
            var sequence = _sequences[feed] = _sequences.GetValueOrDefault(feed) + 1;
            _oracle.Apply(new PriceUpdate(feed, price.Value, History, 1, sequence, timeMs), timeMs);
        }
        _oracle.Epoch(timeMs);
        _frame = _core.Frame = _frames.Next(timeMs, Prices(timeMs));
        var result = _columns.Sweep(_frame);
        var figures = result.Figures(_core.State.Accounts.Id);
        Confirm(result, onTrigger);
        Liquidate();
        Deleverage();
        return figures;
    }

    /// <summary>
    /// Looks once at everything that is due at this frame. A queue holds the worst of a table; what it had no room for
    /// is nominated by another sweep, in which what has been looked at is not due.
    /// </summary>
    private void Confirm(SweepResult result, Action<Trigger> onTrigger)
    {
        var looked = new HashSet<int>();
        for (var due = result.Nominated; due.Count > 0; due = result.Nominated.Where(n => !looked.Contains(n))
            .ToArray())
        {
            var looks = new Look[due.Count];
            var accounts = _core.State.Accounts;
            _columns.InParallel(looks.Length, i => looks[i] = GridCore.LookAt(accounts.Read(due[i]), _frame));
            foreach (ref readonly var look in looks.AsSpan())
            {
                _core.Confirm(look);
            }
            foreach (var trigger in _core.Pending.Records.OfType<TriggerRecord>())
            {
                if (trigger.Trigger is { } raised)
                {
                    onTrigger(raised);
                }
            }
            Commit();
            for (var i = 0; _liquidation is not null && i < due.Count; i++)
            {
                _liquidation.Look(accounts.Read(due[i]));
            }
            if (!result.Overflowed)
            {
                break;
            }
            looked.UnionWith(due);
            foreach (var number in looked)
            {
                _columns.Looked(number);
            }
            result = _columns.Sweep(_frame);
        }
        foreach (var number in looked)
        {
            _columns.Put(_core.State.Accounts.Read(number), number);
        }
    }

    private void Commit()
    {
        _core.Commit(_columns.Put);
        if (!ReferenceEquals(_frame.FundingIndices, _core.State.FundingIndices))
        {
            _frame = _core.Frame = _frames.Next(_frame.TimeMs, [.. _frame.Prices]);
        }
    }

    /// <summary>Funding of a perpetual at the current mark, under an id of the replay's own.</summary>
    public CommandResult PublishFunding(Instrument instrument, decimal rate) =>
        Execute(new PublishFunding(CommandId.Series(_frame.TimeMs, FundingSeries, ++_fundings), instrument.Id, rate));

    /// <summary>An account exactly, and as the columns had it at the last sweep; null where there is none.</summary>
    public (AccountValuation Exact, RowFigures? Fast)? Inspect(AccountId id)
    {
        var number = _core.State.Accounts.Number(id);
        return number < 0 ? null
            : (AccountValuation.Of(_core.State.Accounts.Read(number), _frame), _columns.Figures(number));
    }

    /// <summary>The highest tier told of the account in its current episode.</summary>
    public RiskEpisode? Episode(AccountId id) => _core.State.Accounts.Read(id)?.Episode;

    public void Dispose() => _columns.Dispose();

    private FramePrice[] Prices(long timeMs)
    {
        var prices = new FramePrice[_frame.Universe.Feeds.Count];
        foreach (var quote in _oracle.Quotes(timeMs))
        {
            if (_frame.Universe.Feed(quote.Feed) is { } feed)
            {
                prices[feed.Index] = quote.ToFramePrice();
            }
        }
        return prices;
    }
}
