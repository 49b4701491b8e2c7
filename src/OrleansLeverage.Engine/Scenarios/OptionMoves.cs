using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.Engine.Scenarios;

/// <summary>
/// What the moves of a scenario do to options that the engine marks: each is valued anew at its underlying's price
/// after the move, at its own volatility, and its mark moves by what that comes to.
/// </summary>
internal sealed class OptionMoves(PriceFrame frame)
{
    private readonly OptionMarks _marks = new(frame.Universe);
    private readonly Feed[] _made = [.. frame.Universe.Feeds.Where(feed => feed.Id.IsMade)];

    /// <summary>The moves by feed, those of marks made anew.</summary>
    public IReadOnlyList<double> Of(IReadOnlyList<double> moves)
    {
        if (_made.Length == 0)
        {
            return moves;
        }
        var prices = new FramePrice[frame.Prices.Count];
        for (var feed = 0; feed < prices.Length; feed++)
        {
            prices[feed] = frame.Prices[feed] is { Price: { } price } known
                ? known with { Price = new Price(price.Value * (decimal)(1.0 + moves[feed])) }
                : frame.Prices[feed];
        }
        _marks.Mark(prices, frame.TimeMs);
        var all = moves.ToArray();
        foreach (var feed in _made)
        {
            all[feed.Index] = frame[feed].Price is { } before && prices[feed.Index].Price is { } after
                ? (double)(after.Value / before.Value) - 1.0
                : 0.0;
        }
        return all;
    }
}
