namespace OrleansLeverage.Domain;

/// <summary>
/// One trading account: balances, positions, orders' margin, risk episode, sequence. Changed only by
/// <see cref="Apply"/>, one event at a time; what to apply is decided by <c>Decide</c> without changing anything. Not
/// thread-safe: one writer.
/// </summary>
public sealed partial class Account
{
    public const int PositionsMax = 256;
    public const int ReservationsMax = 1024;

    private readonly List<Balance> _balances = [];
    private readonly List<Position> _positions = [];
    private readonly List<Reservation> _reservations = [];

    public Account(AccountId id) => Id = id;

    public AccountId Id { get; }

    /// <summary>Number of commands applied.</summary>
    public long Sequence { get; set; }

    public RiskEpisode Episode { get; private set; } = RiskEpisode.None;

    /// <summary>In the order of the universe's assets; no zero balances.</summary>
    public IReadOnlyList<Balance> Balances => _balances;

    /// <summary>
    /// In the order of the universe's instruments; flat ones only where they carry a setting or history.
    /// </summary>
    public IReadOnlyList<Position> Positions => _positions;

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<Reservation> Reservations => _reservations;

    /// <summary>True where a price move can change the account's equity through a position.</summary>
    public bool HasExposure
    {
        get
        {
            foreach (var position in _positions)
            {
                if (!position.Quantity.IsZero)
                {
                    return true;
                }
            }
            return false;
        }
    }

    public decimal Balance(Asset asset)
    {
        foreach (var balance in _balances)
        {
            if (balance.Asset.Index == asset.Index)
            {
                return balance.Amount;
            }
        }
        return 0m;
    }

    /// <summary>The position of an instrument, an empty one where there is none.</summary>
    public Position Position(Instrument instrument)
    {
        foreach (var position in _positions)
        {
            if (position.Instrument.Index == instrument.Index)
            {
                return position;
            }
        }
        return new Position { Instrument = instrument };
    }

    public Account Copy()
    {
        var copy = new Account(Id) { Sequence = Sequence, Episode = Episode };
        copy._balances.AddRange(_balances);
        copy._positions.AddRange(_positions);
        copy._reservations.AddRange(_reservations);
        copy._openOrders.AddRange(_openOrders);
        return copy;
    }

    /// <summary>Takes one fact into the state.</summary>
    public void Apply(AccountEvent fact)
    {
        switch (fact)
        {
            case BalanceChanged balance:
                Put(_balances, new Balance(balance.Asset, balance.After), b => b.Asset.Index, balance.After == 0m);
                break;
            case PositionChanged position:
                Put(_positions, position.After, p => p.Instrument.Index, position.After.IsDefault);
                break;
            case OrderReserved reserved:
                var place = _reservations.FindIndex(r => r.Order.CompareTo(reserved.Reservation.Order) > 0);
                _reservations.Insert(place < 0 ? _reservations.Count : place, reserved.Reservation);
                AddOrder(reserved.Reservation, 1);
                break;
            case OrderReleased released:
                var open = _reservations.FindIndex(r => r.Order == released.Order);
                if (open < 0)
                {
                    throw new InvalidOperationException($"order {released.Order} is not open at {Id}");
                }
                AddOrder(_reservations[open], -1);
                _reservations.RemoveAt(open);
                break;
            case EpisodeChanged episode:
                Episode = episode.After;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, "not a fact about an account");
        }
    }

    private static void Put<T>(List<T> list, T item, Func<T, int> index, bool remove)
    {
        var key = index(item);
        var place = 0;
        while (place < list.Count && index(list[place]) < key)
        {
            place++;
        }
        var found = place < list.Count && index(list[place]) == key;
        if (remove)
        {
            if (found)
            {
                list.RemoveAt(place);
            }
        }
        else if (found)
        {
            list[place] = item;
        }
        else
        {
            list.Insert(place, item);
        }
    }
}

/// <summary>An amount of one asset held by an account; negative is owed.</summary>
public readonly record struct Balance(Asset Asset, decimal Amount);
