namespace OrleansLeverage.Contracts;

/// <summary>A bucket of the roster: accounts, and the wrapping sum of the hashes of their ids.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.RosterCount.v1")]
public readonly record struct RosterCount(
    [property: Id(0)] int Bucket, [property: Id(1)] long Revision, [property: Id(2)] long Accounts,
    [property: Id(3)] ulong HashSum);

/// <summary>The rows of one silo in a bucket of the roster.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.RowCount.v1")]
public readonly record struct RowCount([property: Id(0)] long Rows, [property: Id(1)] ulong HashSum);

/// <summary>What was last known of an account's risk; the ratio is null where a bucket has no balance.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.Risk.v1")]
public readonly record struct RiskMessage(
    [property: Id(0)] string Account, [property: Id(1)] double Notional, [property: Id(2)] double? MarginRatio);

/// <summary>
/// Accounts of a bucket without a row, and what was last known of them: the sum of their notionals, the oldest time of
/// those that were known (0 where none was), the worst ratio.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.RecoveryReport.v1")]
public readonly record struct RecoveryReport(
    [property: Id(0)] int Bucket, [property: Id(1)] long Missing, [property: Id(2)] double MissingNotional,
    [property: Id(3)] long KnownAtMs, [property: Id(4)] long Reactivated, [property: Id(5)] double WorstRatio);

/// <summary>
/// One silo's sums at one frame. The silo's address holds its incarnation; <see cref="Sequence"/> counts its reports.
/// Keys in the summary are places in <see cref="Names"/>.
/// </summary>
[GenerateSerializer, Immutable]
[Alias("leverage.SiloReport.v1")]
public sealed record SiloReport
{
    [Id(0)]
    public SiloAddress Silo { get; init; } = SiloAddress.Zero;

    [Id(1)]
    public long Sequence { get; init; }

    [Id(2)]
    public FrameMessage Frame { get; init; } = new();

    [Id(3)]
    public byte[] Summary { get; init; } = [];

    [Id(4)]
    public string[] Names { get; init; } = [];

    // 5 was rows that held nothing, which are taken out now
    [Id(6)]
    public RowCount[] Buckets { get; init; } = [];

    /// <summary>Commands counted by the accounts of these rows.</summary>
    [Id(7)]
    public long Applied { get; init; }
}

/// <summary>The merged sums of all silos at one frame, and what is known to be missing from them.</summary>
[GenerateSerializer, Immutable]
[Alias("leverage.SystemicReading.v1")]
public sealed record SystemicReading
{
    [Id(0)]
    public FrameMessage Frame { get; init; } = new();

    [Id(1)]
    public byte[] Summary { get; init; } = [];

    [Id(2)]
    public string[] Names { get; init; } = [];

    /// <summary>Accounts on the roster.</summary>
    [Id(4)]
    public long Listed { get; init; }

    /// <summary>Accounts of the buckets whose rows are exactly those of the roster.</summary>
    [Id(5)]
    public long Covered { get; init; }

    [Id(6)]
    public int PartialBuckets { get; init; }

    [Id(7)]
    public int OvercoveredBuckets { get; init; }

    /// <summary>Last known notional of what is missing, and when it was known; 0 where nothing is known.</summary>
    [Id(8)]
    public double MissingNotional { get; init; }

    [Id(9)]
    public long MissingKnownAtMs { get; init; }

    /// <summary>Silos that are alive and whose report of this frame did not come in time.</summary>
    [Id(10)]
    public string[] Late { get; init; } = [];

    [Id(11)]
    public int Silos { get; init; }

    [Id(12)]
    public long Applied { get; init; }

    /// <summary>
    /// Partial buckets of which is not known yet who is missing: <see cref="MissingNotional"/> is without theirs.
    /// </summary>
    [Id(13)]
    public int UnmeasuredBuckets { get; init; }
}
