using OrleansLeverage.Web.Api.Jobs;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web;

/// <summary>How the HTTP server listens and what it says of itself.</summary>
public sealed record GridServerOptions
{
    /// <summary>TCP port on the loopback address; 0 lets the system choose a free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>Whether a busy port moves on to the next free one, at most <see cref="PortsTried"/> of them.</summary>
    public bool MovesOnFromBusyPort { get; init; } = true;

    public int PortsTried { get; init; } = 100;

    /// <summary>
    /// DEMO, REPLAY or LIVE: shown wherever the figures are, so that a demonstration is never taken for more.
    /// </summary>
    public string Mode { get; init; } = "LIVE";

    /// <summary>
    /// Names that a Host header may carry. Until there are keys only loopback is bound, so only its names.
    /// </summary>
    public IReadOnlyCollection<string> Hosts { get; init; } = ["localhost", "127.0.0.1", "[::1]"];

    public JobLimits Jobs { get; init; } = new();

    public EdgeLimits Limits { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where refusals that concern an identity or an account id go; null writes them to the log.</summary>
    public IRefusalAudit? Audit { get; init; }

    /// <summary>Where metrics are sent by OTLP; null for nowhere. <c>/metrics</c> is there in any case.</summary>
    public OtlpTarget? Otlp { get; init; }

    /// <summary>What else was set, by name, for <c>/v1/status</c>: names that say secret are shown masked.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}
