namespace OrleansLeverage.Browser.Tests;

/// <summary>A clock that says the same time until it is moved; its timers run, so that a server lives on it.</summary>
internal sealed class FrozenTime(DateTimeOffset start) : TimeProvider
{
    private long _ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
