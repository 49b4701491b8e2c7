using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// Every account's durable state, packed. One writer; readers on any thread take an account's bytes as they are, which
/// are always those of a committed state, because a change replaces the array and never writes into it.
/// </summary>
internal sealed class AccountStore(Universe universe)
{
    private const int BlockBits = 12;
    private const int BlockSize = 1 << BlockBits;

    private readonly Lock _growth = new();
    private readonly Dictionary<AccountId, int> _numbers = [];
    private readonly ByteSink _sink = new();
    private volatile Entry[][] _blocks = [];
    private volatile int _count;

    public int Count => _count;

    public Universe Universe { get; set; } = universe;

    /// <summary>Bytes of packed state, array headers included.</summary>
    public long PackedBytes { get; private set; }

    /// <summary>
    /// The account's number, −1 where there is none. Numbers are given in order of arrival and never again.
    /// </summary>
    public int Number(AccountId id)
    {
        lock (_growth)
        {
            return _numbers.TryGetValue(id, out var number) ? number : -1;
        }
    }

    public AccountId Id(int number) => At(number).Id;

    /// <summary>The account's state as last committed; null where there is none.</summary>
    public Account? Read(AccountId id)
    {
        var number = Number(id);
        return number < 0 ? null : Read(number);
    }

    public Account Read(int number)
    {
        ref var entry = ref At(number);
        return AccountCodec.Read(entry.Id, Volatile.Read(ref entry.State), Universe, names: false);
    }

    /// <summary>Puts a committed state in place and returns the account's number.</summary>
    public int Put(Account account)
    {
        _sink.Clear();
        AccountCodec.Write(_sink, account, names: false);
        var state = _sink.ToArray();
        var number = Number(account.Id);
        if (number < 0)
        {
            number = Add(account.Id, state);
        }
        else
        {
            ref var entry = ref At(number);
            PackedBytes -= entry.State.Length;
            Volatile.Write(ref entry.State, state);
            PackedBytes += state.Length;
        }
        return number;
    }

    /// <summary>Every account's state as it is committed now, by number. For the writer.</summary>
    public (AccountId Id, byte[] State)[] Entries()
    {
        var entries = new (AccountId, byte[])[_count];
        for (var number = 0; number < entries.Length; number++)
        {
            ref var entry = ref At(number);
            entries[number] = (entry.Id, entry.State);
        }
        return entries;
    }

    /// <summary>Account numbers in the order of their ids: the order of hashes and snapshots.</summary>
    public int[] InOrder()
    {
        var numbers = Enumerable.Range(0, _count).ToArray();
        Array.Sort(numbers, (left, right) => At(left).Id.CompareTo(At(right).Id));
        return numbers;
    }

    private int Add(AccountId id, byte[] state)
    {
        var number = _count;
        if (number >> BlockBits == _blocks.Length)
        {
            _blocks = [.. _blocks, new Entry[BlockSize]];
        }
        At(number) = new Entry { Id = id, State = state };
        PackedBytes += state.Length + ArrayOverheadBytes;
        lock (_growth)
        {
            _numbers.Add(id, number);
        }
        _count = number + 1;
        return number;
    }

    /// <summary>Header and length of an array on 64 bits, and its alignment on average.</summary>
    private const int ArrayOverheadBytes = 28;

    private ref Entry At(int number) => ref _blocks[number >> BlockBits][number & (BlockSize - 1)];

    private struct Entry
    {
        public AccountId Id;
        public byte[] State;
    }
}
