using OrleansLeverage.Contracts;

namespace OrleansLeverage.Grains.Storage;

/// <summary>
/// One write of a grain's state in flight; whoever comes meanwhile joins the next. After a failure nothing is written
/// any more: what is in the store is unknown, and the activation has to be given up. One grain's turns only.
/// </summary>
/// <param name="write">Takes the state as it is when called, and returns when it is durable.</param>
internal sealed class GroupWriter(Func<Task> write)
{
    private Task? _writing;
    private Task? _waiting;
    private TaskCompletionSource? _failed;

    /// <summary>Why nothing is written any more.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>
    /// Ends when nothing is written any more: who waits for something else gives up then, because an activation is not
    /// over, and no other begins, before its calls have ended.
    /// </summary>
    public Task Failed
    {
        get
        {
            _failed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Failure is not null)
            {
                _failed.TrySetResult();
            }
            return _failed.Task;
        }
    }

    public bool IsBusy => _writing is not null || _waiting is not null;

    /// <summary>Returns when the state as it is now is durable.</summary>
    /// <exception cref="StoreUnavailableException">It was never tried: nothing of it is in the store.</exception>
    public Task WriteAsync()
    {
        if (_waiting is not null)
        {
            return _waiting;
        }
        if (_writing is not null)
        {
            return _waiting = AfterAsync(_writing);
        }
        return Start();
    }

    /// <summary>From now on nothing is written.</summary>
    public void Fail(Exception failure)
    {
        Failure ??= failure;
        _failed?.TrySetResult();
    }

    /// <summary>The result, unless nothing is written any more before it comes.</summary>
    public async Task<T> UnlessFailedAsync<T>(Task<T> task)
    {
        if (await Task.WhenAny(task, Failed) != task)
        {
            task.Ignore();
            throw new StoreUnavailableException($"not waited for: {Failure!.Message}", Failure);
        }
        return await task;
    }

    private Task Start()
    {
        if (Failure is not null)
        {
            return Task.FromException(
                new StoreUnavailableException($"not written: {Failure.Message}", Failure));
        }
        var task = OnceAsync();
        if (!task.IsCompleted)
        {
            _writing = task;
        }
        return task;
    }

    private async Task OnceAsync()
    {
        try
        {
            await write();
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
        finally
        {
            _writing = null;
        }
    }

    private async Task AfterAsync(Task before)
    {
        await before.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _waiting = null;
        await Start();
    }
}
