namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>A clock whose timestamps too move only when told.</summary>
internal sealed class SteppedTime(long startMs) : TimeProvider
{
    private long _nowMs = startMs;

    public long NowMs => Volatile.Read(ref _nowMs);

    public override long TimestampFrequency => 1_000;

    public void Advance(long ms) => Interlocked.Add(ref _nowMs, ms);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override long GetTimestamp() => NowMs;
}
