namespace OrleansLeverage.Tests.Engine;

/// <summary>A clock that moves when told.</summary>
internal sealed class ManualTime(long startMs) : TimeProvider
{
    private long _nowMs = startMs;

    public long NowMs => Volatile.Read(ref _nowMs);

    public void Advance(long ms) => Interlocked.Add(ref _nowMs, ms);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
