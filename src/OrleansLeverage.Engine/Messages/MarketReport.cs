using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine;

/// <summary>
/// How the market is built, from the exact solutions of every account: what a sweep cannot tell in its time. Made now
/// and then beside the sweeps, from accounts as they were committed at one moment and the prices of one frame.
/// </summary>
public sealed record MarketReport
{
    public required FrameNumber Frame { get; init; }

    /// <summary>What the report is of: its age is now less this.</summary>
    public required long FrameTimeMs { get; init; }

    /// <summary>Time that making it took.</summary>
    public required double TookMs { get; init; }

    /// <summary>Accounts there were.</summary>
    public required long Accounts { get; init; }

    /// <summary>
    /// Accounts that the figures hold / accounts there were; below 1 where a price was unknown, or where there were
    /// more than a report takes and every so many-th was taken. Null without accounts.
    /// </summary>
    public required double? Coverage { get; init; }

    /// <summary>Insurance fund, USD.</summary>
    public required double Fund { get; init; }

    /// <summary>
    /// Overlap, Gini and concentration, at-risk skew, liquidation maps, runway, environment, structure and capital.
    /// </summary>
    public required MarketAnatomy Anatomy { get; init; }

    /// <summary>Name of a feed in the maps and branching ratios, by its number.</summary>
    public required IReadOnlyList<FeedId> Feeds { get; init; }

    /// <summary>Why leverage is what it is, report by report, oldest first; the last ends at this frame.</summary>
    public required IReadOnlyList<AttributionStep> Attribution { get; init; }

    /// <summary>Skew of what liquidates within ±5 %, in [−1, 1]; positive where a fall liquidates more.</summary>
    public double? AtRiskSkew => Anatomy.Structure.Spread.AtRiskSkew;
}

/// <summary>
/// Change of the market's leverage between two reports: by price, position, collateral and funding, which sum to it to
/// the digit. Null where the market had no equity. Of the accounts that both reports hold or that are new.
/// </summary>
public sealed record AttributionStep(long FromMs, long ToMs, AttributedLeverage? Leverage);
