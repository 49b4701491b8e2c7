using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Grains.Rows;

/// <summary>Frames as they come to this silo, and those that exact looks may still ask for.</summary>
public sealed partial class SiloGrid
{
    /// <summary>Frames are kept for exact looks: those of the last five seconds, and so many at least.</summary>
    private const int FramesKeptMin = 256;
    private const int FramesKeptMs = 5_000;

    /// <summary>A silo that no frame has come to for two seconds and four intervals does not know what prices are now.
    /// </summary>
    private const int SilenceMaxMs = 2_000;
    private const int IntervalsMissed = 4;

    // the newest with nothing fresh in it
    private volatile PriceFrame? _silent;
    private long _frameAt;

    /// <summary>
    /// The newest frame that came here; before the first, one in which nothing is measured. Where none has come for a
    /// while its prices are stale: whoever makes frames may be gone, or this silo cut off, and nothing is decided by
    /// what was fresh then.
    /// </summary>
    public PriceFrame Frame
    {
        get
        {
            var frame = _frame;
            var silenceMs = SilenceMaxMs + IntervalsMissed * _options.FrameIntervalMs;
            if (!_options.MakesFrames
                || _options.Time.GetElapsedTime(Volatile.Read(ref _frameAt)).TotalMilliseconds <= silenceMs)
            {
                return frame;
            }
            if (_silent is not { } silent || silent.Number != frame.Number)
            {
                _silent = silent = Silent(frame);
            }
            return silent;
        }
    }

    /// <summary>Takes a frame; one that is not newer than the newest changes nothing.</summary>
    public void Take(FrameMessage message)
    {
        lock (_frames)
        {
            if (message.Number().CompareTo(_frame.Number) <= 0)
            {
                return;
            }
            var frame = message.ToFrame(_options.Universe);
            _kept.Enqueue(frame);
            if (_kept.Count > _framesKept)
            {
                _kept.Dequeue();
            }
            Volatile.Write(ref _frameAt, _options.Time.GetTimestamp());
            _frame = frame;
            if (message.IsRepeated)
            {
                return;
            }
            _newest = (frame, message);
            if (message.IsReported)
            {
                _reported = _newest;
            }
        }
        _work.Set();
    }

    /// <summary>The frame of a number, or the newest where it is not kept any more.</summary>
    public PriceFrame FrameAt(FrameNumber number)
    {
        lock (_frames)
        {
            return _kept.FirstOrDefault(f => f.Number == number) ?? Frame;
        }
    }

    /// <summary>Time of a frame; null where it is not kept any more.</summary>
    public long? TimeOf(FrameNumber number)
    {
        lock (_frames)
        {
            return _frame.Number == number ? _frame.TimeMs : _kept.FirstOrDefault(f => f.Number == number)?.TimeMs;
        }
    }

    /// <summary>The frames that are kept, oldest first.</summary>
    internal IReadOnlyList<PriceFrame> KeptFrames
    {
        get
        {
            lock (_frames)
            {
                return [.. _kept];
            }
        }
    }

    private static PriceFrame Silent(PriceFrame frame) => frame.With([.. frame.Prices.Select(p =>
        p.State is PriceState.Fresh or PriceState.Degraded ? p with { State = PriceState.Stale } : p)]);
}
