using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Census;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Grains.Rows;

/// <summary>
/// Whose the rows are, and what is counted of them without a sweep: per bucket of the roster how many and which,
/// commands, contracts held long. Changes are taken from any thread and wait, in order, for the thread that owns the
/// columns; nobody waits for a sweep.
/// </summary>
internal sealed class RowBook(Universe universe)
{
    // whose row it is where it is nobody's
    private static readonly AccountId Nobody = new("nobody");

    private readonly Lock _lock = new();
    private readonly List<Row> _rows = [];
    private readonly Stack<int> _free = [];
    private readonly HashSet<int> _leaving = [];
    private readonly RowCount[] _buckets = new RowCount[GrainKeys.RosterBuckets];
    private readonly LongContracts _longs = new(universe);
    private readonly MarketHolders _holders = new(universe);

    // numbers of the rows of each bucket, in no order; a row knows its place there
    private readonly List<int>[] _members =
        [.. Enumerable.Range(0, GrainKeys.RosterBuckets).Select(_ => new List<int>())];
    private List<(int Number, Account? Account)> _changes = [];
    private List<(int Number, Account? Account)> _taken = [];
    private IdRanks? _ids;
    private long _applied;

    /// <summary>Rows with an account.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _rows.Count - _free.Count;
            }
        }
    }

    /// <summary>Rows by bucket of the roster, as they are now.</summary>
    public RowCount[] Buckets
    {
        get
        {
            lock (_lock)
            {
                return [.. _buckets];
            }
        }
    }

    public decimal[] Longs() => _longs.All();

    /// <summary>A new row, or the next state of one; an old ticket changes nothing and is given back.</summary>
    /// <param name="state">The account's durable state in its grain's bytes: kept, never changed.</param>
    public RowTicket Put(RowTicket ticket, Account? before, Account after, long appliedBefore, long applied,
        byte[] state)
    {
        lock (_lock)
        {
            if (!ticket.IsRow)
            {
                ticket = Add(after.Id);
            }
            else if (!IsLive(ticket))
            {
                return ticket;
            }
            _rows[ticket.Number] = _rows[ticket.Number] with { State = state };
            _changes.Add((ticket.Number, after));
            _applied += applied - appliedBefore;
            _longs.Move(before, after);
            _holders.Move(before, after, ticket.Number);
            return ticket;
        }
    }

    /// <summary>Nothing is nominated of the row any more; it still counts until it is removed.</summary>
    public void Leave(RowTicket ticket)
    {
        lock (_lock)
        {
            if (IsLive(ticket))
            {
                _leaving.Add(ticket.Number);
            }
        }
    }

    /// <param name="account">Its last state.</param>
    public void Remove(RowTicket ticket, Account? account, long applied)
    {
        lock (_lock)
        {
            if (!IsLive(ticket))
            {
                return;
            }
            var (id, _, place, member, _) = _rows[ticket.Number];
            ref var bucket = ref _buckets[place];
            bucket = new RowCount(bucket.Rows - 1, unchecked(bucket.HashSum - GrainKeys.Hash(id.Value)));
            // the last of the bucket takes the place
            var members = _members[place];
            var last = members[^1];
            members[member] = last;
            _rows[last] = _rows[last] with { Member = member };
            members.RemoveAt(members.Count - 1);
            _rows[ticket.Number] = new Row(Nobody, ticket.Generation + 1, 0, 0, []);
            _changes.Add((ticket.Number, null));
            _ids = null;
            _free.Push(ticket.Number);
            _leaving.Remove(ticket.Number);
            _applied -= applied;
            _longs.Move(account, null);
            _holders.Move(account, null, ticket.Number);
        }
    }

    /// <summary>
    /// Everything that changed since the last call, in order, without an account where a row was taken out, and the
    /// counts that belong to it. The list is the caller's until the next call.
    /// </summary>
    public (List<(int Number, Account? Account)> Changes, RowCount[] Buckets, long Applied) Take()
    {
        lock (_lock)
        {
            (_changes, _taken) = (_taken, _changes);
            _changes.Clear();
            return (_taken, [.. _buckets], _applied);
        }
    }

    /// <summary>The changes are in the columns: their accounts need not be kept.</summary>
    public static void Done(List<(int Number, Account? Account)> changes)
    {
        const int UsualMax = 1 << 16;
        changes.Clear();
        if (changes.Capacity > UsualMax)
        {
            changes.Capacity = 0;
        }
    }

    /// <summary>The accounts of rows by number, without those that are leaving or have left.</summary>
    public AccountId[] Names(IReadOnlyList<int> numbers)
    {
        lock (_lock)
        {
            return [.. numbers.Where(n => !_leaving.Contains(n)).Select(n => _rows[n].Id)
                .Where(id => id != Nobody)];
        }
    }

    /// <summary>The account of a row; the name of nobody where there is none.</summary>
    public AccountId Name(int number)
    {
        lock (_lock)
        {
            return _rows[number].Id;
        }
    }

    /// <summary>Who has which row now.</summary>
    public IdRanks Ids
    {
        get
        {
            lock (_lock)
            {
                if (_ids is null)
                {
                    var names = _rows.Select(r => r.Id).ToArray();
                    _ids = new IdRanks(number => names[number]);
                }
                return _ids;
            }
        }
    }

    /// <summary>The durable state of a row; null where it is nobody's.</summary>
    public (AccountId Id, byte[] State)? State(int number)
    {
        lock (_lock)
        {
            return number < _rows.Count && _rows[number] is var row && row.Id != Nobody ? (row.Id, row.State) : null;
        }
    }

    /// <summary>The accounts with rows in a bucket of the roster, or in all.</summary>
    public string[] Accounts(int? bucket)
    {
        lock (_lock)
        {
            return [.. (bucket is { } one ? _members[one].Select(n => _rows[n]) : _rows.Where(r => r.Id != Nobody))
                .Select(r => r.Id.Value)];
        }
    }

    /// <summary>
    /// Durable states of some buckets, each with the count that it makes whole with the other silos'.
    /// </summary>
    public (RowCount Rows, List<(AccountId Id, byte[] State)> States)[] States(int fromBucket, int buckets)
    {
        lock (_lock)
        {
            var found = new (RowCount, List<(AccountId, byte[])> States)[buckets];
            for (var i = 0; i < buckets; i++)
            {
                found[i] = (_buckets[fromBucket + i],
                    [.. _members[fromBucket + i].Select(n => (_rows[n].Id, _rows[n].State))]);
            }
            return found;
        }
    }

    /// <summary>Durable states of those who hold a market, and the rows that they were looked for in, by bucket.
    /// </summary>
    public (RowCount[] Buckets, (AccountId Id, byte[] State)[] States) Holders(Instrument market)
    {
        lock (_lock)
        {
            return ([.. _buckets], [.. _holders.Of(market).Select(n => (_rows[n].Id, _rows[n].State))]);
        }
    }

    /// <summary>Some rows in turn, from a number on.</summary>
    public (int Number, AccountId Id)[] Slice(int from, int count)
    {
        lock (_lock)
        {
            return [.. Enumerable.Range(from, Math.Max(0, Math.Min(count, _rows.Count - from)))
                .Select(n => (n, _rows[n].Id)).Where(r => r.Id != Nobody)];
        }
    }

    private bool IsLive(RowTicket ticket) => ticket.IsRow && ticket.Number < _rows.Count
        && _rows[ticket.Number].Generation == ticket.Generation && _rows[ticket.Number].Id != Nobody;

    private RowTicket Add(AccountId id)
    {
        _ids = null;
        var place = GrainKeys.RosterBucket(id.Value);
        ref var bucket = ref _buckets[place];
        bucket = new RowCount(bucket.Rows + 1, unchecked(bucket.HashSum + GrainKeys.Hash(id.Value)));
        var member = _members[place].Count;
        if (_free.TryPop(out var number))
        {
            var generation = _rows[number].Generation + 1;
            _rows[number] = new Row(id, generation, (byte)place, member, []);
            _members[place].Add(number);
            return new RowTicket(number, generation);
        }
        _members[place].Add(_rows.Count);
        _rows.Add(new Row(id, 1, (byte)place, member, []));
        return new RowTicket(_rows.Count - 1, 1);
    }

    private readonly record struct Row(AccountId Id, int Generation, byte Bucket, int Member, byte[] State);
}
