using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>Frame by frame: prices, sweep, nominations, figures.</summary>
public sealed partial class EmbeddedGrid
{
    /// <summary>Time of a pass of the ladder.</summary>
    private const double LadderMs = 900d;

    private void RunFrames()
    {
        while (!_stop.Wait(_options.FrameIntervalMs))
        {
            try
            {
                Step();
                _frameFault = null;
            }
            catch (Exception exception)
            {
                // figures and triggers stand still until a frame succeeds: seen in health, tried again with the next
                _frameFault = $"no frame since {_frame.Number}: {exception.Message}";
            }
        }
    }

    /// <summary>One frame: assembled, swept, told, and what it nominates handed to the writer.</summary>
    internal void Step()
    {
        PriceFrame frame;
        var startedAt = _options.Time.GetTimestamp();
        lock (_prices)
        {
            frame = NextFrame();
        }
        var result = _columns.Sweep(frame);
        _system = result.Figures(_core.State.Accounts.Id, _optionWork.Sensitivities);
        var sweptAt = _options.Time.GetTimestamp();
        _watchers.Tell(_system);
        Interlocked.Increment(ref _frameCount);
        Nominate(frame, result);
        Liquidate();
        _deleveraging.Pump();
        // in the time until the next frame, at most a pass a second
        _columns.AdvanceLadder(_options.FrameIntervalMs / LadderMs);
        _census.Advance(frame);
        if (_journal is not null && _writer.UnsnapshottedBytes > Volatile.Read(ref _snapshotDueBytes)
            && Interlocked.CompareExchange(ref _snapshotting, 1, 0) == 0
            && !_writer.TryPost(new ActionItem<bool>(_ => TrySnapshot(), alone: true), evenIfFull: true))
        {
            Volatile.Write(ref _snapshotting, 0);
        }
        _timings.Add(_options.Time, startedAt, sweptAt, _options.Time.GetTimestamp());
    }

    /// <summary>Under the price lock: the next frame, in force from now on.</summary>
    private PriceFrame NextFrame()
    {
        var nowMs = NowMs;
        _oracle.Epoch(nowMs);
        var quotes = _oracle.Quotes(nowMs);
        var prices = (FramePrice[])_frame.Prices.ToArray();
        foreach (var quote in quotes)
        {
            if (Universe.Feed(quote.Feed) is { } feed && quote.Price is not null)
            {
                prices[feed.Index] = quote.ToFramePrice();
            }
        }
        return _frame = _frames.Next(nowMs, prices);
    }

    /// <summary>
    /// Prices of the last durable frame: shown with their age, deciding nothing until the oracle is fresh again.
    /// </summary>
    private FramePrice[] LastKnown(FrameRecord? record)
    {
        var prices = new FramePrice[Universe.Feeds.Count];
        foreach (var (id, price, _, timeMs) in record?.Prices ?? [])
        {
            if (Universe.Feed(id) is { } feed)
            {
                prices[feed.Index] = new FramePrice(new Price(price), PriceState.Stale, timeMs);
            }
        }
        return prices;
    }

    /// <summary>
    /// Hands the nominated to the writer, a bounded number at a time; while it still confirms an earlier frame's, the
    /// rows that are due are nominated again by a later one.
    /// </summary>
    private void Nominate(PriceFrame frame, SweepResult result)
    {
        if (result.Nominated.Count == 0)
        {
            _confirmFault = null;
            return;
        }
        if (Interlocked.CompareExchange(ref _confirming, 1, 0) == 0)
        {
            _confirmFault = null;
            Confirm(frame, result.Nominated, 0);
        }
    }

    private void Confirm(PriceFrame frame, IReadOnlyList<int> nominated, int from)
    {
        const int AtOnce = 512;
        if (from >= nominated.Count || !_writer.TryPost(new ActionItem<bool>(core =>
        {
            var accounts = nominated.Skip(from).Take(AtOnce).ToArray();
            _confirmFault = core.Confirm(accounts, frame, InParallel) ?? _confirmFault;
            if (_liquidation is { } watch)
            {
                Array.ForEach(accounts, a => watch.Look(core.Find(core.State.Accounts.Id(a))));
            }
            Confirm(frame, nominated, from + AtOnce);
            return true;
        }), evenIfFull: true))
        {
            Volatile.Write(ref _confirming, 0);
        }
    }

    /// <summary>After what the frame nominated; one at a time, however long the store takes.</summary>
    private void Liquidate()
    {
        if (_liquidation is not { } watch || Interlocked.CompareExchange(ref _liquidating, 1, 0) != 0)
        {
            return;
        }
        if (!_writer.TryPost(new ActionItem<bool>(_ =>
        {
            _liquidationFault = watch.Run();
            Volatile.Write(ref _liquidating, 0);
            return true;
        }), evenIfFull: true))
        {
            Volatile.Write(ref _liquidating, 0);
        }
    }

    private static void InParallel(int count, Action<int> body) => Parallel.For(0, count, body);

    /// <summary>
    /// On the writer, with nothing pending. One that fails is tried again after a quarter more of what a snapshot is
    /// due at.
    /// </summary>
    private bool TrySnapshot()
    {
        try
        {
            TakeSnapshot();
            _snapshotFault = null;
            Volatile.Write(ref _snapshotDueBytes, _options.SnapshotBytes);
        }
        catch (Exception exception)
        {
            _snapshotFault = $"no snapshot: {exception.Message}";
            Volatile.Write(ref _snapshotDueBytes, _writer.UnsnapshottedBytes + _options.SnapshotBytes / 4);
        }
        Volatile.Write(ref _snapshotting, 0);
        return true;
    }

    private void TakeSnapshot()
    {
        var state = _core.State;
        _journal!.WriteSnapshot(_journal.LastSequence, Convert.FromHexString(state.Hash()), stream =>
        {
            foreach (var chunk in GridSnapshot.Write(state))
            {
                stream.Write(chunk.Span);
            }
        });
        _writer.Snapshotted();
    }
}
