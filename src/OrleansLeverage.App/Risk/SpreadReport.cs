using OrleansLeverage.Analytics.Cascade;
using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.App.Risk;

/// <summary>How a shock would spread, from the accounts' own lines and books.</summary>
/// <param name="AtRiskShare">Notional that liquidates within the move, down or up / all notional.</param>
internal sealed record SpreadReport(SpreadFigures Figures, double? AtRiskShare)
{
    private const double GapMove = -0.20;

    /// <param name="depth">Open interests that would move a feed's price by its whole value.</param>
    public static SpreadReport Of(MarketBook book, double fund, double depth, double atRisk, int workers)
    {
        var (points, interest) = (book.Points(workers), book.OpenInterest());
        var (down, up, gross) = (0.0, 0.0, 0.0);
        var branching = BranchRow.Of(book, points, depth).Select(b => (double?)b.Ratio).Max();
        foreach (var feed in book.HeldFeeds())
        {
            var map = LiquidationMap.Of(feed.Index, points);
            down += map.Within(-atRisk).Notional - map.PastLine.Notional;
            up += map.Within(atRisk).Notional - map.PastLine.Notional;
            gross += 2.0 * interest[feed.Index];
        }
        var holdings = book.Valuations.Select(AccountFigures.Holdings).ToList();
        var longs = holdings.Select(h => (IReadOnlyList<AssetNotional>)[.. h.Where(x => x.Signed > 0.0)]).ToList();
        double[] depths = [.. interest.Select(i => i > 0.0 ? depth * i : 1.0)];
        var sales = book.Valuations.Select(v => v.IsKnown && v.Equity > 0m
            ? (double)Math.Max(0m, v.LongNotional / v.Equity - 1m)
            : 0.0).ToArray();
        var deficit = Analytics.Stress.ReverseStress.Deficit(book.Exposures, book.Exposures.MovedTogether(GapMove));
        return new SpreadReport(
            new SpreadFigures(Overlap.SameSide(holdings),
                interest.Any(i => i > 0.0) ? Overlap.SpectralRadius(longs, sales, depths) : null, branching,
                down + up > 0.0 ? (down - up) / (down + up) : null, deficit > 0.0 ? fund / deficit : null,
                IsFundEnough: deficit == 0.0),
            gross > 0.0 ? (down + up) / gross : null);
    }
}

/// <summary>
/// Where on the way down a feed's liquidations cause most others: R = λ·ρ, which runs away at 1. Of the feed alone, the
/// linear law and whole accounts.
/// </summary>
internal sealed record BranchRow(string Feed, double Move, double Ratio)
{
    private const double Width = 0.02;

    /// <param name="depth">Open interests that would move a feed's price by its whole value.</param>
    public static IReadOnlyList<BranchRow> Of(MarketBook book, IReadOnlyList<LiquidationPoint> points, double depth)
    {
        var interest = book.OpenInterest();
        return [.. book.HeldFeeds().Select(feed =>
        {
            var map = LiquidationMap.Of(feed.Index, points);
            var worst = new BranchRow(feed.Id.Value, 0.0, 0.0);
            for (var percent = -48; percent <= -2; percent++)
            {
                // notional sold per relative move, times relative move per notional sold
                var ratio = LiquidationLadder.BranchingRatio(1.0 / (depth * interest[feed.Index]),
                    map.Density(percent / 100.0, Width));
                worst = ratio > worst.Ratio ? new BranchRow(feed.Id.Value, percent / 100.0, ratio) : worst;
            }
            return worst;
        })];
    }
}
