using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Columns;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>Frame by frame: prices, sweep, nominations, figures.</summary>
public sealed partial class EmbeddedGrid
{
    private void RunFrames()
    {
        var openInterestDue = 0;
        while (!_stop.Wait(_options.FrameIntervalMs))
        {
            PriceFrame frame;
            lock (_prices)
            {
                frame = NextFrame();
            }
            SweepResult result;
            lock (_rows)
            {
                result = _columns.Sweep(frame);
            }
            _system = result.Figures(_core.State.Accounts.Id);
            Tell(_system);
            Interlocked.Increment(ref _frameCount);
            Nominate(frame, result);
            if (openInterestDue-- == 0)
            {
                openInterestDue = Math.Max(1, 1000 / _options.FrameIntervalMs);
                lock (_prices)
                {
                    _frames.OpenInterest = result.OpenInterest(frame);
                }
            }
            if (_journal is not null && _writer.UnsnapshottedBytes > _options.SnapshotBytes)
            {
                _ = Run(core =>
                {
                    TakeSnapshot();
                    return true;
                }, default, alone: true);
            }
        }
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

    /// <summary>Prices of the last durable frame: shown with their age, deciding nothing until the oracle is fresh again.</summary>
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
    /// Hands the nominated to the writer, a bounded number at a time; while it still confirms an earlier frame's, the rows that
    /// are due are nominated again by a later one.
    /// </summary>
    private void Nominate(PriceFrame frame, SweepResult result)
    {
        if (result.Nominated.Count == 0 || Interlocked.CompareExchange(ref _confirming, 1, 0) != 0)
        {
            return;
        }
        var nominated = result.Nominated;
        Confirm(frame, nominated, 0);
    }

    private void Confirm(PriceFrame frame, IReadOnlyList<int> nominated, int from)
    {
        const int AtOnce = 512;
        var posted = _writer.TryPost(new ActionItem<int>(core =>
        {
            var until = Math.Min(from + AtOnce, nominated.Count);
            for (var i = from; i < until; i++)
            {
                core.Confirm(core.State.Accounts.Id(nominated[i]), frame);
            }
            if (until < nominated.Count)
            {
                Confirm(frame, nominated, until);
            }
            else
            {
                Volatile.Write(ref _confirming, 0);
            }
            return until;
        }), evenIfFull: true);
        if (!posted)
        {
            Volatile.Write(ref _confirming, 0);
        }
    }

    private void Tell(SystemFigures figures)
    {
        lock (_watchers)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(figures);
            }
        }
    }
}
