using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>Where on the way down a feed's liquidations cause most others; 1 runs away.</summary>
public sealed record BranchRow(string Feed, double Move, double Ratio)
{
    /// <param name="depth">Open interests that would move a feed's price by its whole value.</param>
    public static IReadOnlyList<BranchRow> Of(MarketBook book, double depth, Workload work)
    {
        var points = book.Points(work);
        return
        [
            .. book.HeldFeeds().Select(feed => Branch.Worst(LiquidationMap.Of(feed.Index, points),
                depth * book.OpenInterest[feed.Index])).Select(worst =>
                    new BranchRow(book.Frame.Universe.Feeds[worst.Feed].Id.Value, worst.Move, worst.Ratio)),
        ];
    }
}
