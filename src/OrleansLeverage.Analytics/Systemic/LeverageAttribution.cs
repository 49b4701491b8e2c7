using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Systemic;

/// <summary>Change of gross notional and of equity by one cause, USD.</summary>
public readonly record struct CauseEffect(decimal Gross, decimal Equity)
{
    public static CauseEffect operator +(CauseEffect left, CauseEffect right) =>
        new(left.Gross + right.Gross, left.Equity + right.Equity);
}

/// <summary>What changed an account, or the sum of many, between two frames, cause by cause, exactly.</summary>
/// <param name="Gross">Gross notional before and after.</param>
/// <param name="Equity">Equity before and after.</param>
public sealed record LeverageChange(
    (decimal Before, decimal After) Gross, (decimal Before, decimal After) Equity,
    CauseEffect Price, CauseEffect Position, CauseEffect Collateral, CauseEffect Funding)
{
    public static LeverageChange None { get; } = new((0m, 0m), (0m, 0m), default, default, default, default);

    /// <summary>Two accounts together; leverage of the sum is the market's.</summary>
    public static LeverageChange operator +(LeverageChange left, LeverageChange right) => new(
        (left.Gross.Before + right.Gross.Before, left.Gross.After + right.Gross.After),
        (left.Equity.Before + right.Equity.Before, left.Equity.After + right.Equity.After),
        left.Price + right.Price, left.Position + right.Position, left.Collateral + right.Collateral,
        left.Funding + right.Funding);
}

/// <summary>
/// Leverage then and now, rounded to <see cref="LeverageAttribution.Places"/>, and what each cause made of it: the four
/// parts sum to the difference, to the digit.
/// </summary>
public sealed record AttributedLeverage(
    decimal Before, decimal After, decimal Price, decimal Position, decimal Collateral, decimal Funding);

/// <summary>
/// Why leverage is not what it was. What depends on two causes is split evenly between them, so no order of causes is
/// preferred. With L = G / E, and ΔG = Σ ΔG_x, ΔE = Σ ΔE_x over the causes x:
/// <code>
/// ΔL = Σ_x [ ΔG_x·½(1/E0 + 1/E1) − ½(G0 + G1)·ΔE_x / (E0·E1) ]     (an identity)
/// value V(p, q):  by price ½[V(p1,q0) − V(p0,q0) + V(p1,q1) − V(p0,q1)], by position likewise
/// </code>
/// Price: marks and collateral prices. Position: trades, with what they realised. Collateral: deposits, withdrawals,
/// fees. Funding: paid, received, accrued.
/// </summary>
public static class LeverageAttribution
{
    /// <summary>Decimal places of leverage and its parts, and of amounts in USD: sums of them are exact.</summary>
    public const int Places = 15;
    private const int UsdPlaces = 12;

    /// <param name="fundingSettled">
    /// Funding booked to the account's balances between the two frames, USD. Null takes it from the positions' funding
    /// indices, which is all of it where a position was settled once.
    /// </param>
    /// <returns>Null where a price of either is unknown.</returns>
    public static LeverageChange? Change(AccountValuation before, AccountValuation after,
        decimal? fundingSettled = null)
    {
        if (!before.IsKnown || !after.IsKnown)
        {
            return null;
        }
        // the four corners: holdings of then and now at the prices of then and now
        var (oldNew, newOld) = (Recast(before.Account, after.Frame), Recast(after.Account, before.Frame));
        if (oldNew is null || newOld is null)
        {
            return null;
        }
        var (a, b, c, d) = (Parts.Of(before), oldNew.Value, newOld.Value, Parts.Of(after));
        (decimal Before, decimal After) gross = (Usd(before.GrossNotional), Usd(after.GrossNotional));
        (decimal Before, decimal After) equity = (Usd(before.Equity), Usd(after.Equity));
        var position = new CauseEffect(Half(c.Gross - a.Gross, d.Gross - b.Gross),
            Half(c.Trading - a.Trading, d.Trading - b.Trading));
        var price = new CauseEffect(gross.After - gross.Before - position.Gross,
            Half(b.Worth - a.Worth, d.Worth - c.Worth));
        var funding = new CauseEffect(0m, Usd(
            d.Accrued - a.Accrued + (fundingSettled ?? Settled(before.Account, after))));
        // what no trade, price or funding explains came in or went out
        var collateral = new CauseEffect(0m,
            equity.After - equity.Before - price.Equity - position.Equity - funding.Equity);
        return new LeverageChange(gross, equity, price, position, collateral, funding);
    }

    /// <summary>Null where either equity is not positive: leverage then has no value.</summary>
    public static AttributedLeverage? Attribute(LeverageChange change)
    {
        var ((g0, g1), (e0, e1)) = (change.Gross, change.Equity);
        if (e0 <= 0m || e1 <= 0m)
        {
            return null;
        }
        var (before, after) = (decimal.Round(g0 / e0, Places), decimal.Round(g1 / e1, Places));
        decimal Part(CauseEffect x) => decimal.Round(
            (x.Gross * (1m / e0 + 1m / e1) - (g0 / e0 / e1 + g1 / e1 / e0) * x.Equity) / 2m, Places);
        var (position, collateral, funding) = (Part(change.Position), Part(change.Collateral), Part(change.Funding));
        // the last digits of the divisions go to the price, so that the parts are the whole
        return new AttributedLeverage(before, after, after - before - position - collateral - funding, position,
            collateral, funding);
    }

    /// <summary>−q·(index it was settled at − index before), for every position that was settled; at the frame after.
    /// </summary>
    private static decimal Settled(Account before, AccountValuation after)
    {
        var settled = 0m;
        foreach (var held in before.Positions)
        {
            var now = after.Account.Position(held.Instrument);
            // a flat position that left nothing behind was settled on its way out
            var index = now.IsDefault ? after.Frame.FundingIndex(held.Instrument) : now.FundingIndex;
            settled += held.AccruedFunding(index) * (after.Frame.UsdPrice(held.Instrument.Settlement) ?? 0m);
        }
        return settled;
    }

    private static decimal Half(decimal first, decimal second) => Usd((first + second) / 2m);

    private static decimal Usd(decimal amount) => decimal.Round(amount, UsdPlaces);

    private static Parts? Recast(Account account, PriceFrame frame)
    {
        var valuation = AccountValuation.Of(account, frame);
        return valuation.IsKnown ? Parts.Of(valuation) : null;
    }

    /// <param name="Worth">Balances, isolated margins and profit at market: what prices act on.</param>
    /// <param name="Trading">Profit unrealised and realised: what trades made.</param>
    private readonly record struct Parts(decimal Gross, decimal Worth, decimal Trading, decimal Accrued)
    {
        public static Parts Of(AccountValuation valuation)
        {
            var (trading, accrued) = (0m, 0m);
            foreach (var value in valuation.Positions)
            {
                trading += value.UnrealisedProfit;
                accrued += value.AccruedFunding;
            }
            foreach (var position in valuation.Account.Positions)
            {
                trading += position.RealisedProfit * valuation.Frame.UsdPrice(position.Instrument.Settlement) ?? 0m;
            }
            return new Parts(valuation.GrossNotional, valuation.Equity - accrued, trading, accrued);
        }
    }
}
