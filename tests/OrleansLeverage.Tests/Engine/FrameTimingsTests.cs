using OrleansLeverage.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Engine;

public sealed class FrameTimingsTests
{
    [Fact]
    public void EachFrameIsGivenOnceAndTheOldestAreForgotten()
    {
        var timings = new FrameTimings();
        Assert.Empty(timings.After(0));
        var ms = TimeProvider.System.TimestampFrequency / 1000;
        for (var i = 0; i < 3; i++)
        {
            timings.Add(TimeProvider.System, i * 25 * ms, (i * 25 + 2 + i) * ms, (i * 25 + 5) * ms);
        }
        Assert.Equal([(1L, null, 2.0, 5.0), (2L, 25.0, 3.0, 5.0), (3L, (double?)25.0, 4.0, 5.0)],
            timings.After(0).Select(frame => (frame.Count, frame.IntervalMs, frame.SweepMs, frame.StepMs)));
        Assert.Equal([3L], timings.After(2).Select(frame => frame.Count));
        Assert.Empty(timings.After(3));
        for (var i = 3; i < FrameTimings.Kept + 3; i++)
        {
            timings.Add(TimeProvider.System, i, i, i);
        }
        Assert.Equal((4L, FrameTimings.Kept + 3L, FrameTimings.Kept),
            (timings.After(0)[0].Count, timings.After(0)[^1].Count, timings.After(1).Count));
    }
}
