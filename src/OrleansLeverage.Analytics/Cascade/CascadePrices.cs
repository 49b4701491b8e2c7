using OrleansLeverage.Analytics.Systemic;

namespace OrleansLeverage.Analytics.Cascade;

/// <summary>
/// The venue's own prices under forced sales, and what the oracle says: own = path · (1 − fall(pressure)). Pressure is
/// Σ sold / depth, of which a part stays and the rest fades tick by tick; depth falls when the own price is volatile.
/// Both are counted in units at the price of the start, so what is sold presses the same whatever it fetched, and
/// where a cascade ends does not depend on its order. Options have no path of their own: they are marked on the own
/// prices and on the marks of their underlyings at the beginning of a tick and of a round; what is sold of them presses
/// on their own price alone.
/// </summary>
internal sealed class CascadePrices
{
    private readonly CascadeSettings _settings;
    private readonly double[] _fading;
    private readonly double[] _lasting;
    private readonly double[] _variance;
    private readonly double[] _lastOwn;
    private readonly double[] _start;
    private readonly IOptionMarket? _options;
    private readonly double[] _made;
    private readonly bool[] _isMade;
    private double[] _path;

    public CascadePrices(CascadeSettings settings, double[] start, IOptionMarket? options = null)
    {
        _settings = settings;
        _options = options is { Made.Count: > 0 } ? options : null;
        _made = [.. start];
        _isMade = new bool[start.Length];
        foreach (var feed in options?.Made ?? [])
        {
            _isMade[feed] = true;
        }
        var feeds = settings.Markets.Count;
        (_fading, _lasting, _variance) = (new double[feeds], new double[feeds], new double[feeds]);
        (_path, _start) = (start, start);
        Own = [.. start];
        Marks = [.. start];
        _lastOwn = [.. start];
        for (var feed = 0; feed < feeds; feed++)
        {
            _variance[feed] = Squared(settings.Markets[feed].ReferenceVolatility);
        }
    }

    /// <summary>By feed, with the price 1 of USD at the end, as the book's.</summary>
    public double[] Own { get; }

    /// <summary>What margin is tested at.</summary>
    public double[] Marks { get; }

    /// <summary>The next point of the path: pressure fades, volatility is updated by what the last tick made.</summary>
    public void Advance(double[] path)
    {
        for (var feed = 0; feed < _fading.Length; feed++)
        {
            var market = _settings.Markets[feed];
            var move = _lastOwn[feed] > 0.0 ? Own[feed] / _lastOwn[feed] - 1.0 : 0.0;
            _variance[feed] = market.VolatilityMemory * _variance[feed]
                + (1.0 - market.VolatilityMemory) * move * move;
            _lastOwn[feed] = Own[feed];
            _fading[feed] *= 1.0 - market.RecoveryPerTick;
        }
        _path = path;
        Refresh();
    }

    /// <summary>Marks options on what their underlyings have come to.</summary>
    public void Remark()
    {
        if (_options is null)
        {
            return;
        }
        Own.CopyTo(_made, 0);
        _options.Mark(_made);
        var marks = _made;
        if (_settings.Oracle != OraclePolicy.OwnBook)
        {
            marks = [.. Marks];
            _options.Mark(marks);
        }
        foreach (var feed in _options.Made)
        {
            Own[feed] = _made[feed] * (1.0 - Fall(feed));
            Marks[feed] = marks[feed];
        }
    }

    /// <summary>USD, at the price of the start, that move a feed by its whole value now.</summary>
    public double Depth(int feed)
    {
        var market = _settings.Markets[feed];
        var calm = Squared(market.ReferenceVolatility);
        if (market.DepthExponent == 0.0 || _variance[feed] <= calm)
        {
            return market.Depth;
        }
        var share = Math.Pow(calm / _variance[feed], market.DepthExponent / 2.0);
        return market.Depth * Math.Max(market.DepthFloor, share);
    }

    /// <summary>Units sold into the own book, negative for bought; returns the average price they get.</summary>
    public double Sell(int feed, double units)
    {
        var before = Own[feed];
        if (units == 0.0)
        {
            return before;
        }
        var pressure = units * _start[feed] / Depth(feed);
        var lasting = _settings.Markets[feed].PermanentShare;
        _lasting[feed] += pressure * lasting;
        _fading[feed] += pressure * (1.0 - lasting);
        Refresh(feed);
        return (before + Own[feed]) / 2.0;
    }

    private void Refresh()
    {
        for (var feed = 0; feed < _fading.Length; feed++)
        {
            Refresh(feed);
        }
        Remark();
    }

    private double Fall(int feed) => _settings.Markets[feed].Law.Fall(_lasting[feed] + _fading[feed]);

    private void Refresh(int feed)
    {
        var fall = Fall(feed);
        if (_options is not null && _isMade[feed])
        {
            Own[feed] = _made[feed] * (1.0 - fall);
            return;
        }
        Own[feed] = _path[feed] * (1.0 - fall);
        Marks[feed] = _settings.Oracle == OraclePolicy.OwnBook ? Own[feed] : Median(feed, fall);
    }

    private double Median(int feed, double fall)
    {
        var others = _settings.OtherVenues;
        Span<double> prices = stackalloc double[others.Count + 1];
        prices[0] = Own[feed];
        for (var venue = 0; venue < others.Count; venue++)
        {
            prices[venue + 1] = _path[feed] * (1.0 - others[venue] * fall);
        }
        prices.Sort();
        var middle = prices.Length / 2;
        return prices.Length % 2 == 1 ? prices[middle] : (prices[middle - 1] + prices[middle]) / 2.0;
    }

    private static double Squared(double value) => value * value;
}
