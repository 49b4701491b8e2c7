using OrleansLeverage.Engine.Replay;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

public sealed class CrashRehearsalTests
{
    [Fact]
    public void Every_crash_of_a_rehearsal_goes_through_to_triggers()
    {
        var pauses = 0;

        var triggers = CrashRehearsal.Rehearse(() => pauses++);

        // 256 of 512 accounts fall below their line in each of twelve crashes, and recover
        Assert.Equal(12, pauses);
        Assert.True(triggers >= 12 * 2 * 256, $"{triggers} triggers");
    }

    /// <summary>Beside a grid that starts: it begins by itself, gives way to all others, and ends.</summary>
    [Fact]
    public void A_process_rehearses_on_a_thread_that_gives_way_and_ends()
    {
        var thread = CrashRehearsal.Start();

        Assert.False(thread.ThreadState.HasFlag(ThreadState.Unstarted), "the rehearsal has not begun");
        Assert.True(thread.IsBackground, "a process would wait for its rehearsal");
        // what has ended already has no priority any more
        Assert.True(!thread.IsAlive || thread.Priority == ThreadPriority.BelowNormal);
        Assert.True(thread.Join(TimeSpan.FromMinutes(1)), "the rehearsal does not end");
    }
}
