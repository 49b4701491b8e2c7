using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Systemic;

/// <summary>Where one account's line lies for one feed.</summary>
public enum LiquidationReach
{
    /// <summary>A price of the feed alone liquidates the account.</summary>
    Reached,

    /// <summary>The account is past its line now.</summary>
    PastLine,

    /// <summary>No price of the feed alone does.</summary>
    Never,
}

/// <summary>
/// One account's answer for one feed and one direction: the move of the feed, all else held, at which it meets its
/// maintenance margin, and the notional it holds there. Kernel ladders and account solutions both come in this form.
/// </summary>
/// <param name="Move">Price / mark − 1: negative is a fall; 0 unless <see cref="LiquidationReach.Reached"/>.</param>
/// <param name="Notional">USD, of the positions that lose by the move, at the mark.</param>
/// <param name="Leverage">Gross notional / equity of the account; infinite without equity.</param>
public readonly record struct LiquidationPoint(
    int Feed, LiquidationReach Reach, bool LosesWhenFalling, double Move, double Notional, double Leverage)
{
    /// <summary>
    /// The points of an account: one per feed and direction in which it loses, from the exact solver. Isolated
    /// positions are buckets of their own. Nothing for an account that a missing price leaves unknown.
    /// </summary>
    public static IReadOnlyList<LiquidationPoint> Of(AccountValuation valuation)
    {
        var points = new List<LiquidationPoint>();
        if (!valuation.IsKnown)
        {
            return points;
        }
        var leverage = valuation.Equity > 0m
            ? (double)(valuation.GrossNotional / valuation.Equity)
            : double.PositiveInfinity;
        foreach (var value in valuation.Positions)
        {
            if (value.SignedNotional == 0m)
            {
                continue;
            }
            var solved = LiquidationSolver.LiquidationPrice(valuation, value.Position);
            var past = value.IsIsolated
                ? value.IsolatedBalance < value.MaintenanceMargin
                : valuation.CrossMarginBalance < valuation.CrossMaintenanceMargin;
            var reach = past ? LiquidationReach.PastLine
                : solved.Shown is null ? LiquidationReach.Never
                : LiquidationReach.Reached;
            var move = reach == LiquidationReach.Reached ? (double)(solved.Shown!.Value / value.Mark - 1m) : 0.0;
            var point = new LiquidationPoint(value.Position.Instrument.MarkFeed.Index, reach,
                value.Position.Quantity.IsLong, move, (double)value.Notional, leverage);
            var same = value.IsIsolated ? -1 : points.FindIndex(p => p.Feed == point.Feed && p.Reach == point.Reach
                && p.LosesWhenFalling == point.LosesWhenFalling && p.Move.Equals(point.Move));
            if (same < 0)
            {
                points.Add(point);
            }
            else
            {
                // positions of one bucket on one feed meet the line together: one account, their notionals summed
                points[same] = points[same] with { Notional = points[same].Notional + point.Notional };
            }
        }
        return points;
    }
}
