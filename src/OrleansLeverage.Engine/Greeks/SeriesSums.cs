using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Greeks;

/// <summary>Every option series at a frame with what a census says of its holders.</summary>
internal static class SeriesSums
{
    public static MarketGreeks Of(PriceFrame frame, MarketCensus census)
    {
        var book = new FrameBook(frame);
        var series = new List<(int Place, SeriesGreeks Greeks)>();
        foreach (var instrument in frame.Universe.Instruments.Where(i => i.Option is not null))
        {
            if (book.Place(instrument) is { } place)
            {
                series.Add((place, new SeriesGreeks(instrument, instrument.Base.Id,
                    census.LongContracts[instrument.Index], census.MakerContracts[instrument.Index],
                    book.Book.Units[place])));
            }
        }
        return new MarketGreeks(frame.Number, frame.TimeMs,
            [.. series.GroupBy(s => s.Greeks.Underlying).OrderBy(u => u.Key).Select(u => Of(u.Key, [.. u], book.Book))],
            [.. book.Unvalued.Where(u => u.Instrument.Option is not null).Select(u => (u.Instrument.Id, u.Reason))])
        {
            Accounts = census.Accounts, Unknown = census.Unknown, Scope = census.Scope,
        };
    }

    private static UnderlyingSeries Of(
        AssetId underlying, (int Place, SeriesGreeks Greeks)[] series, OptionBook book)
    {
        var spot = book.Spots[book.Instruments[series[0].Place].Underlying];
        var held = series.Where(s => s.Greeks.MakerContracts != 0.0).ToArray();
        var gains = MarketGreeks.VolatilityShifts.Select(shift => (IReadOnlyList<double>)
            [.. MarketGreeks.SpotMoves.Select(move => held.Sum(s =>
                s.Greeks.MakerContracts * book.Instruments[s.Place].Gain(spot, move, shift)))]);
        return new UnderlyingSeries(underlying, spot, [.. series.Select(s => s.Greeks)], [.. gains]);
    }
}
