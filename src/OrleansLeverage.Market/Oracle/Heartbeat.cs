namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// What one published answer is worth at one moment. Listed in precedence: the first that holds is given.
/// </summary>
public enum HeartbeatStatus
{
    /// <summary>The answer is missing, zero or negative, or it carries no time: nothing can be said from it.</summary>
    Invalid,

    /// <summary>The answer was computed in an earlier round than the one it is reported for.</summary>
    CarriedOver,

    /// <summary>The answer is dated after now.</summary>
    Future,

    /// <summary>The answer is older than heartbeat + grace.</summary>
    Stale,

    Ok,
}

/// <summary>
/// The two decisions of a push feed: may a reader use this answer, and must a publisher send a new one. Feeds differ in
/// their heartbeats (an hour for BTC, a day for a stablecoin), so both take them as arguments and no default exists.
/// Rules: Chainlink data feeds, as restated in <c>oracle_heartbeat.json</c>.
/// </summary>
public static class Heartbeat
{
    /// <summary>
    /// Stale iff <c>now − updatedAt &gt; heartbeat + grace</c>, strictly: an answer exactly that old is still good.
    /// A source without rounds passes the same number twice.
    /// </summary>
    public static HeartbeatStatus Status(
        long nowMs, long updatedAtMs, long heartbeatMs, long graceMs, decimal? answer, long round, long answeredInRound)
    {
        if (answer is not > 0m || updatedAtMs <= 0)
        {
            return HeartbeatStatus.Invalid;
        }
        if (answeredInRound < round)
        {
            return HeartbeatStatus.CarriedOver;
        }
        if (updatedAtMs > nowMs)
        {
            return HeartbeatStatus.Future;
        }
        return IsFresh(nowMs, updatedAtMs, heartbeatMs, graceMs) ? HeartbeatStatus.Ok : HeartbeatStatus.Stale;
    }

    /// <summary>
    /// Age within heartbeat + grace. A time after now has age 0: a clock that steps back makes nothing stale.
    /// </summary>
    public static bool IsFresh(long nowMs, long updatedAtMs, long heartbeatMs, long graceMs) =>
        AgeMs(nowMs, updatedAtMs) <= heartbeatMs + graceMs;

    /// <summary>Never negative.</summary>
    public static long AgeMs(long nowMs, long updatedAtMs) => Math.Max(0, nowMs - updatedAtMs);

    /// <summary>
    /// A publisher sends when the price left the band around the last one it sent (at the threshold counts, and a
    /// threshold of 0.005 is 0.5 %) or when the heartbeat is due. The band is tested by multiplying, so it is exact.
    /// Without a last price it sends.
    /// </summary>
    public static bool MustPush(
        decimal? last, decimal current, decimal deviationThreshold, long elapsedMs, long heartbeatMs) =>
        last is not > 0m || elapsedMs >= heartbeatMs
        || Math.Abs(current - last.Value) >= deviationThreshold * last.Value;
}

/// <summary>The words by which the statuses are known outside.</summary>
public static class HeartbeatStatusText
{
    public static string Code(this HeartbeatStatus status) => status switch
    {
        HeartbeatStatus.Ok => "ok",
        HeartbeatStatus.Stale => "stale",
        HeartbeatStatus.Future => "future",
        HeartbeatStatus.CarriedOver => "carried_over",
        HeartbeatStatus.Invalid => "invalid",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a heartbeat status"),
    };
}
