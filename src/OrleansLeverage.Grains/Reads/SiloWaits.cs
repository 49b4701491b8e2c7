using System.Collections.Concurrent;

namespace OrleansLeverage.Grains.Reads;

/// <summary>
/// How long each silo is waited for where the answers of all are put together. One that was waited for in vain is
/// waited for a moment only, until an answer of it has come: a silo that stands still takes the time of one answer, not
/// of every answer until it is given up.
/// </summary>
public sealed class SiloWaits(GridOptions options)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<SiloAddress, bool> _late = new();

    /// <returns>Null where the silo fails or is late.</returns>
    internal async Task<T?> AnswerAsync<T>(SiloAddress silo, Func<Task<T?>> ask)
        where T : class
    {
        var patience = TimeSpan.FromMilliseconds(options.SiloPatienceMs);
        Task<T?>? answer = null;
        try
        {
            answer = ask();
            var found = await answer.WaitAsync(_late.ContainsKey(silo) && Moment < patience ? Moment : patience,
                options.Time);
            _late.TryRemove(silo, out _);
            return found;
        }
        catch (TimeoutException) when (answer is { IsCompleted: false })
        {
            _late[silo] = true;
            _ = answer.ContinueWith(_ => _late.TryRemove(silo, out bool _), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            return null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>Forgets silos that there are no more.</summary>
    internal void Keep(IReadOnlyCollection<SiloAddress> active)
    {
        foreach (var silo in _late.Keys)
        {
            if (!active.Contains(silo))
            {
                _late.TryRemove(silo, out _);
            }
        }
    }
}
