using OrleansLeverage.Domain;

namespace OrleansLeverage.Contracts;

/// <summary>Settings of the client side. What is out of range is refused with its name, value and bounds.</summary>
public sealed record ClusterGridOptions
{
    /// <summary>The universe that the silos run: same files, same version.</summary>
    public required Universe Universe { get; init; }

    /// <summary>Time between two looks at the newest frame and figures, 5 to 1000 ms.</summary>
    public int PollIntervalMs { get; init; } = 25;

    /// <summary>How long one command is tried, under its id, before its outcome is unknown; 100 to 60,000 ms.</summary>
    public int CommandDeadlineMs { get; init; } = 10_000;

    /// <summary>
    /// How long one attempt of a command is waited for before it is sent again beside it, 50 to 60,000 ms. The wait
    /// after a silo's end is the time until it is known to be dead, and at most this on top.
    /// </summary>
    public int CommandPatienceMs { get; init; } = 700;

    /// <summary>
    /// How long a read is tried before it is said that nobody answers, 100 to 60,000 ms: the time of an account whose
    /// silo stands still and whose store does not answer either. Lists name a silo that stands still after three fifths
    /// of the silos' own such time and at most 3 s, and need a little longer.
    /// </summary>
    public int ReadDeadlineMs { get; init; } = 5_000;

    /// <summary>
    /// The same of each of the parts of a cut of all accounts, 1,000 to 60,000 ms: where accounts are being recovered,
    /// those of a part are read one by one.
    /// </summary>
    public int CutDeadlineMs { get; init; } = 30_000;

    /// <summary>Frames older than this make the grid degraded; 100 to 60,000 ms.</summary>
    public int FrameAgeMaxMs { get; init; } = 3_000;

    /// <summary>
    /// Time between market reports while somebody reads them, 100 ms to a day; 0 makes none. Each gathers all accounts.
    /// </summary>
    public int MarketReportMs { get; init; } = 10_000;

    /// <summary>Accounts that a market report takes, at least 1,000; of more, every so many-th.</summary>
    public int MarketReportAccountsMax { get; init; } = 1_000_000;

    /// <summary>False where a test makes frames, by hand, and asks for them.</summary>
    internal bool Polls { get; init; } = true;

    public void Check()
    {
        Require(PollIntervalMs is >= 5 and <= 1000, nameof(PollIntervalMs), PollIntervalMs, "5 to 1000 ms");
        Require(CommandDeadlineMs is >= 100 and <= 60_000, nameof(CommandDeadlineMs), CommandDeadlineMs,
            "100 to 60,000 ms");
        Require(CommandPatienceMs is >= 50 and <= 60_000, nameof(CommandPatienceMs), CommandPatienceMs,
            "50 to 60,000 ms");
        Require(ReadDeadlineMs is >= 100 and <= 60_000, nameof(ReadDeadlineMs), ReadDeadlineMs, "100 to 60,000 ms");
        Require(CutDeadlineMs is >= 1_000 and <= 60_000, nameof(CutDeadlineMs), CutDeadlineMs,
            "1,000 to 60,000 ms");
        Require(MarketReportMs is 0 or >= 100 and <= 86_400_000, nameof(MarketReportMs), MarketReportMs,
            "0, or 100 ms to a day");
        Require(MarketReportAccountsMax >= 1_000, nameof(MarketReportAccountsMax), MarketReportAccountsMax,
            "at least 1,000");
        Require(FrameAgeMaxMs is >= 100 and <= 60_000, nameof(FrameAgeMaxMs), FrameAgeMaxMs, "100 to 60,000 ms");
    }

    private static void Require(bool condition, string name, long value, string range)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; possible is {range}");
        }
    }
}
