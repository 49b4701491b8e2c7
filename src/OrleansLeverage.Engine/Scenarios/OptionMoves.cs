using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>
/// Options at prices that did not happen: those that the engine marks are valued anew at their underlying's price, at
/// their own volatility, time standing still. Prices are by feed, in double; what is 0 or less is not known.
/// </summary>
internal sealed class OptionMoves(PriceFrame frame)
{
    private const double PriceMost = 1e11;

    private readonly OptionMarks _marks = new(frame.Universe);
    private readonly int[] _made = [.. frame.Universe.Feeds.Where(feed => feed.Id.IsMade).Select(feed => feed.Index)];

    /// <summary>Feeds that are marked here.</summary>
    public IReadOnlyList<int> Made => _made;

    /// <summary>Writes the marks that the other prices make; what has none keeps what stands there.</summary>
    public void Mark(double[] prices)
    {
        if (_made.Length == 0)
        {
            return;
        }
        var moved = Marked(prices);
        foreach (var feed in _made)
        {
            prices[feed] = (double?)moved[feed].Price?.Value ?? prices[feed];
        }
    }

    /// <summary>The frame at other prices, its options marked anew.</summary>
    public PriceFrame Frame(double[] prices) => frame.With(Marked(prices));

    private FramePrice[] Marked(double[] prices)
    {
        var moved = new FramePrice[frame.Prices.Count];
        for (var feed = 0; feed < moved.Length; feed++)
        {
            moved[feed] = prices[feed] > 0.0 && frame.Prices[feed].Price is not null
                ? frame.Prices[feed] with { Price = Rounded(prices[feed]) }
                : default;
        }
        _marks.Mark(moved, frame.TimeMs);
        return moved;
    }

    private static Price Rounded(double price) => new(Math.Max(1e-12m,
        decimal.Round((decimal)Math.Min(price, PriceMost), Decimals.ScaleMax)));
}
