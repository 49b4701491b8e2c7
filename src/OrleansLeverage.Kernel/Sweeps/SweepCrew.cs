namespace OrleansLeverage.Kernel;

/// <summary>
/// The caller and its helpers, who sleep between frames. No allocation, and no thread of a pool that something else
/// might be using.
/// </summary>
internal sealed class SweepCrew : IDisposable
{
    private readonly Thread[] _helpers;
    private readonly AutoResetEvent[] _starts;
    private readonly AutoResetEvent _done = new(false);
    private Action<int>? _work;
    private Exception? _fault;
    private int _busy;
    private volatile bool _isDisposed;

    public SweepCrew(int workers)
    {
        if (workers < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(workers), workers, "a sweep needs one worker");
        }
        _helpers = new Thread[workers - 1];
        _starts = new AutoResetEvent[workers - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            var number = i + 1;
            _starts[i] = new AutoResetEvent(false);
            _helpers[i] = new Thread(() => Help(number)) { IsBackground = true, Name = $"leverage-sweep-{number}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Runs the work once per worker, with the worker's number, and waits for all of them.</summary>
    public void Run(Action<int> work)
    {
        if (_helpers.Length == 0)
        {
            work(0);
            return;
        }
        _work = work;
        Volatile.Write(ref _busy, _helpers.Length);
        Array.ForEach(_starts, static s => s.Set());
        try
        {
            work(0);
        }
        finally
        {
            _done.WaitOne();
        }
        if (Interlocked.Exchange(ref _fault, null) is { } fault)
        {
            throw new InvalidOperationException("a worker of the sweep failed", fault);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        Array.ForEach(_starts, static s => s.Set());
        Array.ForEach(_helpers, static h => h.Join());
        Array.ForEach(_starts, static s => s.Dispose());
        _done.Dispose();
    }

    private void Help(int number)
    {
        while (true)
        {
            _starts[number - 1].WaitOne();
            if (_isDisposed)
            {
                return;
            }
            try
            {
                _work!(number);
            }
            catch (Exception exception)
            {
                _fault = exception;
            }
            finally
            {
                if (Interlocked.Decrement(ref _busy) == 0)
                {
                    _done.Set();
                }
            }
        }
    }
}
