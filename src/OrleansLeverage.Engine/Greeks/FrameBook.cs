using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Options.Books;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.Engine.Greeks;

/// <summary>
/// A frame as a book of sensitivities: its underlyings are the assets that have a price, its instruments those assets
/// themselves and every instrument that can be valued. A series that the engine marks has its own volatility; one whose
/// mark is published has the volatility that explains that mark.
/// </summary>
public sealed class FrameBook
{
    private readonly PriceFrame _frame;
    private readonly int[] _assetPlaces;
    private readonly int[] _places;
    private readonly List<(Instrument Instrument, string Reason)> _unvalued = [];

    /// <param name="frame">Prices, and the instruments where <paramref name="held"/> does not name some.</param>
    /// <param name="held">The instruments that are valued; null for all.</param>
    public FrameBook(PriceFrame frame, IReadOnlyList<Instrument>? held = null)
    {
        _frame = frame;
        var universe = frame.Universe;
        _assetPlaces = Enumerable.Repeat(-1, universe.Assets.Count).ToArray();
        _places = Enumerable.Repeat(-1, universe.Instruments.Count).ToArray();
        List<BookInstrument> instruments = [];
        List<double> spots = [];
        foreach (var asset in universe.Assets.Where(a => a.PriceFeed is not null))
        {
            if (frame.UsdPrice(asset) is { } price)
            {
                _assetPlaces[asset.Index] = instruments.Count;
                instruments.Add(new BookInstrument(asset.Id.Value, spots.Count, ContractStyle.Linear, 1.0));
                spots.Add((double)price);
            }
        }
        foreach (var instrument in held ?? universe.Instruments)
        {
            if (Row(instrument, spots, out var reason) is { } row)
            {
                _places[instrument.Index] = instruments.Count;
                instruments.Add(row);
            }
            else
            {
                _unvalued.Add((instrument, reason));
            }
        }
        Book = new OptionBook([.. instruments.Take(spots.Count).Select(i => i.Name)], [.. spots], instruments);
    }

    public OptionBook Book { get; }

    /// <summary>Instruments without sensitivities, and why.</summary>
    public IReadOnlyList<(Instrument Instrument, string Reason)> Unvalued => _unvalued;

    /// <summary>Place of an instrument in the book; null where it could not be valued.</summary>
    public int? Place(Instrument instrument) => _places[instrument.Index] is >= 0 and var place ? place : null;

    /// <summary>
    /// What the account is exposed to: its positions, and the coins that it has or owes. Of what settles in a coin the
    /// profit is coin too; of a coin-settled option the premium is. Null with the reason where a part has no price.
    /// </summary>
    public IReadOnlyList<BookHolding>? Holdings(Account account, out string? reason)
    {
        var coins = new decimal[_assetPlaces.Length];
        foreach (var balance in account.Balances)
        {
            coins[balance.Asset.Index] += balance.Amount;
        }
        List<BookHolding> holdings = [];
        foreach (var position in account.Positions)
        {
            var instrument = position.Instrument;
            coins[instrument.Settlement.Index] += position.IsolatedMargin;
            if (position.Quantity.IsZero)
            {
                continue;
            }
            if (Place(instrument) is not { } place || _frame.Mark(instrument) is not { } mark)
            {
                reason = _unvalued.Find(u => u.Instrument == instrument).Reason ?? $"{instrument} has no mark";
                return null;
            }
            holdings.Add(new BookHolding(place, (double)position.Quantity.Value));
            coins[instrument.Settlement.Index] += instrument.IsCoinSettled
                ? -position.Cost
                : position.UnrealisedProfit(mark);
        }
        foreach (var asset in _frame.Universe.Assets)
        {
            if (asset.PriceFeed is null || coins[asset.Index] == 0m)
            {
                continue;
            }
            if (_assetPlaces[asset.Index] < 0)
            {
                reason = $"{asset} has no price";
                return null;
            }
            holdings.Add(new BookHolding(_assetPlaces[asset.Index], (double)coins[asset.Index]));
        }
        reason = null;
        return holdings;
    }

    private BookInstrument? Row(Instrument instrument, List<double> spots, out string reason)
    {
        reason = $"{instrument.Base} has no price";
        if (_assetPlaces[instrument.Base.Index] is not (>= 0 and var underlying))
        {
            return null;
        }
        reason = $"{instrument} has no mark";
        if (_frame.Mark(instrument) is not { } marked || _frame.UsdPrice(instrument.Settlement) is not { } settled)
        {
            return null;
        }
        reason = "";
        var (spot, mark, settlement) = (spots[underlying], (double)marked.Value, (double)settled);
        var multiplier = (double)instrument.Multiplier;
        if (instrument.Option is { } terms)
        {
            return Series(instrument, terms, underlying, spot, mark, settlement, out reason);
        }
        return instrument.Style == ContractStyle.Inverse
            ? new(instrument.Id.Value, underlying, ContractStyle.Inverse, multiplier, mark / spot)
            : new(instrument.Id.Value, underlying, ContractStyle.Linear, multiplier, mark * settlement / spot);
    }

    private BookInstrument? Series(Instrument instrument, OptionTerms terms, int underlying, double spot, double mark,
        double settlement, out string reason)
    {
        reason = $"{instrument} has no expiry, or its underlying no price";
        if (instrument.Expiry is not { } expiry)
        {
            return null;
        }
        var years = OptionMarks.Years(expiry.ToUnixTimeMilliseconds(), _frame.TimeMs);
        var strike = (double)terms.Strike.Value;
        double volatility;
        var forward = spot;
        if (terms.Marking is { } marking)
        {
            if (_frame.Universe.Feed(marking.Underlying) is not { } feed || _frame[feed].Price is not { } price)
            {
                return null;
            }
            (forward, volatility) = ((double)price.Value, (double)marking.Volatility);
        }
        else
        {
            var premium = instrument.IsCoinSettled ? mark * forward : mark;
            var solved = years > 0.0
                ? ImpliedVolatility.OfForward(terms.Right, forward, strike, years, premium)
                : new ImpliedVolatility(ImpliedVolatilityStatus.AtIntrinsic, 0.0, null);
            reason = $"{instrument}: no volatility explains its mark, {solved.Status}";
            if (solved.Value is not { } found)
            {
                return null;
            }
            volatility = found;
        }
        reason = "";
        var carry = forward / spot;
        // in USD: V·S/F where premium and payoff are coins, V at the price of the quote otherwise
        var unit = (double)instrument.Multiplier * (instrument.IsCoinSettled ? 1.0 / carry : settlement);
        return new(instrument.Id.Value, underlying, ContractStyle.Linear, unit, carry,
            new BookOption(terms.Right, strike, years, volatility));
    }
}
