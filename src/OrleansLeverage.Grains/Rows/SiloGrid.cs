using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;

namespace OrleansLeverage.Grains.Rows;

/// <summary>
/// The columns of one silo: a row for every activated account, swept by a thread of its own at every frame. Frames are
/// handed in and latest wins, except that a reported frame is not skipped; accounts put their rows from their turns;
/// what a sweep finds goes to <see cref="Swept"/>. No turn waits for a sweep, and no sweep for a turn.
/// </summary>
public sealed partial class SiloGrid : IDisposable
{
    private const int RiskEveryMs = 100;

    private readonly GridOptions _options;
    private readonly RowBook _rows;
    private readonly GridColumns _columns;
    private readonly Lock _frames = new();
    private readonly Queue<PriceFrame> _kept = [];
    private readonly int _framesKept;
    private readonly List<(FrameNumber Frame, TaskCompletionSource Swept)> _waiting = [];
    private readonly AutoResetEvent _work = new(false);
    private readonly Thread _thread;
    private (PriceFrame Frame, FrameMessage Message)? _newest;
    private (PriceFrame Frame, FrameMessage Message)? _reported;
    private volatile PriceFrame _frame;
    private FrameNumber _sweptNumber;
    private long _reports;
    private int _riskFrom;
    private long _riskAt;
    private (double Equity, double Notional)[] _direct = [];
    private volatile string? _fault;
    private volatile bool _stopping;

    public SiloGrid(GridOptions options)
    {
        _options = options;
        _framesKept = Math.Max(FramesKeptMin, FramesKeptMs / options.FrameIntervalMs + 1);
        _rows = new RowBook(options.Universe);
        _columns = new GridColumns(options.Universe, options.Workers);
        _frame = new PriceFrame(default, 0L, options.Universe, new FramePrice[options.Universe.Feeds.Count]);
        Reads = new SiloReads(_columns, _rows, options, () => _frame);
        _thread = new Thread(Run) { IsBackground = true, Name = "leverage-sweep" };
        _thread.Start();
    }

    /// <summary>Rows with an account.</summary>
    public int Count => _rows.Count;

    /// <summary>Native memory of the rows.</summary>
    public long NativeBytes => _columns.NativeBytes;

    /// <summary>Why no sweep has succeeded since; null while all is well.</summary>
    public string? Fault => _fault;

    /// <summary>Ticks of the stopwatch that the last sweep took, with its summary and the changes before it.</summary>
    public long LastSweepTicks { get; private set; }

    /// <summary>What is looked up of the rows here.</summary>
    internal SiloReads Reads { get; }

    /// <summary>Called on the sweeping thread after every sweep, and must not block it.</summary>
    internal Action<SweptFrame>? Swept { get; set; }

    /// <summary>This silo's name in its reports.</summary>
    internal SiloAddress Silo { get; set; } = SiloAddress.Zero;

    /// <summary>Returns when a frame, or a newer one, has been swept.</summary>
    public Task SweptAsync(FrameNumber number)
    {
        lock (_frames)
        {
            if (_sweptNumber.CompareTo(number) >= 0)
            {
                return Task.CompletedTask;
            }
            var swept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((number, swept));
            return swept.Task;
        }
    }

    public RowTicket Put(RowTicket ticket, Account? before, Account after, long appliedBefore, long applied,
        byte[] state)
    {
        var put = _rows.Put(ticket, before, after, appliedBefore, applied, state);
        Reads.Forget(put.Number);
        return put;
    }

    public void Leave(RowTicket ticket) => _rows.Leave(ticket);

    public void Remove(RowTicket ticket, Account? last, long applied)
    {
        _rows.Remove(ticket, last, applied);
        Reads.Forget(ticket.Number);
    }

    public decimal[] Longs() => _rows.Longs();

    /// <summary>Accounts with rows here, of one bucket of the roster or all.</summary>
    public string[] Accounts(int? bucket) => _rows.Accounts(bucket);

    /// <summary>What an account that was told of a frame by itself makes of it.</summary>
    public void SetDirect(RowTicket ticket, double equity, double notional)
    {
        if (ticket.Number >= _direct.Length)
        {
            lock (_frames)
            {
                Array.Resize(ref _direct, Math.Max(2 * _direct.Length, ticket.Number + 1024));
            }
        }
        _direct[ticket.Number] = (equity, notional);
        Interlocked.Increment(ref _directCount);
    }

    /// <summary>How often accounts were told of a frame by themselves.</summary>
    public long DirectCount => Volatile.Read(ref _directCount);

    private long _directCount;

    internal (double Equity, double Notional) Direct(RowTicket ticket) => _direct[ticket.Number];

    /// <summary>The row's figures at the last sweep, for comparisons while nothing is swept.</summary>
    internal Kernel.RowFigures? Figures(RowTicket ticket) => _columns.Figures(ticket.Number);

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }
        _stopping = true;
        _work.Set();
        _thread.Join();
        Reads.Dispose();
        _columns.Dispose();
        _work.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _work.WaitOne();
            while (!_stopping && Next() is { } next)
            {
                try
                {
                    Sweep(next.Frame, next.Message);
                    Reads.Advance(next.Frame, next.Message.IsReported);
                    _fault = null;
                }
                catch (Exception exception)
                {
                    // seen in health and in the age of the figures; tried again with the next frame
                    _fault = $"no sweep since frame {_sweptNumber}: {exception.Message}";
                }
            }
            if (_stopping)
            {
                return;
            }
        }
    }

    /// <summary>The reported frame that waits, else the newest; null where both have been swept.</summary>
    private (PriceFrame Frame, FrameMessage Message)? Next()
    {
        lock (_frames)
        {
            var next = _reported ?? _newest;
            _reported = null;
            if (next?.Frame == _newest?.Frame)
            {
                _newest = null;
            }
            return next is { } found && found.Frame.Number.CompareTo(_sweptNumber) > 0 ? next : null;
        }
    }

    private void Sweep(PriceFrame frame, FrameMessage message)
    {
        var start = _options.Time.GetTimestamp();
        var (changes, buckets, applied) = _rows.Take();
        foreach (var (number, account) in changes)
        {
            if (account is null)
            {
                _columns.Remove(number);
                continue;
            }
            _columns.Put(account, number);
        }
        RowBook.Done(changes);
        var result = _columns.Sweep(frame);
        var swept = new SweptFrame(frame, _rows.Names(result.Nominated),
            message.IsReported ? Report(result, message, buckets, applied) : null,
            message.IsReported ? Risk() : []);
        LastSweepTicks = _options.Time.GetTimestamp() - start;
        Swept?.Invoke(swept);
        lock (_frames)
        {
            _sweptNumber = frame.Number;
            foreach (var (number, done) in _waiting)
            {
                if (number.CompareTo(frame.Number) <= 0)
                {
                    done.TrySetResult();
                }
            }
            _waiting.RemoveAll(w => w.Frame.CompareTo(frame.Number) <= 0);
        }
    }

    private SiloReport Report(SweepResult result, FrameMessage message, RowCount[] buckets, long applied)
    {
        var places = new Dictionary<long, long>();
        var names = new List<string>();
        foreach (var key in result.Summary.RankedKeys)
        {
            if (places.TryAdd(key, names.Count))
            {
                names.Add(_rows.Name((int)key).Value);
            }
        }
        return new SiloReport
        {
            Silo = Silo, Sequence = ++_reports, Frame = message, Summary = result.Summary.ToBytes(k => places[k]),
            Names = [.. names], Buckets = buckets, Applied = applied,
        };
    }

    /// <summary>The risk of the next rows in turn, so that all come round within the time set for it.</summary>
    private RiskMessage[] Risk()
    {
        var sinceMs = Math.Min(_options.Time.GetElapsedTime(_riskAt).TotalMilliseconds, _options.RiskReportMs);
        if (sinceMs < RiskEveryMs)
        {
            return [];
        }
        _riskAt = _options.Time.GetTimestamp();
        var perReport = (int)(_columns.Count * sinceMs / _options.RiskReportMs) + 1;
        var slice = _rows.Slice(_riskFrom, perReport);
        _riskFrom = _riskFrom + perReport >= _columns.Count ? 0 : _riskFrom + perReport;
        var risk = new List<RiskMessage>(slice.Length);
        foreach (var (number, id) in slice)
        {
            if (number < _columns.Count && _columns.Figures(number) is { GrossNotional: > 0.0 } figures)
            {
                risk.Add(new RiskMessage(id.Value, figures.GrossNotional, figures.MarginRatio));
            }
        }
        return [.. risk];
    }
}
