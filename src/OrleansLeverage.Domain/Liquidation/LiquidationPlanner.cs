namespace OrleansLeverage.Domain;

/// <summary>
/// The price at which the market takes a close, on the instrument's tick; depends on nothing but its arguments.
/// </summary>
public delegate Price ClosingMarket(Instrument instrument, Quantity close, Price mark);

/// <summary>
/// Plans a liquidation: which positions of which failing bucket, how many lots, at which price, fee and claim. A pure
/// function of the valuation, the rules and the market: the same input gives the same plan.
/// <code>
/// a bucket fails        margin balance &lt; maintenance, strictly, at prices that may decide
/// a step closes         the fewest lots that bring maintenance ≤ target · margin balance, within the rules' bounds
/// above bankruptcy      d = equity after − (equity before − share): d ≥ 0 pays min(fee, d), d &lt; 0 claims −d
/// no equity             everything goes, and the claims are exactly what is missing
/// </code>
/// Every close goes through <see cref="Account.DecideFill"/>, so that a plan's figures are those of the account's own
/// books, roundings included.
/// </summary>
public static class LiquidationPlanner
{
    public static LiquidationPlan Plan(AccountValuation valuation, LiquidationRules rules, ClosingMarket? market = null)
    {
        if (Untouched(valuation) is { } status)
        {
            return new LiquidationPlan
            {
                Status = status, Steps = [], After = valuation.Account, Valuation = valuation,
            };
        }
        var closing = new AccountClosing(valuation, rules, market);
        if (MarginBucket.Cross(valuation).IsLiquidatable)
        {
            closing.Close(valuation.Positions.Where(p => !p.IsIsolated));
        }
        foreach (var position in valuation.Positions)
        {
            if (position.IsIsolated && MarginBucket.Isolated(position).IsLiquidatable)
            {
                closing.Close([position]);
            }
        }
        return closing.ToPlan();
    }

    private static LiquidationStatus? Untouched(AccountValuation valuation)
    {
        if (!valuation.IsKnown)
        {
            return LiquidationStatus.PriceUnknown;
        }
        if (valuation.PriceState is not (PriceState.Fresh or PriceState.Degraded))
        {
            return LiquidationStatus.PricesNotFresh;
        }
        var fails = MarginBucket.Cross(valuation).IsLiquidatable;
        foreach (var position in valuation.Positions)
        {
            fails |= position.IsIsolated && MarginBucket.Isolated(position).IsLiquidatable;
        }
        return fails ? null : LiquidationStatus.Healthy;
    }
}
