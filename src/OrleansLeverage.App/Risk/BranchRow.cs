using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.App.Risk;

/// <summary>Where on the way down a feed's liquidations cause most others; 1 runs away.</summary>
internal sealed record BranchRow(string Feed, double Move, double Ratio)
{
    /// <param name="depth">Open interests that would move a feed's price by its whole value.</param>
    public static IReadOnlyList<BranchRow> Of(MarketBook book, double depth, int workers)
    {
        var (points, interest) = (book.Points(workers), book.OpenInterest());
        return
        [
            .. book.HeldFeeds().Select(feed => Branch.Worst(LiquidationMap.Of(feed.Index, points),
                depth * interest[feed.Index])).Select(worst =>
                    new BranchRow(book.Frame.Universe.Feeds[worst.Feed].Id.Value, worst.Move, worst.Ratio)),
        ];
    }
}
