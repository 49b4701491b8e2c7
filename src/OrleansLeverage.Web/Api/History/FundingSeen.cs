using OrleansLeverage.Domain;

namespace OrleansLeverage.Web.Api.History;

/// <summary>
/// The funding of a market's perpetual as its index tells it: by what it moved when it last moved, as a share of the
/// notional. Not thread-safe.
/// </summary>
internal sealed class FundingSeen
{
    private decimal? _index;

    /// <summary>Paid by longs to shorts at the newest settlement; NaN until one was seen.</summary>
    public double Rate { get; private set; } = double.NaN;

    public double Index => (double?)_index ?? double.NaN;

    public void Take(Instrument perpetual, PriceFrame frame)
    {
        var index = frame.FundingIndex(perpetual);
        if (_index is { } before && before != index && frame.Mark(perpetual) is { } mark)
        {
            // PublishFunding: the index rises by rate x value of one contract at the mark
            var value = perpetual.Value(new Quantity(1m), mark);
            Rate = value > 0m ? (double)((index - before) / value) : double.NaN;
        }
        _index = index;
    }
}
