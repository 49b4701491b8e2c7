namespace OrleansLeverage.Domain;

/// <summary>
/// Prices at which an account, or one isolated position, meets its maintenance margin or its bankruptcy, one feed
/// moving and every other price held; and the joint move, in which all feeds move together by their betas.
/// </summary>
public static class LiquidationSolver
{
    /// <summary>
    /// Price of the position's own feed at which its bucket's margin balance equals its maintenance margin.
    /// </summary>
    public static SolvedPrice LiquidationPrice(AccountValuation valuation, Position position) =>
        Solve(valuation, position, bankruptcy: false);

    /// <summary>Price at which the equity behind the position is exactly zero.</summary>
    public static SolvedPrice BankruptcyPrice(AccountValuation valuation, Position position) =>
        Solve(valuation, position, bankruptcy: true);

    /// <summary>
    /// The smallest common move of the market at which the cross account meets its maintenance margin: every feed goes
    /// to P·(1 + beta·move). Searched on a grid of 1 % to ±<paramref name="limit"/>, then bisected; relative error
    /// below 1e-12.
    /// </summary>
    /// <returns>The moves down (negative) and up (positive); null where none within the limit reaches the
    /// line, and where margin is that of scenarios.</returns>
    public static (decimal? Down, decimal? Up) JointMove(AccountValuation valuation, decimal limit = 0.95m)
    {
        if (!valuation.IsKnown || valuation.HasPortfolio || valuation.CrossMaintenanceMargin == 0m)
        {
            return (null, null);
        }
        return valuation.CrossMarginBalance < valuation.CrossMaintenanceMargin
            ? (0m, 0m)
            : (Search(valuation, -0.01m, limit), Search(valuation, 0.01m, limit));
    }

    private static SolvedPrice Solve(AccountValuation valuation, Position position, bool bankruptcy)
    {
        if (position.Quantity.IsZero)
        {
            return SolvedPrice.None(SolvedReason.NoPosition);
        }
        if (!valuation.IsKnown)
        {
            return SolvedPrice.None(SolvedReason.PriceUnknown);
        }
        if (!bankruptcy && position.Mode != MarginMode.Isolated && valuation.HasPortfolio)
        {
            return SolvedPrice.None(SolvedReason.ByScenarios);
        }
        var feed = position.Instrument.MarkFeed;
        if (valuation.Frame.Universe.HasTerms)
        {
            return TermLine.Of(valuation, feed, position.Mode == MarginMode.Isolated ? position : null, bankruptcy)
                .Solve(valuation.Frame[feed].Price!.Value.Value, losesWhenFalling: position.Quantity.IsLong);
        }
        var line = MarginLine.Of(valuation, feed, position.Mode == MarginMode.Isolated ? position : null, bankruptcy);
        return line.Solve(valuation.Frame[feed].Price!.Value.Value, losesWhenFalling: position.Quantity.IsLong);
    }

    private static decimal? Search(AccountValuation valuation, decimal step, decimal limit)
    {
        var inside = 0m;
        for (var outside = step; Math.Abs(outside) <= limit; outside += step)
        {
            if (Surplus(valuation, outside) < 0m)
            {
                for (var i = 0; i < 48; i++)
                {
                    var middle = (inside + outside) / 2m;
                    if (Surplus(valuation, middle) < 0m)
                    {
                        outside = middle;
                    }
                    else
                    {
                        inside = middle;
                    }
                }
                return (inside + outside) / 2m;
            }
            inside = outside;
        }
        return null;
    }

    /// <summary>
    /// Cross margin balance less maintenance margin after a joint move; a feed never falls below a millionth of its
    /// price.
    /// </summary>
    private static decimal Surplus(AccountValuation valuation, decimal move)
    {
        decimal Moved(Feed? feed) => feed is null
            ? 1m
            : valuation.Frame[feed].Price!.Value.Value * Math.Max(1m + feed.Beta * move, 0.000001m);
        var surplus = 0m;
        foreach (var balance in valuation.Account.Balances)
        {
            surplus += balance.Asset.Counted(balance.Amount, Moved(balance.Asset.PriceFeed), isInitial: false);
        }
        var byTerms = valuation.Frame.Universe.HasTerms;
        foreach (var value in valuation.Positions)
        {
            if (value.IsIsolated)
            {
                continue;
            }
            var (position, instrument) = (value.Position, value.Position.Instrument);
            var settlement = Moved(instrument.Settlement.PriceFeed);
            var mark = Moved(instrument.MarkFeed);
            if (byTerms)
            {
                surplus += TermLine.Surplus(valuation, value, mark, settlement);
                continue;
            }
            var signed = position.Quantity.Value * instrument.Multiplier
                * (instrument.Style == ContractStyle.Linear ? mark * settlement : settlement / mark);
            var funding = position.AccruedFunding(valuation.Frame.FundingIndices[instrument.Index]);
            surplus += instrument.ProfitSign * (signed - position.Cost * settlement) + funding * settlement
                - (signed == 0m ? 0m : instrument.Margin.Maintenance(Math.Abs(signed)));
        }
        return surplus;
    }
}
