using System.Collections.Concurrent;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Journal;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// The one writer: takes what is waiting, decides it in order into a batch, makes the batch durable with one sync,
/// publishes it, and only then tells the callers. Whoever waits joins the next batch, so the slower the disk the larger
/// the batch.
/// </summary>
internal sealed partial class CommandWriter : IDisposable
{
    private const int BatchMax = 4096;

    /// <summary>
    /// A batch takes nothing more once it has so many bytes; what was not decided yet is first in the next.
    /// </summary>
    private const int BatchBytes = 4 << 20;

    /// <summary>Time between two attempts to reach a store that failed, where no command asks sooner.</summary>
    private const int ProbeMs = 250;

    private readonly GridCore _core;
    private readonly DurableJournal? _journal;
    private readonly TimeProvider _time;
    private readonly Action<Account, int> _published;
    private readonly Func<PriceFrame> _frame;
    private readonly int _queueCapacity;
    private readonly ConcurrentQueue<WorkItem> _queue = [];
    private readonly ManualResetEventSlim _work = new(false);
    private readonly List<WorkItem> _batch = new(BatchMax);
    private readonly ByteSink _sink = new();
    private readonly ByteSink _item = new();
    private readonly Thread _thread;
    private int _queued;
    private int _sleeping;
    private long _unsnapshottedBytes;
    private volatile bool _stopping;
    private volatile bool _ended;
    private volatile string? _broken;
    private volatile string? _fatal;

    public CommandWriter(GridCore core, DurableJournal? journal, TimeProvider time, int queueCapacity,
        long unsnapshottedBytes,
        Func<PriceFrame> frame, Action<Account, int> published)
    {
        (_core, _journal, _time, _queueCapacity, _frame, _published) = (core, journal, time, queueCapacity, frame,
            published);
        _unsnapshottedBytes = unsnapshottedBytes;
        _thread = new Thread(Run) { IsBackground = true, Name = "leverage-writer" };
    }

    /// <summary>Why writes are refused now; null while they are taken.</summary>
    public string? Broken => _broken;

    /// <summary>Why nothing is decided any more until a restart; null while all is well.</summary>
    public string? Fatal => _fatal;

    /// <summary>Commands waiting, those of lists counted one by one.</summary>
    public int Queued => Volatile.Read(ref _queued);

    /// <summary>How long the oldest item that waits has waited; 0 where none does.</summary>
    public double OldestQueuedMs => _queue.TryPeek(out var oldest)
        ? _time.GetElapsedTime(oldest.PostedAt).TotalMilliseconds
        : 0.0;

    /// <summary>Journal bytes since the last snapshot.</summary>
    public long UnsnapshottedBytes => Volatile.Read(ref _unsnapshottedBytes);

    public bool IsStopping => _stopping;

    public void Start() => _thread.Start();

    /// <summary>
    /// False where the queue is full, or the writer is stopping. What is taken is answered, whatever happens.
    /// </summary>
    public bool TryPost(WorkItem item, bool evenIfFull = false)
    {
        if (_stopping)
        {
            return false;
        }
        if (Interlocked.Add(ref _queued, item.Weight) > _queueCapacity && !evenIfFull)
        {
            Interlocked.Add(ref _queued, -item.Weight);
            return false;
        }
        item.PostedAt = _time.GetTimestamp();
        _queue.Enqueue(item);
        Interlocked.MemoryBarrier();
        // a busy writer looks at the queue before it sleeps: only one that sleeps need be woken
        if (Volatile.Read(ref _sleeping) != 0)
        {
            _work.Set();
        }
        // between the check and here the writer may have ended, and nobody else would look
        if (_ended)
        {
            Drain();
        }
        return true;
    }

    public void Dispose()
    {
        _stopping = true;
        _work.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        _ended = true;
        Interlocked.MemoryBarrier();
        Drain();
    }

    public void Snapshotted() => Volatile.Write(ref _unsnapshottedBytes, 0);

    private void Drain()
    {
        while (_queue.TryDequeue(out var left))
        {
            left.Fail(CommandStatus.StorageUnavailable);
        }
    }

    private void Run()
    {
        while (Next())
        {
            if (_batch.Count == 0)
            {
                Probe();
                continue;
            }
            var decided = 0;
            var status = CommandStatus.StorageUnavailable;
            try
            {
                decided = _fatal is null ? Decide() : _batch.Count;
                status = _fatal is null ? Write() : status;
            }
            catch (Exception exception)
            {
                // the state may not be what the journal says: nothing is decided on it any more
                _fatal = $"stopped until it is restarted: {exception.Message}";
                (decided, status) = (_batch.Count, CommandStatus.OutcomeUnknown);
            }
            Finish(decided, status);
        }
    }

    /// <summary>Waits for work and takes it; false where there is none and never will be.</summary>
    private bool Next()
    {
        if (_batch.Count == 0)
        {
            Sleep();
            if (_stopping && _queue.IsEmpty)
            {
                return false;
            }
        }
        while (_batch.Count < BatchMax && _queue.TryPeek(out var next)
            && (_batch.Count == 0 || !(next.IsAlone || _batch[0].IsAlone)) && _queue.TryDequeue(out var item))
        {
            _batch.Add(item);
            Interlocked.Add(ref _queued, -item.Weight);
        }
        return true;
    }

    /// <summary>Until something is queued, or the writer stops, or a broken store should be tried again.</summary>
    private void Sleep()
    {
        _work.Reset();
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        if (_queue.IsEmpty && !_stopping)
        {
            _work.Wait(_broken is null ? Timeout.Infinite : ProbeMs);
        }
        Volatile.Write(ref _sleeping, 0);
    }

    /// <summary>Decides the first items of the batch, each wholly or not at all; returns how many.</summary>
    private int Decide()
    {
        try
        {
            _core.Frame = _frame();
            _core.NowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        }
        catch (Exception exception)
        {
            // without a frame nothing is decided, and nothing is lost
            _batch.ForEach(item => item.Fault(exception));
            return _batch.Count;
        }
        _sink.Clear();
        var decided = 0;
        for (; decided < _batch.Count && _sink.Length < BatchBytes; decided++)
        {
            var mark = _core.Pending.Here();
            try
            {
                _batch[decided].Decide(_core);
                _item.Clear();
                for (var i = mark.Records; i < _core.Pending.Records.Count; i++)
                {
                    JournalCodec.Write(_item, _core.Pending.Records[i]);
                }
                if (_sink.Length + _item.Length > DurableJournal.BatchBytesMax)
                {
                    throw new InvalidOperationException(
                        $"{_item.Length} bytes of outcomes are more than one commit takes");
                }
                _sink.Append(_item.Written);
            }
            catch (Exception exception)
            {
                _core.Pending.Return(mark);
                _batch[decided].Fault(exception);
            }
        }
        return decided;
    }

    /// <summary>Tells the callers; a crowd is told by another thread, while the next batch is decided.</summary>
    private void Finish(int decided, CommandStatus status)
    {
        const int Crowd = 16;
        var answers = (Items: _batch.GetRange(0, decided), Status: status);
        _batch.RemoveRange(0, decided);
        if (decided < Crowd)
        {
            Tell(answers);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(Tell, answers, preferLocal: false);
        }
    }

    private static void Tell((List<WorkItem> Items, CommandStatus Status) answers)
    {
        foreach (var item in answers.Items)
        {
            if (answers.Status == CommandStatus.Applied)
            {
                item.Complete();
            }
            else
            {
                item.Fail(answers.Status);
            }
        }
    }
}
