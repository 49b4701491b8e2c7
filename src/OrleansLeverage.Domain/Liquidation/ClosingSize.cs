namespace OrleansLeverage.Domain;

/// <summary>How many lots of a position one liquidation may close, and where its margin bracket changes.</summary>
internal sealed class ClosingSize
{
    private const int LotDigits = 6;

    private readonly decimal _held;
    private readonly decimal _notional;
    private readonly Instrument _instrument;
    private readonly decimal _lotsMin;
    private readonly decimal _lotsLeft;
    private readonly decimal _lotsPerFill;

    public ClosingSize(in PositionValuation position, LiquidationRules rules, decimal fillNotionalMax)
    {
        _instrument = position.Position.Instrument;
        _held = position.Position.Quantity.Value;
        _notional = position.Notional;
        Lots = Math.Abs(_held) / _instrument.LotSize;
        // quotients of what is held: none is larger than its lots, and a last digit is no lot
        var least = rules.NotionalMin >= _notional ? Lots
            : decimal.Ceiling(decimal.Round(rules.NotionalMin / _notional * Lots, LotDigits));
        _lotsMin = _notional <= rules.WholeBelowNotional ? Lots : Math.Min(Lots, Math.Max(1m, least));
        _lotsLeft = least;
        // a close may fill at up to twice the mark
        var value = Math.Abs(_held) * _instrument.Multiplier
            * (_instrument.Style == ContractStyle.Linear ? position.Mark * 2m : 1m);
        _lotsPerFill = value <= fillNotionalMax ? Lots : decimal.Floor(fillNotionalMax / value * Lots);
        var share = Math.Max(decimal.Ceiling(Lots * rules.CloseShareMax), _lotsMin);
        LotsMax = Bounded(Math.Min(share, Math.Max(1m, _lotsPerFill)));
    }

    /// <summary>Lots held.</summary>
    public decimal Lots { get; }

    /// <summary>The most that one liquidation may close.</summary>
    public decimal LotsMax { get; }

    public bool IsClosable(decimal lots) => lots <= _lotsPerFill;

    /// <summary>At least the least close, and all where less than the least close would remain.</summary>
    public decimal Bounded(decimal lots)
    {
        var most = Math.Max(lots, _lotsMin);
        return Lots - most < _lotsLeft && IsClosable(Lots) ? Lots : Math.Min(most, Lots);
    }

    /// <summary>The closing trade of so many lots.</summary>
    public Quantity Quantity(decimal lots) => new(-Math.Sign(_held) * lots * _instrument.LotSize);

    /// <summary>Rising, up to the most: lots after which what remains lies in a lower bracket, and the most.</summary>
    public IEnumerable<decimal> Edges()
    {
        var tiers = _instrument.Margin.Tiers;
        for (var i = tiers.Count - 1; i > 0; i--)
        {
            var floor = tiers[i].FloorNotional;
            if (floor < _notional)
            {
                var edge = decimal.Floor(Lots * (1m - floor / _notional));
                if (edge >= 1m && edge < LotsMax)
                {
                    yield return edge;
                }
            }
        }
        yield return LotsMax;
    }
}
