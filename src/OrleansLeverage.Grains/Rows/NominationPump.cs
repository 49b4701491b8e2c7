using Microsoft.Extensions.Logging;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Grains.Rows;

/// <summary>
/// Asks accounts to look at themselves at a frame, the worst first, a bounded number at once. What a newer sweep
/// nominates takes the place of what still waits: who is due is nominated again.
/// </summary>
internal sealed partial class NominationPump(Func<AccountId, FrameNumber, Task> ask, int atOnce, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly HashSet<AccountId> _asked = [];
    private Queue<AccountId> _waiting = [];
    private FrameNumber _frame;
    private int _workers;
    private TaskCompletionSource _idle = Done();

    public void Take(FrameNumber frame, AccountId[] worstFirst)
    {
        lock (_lock)
        {
            _frame = frame;
            _waiting = new Queue<AccountId>(worstFirst.Where(id => !_asked.Contains(id)));
            for (var wanted = Math.Min(atOnce, _waiting.Count); _workers < wanted; _workers++)
            {
                if (_workers == 0)
                {
                    _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                _ = Task.Run(WorkAsync);
            }
        }
    }

    /// <summary>Returns when everything that was nominated has answered.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
        {
            return _idle.Task;
        }
    }

    private async Task WorkAsync()
    {
        while (Next() is { } next)
        {
            try
            {
                await ask(next.Account, next.Frame);
            }
            catch (Exception exception)
            {
                LogUnconfirmed(logger, next.Account, next.Frame, exception.Message);
            }
            lock (_lock)
            {
                _asked.Remove(next.Account);
            }
        }
    }

    private (AccountId Account, FrameNumber Frame)? Next()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var account))
            {
                _asked.Add(account);
                return (account, _frame);
            }
            if (--_workers == 0)
            {
                _idle.TrySetResult();
            }
            return null;
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    [LoggerMessage(LogLevel.Warning, "account {Account} was not looked at in frame {Frame}: {Message}")]
    private static partial void LogUnconfirmed(ILogger logger, AccountId account, FrameNumber frame, string message);
}
