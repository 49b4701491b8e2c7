namespace OrleansLeverage.Market.Simulation;

/// <summary>
/// Which accounts make the market, and what each of them holds. The imbalance D of an instrument is cut at the places
/// floor(D·c/W), c the running sum of the makers' weights and W its total: the pieces add up to D whatever the
/// rounding.
/// </summary>
internal sealed class MarketMakers
{
    private const int WeightMax = 100;

    private readonly int _count;
    private readonly long[] _weights;
    private long[] _imbalance = [];

    public MarketMakers(int accounts, double share, ulong seed)
    {
        Accounts = accounts;
        _count = Math.Clamp((int)Math.Round(accounts * share), 1, accounts);
        _weights = new long[_count + 1];
        var random = new SeededRandom(seed, ulong.MaxValue);
        for (var place = 0; place < _count; place++)
        {
            _weights[place + 1] = _weights[place] + 1 + random.NextInt(WeightMax);
        }
    }

    public int Accounts { get; }

    /// <summary>Which market maker an account is, or null. They lie evenly among the accounts.</summary>
    public int? PlaceOf(int number)
    {
        var place = (int)(((long)number * _count + Accounts - 1) / Accounts);
        return place < _count && (long)place * Accounts / _count == number ? place : null;
    }

    /// <summary>Takes the imbalance on; gives the lots that are then open on each side.</summary>
    public long[] Take(long[] longs, long[] shorts, TradedInstrument[] instruments)
    {
        _imbalance = [.. longs.Zip(shorts, (l, s) => l - s)];
        for (var i = 0; i < instruments.Length; i++)
        {
            var largest = Enumerable.Range(0, _count).Max(place => Math.Abs(Lots(place, i)));
            if (largest > instruments[i].LotsMax)
            {
                throw new FormatException($"population: a market maker would hold {largest} lots of "
                    + $"{instruments[i].Id}, the position limit is {instruments[i].LotsMax}; raise marketMakerShare");
            }
        }
        return [.. longs.Zip(shorts, Math.Max)];
    }

    public long[] LotsOf(int place) => [.. Enumerable.Range(0, _imbalance.Length).Select(i => Lots(place, i))];

    private long Lots(int place, int instrument)
    {
        var imbalance = (Int128)_imbalance[instrument];
        var size = Int128.Abs(imbalance);
        var piece = size * _weights[place + 1] / _weights[_count] - size * _weights[place] / _weights[_count];
        return (long)(imbalance < 0 ? piece : -piece);
    }
}
