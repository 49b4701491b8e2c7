using System.Collections.Concurrent;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Census;

/// <summary>
/// Every account's figures as one pass saw them, in whatever order is asked for. The order is that of the columns;
/// figures that are shown are exact, of the account as it is committed when it is first shown, at the prices of the
/// pass's last frame. For any thread. Its arrays are used again once nobody is inside: whoever lists enters first and
/// leaves, as does the keeper, who is inside from the beginning until there is a newer census.
/// </summary>
/// <param name="count">Accounts; the buffer has room for more.</param>
/// <param name="left">Called once, by the last to leave.</param>
internal sealed class AccountCensus(CensusBuffer buffer, int count, MarketCensus market, PriceFrame frame, IdRanks ids,
    Func<int, Account?> read, Action<CensusBuffer> left)
{
    /// <summary>Accounts that one page looks at, at most.</summary>
    private const int LookedAtMax = 100_000;

    /// <summary>Accounts whose exact figures are kept for the next who asks.</summary>
    private const int ShownMax = 8_192;

    private readonly Lock _sorting = new();
    private readonly CensusRow[] _rows = buffer.Rows;
    private readonly int[]?[] _orders = new int[]?[Enum.GetValues<AccountOrder>().Length];
    private readonly ConcurrentDictionary<int, ListedAccount> _shown = new();
    private int _inside = 1;

    public MarketCensus Market => market;

    public PriceFrame Frame => frame;

    /// <summary>False where everybody has left: there is a newer census then.</summary>
    public bool TryEnter()
    {
        for (var inside = Volatile.Read(ref _inside); inside > 0; inside = Volatile.Read(ref _inside))
        {
            if (Interlocked.CompareExchange(ref _inside, inside + 1, inside) == inside)
            {
                return true;
            }
        }
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inside) == 0)
        {
            left(buffer);
        }
    }

    /// <summary>
    /// A page of the accounts that a query asks for, with the figure that each is placed by, for whoever merges pages.
    /// </summary>
    public (AccountListing Listing, double[] Keys) Page(AccountQuery query)
    {
        var order = Ordered(query.Order).AsSpan(0, count);
        var from = query.After is { } after ? FirstAfter(order, query.Order, after) : 0;
        var filter = new ListingFilter(query, frame.Universe);
        var items = new List<ListedAccount>(Math.Min(query.CountMax, 128));
        var keys = new List<double>(items.Capacity);
        var at = from;
        for (; at < order.Length && at - from < LookedAtMax && items.Count < query.CountMax; at++)
        {
            ref readonly var row = ref _rows[order[at]];
            if (filter.EndsAt(row))
            {
                at = order.Length;
                break;
            }
            if (filter.MayTake(row) && Show(order[at], query, out var shown) && filter.Takes(shown))
            {
                items.Add(shown);
                keys.Add(Key(query.Order, order[at]));
            }
        }
        return (new AccountListing(frame.Number, frame.TimeMs, count, items,
            at < order.Length ? new AccountPlace(Key(query.Order, order[at - 1]), Id(order[at - 1])) : null),
            [.. keys]);
    }

    private AccountId Id(int number) => ids.Id(number);

    private bool Show(int number, AccountQuery query, out ListedAccount shown)
    {
        if (!query.AsksForPositions && _shown.TryGetValue(number, out shown!))
        {
            return true;
        }
        // whoever has the number now need not be who was counted
        if (read(number) is not { } account || account.Id != Id(number) || !query.IsHeldBy(account, frame))
        {
            shown = null!;
            return false;
        }
        if (!_shown.TryGetValue(number, out shown!))
        {
            shown = Listed.Of(account, frame);
            if (_shown.Count < ShownMax)
            {
                _shown.TryAdd(number, shown);
            }
        }
        return true;
    }

    private double Key(AccountOrder order, int number) => order switch
    {
        AccountOrder.Risk => _rows[number].Risk,
        AccountOrder.Notional => _rows[number].Notional,
        AccountOrder.Leverage => _rows[number].Leverage,
        AccountOrder.Id => 0.0,
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "is not an order"),
    };

    /// <summary>Account numbers, largest key first, equal ones by id. Made when first asked for.</summary>
    private int[] Ordered(AccountOrder order)
    {
        if (Volatile.Read(ref _orders[(int)order]) is { } made)
        {
            return made;
        }
        lock (_sorting)
        {
            return _orders[(int)order] ??= order == AccountOrder.Id ? ids.OrderOf(count) : Sorted(order);
        }
    }

    private int[] Sorted(AccountOrder order)
    {
        var (numbers, keys) = (buffer.Order(order), buffer.SortKeys());
        for (var number = 0; number < count; number++)
        {
            (numbers[number], keys[number]) = (number, -Key(order, number));
        }
        Array.Sort(keys, numbers, 0, count);
        var ranks = ids.RanksOf(count);
        for (var (from, to) = (0, 0); from < count; from = to)
        {
            to = from + 1;
            while (to < count && keys[to].Equals(keys[from]))
            {
                to++;
            }
            if (to - from > 1)
            {
                var equals = numbers.AsSpan(from, to - from);
                var places = buffer.Places(equals.Length);
                for (var i = 0; i < places.Length; i++)
                {
                    places[i] = ranks[equals[i]];
                }
                places.Sort(equals);
            }
        }
        return numbers;
    }

    /// <summary>The first place whose account comes after the one named, whether that is still there or not.</summary>
    private int FirstAfter(ReadOnlySpan<int> order, AccountOrder by, AccountPlace after)
    {
        var (low, high) = (0, order.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            var key = Key(by, order[middle]);
            var isAfter = key < after.Key || (key.Equals(after.Key) && Id(order[middle]).CompareTo(after.Account) > 0);
            (low, high) = isAfter ? (low, middle) : (middle + 1, high);
        }
        return low;
    }
}
