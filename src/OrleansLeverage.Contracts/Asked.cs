namespace OrleansLeverage.Contracts;

/// <summary>
/// A value that is made anew in the background for as long as somebody looks at it, and costs nothing while nobody
/// does. The first look finds nothing. Safe to look at from any thread.
/// </summary>
/// <param name="make">What it is now; null leaves what there was.</param>
/// <param name="every">Time between two makings.</param>
/// <param name="restPerWork">
/// Or so many times what one takes, so that they take a tenth of it; 0 for what takes long only where somebody is
/// waited for.
/// </param>
internal sealed class Asked<T>(Func<CancellationToken, Task<T?>> make, TimeProvider time, TimeSpan every,
    CancellationToken stop, double restPerWork = 9.0)
    where T : class
{
    private static readonly TimeSpan LooksFor = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private volatile T? _value;
    private Task _making = Task.CompletedTask;
    private long _askedAt;

    /// <summary>Why the last making failed; null where it did not.</summary>
    public string? Fault { get; private set; }

    public T? Value
    {
        get
        {
            Volatile.Write(ref _askedAt, time.GetTimestamp());
            if (_making.IsCompleted && !stop.IsCancellationRequested)
            {
                lock (_lock)
                {
                    if (_making.IsCompleted)
                    {
                        _making = Task.Run(RunAsync);
                    }
                }
            }
            return _value;
        }
    }

    /// <summary>The same without a look: nothing is made because of it.</summary>
    public T? Newest => _value;

    /// <summary>Makes it once, now.</summary>
    public async Task<T?> MakeAsync(CancellationToken cancellation)
    {
        if (await make(cancellation) is { } made)
        {
            _value = made;
        }
        return _value;
    }

    /// <summary>Returns when nothing is made any more, which the token that it was given brings about.</summary>
    public Task StoppedAsync()
    {
        lock (_lock)
        {
            return _making;
        }
    }

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested && time.GetElapsedTime(Volatile.Read(ref _askedAt)) < LooksFor)
        {
            var began = time.GetTimestamp();
            try
            {
                await MakeAsync(stop);
                Fault = null;
            }
            catch (Exception exception)
            {
                // what there was grows old, which its frame shows; tried again
                Fault = exception.Message;
            }
            var rest = restPerWork * time.GetElapsedTime(began);
            await Task.Delay(rest > every ? rest : every, time, stop).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
