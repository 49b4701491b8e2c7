using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace OrleansLeverage.Engine;

/// <summary>
/// Whoever watches a grid's figures: each is given the newest, and one that is slow misses those between. Safe to call
/// from any thread; telling waits for nobody.
/// </summary>
internal sealed class FigureWatchers
{
    private readonly List<Channel<SystemFigures>> _watchers = [];
    private bool _isComplete;

    public void Tell(SystemFigures figures)
    {
        lock (_watchers)
        {
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(figures);
            }
        }
    }

    /// <summary>Ends every watch, and those that begin later at once.</summary>
    public void Complete()
    {
        lock (_watchers)
        {
            _isComplete = true;
            _watchers.ForEach(w => w.Writer.TryComplete());
        }
    }

    /// <summary>The figures now, where there are some, then every newer ones.</summary>
    public async IAsyncEnumerable<SystemFigures> WatchAsync(Func<SystemFigures?> now,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<SystemFigures>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_watchers)
        {
            _watchers.Add(channel);
            if (_isComplete)
            {
                channel.Writer.TryComplete();
            }
        }
        try
        {
            if (now() is { } figures)
            {
                channel.Writer.TryWrite(figures);
            }
            await foreach (var next in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                yield return next;
            }
        }
        finally
        {
            lock (_watchers)
            {
                _watchers.Remove(channel);
            }
        }
    }
}
