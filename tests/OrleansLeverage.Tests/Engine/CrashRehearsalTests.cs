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
}
