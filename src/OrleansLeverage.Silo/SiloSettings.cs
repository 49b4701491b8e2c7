using System.Globalization;
using System.Net;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Silo;

public enum ClusteringKind
{
    /// <summary>One machine: the silo at the primary's port keeps the members in memory.</summary>
    Localhost,

    /// <summary>ADO.NET on PostgreSQL.</summary>
    PostgreSql,

    /// <summary>Whatever the section <c>Orleans:Clustering</c> names, such as AzureTableStorage.</summary>
    Configured,
}

public enum StorageKind
{
    /// <summary>Lost with the silos: for trying out.</summary>
    Memory,

    AzureBlob,
}

/// <summary>
/// Settings of one silo, from <c>appsettings.json</c>, the environment (<c>Leverage__SiloPort</c>) and the command line
/// (<c>--Leverage:SiloPort=11112</c>). What is missing or out of range is refused at start with its name, value and
/// bounds.
/// </summary>
public sealed record SiloSettings
{
    private const string ShardMark = "{shard}";

    public string ClusterId { get; init; } = "leverage";

    public string ServiceId { get; init; } = "leverage";

    /// <summary>Between silos, 1 to 65,535.</summary>
    public int SiloPort { get; init; } = 11_111;

    /// <summary>For clients, 1 to 65,535; 0 for no gateway.</summary>
    public int GatewayPort { get; init; } = 30_000;

    /// <summary>The address that other silos reach this one at.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Loopback port of the HTTP API, 0 to 65,535; −1 for none.</summary>
    public int HttpPort { get; init; } = -1;

    /// <summary>File of the HTTP API's keys, read again when it changes.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Whose JSON web tokens the HTTP API takes: issuer, audience and public keys.</summary>
    public string TokenFile { get; init; } = "";

    /// <summary>No keys: whoever reaches this machine's loopback address may ask the HTTP API anything.</summary>
    public bool HttpInsecureLocal { get; init; }

    /// <summary>File of the HTTP API's audit; empty keeps the newest records in memory only.</summary>
    public string AuditFile { get; init; } = "";

    /// <summary>Port of the probes on every address, 0 to 65,535; −1 for none.</summary>
    public int HealthPort { get; init; } = -1;

    public ClusteringKind Clustering { get; init; } = ClusteringKind.Localhost;

    /// <summary>Port of the silo that keeps the members, where clustering is on one machine.</summary>
    public int PrimaryPort { get; init; } = 11_111;

    public string ClusteringConnection { get; init; } = "";

    public StorageKind Storage { get; init; } = StorageKind.Memory;

    /// <summary>A connection string, such as that of the emulator; never in production.</summary>
    public string StorageConnection { get; init; } = "";

    /// <summary>The account's blob endpoint, reached with the process's managed identity.</summary>
    public string StorageUri { get; init; } = "";

    public string StorageContainer { get; init; } = "leverage";

    /// <summary>
    /// Stores that accounts are spread over, 1 to 256: <c>{shard}</c> in the connection, the address or the container
    /// is the number of one, from 0. Part of the layout: with another number nothing is found again.
    /// </summary>
    public int StorageShards { get; init; } = 1;

    /// <summary>Instruments, rules and oracle profiles from files; empty for those that are shipped.</summary>
    public string InstrumentsFile { get; init; } = "";

    public string RulesFolder { get; init; } = "";

    public string OracleFile { get; init; } = "";

    /// <summary>The account that positions are liquidated against; empty liquidates nothing by itself.</summary>
    public string LiquidationDesk { get; init; } = "";

    /// <summary>What the insurance fund cannot pay is paid by those who gain, not left to deleveraging.</summary>
    public bool ShareLosses { get; init; }

    /// <summary>Holders who pay for a loss in one transaction, 1 to 1024.</summary>
    public int SharesAtOnce { get; init; } = 128;

    /// <summary>5 to 1000 ms.</summary>
    public int FrameIntervalMs { get; init; } = 25;

    /// <summary>100 to 60,000 ms.</summary>
    public int StorageTimeoutMs { get; init; } = 2_000;

    /// <summary>Between two probes of a silo by another, 100 to 60,000 ms.</summary>
    public int ProbeTimeoutMs { get; init; } = 1_000;

    /// <summary>Probes missed before a silo is suspected, 1 to 10.</summary>
    public int ProbesMissed { get; init; } = 2;

    /// <summary>Silos that have to suspect it, 1 to 10; never more than there are.</summary>
    public int DeathVotes { get; init; } = 2;

    /// <summary>Of one grain call, 500 to 60,000 ms.</summary>
    public int ResponseTimeoutMs { get; init; } = 3_000;

    /// <summary>
    /// How long the HTTP API tries to read something before it answers that nobody tells, 100 to 60,000 ms.
    /// </summary>
    public int ReadDeadlineMs { get; init; } = 5_000;

    /// <summary>
    /// How long a list waits for a silo before it goes without: three fifths of the time that reads have, so that it is
    /// in time, and never more than 3 s.
    /// </summary>
    public int SiloPatienceMs => Math.Min(3_000, ReadDeadlineMs * 3 / 5);

    /// <summary>PEM files of this node's certificate and key, and of the authority that signs all nodes.</summary>
    public string TlsCertificateFile { get; init; } = "";

    public string TlsKeyFile { get; init; } = "";

    public string TlsAuthorityFile { get; init; } = "";

    /// <summary>Where metrics go by OTLP; empty for nowhere.</summary>
    public string OtlpEndpoint { get; init; } = "";

    /// <summary>Takes cluster id, name and address from Kubernetes.</summary>
    public bool Kubernetes { get; init; }

    public bool IsTls => TlsCertificateFile.Length > 0;

    /// <summary>Text with the number of a shard in the places meant for it.</summary>
    public static string OfShard(string text, int shard) =>
        text.Replace(ShardMark, shard.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    public static SiloSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Leverage");
        var settings = new SiloSettings();
        foreach (var entry in section.GetChildren())
        {
            settings = With(settings, entry.Key, entry.Value ?? "");
        }
        settings.Check();
        return settings;
    }

    private static SiloSettings With(SiloSettings s, string key, string value) => key switch
    {
        nameof(ClusterId) => s with { ClusterId = value },
        nameof(ServiceId) => s with { ServiceId = value },
        nameof(SiloPort) => s with { SiloPort = Number(key, value) },
        nameof(GatewayPort) => s with { GatewayPort = Number(key, value) },
        nameof(Address) => s with { Address = IPAddress.TryParse(value, out var ip) ? ip
            : throw new FormatException($"{key} is '{value}', which is no IP address") },
        nameof(HttpPort) => s with { HttpPort = Number(key, value) },
        nameof(KeyFile) => s with { KeyFile = value },
        nameof(TokenFile) => s with { TokenFile = value },
        nameof(HttpInsecureLocal) => s with { HttpInsecureLocal = Flag(key, value) },
        nameof(AuditFile) => s with { AuditFile = value },
        nameof(HealthPort) => s with { HealthPort = Number(key, value) },
        nameof(Clustering) => s with { Clustering = Named<ClusteringKind>(key, value) },
        nameof(PrimaryPort) => s with { PrimaryPort = Number(key, value) },
        nameof(ClusteringConnection) => s with { ClusteringConnection = value },
        nameof(Storage) => s with { Storage = Named<StorageKind>(key, value) },
        nameof(StorageConnection) => s with { StorageConnection = value },
        nameof(StorageUri) => s with { StorageUri = value },
        nameof(StorageContainer) => s with { StorageContainer = value },
        nameof(StorageShards) => s with { StorageShards = Number(key, value) },
        nameof(InstrumentsFile) => s with { InstrumentsFile = value },
        nameof(RulesFolder) => s with { RulesFolder = value },
        nameof(OracleFile) => s with { OracleFile = value },
        nameof(LiquidationDesk) => s with { LiquidationDesk = value },
        nameof(ShareLosses) => s with { ShareLosses = Flag(key, value) },
        nameof(SharesAtOnce) => s with { SharesAtOnce = Number(key, value) },
        nameof(FrameIntervalMs) => s with { FrameIntervalMs = Number(key, value) },
        nameof(StorageTimeoutMs) => s with { StorageTimeoutMs = Number(key, value) },
        nameof(ProbeTimeoutMs) => s with { ProbeTimeoutMs = Number(key, value) },
        nameof(ProbesMissed) => s with { ProbesMissed = Number(key, value) },
        nameof(DeathVotes) => s with { DeathVotes = Number(key, value) },
        nameof(ResponseTimeoutMs) => s with { ResponseTimeoutMs = Number(key, value) },
        nameof(ReadDeadlineMs) => s with { ReadDeadlineMs = Number(key, value) },
        nameof(TlsCertificateFile) => s with { TlsCertificateFile = value },
        nameof(TlsKeyFile) => s with { TlsKeyFile = value },
        nameof(TlsAuthorityFile) => s with { TlsAuthorityFile = value },
        nameof(OtlpEndpoint) => s with { OtlpEndpoint = value },
        nameof(Kubernetes) => s with { Kubernetes = Flag(key, value) },
        _ => throw new FormatException($"{key} is no setting of a silo"),
    };

    private void Check()
    {
        Require(ClusterId.Length > 0, nameof(ClusterId), ClusterId, "a name");
        Require(ServiceId.Length > 0, nameof(ServiceId), ServiceId, "a name");
        Require(SiloPort is >= 1 and <= 65_535, nameof(SiloPort), SiloPort, "1 to 65,535");
        Require(GatewayPort is >= 0 and <= 65_535, nameof(GatewayPort), GatewayPort, "0 to 65,535");
        Require(HttpPort is >= -1 and <= 65_535, nameof(HttpPort), HttpPort, "-1 to 65,535");
        Require(HttpPort < 0 || HttpInsecureLocal != (KeyFile.Length > 0 || TokenFile.Length > 0),
            nameof(KeyFile), KeyFile,
            $"a file of keys or {nameof(TokenFile)}, because there is an {nameof(HttpPort)}; or, instead of both, "
            + $"{nameof(HttpInsecureLocal)}");
        Require(HealthPort is >= -1 and <= 65_535, nameof(HealthPort), HealthPort, "-1 to 65,535");
        Require(PrimaryPort is >= 1 and <= 65_535, nameof(PrimaryPort), PrimaryPort, "1 to 65,535");
        var ports = new[] { SiloPort, GatewayPort, HttpPort, HealthPort }.Where(p => p > 0).ToArray();
        Require(ports.Distinct().Count() == ports.Length, nameof(HealthPort), string.Join(", ", ports),
            $"four different ports: {nameof(SiloPort)}, {nameof(GatewayPort)}, {nameof(HttpPort)} and it");
        Require(FrameIntervalMs is >= 5 and <= 1000, nameof(FrameIntervalMs), FrameIntervalMs, "5 to 1000 ms");
        Require(StorageTimeoutMs is >= 100 and <= 60_000, nameof(StorageTimeoutMs), StorageTimeoutMs,
            "100 to 60,000 ms");
        Require(ProbeTimeoutMs is >= 100 and <= 60_000, nameof(ProbeTimeoutMs), ProbeTimeoutMs, "100 to 60,000 ms");
        Require(ProbesMissed is >= 1 and <= 10, nameof(ProbesMissed), ProbesMissed, "1 to 10");
        Require(DeathVotes is >= 1 and <= 10, nameof(DeathVotes), DeathVotes, "1 to 10");
        Require(ResponseTimeoutMs is >= 500 and <= 60_000, nameof(ResponseTimeoutMs), ResponseTimeoutMs,
            "500 to 60,000 ms");
        Require(ReadDeadlineMs is >= 100 and <= 60_000, nameof(ReadDeadlineMs), ReadDeadlineMs, "100 to 60,000 ms");
        Require(Clustering != ClusteringKind.PostgreSql || ClusteringConnection.Length > 0,
            nameof(ClusteringConnection), "", "a connection string, because clustering is on PostgreSQL");
        Require(Storage != StorageKind.AzureBlob || StorageConnection.Length > 0 != StorageUri.Length > 0,
            nameof(StorageUri), StorageUri, $"one of it and {nameof(StorageConnection)}, for blob storage");
        Require(StorageUri.Length == 0 || IsAddress(OfShard(StorageUri, 0)), nameof(StorageUri), StorageUri,
            "an address that begins with https:// (http:// for an emulator)");
        Require(OtlpEndpoint.Length == 0 || IsAddress(OtlpEndpoint), nameof(OtlpEndpoint), OtlpEndpoint,
            "an address that begins with http:// or https://");
        Require(IsContainer(OfShard(StorageContainer, 0)), nameof(StorageContainer), StorageContainer,
            "3 to 63 small letters, digits and single hyphens");
        Require(LiquidationDesk.Length == 0 || AccountId.IsValid(LiquidationDesk), nameof(LiquidationDesk),
            LiquidationDesk, "an account's id, or nothing");
        Require(!ShareLosses || LiquidationDesk.Length > 0, nameof(ShareLosses), ShareLosses,
            $"false without a {nameof(LiquidationDesk)}");
        Require(StorageShards is >= 1 and <= 256, nameof(StorageShards), StorageShards, "1 to 256");
        Require(StorageShards > 1 == (StorageConnection + StorageUri + StorageContainer).Contains(ShardMark,
            StringComparison.Ordinal), nameof(StorageShards), StorageShards,
            $"more than 1 where {ShardMark} stands in {nameof(StorageConnection)}, {nameof(StorageUri)} or "
            + $"{nameof(StorageContainer)}, else 1");
        Require(IsTls == TlsKeyFile.Length > 0 && IsTls == TlsAuthorityFile.Length > 0, nameof(TlsCertificateFile),
            TlsCertificateFile, "given with the key and the authority, or none of the three");
        foreach (var (name, file) in new[] { (nameof(TlsCertificateFile), TlsCertificateFile),
            (nameof(TlsKeyFile), TlsKeyFile), (nameof(TlsAuthorityFile), TlsAuthorityFile) })
        {
            Require(file.Length == 0 || File.Exists(file), name, file, "a file that exists");
        }
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    /// <summary>What Azure takes for the name of a container.</summary>
    private static bool IsContainer(string name) => name.Length is >= 3 and <= 63 && name[0] != '-' && name[^1] != '-'
        && !name.Contains("--", StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static int Number(string key, string value) => int.TryParse(value, NumberStyles.AllowLeadingSign,
        CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"{key} is '{value}', which is no number");

    private static bool Flag(string key, string value) => bool.TryParse(value, out var flag) ? flag
        : throw new FormatException($"{key} is '{value}'; possible are true and false");

    private static T Named<T>(string key, string value)
        where T : struct, Enum => Enum.TryParse<T>(value, ignoreCase: true, out var named) && Enum.IsDefined(named)
        ? named
        : throw new FormatException($"{key} is '{value}'; possible are {string.Join(", ", Enum.GetNames<T>())}");

    private static void Require(bool condition, string name, object value, string range)
    {
        if (!condition)
        {
            throw new FormatException($"{name} is '{value}'; possible is {range}");
        }
    }
}
