namespace OrleansLeverage.Web.Edge;

/// <summary>What the edge takes in, at most. Sizes in bytes.</summary>
public sealed record EdgeLimits
{
    public int BodyBytes { get; init; } = 64 * 1024;

    public int BatchBytes { get; init; } = 1024 * 1024;

    public int BatchItems { get; init; } = 500;

    /// <summary>Objects and arrays inside each other, the root included.</summary>
    public int JsonDepth { get; init; } = 8;

    public int RequestLineBytes { get; init; } = 8 * 1024;

    public int HeaderBytes { get; init; } = 16 * 1024;

    public int Connections { get; init; } = 2_000;

    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A body slower than this after <see cref="BodyGrace"/> is given up.</summary>
    public double BodyBytesPerSecond { get; init; } = 240;

    public TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A command that is not durable by then is answered as of unknown outcome, and goes on.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int ConcurrentRequests { get; init; } = 64 * Environment.ProcessorCount;

    public int QueuedRequests { get; init; } = 64;

    /// <summary>How far the time of a fill may be ahead of the clock.</summary>
    public long FutureMs { get; init; } = 1_000;

    /// <summary>Accounts that the grid does not know, which one client may name at once.</summary>
    public int NewAccountsBurst { get; init; } = 10_000;

    public int NewAccountsPerSecond { get; init; } = 100;

    /// <summary>Account ids remembered as existing, so that the quota need not ask for them.</summary>
    public int KnownAccountsCached { get; init; } = 1_000_000;

    /// <summary>Open streams of one client.</summary>
    public int StreamsPerClient { get; init; } = 8;

    /// <summary>Of one key or token that has no rate of its own; twice as many at once.</summary>
    public int RequestsPerSecond { get; init; } = 2_000;

    /// <summary>Failed attempts of one address to say who it is, in a minute.</summary>
    public int FailedAttemptsPerMinute { get; init; } = 10;

    /// <summary>How far the time of a signed request may be from the clock.</summary>
    public TimeSpan SignWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Refusals of one client that are written into the audit at once; more are counted there.</summary>
    public int AuditedRefusalsBurst { get; init; } = 200;

    public int AuditedRefusalsPerSecond { get; init; } = 20;

    /// <summary>Size at which the audit's file is set aside and a new one begun.</summary>
    public long AuditFileBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Files of the audit that are set aside before the oldest goes.</summary>
    public int AuditFiles { get; init; } = 16;

    /// <summary>Of a message that a WebSocket client sends.</summary>
    public int SocketMessageBytes { get; init; } = 4 * 1024;

    /// <summary>Messages that a WebSocket client may send in a second, twice as many at once; more end it.</summary>
    public int SocketMessagesPerSecond { get; init; } = 20;

    /// <summary>Between two pings of a WebSocket.</summary>
    public TimeSpan SocketPing { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A WebSocket whose client does not answer a ping by then is closed.</summary>
    public TimeSpan SocketPong { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A silent stream says so this often, so that nobody in between takes it for dead.</summary>
    public TimeSpan StreamHeartbeat { get; init; } = TimeSpan.FromSeconds(15);
}
