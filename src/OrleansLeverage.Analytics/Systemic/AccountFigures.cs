using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Systemic;

/// <summary>What market reports need to know of one account, USD.</summary>
/// <param name="IsMarketMaker">Shown with and without them.</param>
public readonly record struct AccountFigures(
    double Equity, double MarginBalance, double InitialMargin, double MaintenanceMargin, double LongNotional,
    double ShortNotional, bool IsMarketMaker)
{
    public double GrossNotional => LongNotional + ShortNotional;

    public double NetNotional => LongNotional - ShortNotional;

    /// <summary>Null without positive equity.</summary>
    public double? Leverage => Equity > 0.0 ? GrossNotional / Equity : null;

    /// <summary>Null where a price the account depends on is unknown.</summary>
    public static AccountFigures? Of(AccountValuation valuation, bool isMarketMaker = false) => valuation.IsKnown
        ? new AccountFigures((double)valuation.Equity, (double)valuation.MarginBalance,
            (double)valuation.InitialMargin, (double)valuation.MaintenanceMargin, (double)valuation.LongNotional,
            (double)valuation.ShortNotional, isMarketMaker)
        : null;

    /// <summary>Signed notional by feed, in the order of the feeds.</summary>
    public static IReadOnlyList<AssetNotional> Holdings(AccountValuation valuation)
    {
        var sums = new AssetNotional[valuation.Positions.Count];
        var count = 0;
        foreach (var value in valuation.Positions)
        {
            if (value.SignedNotional == 0m)
            {
                continue;
            }
            var feed = value.Position.Instrument.MarkFeed.Index;
            var place = 0;
            while (place < count && sums[place].Asset != feed)
            {
                place++;
            }
            count = Math.Max(count, place + 1);
            sums[place] = new AssetNotional(feed, sums[place].Signed + (double)value.SignedNotional);
        }
        var held = 0;
        for (var place = 0; place < count; place++)
        {
            if (sums[place].Signed != 0.0)
            {
                sums[held++] = sums[place];
            }
        }
        sums.AsSpan(0, held).Sort((one, other) => one.Asset.CompareTo(other.Asset));
        return held == sums.Length ? sums : sums[..held];
    }
}
