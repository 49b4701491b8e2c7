using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Grains;

/// <summary>How accounts learn of a frame.</summary>
public enum Fanout
{
    /// <summary>One message per silo, then a sweep over all rows.</summary>
    Columnar,

    /// <summary>One message per account, beside the sweep: for comparisons of cost.</summary>
    Direct,
}

/// <summary>
/// Settings of the grains, the same on every silo. What is out of range is refused at start with its name, value and
/// bounds.
/// </summary>
public sealed record GridOptions
{
    public required Universe Universe { get; init; }

    /// <summary>How feeds are judged; a feed that is not named is judged as a live one of the strictest kind.</summary>
    public required IReadOnlyList<OracleProfile> Oracle { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Time between frames, 5 to 1000 ms.</summary>
    public int FrameIntervalMs { get; init; } = 25;

    /// <summary>Every how many frames the silos report, 1 to 100.</summary>
    public int ReportEveryFrames { get; init; } = 4;

    /// <summary>Threads that sweep one silo's rows, 1 to 64.</summary>
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Command ids remembered by one account, 16 to 1 M. They are part of its state.</summary>
    public int WindowCapacity { get; init; } = 512;

    /// <summary>Triggers that the desk holds for its subscribers, 16 to 100,000; more wait at their accounts.</summary>
    public int TriggersMax { get; init; } = 4096;

    /// <summary>After this long a write's outcome is unknown, 100 to 60,000 ms.</summary>
    public int StorageTimeoutMs { get; init; } = 2_000;

    /// <summary>
    /// How long the others are waited for where the answers of all silos are put together, 50 to 60,000 ms: less than
    /// who asks waits himself. A census may take two seconds.
    /// </summary>
    public int SiloPatienceMs { get; init; } = 3_000;

    /// <summary>How long an account waits for the transaction that keeps it, 100 to 60,000 ms.</summary>
    public int HoldMs { get; init; } = 3_000;

    /// <summary>How long a bucket of the roster may be incomplete before it is recovered, 0 to 60,000 ms.</summary>
    public int RecoverAfterMs { get; init; } = 300;

    /// <summary>
    /// Accounts reactivated at once in a recovered bucket, at most, 1 to 1024; fewer where the store does not keep up.
    /// </summary>
    public int RecoveriesAtOnce { get; init; } = 32;

    /// <summary>Within how long every account's risk is told to the roster once, 1,000 to 600,000 ms.</summary>
    public int RiskReportMs { get; init; } = 10_000;

    /// <summary>Bounds of plans of deleveraging.</summary>
    public DeleveragingLimits Deleveraging { get; init; } = new();

    /// <summary>
    /// Liquidates by itself; null leaves it to whoever is told by triggers.
    /// </summary>
    public LiveLiquidation? Liquidation { get; init; }

    /// <summary>Holders who pay for a loss in one transaction, 1 to 1024: beyond that in several.</summary>
    public int SharesAtOnce { get; init; } = 128;

    /// <summary>
    /// Holders who may pay for one loss, 1 to 100,000; where more would have to, it waits for deleveraging.
    /// </summary>
    public int PayersMax { get; init; } = 65_536;

    public Fanout Fanout { get; init; } = Fanout.Columnar;

    /// <summary>False where a test makes the frames, by hand.</summary>
    internal bool MakesFrames { get; init; } = true;

    /// <summary>Called with the name of each durable step of a plan; what it does holds the plan up.</summary>
    internal Func<string, Task> Reached { get; init; } = static _ => Task.CompletedTask;

    public void Check()
    {
        Deleveraging.Check();
        Liquidation?.Check();
        Require(FrameIntervalMs is >= 5 and <= 1000, nameof(FrameIntervalMs), FrameIntervalMs, "5 to 1000 ms");
        Require(ReportEveryFrames is >= 1 and <= 100, nameof(ReportEveryFrames), ReportEveryFrames, "1 to 100");
        Require(Workers is >= 1 and <= 64, nameof(Workers), Workers, "1 to 64");
        Require(WindowCapacity is >= 16 and <= 1_000_000, nameof(WindowCapacity), WindowCapacity, "16 to 1,000,000");
        Require(TriggersMax is >= 16 and <= 100_000, nameof(TriggersMax), TriggersMax, "16 to 100,000");
        Require(SiloPatienceMs is >= 50 and <= 60_000, nameof(SiloPatienceMs), SiloPatienceMs, "50 to 60,000 ms");
        Require(StorageTimeoutMs is >= 100 and <= 60_000, nameof(StorageTimeoutMs), StorageTimeoutMs,
            "100 to 60,000 ms");
        Require(HoldMs is >= 100 and <= 60_000, nameof(HoldMs), HoldMs, "100 to 60,000 ms");
        Require(RecoverAfterMs is >= 0 and <= 60_000, nameof(RecoverAfterMs), RecoverAfterMs, "0 to 60,000 ms");
        Require(RecoveriesAtOnce is >= 1 and <= 1024, nameof(RecoveriesAtOnce), RecoveriesAtOnce, "1 to 1024");
        Require(SharesAtOnce is >= 1 and <= 1024, nameof(SharesAtOnce), SharesAtOnce, "1 to 1024");
        Require(PayersMax is >= 1 and <= 100_000, nameof(PayersMax), PayersMax, "1 to 100,000");
        Require(RiskReportMs is >= 1_000 and <= 600_000, nameof(RiskReportMs), RiskReportMs, "1,000 to 600,000 ms");
    }

    private static void Require(bool condition, string name, long value, string range)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; possible is {range}");
        }
    }
}
