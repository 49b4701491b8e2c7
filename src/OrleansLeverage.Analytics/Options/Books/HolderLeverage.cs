namespace OrleansLeverage.Analytics.Options.Books;

/// <summary>
/// How levered a holder of options is, beyond premium over equity. All over equity; null where equity is not above 0,
/// for no ratio has a value there.
/// </summary>
/// <param name="EffectiveNotional">Σ |Σ delta·S·q| over underlyings, USD: what would move as the book does.</param>
/// <param name="Leverage">Effective notional / equity.</param>
/// <param name="GammaLeverage">Σ |gamma per 1 %| / equity: change of the leverage when prices move by 1 %.</param>
/// <param name="VegaElasticity">Σ vega·σ / equity: % of equity per 1 % relative change of volatility.</param>
/// <param name="ThetaBurn">−theta / equity: share of equity lost per day; below 0 where time is earned.</param>
public sealed record HolderLeverage(double EffectiveNotional, double? Leverage, double? GammaLeverage,
    double? VegaElasticity, double? ThetaBurn)
{
    /// <summary>Beyond this move a Taylor sum is not shown.</summary>
    public const double TaylorMoveMax = 0.03;

    public static HolderLeverage Of(IReadOnlyList<UnderlyingGreeks> greeks, double equity)
    {
        double? PerEquity(double amount) => equity > 0.0 && double.IsFinite(amount / equity) ? amount / equity : null;
        var effective = greeks.Sum(g => Math.Abs(g.Total.DollarDelta));
        return new(effective, PerEquity(effective), PerEquity(greeks.Sum(g => Math.Abs(g.Total.GammaPerPercent))),
            PerEquity(greeks.Sum(g => g.Total.VegaElasticity)), PerEquity(-greeks.Sum(g => g.Total.Theta)));
    }

    /// <summary>
    /// Leverage after a common move and a shift of volatility: equity and deltas valued anew, at any size of the move;
    /// null where no equity is left.
    /// </summary>
    public static double? After(
        OptionBook book, IReadOnlyList<BookHolding> holdings, double equity, double move, double volatilityShift)
    {
        var moves = Enumerable.Repeat(move, book.Spots.Count).ToArray();
        var left = equity + book.Gain(holdings, moves, volatilityShift);
        return left > 0.0 ? book.AbsoluteDeltaAfter(holdings, moves, volatilityShift) / left : null;
    }

    /// <summary>
    /// The gain by delta, gamma, vega, vanna and volga: for |move| up to 3 % only, null beyond, where it misleads.
    /// </summary>
    public static double? TaylorGain(IReadOnlyList<UnderlyingGreeks> greeks, double move, double volatilityShift)
    {
        if (!(Math.Abs(move) <= TaylorMoveMax))
        {
            return null;
        }
        var (percent, points) = (move * 100.0, volatilityShift / GreekScale.PerPoint);
        return greeks.Sum(g => (g.Total.DollarDelta * move) + (0.5 * g.Total.GammaPerPercent * percent * move)
            + (g.Total.Vega * points) + (g.Total.Vanna * points * move) + (0.5 * g.Total.Volga * points * points));
    }
}
