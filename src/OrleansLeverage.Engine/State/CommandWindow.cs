using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.State;

/// <summary>What is remembered of a command: its payload's digest, its first answer, and the count of applied commands then.</summary>
internal readonly record struct RememberedCommand(PayloadDigest Digest, CommandStatus Status, long Sequence);

/// <summary>
/// The ids that have been answered, so that none is applied twice. Bounded: the oldest leave first, and from then on every id
/// whose own time is not after the latest that left is too old to be told from one of them, and is refused. An id dated in
/// the future is kept until its time has come, so that it can never pass for a new one. One writer.
/// </summary>
internal sealed class CommandWindow(int capacity)
{
    private readonly Dictionary<UInt128, RememberedCommand> _commands = [];
    private readonly Queue<UInt128> _order = [];
    private readonly Queue<UInt128> _future = [];

    /// <summary>Ids with this time or an earlier one that are not remembered are too old; −1 while none has left.</summary>
    public long LowWaterMs { get; set; } = -1;

    public int Count => _commands.Count;

    /// <summary>Remembered ids in the order they were answered.</summary>
    public IEnumerable<(CommandId Id, RememberedCommand Command)> All =>
        _future.Concat(_order).Select(id => (new CommandId(id), _commands[id]));

    public bool TryGet(CommandId id, out RememberedCommand command) => _commands.TryGetValue(id.Value, out command);

    public bool IsTooOld(CommandId id) => id.UnixMs <= LowWaterMs;

    /// <summary>Full of ids that may not leave yet: nothing new can be taken.</summary>
    public bool IsFull(long nowMs) => _future.Count >= capacity && new CommandId(_future.Peek()).UnixMs > nowMs;

    public void Add(CommandId id, RememberedCommand command, long nowMs)
    {
        _commands.Add(id.Value, command);
        _order.Enqueue(id.Value);
        while (_order.Count + _future.Count > capacity && TryDrop(nowMs))
        {
        }
    }

    /// <summary>Takes back the newest ids, which did not become durable.</summary>
    public void Forget(IReadOnlyCollection<CommandId> ids)
    {
        var forgotten = ids.Where(id => _commands.Remove(id.Value)).Select(id => id.Value).ToHashSet();
        if (forgotten.Count > 0)
        {
            var kept = _order.Where(id => !forgotten.Contains(id)).ToArray();
            _order.Clear();
            foreach (var id in kept)
            {
                _order.Enqueue(id);
            }
        }
    }

    private bool TryDrop(long nowMs)
    {
        var queue = _future.Count > 0 && new CommandId(_future.Peek()).UnixMs <= nowMs ? _future : _order;
        if (!queue.TryDequeue(out var oldest))
        {
            return false;
        }
        var timeMs = new CommandId(oldest).UnixMs;
        if (timeMs > nowMs)
        {
            _future.Enqueue(oldest);
            return queue.Count > 0;
        }
        if (_commands.Remove(oldest))
        {
            LowWaterMs = Math.Max(LowWaterMs, timeMs);
        }
        return true;
    }
}
