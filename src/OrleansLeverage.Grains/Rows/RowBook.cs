using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Grains.Rows;

/// <summary>
/// Whose the rows are, and what is counted of them without a sweep: per bucket of the roster how many and which,
/// commands, contracts held long. Changes are taken from any thread and wait, in order, for the thread that owns the
/// columns; nobody waits for a sweep.
/// </summary>
internal sealed class RowBook(Universe universe)
{
    // a row without an account holds this: nothing, so it is in no sum but the count
    private static readonly AccountId Nobody = new("nobody");

    private readonly Lock _lock = new();
    private readonly List<(AccountId Id, int Generation)> _rows = [];
    private readonly Stack<int> _free = [];
    private readonly HashSet<int> _leaving = [];
    private readonly RowCount[] _buckets = new RowCount[GrainKeys.RosterBuckets];
    private readonly LongContracts _longs = new(universe);
    private List<(int Number, Account Account)> _changes = [];
    private List<(int Number, Account Account)> _taken = [];
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

    public decimal[] Longs() => _longs.All();

    /// <summary>A new row, or the next state of one; an old ticket changes nothing and is given back.</summary>
    public RowTicket Put(RowTicket ticket, Account? before, Account after, long appliedBefore, long applied)
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
            _changes.Add((ticket.Number, after));
            _applied += applied - appliedBefore;
            _longs.Move(before, after);
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

    public void Remove(RowTicket ticket, Account? last, long applied)
    {
        lock (_lock)
        {
            if (!IsLive(ticket))
            {
                return;
            }
            var id = _rows[ticket.Number].Id;
            ref var bucket = ref _buckets[GrainKeys.RosterBucket(id.Value)];
            bucket = new RowCount(bucket.Rows - 1, unchecked(bucket.HashSum - GrainKeys.Hash(id.Value)));
            _rows[ticket.Number] = (Nobody, ticket.Generation + 1);
            _changes.Add((ticket.Number, new Account(Nobody)));
            _free.Push(ticket.Number);
            _leaving.Remove(ticket.Number);
            _applied -= applied;
            _longs.Move(last, null);
        }
    }

    /// <summary>
    /// Everything that changed since the last call, and the counts that belong to it. The list is the caller's until
    /// the next call.
    /// </summary>
    public (List<(int Number, Account Account)> Changes, RowCount[] Buckets, int Empty, long Applied) Take()
    {
        lock (_lock)
        {
            (_changes, _taken) = (_taken, _changes);
            _changes.Clear();
            return (_taken, [.. _buckets], _free.Count, _applied);
        }
    }

    /// <summary>The changes are in the columns: their accounts need not be kept.</summary>
    public static void Done(List<(int Number, Account Account)> changes)
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

    /// <summary>The accounts with rows in a bucket of the roster, or in all.</summary>
    public string[] Accounts(int? bucket)
    {
        lock (_lock)
        {
            return [.. _rows.Where(r => r.Id != Nobody
                && (bucket is null || GrainKeys.RosterBucket(r.Id.Value) == bucket)).Select(r => r.Id.Value)];
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
        ref var bucket = ref _buckets[GrainKeys.RosterBucket(id.Value)];
        bucket = new RowCount(bucket.Rows + 1, unchecked(bucket.HashSum + GrainKeys.Hash(id.Value)));
        if (_free.TryPop(out var number))
        {
            var generation = _rows[number].Generation + 1;
            _rows[number] = (id, generation);
            return new RowTicket(number, generation);
        }
        _rows.Add((id, 1));
        return new RowTicket(_rows.Count - 1, 1);
    }
}
