using System.Collections.Concurrent;

namespace OrleansLeverage.Web.Streams;

/// <summary>Where a channel's contents come from.</summary>
/// <param name="View">
/// What the GET of the channel's name answers now; null where there are no figures, or none that are new.
/// </param>
/// <param name="Pace">The least time between two events.</param>
/// <param name="IsLog">Its items only ever get more.</param>
internal sealed record ChannelSource(
    string Name, TimeSpan Pace, Func<CancellationToken, ValueTask<object?>> View, bool IsLog = false)
{
    /// <summary>Whether the contents name no account; asked once the endpoints are mapped.</summary>
    public Func<bool> IsAccountFree { get; init; } = () => false;
}

/// <summary>
/// One channel, read once for all its readers and only while it has any. Numbers go up by one per event and begin where
/// the clock stands, so a cursor of an earlier life is old, never in the future. Keeps the last <see cref="Kept"/>
/// events for those who come back, and of the newest as many changes as fit into <see cref="KeptBytesMax"/>.
/// </summary>
internal sealed partial class StreamChannel(ChannelSource source, TimeProvider clock, ILogger<StreamChannel> log)
{
    public const int Kept = 256;

    /// <summary>A reader of every change that is further behind gets them as one.</summary>
    public const int KeptBytesMax = 1 << 20;

    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<ChannelEvent> _ring = new();
    private readonly Queue<ChannelEvent> _changes = new();
    private int _changesBytes;
    private readonly ConcurrentDictionary<StreamSubscriber, bool> _readers = new();
    private ChannelState? _latest;
    private long _next = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private bool _isFresh;
    private TaskCompletionSource _wanted = NewSignal();

    public string Name => source.Name;

    public bool IsAccountFree => source.IsAccountFree();

    public bool IsRead => !_readers.IsEmpty;

    /// <summary>
    /// The newest state, null where there is none; and whether it is of now: it is not while a channel that nobody read
    /// has not been looked at again.
    /// </summary>
    public (ChannelState? Latest, bool IsFresh) Now
    {
        get
        {
            lock (_gate)
            {
                return (_latest, _isFresh);
            }
        }
    }

    public void Join(StreamSubscriber reader)
    {
        lock (_gate)
        {
            _readers.TryAdd(reader, true);
            _wanted.TrySetResult();
        }
    }

    public void Leave(StreamSubscriber reader)
    {
        lock (_gate)
        {
            _readers.TryRemove(reader, out _);
            if (_readers.IsEmpty)
            {
                _isFresh = false;
                _wanted = _wanted.Task.IsCompleted ? NewSignal() : _wanted;
            }
        }
    }

    /// <summary>The event a position names, or the code of why there is none.</summary>
    public (ChannelEvent? Event, string? Fault) Find(long seq)
    {
        lock (_gate)
        {
            return seq >= _next ? (null, "bad_cursor")
                : _ring.FirstOrDefault(kept => kept.Seq == seq) is { } found ? (found, null)
                : (null, "resume_gap");
        }
    }

    /// <summary>
    /// Every change from one event to another, oldest first; null where they are not all kept any more.
    /// </summary>
    public IReadOnlyList<byte[]>? Between(ChannelEvent seen, ChannelEvent until)
    {
        lock (_gate)
        {
            var changes = _changes.Where(kept => kept.Seq > seen.Seq && kept.Seq <= until.Seq)
                .Select(kept => kept.Delta!).ToList();
            return changes.Count == until.Seq - seen.Seq ? changes : null;
        }
    }

    /// <summary>A new state; one that says nothing new is none.</summary>
    public void Publish(object? view)
    {
        lock (_gate)
        {
            _isFresh = true;
            var next = view is null ? null : ChannelState.Of(_next, view, source.IsLog);
            if (next is not null && (_latest is null || !next.SaysTheSameAs(_latest)))
            {
                _next++;
                _ring.Enqueue(next.Event);
                if (_ring.Count > Kept)
                {
                    _ring.Dequeue();
                }
                if (_latest is not null)
                {
                    Keep(next.Event, next.Since(_latest.Event));
                }
                _latest = next;
            }
        }
        foreach (var (reader, _) in _readers)
        {
            reader.Wake();
        }
    }

    /// <summary>Reads the source at its pace while somebody listens, until told to stop.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Task wanted;
            lock (_gate)
            {
                wanted = _wanted.Task;
            }
            await wanted.WaitAsync(stopping);
            try
            {
                Publish(await source.View(stopping));
                await Task.Delay(source.Pace, clock, stopping);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFault(fault, Name);
                await Task.Delay(AfterFault, clock, stopping);
            }
        }
    }

    private void Keep(ChannelEvent kept, byte[] change)
    {
        kept.Delta = change;
        _changes.Enqueue(kept);
        _changesBytes += change.Length;
        while (_changesBytes > KeptBytesMax || _changes.Count > Kept)
        {
            var old = _changes.Dequeue();
            _changesBytes -= old.Delta!.Length;
            old.Delta = null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(3, LogLevel.Error, "channel {Channel} cannot be read, its readers keep what they have")]
    private partial void LogFault(Exception fault, string channel);
}
