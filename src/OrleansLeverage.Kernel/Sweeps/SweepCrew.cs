namespace OrleansLeverage.Kernel;

/// <summary>
/// The caller and its helpers, who sleep between frames. Helpers are called before there is work, because waking takes
/// longer than a small frame; whoever has not come when the work is done is not waited for. One call is good for
/// several works, one after the other, until <see cref="Dismiss"/>. No allocation, and no thread of a pool that
/// something else might be using.
/// </summary>
internal sealed class SweepCrew : IDisposable
{
    private const int Open = 1 << 30;

    private readonly Thread[] _helpers;
    private readonly AutoResetEvent[] _calls;
    private readonly AutoResetEvent _left = new(false);
    private Action<int>? _work;
    private Exception? _fault;
    private int _called;
    private int _ended;
    private int _works;

    // helpers at work, and whether more may join
    private int _state;
    private volatile bool _isDisposed;

    public SweepCrew(int workers)
    {
        if (workers < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(workers), workers, "a sweep needs one worker");
        }
        _helpers = new Thread[workers - 1];
        _calls = new AutoResetEvent[workers - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            var number = i + 1;
            _calls[i] = new AutoResetEvent(false);
            _helpers[i] = new Thread(() => Help(number)) { IsBackground = true, Name = $"leverage-sweep-{number}" };
            _helpers[i].Start();
        }
    }

    /// <summary>Work is coming: wakes the helpers, who wait for it awake until <see cref="Dismiss"/>.</summary>
    public void Call()
    {
        Volatile.Write(ref _called, _called + 1);
        Array.ForEach(_calls, static s => s.Set());
    }

    /// <summary>
    /// Runs the work with worker number 0, and with the number of each helper who comes in time; ends when all who came
    /// have ended. The work is one that any of them may do all of.
    /// </summary>
    public void Run(Action<int> work)
    {
        if (Volatile.Read(ref _ended) == _called)
        {
            Call();
        }
        _work = work;
        _works++;
        Interlocked.Exchange(ref _state, Open);
        try
        {
            work(0);
        }
        finally
        {
            Interlocked.And(ref _state, ~Open);
            AwaitHelpers();
        }
        if (Interlocked.Exchange(ref _fault, null) is { } fault)
        {
            throw new InvalidOperationException("a worker of the sweep failed", fault);
        }
    }

    /// <summary>There is no more work in this call: who waits goes to sleep.</summary>
    public void Dismiss() => Volatile.Write(ref _ended, _called);

    public void Dispose()
    {
        _isDisposed = true;
        Dismiss();
        Array.ForEach(_calls, static s => s.Set());
        Array.ForEach(_helpers, static h => h.Join());
        Array.ForEach(_calls, static s => s.Dispose());
        _left.Dispose();
    }

    /// <summary>The last pieces of work take microseconds; only then is it worth sleeping.</summary>
    private void AwaitHelpers()
    {
        for (var spins = 0; Volatile.Read(ref _state) != 0; spins++)
        {
            if (spins < 2_000)
            {
                Thread.SpinWait(8);
            }
            else
            {
                _left.WaitOne();
            }
        }
    }

    private void Help(int number)
    {
        while (true)
        {
            _calls[number - 1].WaitOne();
            if (_isDisposed)
            {
                return;
            }
            var call = Volatile.Read(ref _called);
            var done = 0;
            while (Volatile.Read(ref _ended) < call)
            {
                if (Volatile.Read(ref _works) != done && TryJoin())
                {
                    // no other begins while a helper is in it
                    done = _works;
                    Work(number);
                }
                else
                {
                    Thread.SpinWait(8);
                }
            }
        }
    }

    private void Work(int number)
    {
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
            if (Interlocked.Decrement(ref _state) == 0)
            {
                _left.Set();
            }
        }
    }

    private bool TryJoin()
    {
        var state = Volatile.Read(ref _state);
        return (state & Open) != 0 && Interlocked.CompareExchange(ref _state, state + 1, state) == state;
    }
}
