namespace OrleansLeverage.Tests.Web.Jobs;

/// <summary>A clock whose timers go off when told.</summary>
internal sealed class FiringClock : TimeProvider
{
    private readonly List<(TimerCallback Callback, object? State, TimeSpan Due)> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_timers)
        {
            _timers.Add((callback, state, dueTime));
        }
        return new Silent();
    }

    /// <summary>Every timer that was set to go off after <paramref name="due"/>.</summary>
    public void Fire(TimeSpan due)
    {
        lock (_timers)
        {
            _timers.Where(timer => timer.Due == due).ToList().ForEach(timer => timer.Callback(timer.State));
        }
    }

    private sealed class Silent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
