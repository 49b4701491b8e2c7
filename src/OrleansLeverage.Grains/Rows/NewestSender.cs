namespace OrleansLeverage.Grains.Rows;

/// <summary>
/// Sends what is posted, one at a time and only the newest: what is posted meanwhile replaces what waits. A failed send
/// is forgotten, because a newer one follows.
/// </summary>
internal sealed class NewestSender<T>(Func<T, Task> send, Action<Exception> failed)
    where T : class
{
    private readonly Lock _lock = new();
    private T? _waiting;
    private Task _sending = Task.CompletedTask;

    public void Post(T item)
    {
        lock (_lock)
        {
            if (!_sending.IsCompleted)
            {
                _waiting = item;
                return;
            }
            _sending = Task.Run(() => SendAsync(item));
        }
    }

    /// <summary>Returns when what has been posted by now is sent.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
        {
            return _sending;
        }
    }

    private async Task SendAsync(T first)
    {
        for (T? item = first; item is not null; item = Next())
        {
            try
            {
                await send(item);
            }
            catch (Exception exception)
            {
                failed(exception);
            }
        }
    }

    private T? Next()
    {
        lock (_lock)
        {
            var next = _waiting;
            _waiting = null;
            return next;
        }
    }
}
