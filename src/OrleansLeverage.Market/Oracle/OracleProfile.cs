using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// What one feed demands of its sources. Data, not code: a feed's profile is versioned and audited like its margin
/// rules. Defaults are the live profile of a major asset (<c>reliability.md</c> §3.1). Ratios: 0.05 is 5 %.
/// </summary>
public sealed record OracleProfile
{
    public required FeedId Feed { get; init; }

    /// <summary>The sources that may publish. Empty: the first <see cref="SourcesConfigured"/> that do.</summary>
    public IReadOnlyList<SourceId> Sources { get; init; } = [];

    /// <summary>How many sources there should be; 1-32.</summary>
    public int SourcesConfigured { get; init; } = 5;

    /// <summary>Live sources without which the price does not move; 1 to <see cref="SourcesConfigured"/>.</summary>
    public int MinSources { get; init; } = 3;

    /// <summary>
    /// How often a source speaks at the least. A source counts while its age is within heartbeat + grace.
    /// </summary>
    public long HeartbeatMs { get; init; } = 2_000;

    public long GraceMs { get; init; } = 1_000;

    /// <summary>Older updates are ignored, and a price older than this is stale. At least heartbeat + grace.</summary>
    public long AgeMaxMs { get; init; } = 30_000;

    /// <summary>How far a source's clock may be ahead.</summary>
    public long FutureSkewMs { get; init; } = 1_000;

    /// <summary>Distance from the median beyond which a source has no weight; in (0, 1).</summary>
    public decimal DeviationMax { get; init; } = 0.05m;

    /// <summary>A source this many times the others (or this part of them) is out of scale; at least 2.</summary>
    public decimal OutlierFactor { get; init; } = 10m;

    /// <summary>Largest confidence / price; in (0, 1].</summary>
    public decimal ConfidenceMax { get; init; } = 0.01m;

    /// <summary>Largest (ask − bid) / mid; in (0, 2].</summary>
    public decimal SpreadMax { get; init; } = 0.05m;

    /// <summary>Largest move within <see cref="JumpWindowMs"/> that needs no confirmation; above 0.</summary>
    public decimal JumpMax { get; init; } = 0.10m;

    public long JumpWindowMs { get; init; } = 1_000;

    /// <summary>
    /// Sources beyond the gate that let a jump through; 1 (no gate) to <see cref="SourcesConfigured"/>.
    /// </summary>
    public int JumpConfirmations { get; init; } = 3;

    /// <summary>A live source that repeats one price for longer is frozen; 0 switches the test off.</summary>
    public long FrozenMs { get; init; } = 60_000;

    /// <summary>The source feed's own lower limit: a price at it says nothing. Null where there is none.</summary>
    public decimal? FeedMin { get; init; }

    public decimal? FeedMax { get; init; }

    /// <summary>Prices are multiples of it.</summary>
    public decimal TickSize { get; init; } = 0.00000001m;

    /// <summary>Lower limit of a pegged asset's value as collateral.</summary>
    public decimal? PegFloor { get; init; }

    /// <summary>
    /// Upper limit of a pegged asset's value as collateral: a coin is never worth more than its promise.
    /// </summary>
    public decimal? PegCeiling { get; init; }

    /// <summary>Epochs with enough sources and no jump held that end staleness; at least 1.</summary>
    public int CleanEpochsToLeaveStale { get; init; } = 2;

    /// <summary>The same after a start, a restart or a halt; 0 switches the gate off.</summary>
    public int ResumeEpochs { get; init; } = 2;

    /// <summary>
    /// A source that sends one sequence with two contents has no weight until its next session. Where there is one
    /// source only, its contradiction is refused and counted, and the source stays.
    /// </summary>
    public bool QuarantineContradiction { get; init; } = true;

    /// <summary>The live profile of a major asset: sources within 3 s.</summary>
    public static OracleProfile LiveMajor(FeedId feed, decimal tickSize) => new() { Feed = feed, TickSize = tickSize };

    /// <summary>The live profile of any other asset: sources within 10 s.</summary>
    public static OracleProfile LiveOther(FeedId feed, decimal tickSize) =>
        LiveMajor(feed, tickSize) with { HeartbeatMs = 7_000, GraceMs = 3_000 };

    /// <summary>
    /// The live profile of a pegged asset: 2 % from the median, value between floor and ceiling. A coin at its peg
    /// stands still by nature, so the test for a frozen source is off.
    /// </summary>
    public static OracleProfile LivePegged(FeedId feed, decimal tickSize, decimal floor, decimal ceiling) =>
        LiveOther(feed, tickSize) with { DeviationMax = 0.02m, FrozenMs = 0, PegFloor = floor, PegCeiling = ceiling };

    /// <summary>
    /// One source that speaks once per bar (or per frame of a simulation). A feed that misses two bars in a row is
    /// stale until its next one. History needs no confirmation and no second witness: jumps pass, equal closes are no
    /// fault.
    /// </summary>
    public static OracleProfile Replay(FeedId feed, decimal tickSize, long barMs) => new()
    {
        Feed = feed,
        TickSize = tickSize,
        SourcesConfigured = 1,
        MinSources = 1,
        HeartbeatMs = barMs,
        GraceMs = barMs / 2,
        AgeMaxMs = barMs + barMs / 2,
        FutureSkewMs = 0,
        JumpConfirmations = 1,
        FrozenMs = 0,
        CleanEpochsToLeaveStale = 1,
        ResumeEpochs = 0,
        QuarantineContradiction = false,
    };

    /// <summary>Throws with the first setting that is out of range: the key, its value and its bounds.</summary>
    public void Check()
    {
        Require(Feed != default, "feed is missing");
        Require(SourcesConfigured is >= 1 and <= 32, $"sourcesConfigured {SourcesConfigured} is not in 1..32");
        Require(Sources.Count == 0 || Sources.Count == SourcesConfigured,
            $"{Sources.Count} sources are named and sourcesConfigured is {SourcesConfigured}");
        Require(Sources.Distinct().Count() == Sources.Count, "a source is named twice");
        Within("minSources", MinSources, 1, SourcesConfigured);
        Within("jumpConfirmations", JumpConfirmations, 1, SourcesConfigured);
        Within("heartbeatMs", HeartbeatMs, 1, 7 * 86_400_000L);
        Within("graceMs", GraceMs, 0, 7 * 86_400_000L);
        Within("ageMaxMs", AgeMaxMs, HeartbeatMs + GraceMs, 14 * 86_400_000L);
        Within("futureSkewMs", FutureSkewMs, 0, 60_000);
        Within("jumpWindowMs", JumpWindowMs, 0, 60_000);
        Within("frozenMs", FrozenMs, 0, 86_400_000);
        Within("cleanEpochsToLeaveStale", CleanEpochsToLeaveStale, 1, 10_000);
        Within("resumeEpochs", ResumeEpochs, 0, 10_000);
        Require(DeviationMax is > 0m and < 1m, $"deviationMax {DeviationMax} is not in (0, 1)");
        Require(OutlierFactor is >= 2m and <= 1_000_000m, $"outlierFactor {OutlierFactor} is not in 2..1000000");
        Require(ConfidenceMax is > 0m and <= 1m, $"confidenceMax {ConfidenceMax} is not in (0, 1]");
        Require(SpreadMax is > 0m and <= 2m, $"spreadMax {SpreadMax} is not in (0, 2]");
        Require(JumpMax is > 0m and < 1m, $"jumpMax {JumpMax} is not in (0, 1)");
        Require(Price.IsValid(TickSize), $"tickSize {TickSize} is not a price");
        Require(FeedMin is null or > 0m, $"feedMin {FeedMin} is not above 0");
        Require(FeedMax is null || FeedMax > (FeedMin ?? 0m), $"feedMax {FeedMax} is not above feedMin {FeedMin}");
        Require(PegFloor is null || OnTick(PegFloor.Value),
            $"pegFloor {PegFloor} is not above 0 and on the tick {TickSize}");
        Require(PegCeiling is null || OnTick(PegCeiling.Value) && PegCeiling >= (PegFloor ?? 0m),
            $"pegCeiling {PegCeiling} is not on the tick {TickSize} and at or above pegFloor {PegFloor}");
    }

    private bool OnTick(decimal value) => value > 0m && Decimals.IsMultipleOf(value, TickSize);

    private void Within(string key, long value, long low, long high) =>
        Require(value >= low && value <= high, $"{key} {value} is not in {low}..{high}");

    private void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new FormatException($"oracle profile {Feed}: {problem}");
        }
    }
}
