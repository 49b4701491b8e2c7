using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Greeks;

/// <summary>Every option series at a frame with what a census says of its holders.</summary>
internal static class SeriesSums
{
    public static MarketGreeks Of(PriceFrame frame, MarketCensus census)
    {
        var book = new FrameBook(frame);
        var series = new List<SeriesGreeks>();
        foreach (var instrument in frame.Universe.Instruments.Where(i => i.Option is not null))
        {
            if (book.Place(instrument) is { } place)
            {
                series.Add(new SeriesGreeks(instrument, instrument.Base.Id, census.LongContracts[instrument.Index],
                    census.MakerContracts[instrument.Index], book.Book.Units[place]));
            }
        }
        return new MarketGreeks(frame.Number, frame.TimeMs, series,
            [.. book.Unvalued.Where(u => u.Instrument.Option is not null).Select(u => (u.Instrument.Id, u.Reason))]);
    }
}
