using System.Net;
using System.Security.Cryptography.X509Certificates;
using OrleansLeverage.Web.Api.Jobs;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web;

/// <summary>How the HTTP server listens and what it says of itself.</summary>
public sealed record GridServerOptions
{
    /// <summary>Who may ask. A server does not start without it.</summary>
    public ServerAccess? Access { get; init; }

    /// <summary>Where it listens. Any other than a loopback address needs keys or tokens.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>With its private key: the server speaks TLS; null for plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>File of the audit; null keeps the newest records in memory only.</summary>
    public string? AuditFile { get; init; }

    /// <summary>TCP port; 0 lets the system choose a free one.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>
    /// A port for <c>/metrics</c> and nothing else, which is then nowhere else; null leaves it beside the API. 0 lets
    /// the system choose a free one.
    /// </summary>
    public int? MetricsPort { get; init; }

    /// <summary>Whether a busy port moves on to the next free one, at most <see cref="PortsTried"/> of them.</summary>
    public bool MovesOnFromBusyPort { get; init; } = true;

    public int PortsTried { get; init; } = 100;

    /// <summary>
    /// DEMO, REPLAY or LIVE: shown wherever the figures are, so that a demonstration is never taken for more.
    /// </summary>
    public string Mode { get; init; } = "LIVE";

    /// <summary>
    /// Names that a Host header may carry: those of the loopback address, unless others are given.
    /// </summary>
    public IReadOnlyCollection<string> Hosts { get; init; } = ["localhost", "127.0.0.1", "[::1]"];

    public JobLimits Jobs { get; init; } = new();

    /// <summary>Folder of calibration reports to show, as JSON and HTML; null shows none.</summary>
    public string? Reports { get; init; }

    public EdgeLimits Limits { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where metrics are sent by OTLP; null for nowhere. <c>/metrics</c> is there in any case.</summary>
    public OtlpTarget? Otlp { get; init; }

    /// <summary>What else was set, by name, for <c>/v1/status</c>: names that say secret are shown masked.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    internal bool KeysOrTokens => Access is { KeyFile: not null } or { Tokens: not null };
}
