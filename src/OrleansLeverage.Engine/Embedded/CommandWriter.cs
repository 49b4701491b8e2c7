using System.Collections.Concurrent;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.Journal;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// The one writer: takes what is waiting, decides it in order into a batch, makes the batch durable with one sync, publishes
/// it, and only then tells the callers. Whoever waits joins the next batch, so the slower the disk the larger the batch.
/// </summary>
internal sealed class CommandWriter : IDisposable
{
    private const int BatchMax = 4096;

    private readonly GridCore _core;
    private readonly DurableJournal? _journal;
    private readonly TimeProvider _time;
    private readonly Action<Account, int> _published;
    private readonly Func<PriceFrame> _frame;
    private readonly int _queueCapacity;
    private readonly ConcurrentQueue<WorkItem> _queue = [];
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly List<WorkItem> _batch = new(BatchMax);
    private readonly ByteSink _sink = new();
    private readonly Thread _thread;
    private int _queued;
    private bool _unsettled;
    private volatile bool _stopping;
    private volatile string? _broken;

    public CommandWriter(GridCore core, DurableJournal? journal, TimeProvider time, int queueCapacity, Func<PriceFrame> frame,
        Action<Account, int> published)
    {
        (_core, _journal, _time, _queueCapacity, _frame, _published) = (core, journal, time, queueCapacity, frame, published);
        _thread = new Thread(Run) { IsBackground = true, Name = "leverage-writer" };
    }

    /// <summary>Why writes are refused now; null while they are taken.</summary>
    public string? Broken => _broken;

    public int Queued => Volatile.Read(ref _queued);

    /// <summary>Journal bytes since the last snapshot.</summary>
    public long UnsnapshottedBytes { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>False where the queue is full, or the writer is stopping.</summary>
    public bool TryPost(WorkItem item, bool evenIfFull = false)
    {
        if (_stopping || (Interlocked.Increment(ref _queued) > _queueCapacity && !evenIfFull))
        {
            Interlocked.Decrement(ref _queued);
            return false;
        }
        _queue.Enqueue(item);
        _waiting.Release();
        return true;
    }

    public void Dispose()
    {
        _stopping = true;
        _waiting.Release();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
        while (_queue.TryDequeue(out var left))
        {
            left.Fail(CommandStatus.StorageUnavailable);
        }
        _waiting.Dispose();
    }

    public void Snapshotted() => UnsnapshottedBytes = 0;

    private void Run()
    {
        while (true)
        {
            _waiting.Wait();
            if (_stopping && _queue.IsEmpty)
            {
                return;
            }
            Take();
            if (_batch.Count == 0)
            {
                continue;
            }
            Decide();
            Finish(Write());
            _batch.Clear();
        }
    }

    private void Take()
    {
        while (_batch.Count < BatchMax && _queue.TryPeek(out var next) && (_batch.Count == 0 || !next.IsAlone) && _queue.TryDequeue(out var item))
        {
            _batch.Add(item);
            if (item.IsAlone)
            {
                break;
            }
        }
        // one permit was taken to get here; the others of this batch are taken back
        for (var i = 1; i < _batch.Count && _waiting.Wait(0); i++)
        {
        }
        Interlocked.Add(ref _queued, -_batch.Count);
    }

    private void Decide()
    {
        _core.Frame = _frame();
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < _batch.Count; i++)
        {
            var mark = _core.Pending.Mark();
            try
            {
                _batch[i].Decide(_core, nowMs);
            }
            catch (Exception exception)
            {
                _core.State.Window.Forget(_core.Pending.Return(mark));
                _batch[i].Fault(exception);
            }
        }
    }

    /// <summary>Makes the pending batch durable and publishes it; otherwise says what its callers must be told.</summary>
    private CommandStatus Write()
    {
        if (_core.Pending.Records.Count == 0)
        {
            return CommandStatus.Applied;
        }
        if (_broken is not null && (!TryReopen() || _core.Pending.Records.Count == 0))
        {
            _core.Discard();
            return CommandStatus.StorageUnavailable;
        }
        _sink.Clear();
        foreach (var record in _core.Pending.Records)
        {
            JournalCodec.Write(_sink, record);
        }
        try
        {
            _journal?.Commit(_sink.Written, _core.Pending.Records.Count);
        }
        catch (JournalUnavailableException exception)
        {
            return Recover(exception);
        }
        UnsnapshottedBytes += _sink.Length;
        _core.Commit(_published);
        return CommandStatus.Applied;
    }

    /// <summary>
    /// The right to acknowledge is gone until the journal has been read back. If that works at once, it also says whether the
    /// batch is durable; if not, the outcome is unknown to the callers, and the batch is settled by the next reopen.
    /// </summary>
    private CommandStatus Recover(JournalUnavailableException exception)
    {
        _broken = exception.Message;
        try
        {
            var report = _journal!.Reopen();
            _broken = null;
            if (report.AttemptLanded)
            {
                _core.Commit(_published);
                return CommandStatus.Applied;
            }
            _core.Discard();
            return CommandStatus.StorageUnavailable;
        }
        catch (Exception again) when (again is JournalUnavailableException or JournalCorruptException)
        {
            _broken = again.Message;
            _unsettled = exception.OutcomeUnknown;
            _core.Discard();
            return exception.OutcomeUnknown ? CommandStatus.OutcomeUnknown : CommandStatus.StorageUnavailable;
        }
    }

    private bool TryReopen()
    {
        try
        {
            var report = _journal!.Reopen();
            if (_unsettled && report is { AttemptLanded: true, AttemptedSequence: { } landed })
            {
                TakeIn(landed);
            }
            (_unsettled, _broken) = (false, null);
            return true;
        }
        catch (Exception exception) when (exception is JournalUnavailableException or JournalCorruptException)
        {
            _broken = exception.Message;
            return false;
        }
    }

    /// <summary>A batch whose callers were told that its outcome is unknown turned out to be durable: it happened.</summary>
    private void TakeIn(long sequence)
    {
        foreach (var batch in _journal!.ReadAll(sequence))
        {
            foreach (var record in JournalReader.Records(batch, _core.Frame.Universe))
            {
                _core.State.Recover(record);
                foreach (var account in JournalReader.Accounts(record))
                {
                    _published(_core.State.Accounts.Read(account)!, _core.State.Accounts.Number(account));
                }
            }
        }
        // what was decided on top of the state without that batch is decided again by its callers' retries
        _core.Discard();
    }

    private void Finish(CommandStatus status)
    {
        foreach (var item in _batch)
        {
            if (status == CommandStatus.Applied)
            {
                item.Complete();
            }
            else
            {
                item.Fail(status);
            }
        }
    }
}
