namespace OrleansLeverage.Grains.Systemic;

/// <summary>
/// Reactivates accounts as fast as their store gives them: so many at once, one more with every round that went well,
/// half as many after one that did not. A read that is not answered in time has been made in vain, and its retry makes
/// the others later still: with a fixed number at once a slow store would be asked ever more and give ever less.
/// </summary>
/// <param name="atOnceMax">At once, at most.</param>
/// <param name="slow">A read that takes longer is no reason for more of them.</param>
internal sealed class RecoveryPace(int atOnceMax, TimeSpan slow, TimeProvider time)
{
    private const int AtOnceFirst = 8;

    private double _atOnce = Math.Min(AtOnceFirst, atOnceMax);
    private long _begun;
    private long _halvedAt;

    public int AtOnce => (int)_atOnce;

    /// <summary>
    /// Touches accounts in their order and begins no more after a while; how many were touched. What failed is for the
    /// next time.
    /// </summary>
    public async Task<int> RunAsync(IReadOnlyList<string> accounts, TimeSpan within, Func<string, Task> touch,
        Action<string, Exception> onFailure)
    {
        var start = time.GetTimestamp();
        var running = new List<Task<bool>>(AtOnce);
        var (next, touched) = (0, 0);
        while (true)
        {
            while (next < accounts.Count && running.Count < AtOnce && time.GetElapsedTime(start) < within)
            {
                running.Add(TryAsync(accounts[next++], touch, onFailure));
            }
            if (running.Count == 0)
            {
                return touched;
            }
            var ended = await Task.WhenAny(running);
            running.Remove(ended);
            touched += await ended ? 1 : 0;
        }
    }

    private async Task<bool> TryAsync(string account, Func<string, Task> touch, Action<string, Exception> onFailure)
    {
        var (number, start) = (++_begun, time.GetTimestamp());
        try
        {
            await touch(account);
        }
        catch (Exception exception)
        {
            // all that were on their way then have failed for the same reason
            if (number > _halvedAt)
            {
                _atOnce = Math.Max(1d, _atOnce / 2d);
                _halvedAt = _begun;
            }
            onFailure(account, exception);
            return false;
        }
        if (time.GetElapsedTime(start) < slow)
        {
            _atOnce = Math.Min(atOnceMax, _atOnce + 1d / _atOnce);
        }
        return true;
    }
}
