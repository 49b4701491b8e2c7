namespace OrleansLeverage.Domain;

/// <summary>
/// Open orders of one instrument together: contracts bought, and (negative) sold, if all of them fill.
/// </summary>
public readonly record struct OpenOrders(Instrument Instrument, decimal Buys, decimal Sells)
{
    /// <summary>
    /// Largest |quantity| that fills can lead to from <paramref name="held"/>: all buys, or all sells.
    /// </summary>
    public decimal WorstQuantity(decimal held) => Math.Max(Math.Abs(held + Buys), Math.Abs(held + Sells));
}

/// <summary>
/// A position that is open, has open orders or holds margin of its own, and the largest |quantity| that fills of those
/// orders can lead to.
/// </summary>
public readonly record struct Exposure(Position Position, decimal WorstQuantity);

public sealed partial class Account
{
    private OpenOrders[] _openOrders = [];

    /// <summary>What prices and margin rules act on, in the order of the universe's instruments.</summary>
    public ExposureList Exposures => new(this);

    /// <summary>Sums of the reservations, in the order of the universe's instruments.</summary>
    public IReadOnlyList<OpenOrders> OpenOrders => _openOrders;

    /// <summary>The open orders of an instrument; none of them where there are none.</summary>
    public OpenOrders Orders(Instrument instrument)
    {
        foreach (var orders in _openOrders)
        {
            if (orders.Instrument.Index == instrument.Index)
            {
                return orders;
            }
        }
        return new OpenOrders(instrument, 0m, 0m);
    }

    /// <summary>How many open orders an instrument has.</summary>
    public int OrderCount(Instrument instrument)
    {
        var count = 0;
        foreach (var reservation in _reservations)
        {
            count += reservation.Instrument.Index == instrument.Index ? 1 : 0;
        }
        return count;
    }

    private void AddOrder(Reservation reservation, int sign)
    {
        var quantity = sign * reservation.Quantity.Value;
        var before = Orders(reservation.Instrument);
        var after = reservation.Quantity.IsLong
            ? before with { Buys = before.Buys + quantity }
            : before with { Sells = before.Sells + quantity };
        Put(ref _openOrders, after, static o => o.Instrument.Index, after is { Buys: 0m, Sells: 0m });
    }

    /// <summary>Merges positions and open orders without allocating.</summary>
    public readonly struct ExposureList(Account account)
    {
        public ExposureEnumerator GetEnumerator() => new(account);
    }

    public struct ExposureEnumerator(Account account)
    {
        private int _position;
        private int _orders;

        public Exposure Current { get; private set; }

        public bool MoveNext()
        {
            var (positions, orders) = (account._positions, account._openOrders);
            while (_position < positions.Length || _orders < orders.Length)
            {
                var held = _position < positions.Length ? positions[_position].Instrument.Index : int.MaxValue;
                var ordered = _orders < orders.Length ? orders[_orders].Instrument.Index : int.MaxValue;
                var position = held <= ordered
                    ? positions[_position++]
                    : new Position { Instrument = orders[_orders].Instrument };
                var quantity = position.Quantity.Value;
                if (ordered <= held)
                {
                    Current = new Exposure(position, orders[_orders++].WorstQuantity(quantity));
                    return true;
                }
                if (quantity != 0m || position.IsolatedMargin != 0m)
                {
                    Current = new Exposure(position, Math.Abs(quantity));
                    return true;
                }
            }
            return false;
        }
    }
}
