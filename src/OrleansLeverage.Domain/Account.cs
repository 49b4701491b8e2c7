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

    // never written into: a change replaces the array, so copies of an account share what neither has changed
    private Balance[] _balances = [];
    private Position[] _positions = [];
    private Reservation[] _reservations = [];

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
        return new Account(Id)
        {
            Sequence = Sequence,
            Episode = Episode,
            _balances = _balances,
            _positions = _positions,
            _reservations = _reservations,
            _openOrders = _openOrders,
        };
    }

    /// <summary>An account as it was written: parts in the order in which the account gave them.</summary>
    public static Account Restore(AccountId id, long sequence, RiskEpisode episode, Balance[] balances,
        Position[] positions, Reservation[] reservations)
    {
        var account = new Account(id)
        {
            Sequence = sequence,
            Episode = episode,
            _balances = balances,
            _positions = positions,
            _reservations = reservations,
        };
        foreach (var reservation in reservations)
        {
            account.AddOrder(reservation, 1);
        }
        return account;
    }

    /// <summary>Takes one fact into the state.</summary>
    public void Apply(AccountEvent fact)
    {
        switch (fact)
        {
            case BalanceChanged balance:
                Put(ref _balances, new Balance(balance.Asset, balance.After), static b => b.Asset.Index,
                    balance.After == 0m);
                break;
            case PositionChanged position:
                Put(ref _positions, position.After, static p => p.Instrument.Index, position.After.IsDefault);
                break;
            case OrderReserved reserved:
                var place = Array.FindIndex(_reservations, r => r.Order.CompareTo(reserved.Reservation.Order) > 0);
                place = place < 0 ? _reservations.Length : place;
                _reservations = [.. _reservations[..place], reserved.Reservation, .. _reservations[place..]];
                AddOrder(reserved.Reservation, 1);
                break;
            case OrderReleased released:
                var open = Array.FindIndex(_reservations, r => r.Order == released.Order);
                if (open < 0)
                {
                    throw new InvalidOperationException($"order {released.Order} is not open at {Id}");
                }
                AddOrder(_reservations[open], -1);
                _reservations = [.. _reservations[..open], .. _reservations[(open + 1)..]];
                break;
            case EpisodeChanged episode:
                Episode = episode.After;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact.GetType().Name, "not a fact about an account");
        }
    }

    private static void Put<T>(ref T[] array, T item, Func<T, int> index, bool remove)
    {
        var key = index(item);
        var place = 0;
        while (place < array.Length && index(array[place]) < key)
        {
            place++;
        }
        var found = place < array.Length && index(array[place]) == key ? 1 : 0;
        if (remove && found == 0)
        {
            return;
        }
        var after = new T[array.Length - found + (remove ? 0 : 1)];
        Array.Copy(array, after, place);
        var tail = array.Length - place - found;
        Array.Copy(array, place + found, after, after.Length - tail, tail);
        if (!remove)
        {
            after[place] = item;
        }
        array = after;
    }
}

/// <summary>An amount of one asset held by an account; negative is owed.</summary>
public readonly record struct Balance(Asset Asset, decimal Amount);
