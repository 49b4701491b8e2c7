using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// Settings of the embedded engine. What is out of range is refused at start with its name, value and bounds.
/// </summary>
public sealed record EmbeddedOptions
{
    public required Universe Universe { get; init; }

    /// <summary>How feeds are judged; a feed that is not named is judged as a live one of the strictest kind.</summary>
    public required IReadOnlyList<OracleProfile> Oracle { get; init; }

    /// <summary>Where the journal lives; null keeps nothing.</summary>
    public string? Directory { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Time between frames, 5 to 1000 ms.</summary>
    public int FrameIntervalMs { get; init; } = 25;

    /// <summary>Threads that sweep, 1 to 64. The figures do not depend on it.</summary>
    public int Workers { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>Command ids remembered, 1,024 to 64 M.</summary>
    public int WindowCapacity { get; init; } = 2_000_000;

    /// <summary>Commands waiting at most, 1 to 1 M; more are refused as overloaded.</summary>
    public int QueueCapacity { get; init; } = 65_536;

    /// <summary>Journal bytes after which a snapshot is taken, at least 1 MiB.</summary>
    public long SnapshotBytes { get; init; } = 512L << 20;

    /// <summary>Bounds of deleveraging plans.</summary>
    public DeleveragingLimits Deleveraging { get; init; } = new();

    /// <summary>Liquidates by itself; null leaves it to whoever is told by triggers.</summary>
    public LiveLiquidation? Liquidation { get; init; }

    /// <summary>
    /// Time between market reports, 100 ms to a day; 0 makes none. A report that takes longer than a ninth of it makes
    /// the next wait, so that they take at most a tenth of one core.
    /// </summary>
    public int MarketReportMs { get; init; } = 10_000;

    /// <summary>Accounts that a market report takes, at least 1,000; of more, every so many-th.</summary>
    public int MarketReportAccountsMax { get; init; } = 1_000_000;

    /// <summary>Told of each step of a plan once it is durable: where a test stops or kills.</summary>
    internal Action<string> Reached { get; init; } = static _ => { };

    /// <summary>Journal settings of a test.</summary>
    internal Func<JournalOptions, JournalOptions> Journal { get; init; } = static options => options;

    /// <summary>False where a test makes the frames, by <see cref="EmbeddedGrid.Step"/>.</summary>
    internal bool MakesFrames { get; init; } = true;

    /// <summary>Nominations kept of each table and sweep.</summary>
    internal int NominationsMax { get; init; } = 32_768;

    public void Check()
    {
        Require(FrameIntervalMs is >= 5 and <= 1000, nameof(FrameIntervalMs), FrameIntervalMs, "5 to 1000 ms");
        Require(Workers is >= 1 and <= 64, nameof(Workers), Workers, "1 to 64");
        Require(WindowCapacity is >= 1024 and <= 64_000_000, nameof(WindowCapacity), WindowCapacity,
            "1,024 to 64,000,000");
        Require(QueueCapacity is >= 1 and <= 1_000_000, nameof(QueueCapacity), QueueCapacity, "1 to 1,000,000");
        Deleveraging.Check();
        Liquidation?.Check();
        Require(MarketReportMs is 0 or (>= 100 and <= 86_400_000), nameof(MarketReportMs), MarketReportMs,
            "0 or 100 ms to a day");
        Require(MarketReportAccountsMax >= 1_000, nameof(MarketReportAccountsMax), MarketReportAccountsMax,
            "at least 1,000");
        Require(SnapshotBytes >= 1L << 20, nameof(SnapshotBytes), SnapshotBytes, "at least 1 MiB");
    }

    private static void Require(bool condition, string name, long value, string range)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; possible is {range}");
        }
    }
}
