using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.Engine.Portfolios;

/// <summary>
/// A frame as it would be had some prices moved and nothing else: options are marked anew, those that the engine marks
/// at their own volatility, published ones at the volatility that explains their mark; time stands still.
/// </summary>
/// <param name="frame">As it is.</param>
/// <param name="held">What is asked about: scenarios value these alone, and only these options are marked anew.</param>
internal sealed class FrameMove(PriceFrame frame, IReadOnlyList<Instrument> held)
{
    private readonly OptionMarks _marks = OptionMarks.Of(frame, held);
    private readonly FrameScenarios _scenarios = FrameScenarios.Of(held);

    /// <summary>
    /// The feeds that follow an underlying: its own, those of its contracts, and what its options are marked on.
    /// </summary>
    public static IReadOnlyList<int> FeedsOf(Universe universe, AssetId underlying)
    {
        var feeds = new SortedSet<int>();
        if (universe.Asset(underlying)?.PriceFeed is { } own)
        {
            feeds.Add(own.Index);
        }
        foreach (var instrument in universe.Instruments.Where(i => i.Base.Id == underlying))
        {
            if (instrument.Option is null)
            {
                feeds.Add(instrument.MarkFeed.Index);
            }
            else if (instrument.Option.Marking is { } marking && universe.Feed(marking.Underlying) is { } feed)
            {
                feeds.Add(feed.Index);
            }
        }
        return [.. feeds];
    }

    /// <summary>Null where a price would be none.</summary>
    public PriceFrame? At(IReadOnlyList<int> feeds, double factor)
    {
        var prices = new FramePrice[frame.Prices.Count];
        for (var feed = 0; feed < prices.Length; feed++)
        {
            prices[feed] = frame.Prices[feed];
        }
        foreach (var feed in feeds)
        {
            if (prices[feed].Price is not { } price)
            {
                continue;
            }
            var moved = (double)price.Value * factor;
            if (moved >= 1e15 || !Price.IsValid(decimal.Round((decimal)moved, Decimals.ScaleMax)))
            {
                return null;
            }
            prices[feed] = prices[feed] with
            {
                Price = factor == 1.0 ? price : new Price(decimal.Round((decimal)moved, Decimals.ScaleMax)),
            };
        }
        _marks.Mark(prices, frame.TimeMs);
        return frame.With(prices, _scenarios);
    }
}
