using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Replay;

/// <summary>
/// The engine without threads or clocks of its own: publish frame k, sweep, confirm everything that is nominated, then take the
/// commands of frame k + 1. The same calls give the same state, triggers and figures to the last bit, on any number of workers.
/// </summary>
public sealed class LockstepGrid : IDisposable
{
    private static readonly SourceId History = new("history");

    private readonly GridCore _core;
    private readonly GridColumns _columns;
    private readonly FrameMaker _frames;
    private readonly PriceOracle _oracle;
    private readonly Dictionary<FeedId, long> _sequences = [];
    private PriceFrame _frame;

    public LockstepGrid(Universe universe, IReadOnlyList<OracleProfile> oracle, int workers)
    {
        var state = new GridState(universe, windowCapacity: 64_000_000);
        _frames = new FrameMaker(universe, epoch: 1, state.Funding);
        _frame = _frames.Next(0L, new FramePrice[universe.Feeds.Count]);
        _oracle = OracleSetup.For(universe, oracle);
        _core = new GridCore(state, _frame);
        _columns = new GridColumns(workers);
    }

    public PriceFrame Frame => _frame;

    public int Accounts => _core.State.Accounts.Count;

    public string StateHash() => _core.State.Hash();

    /// <summary>Native bytes of the rows and bytes of packed exact state.</summary>
    public (long RowBytes, long PackedBytes) Memory => (_columns.NativeBytes, _core.State.Accounts.PackedBytes);

    /// <summary>Decides and applies at the current frame.</summary>
    public CommandResult Execute(AccountCommand command)
    {
        var result = _core.Execute(command, _frame.TimeMs);
        _core.Commit(_columns.Put);
        return result;
    }

    /// <summary>
    /// Judges one price per feed at <paramref name="timeMs"/>, makes a frame, sweeps it and confirms all that it nominates; the
    /// triggers go to <paramref name="onTrigger"/> in their order.
    /// </summary>
    public SystemFigures Publish(long timeMs, IEnumerable<KeyValuePair<FeedId, Price>> prices, Action<Trigger> onTrigger)
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
        _frames.OpenInterest = result.OpenInterest(_frame);
        // a queue holds the worst of a table; what it had no room for is nominated again, until all has been looked at
        for (; result.Nominated.Count > 0; result = _columns.Sweep(_frame))
        {
            foreach (var number in result.Nominated)
            {
                _core.Confirm(_core.State.Accounts.Id(number), _frame);
            }
            foreach (var trigger in _core.Pending.Records.OfType<Codec.TriggerRecord>())
            {
                if (trigger.Trigger is { } raised)
                {
                    onTrigger(raised);
                }
            }
            var changed = _core.Pending.Records.Count > 0;
            _core.Commit(_columns.Put);
            if (!result.Overflowed || !changed)
            {
                break;
            }
        }
        return figures;
    }

    /// <summary>Raises a perpetual's funding index at the current mark.</summary>
    public void PublishFunding(Instrument instrument, decimal rate)
    {
        if (_frame.Mark(instrument) is { } mark)
        {
            _frames.AddFunding(instrument, rate, mark);
        }
    }

    /// <summary>An account exactly, and as the columns had it at the last sweep; null where there is none.</summary>
    public (AccountValuation Exact, RowFigures? Fast)? Inspect(AccountId id)
    {
        var number = _core.State.Accounts.Number(id);
        return number < 0 ? null : (AccountValuation.Of(_core.State.Accounts.Read(number), _frame), _columns.Figures(number));
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
