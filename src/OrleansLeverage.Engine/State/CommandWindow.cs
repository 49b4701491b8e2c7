using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.State;

/// <summary>
/// What is remembered of a command: its payload's digest, its first answer, and the count of applied commands then.
/// </summary>
internal readonly record struct RememberedCommand(PayloadDigest Digest, CommandStatus Status, long Sequence)
{
    /// <summary>
    /// What a command under the remembered id is answered: the first answer again, or that the id is taken.
    /// </summary>
    public CommandResult Answer(AccountCommand command, PayloadDigest digest, FrameNumber frame)
    {
        if (Digest.Whole != digest.Whole)
        {
            return new CommandResult(command.Id, CommandStatus.CommandIdReused, 0L, frame,
                Detail: Digest.FirstDifference(digest, CommandCodec.FieldNames(command)) ?? "payload");
        }
        return new CommandResult(command.Id,
            Status == CommandStatus.Applied ? CommandStatus.Duplicate : CommandStatus.IdAlreadyFailed, Sequence, frame,
            Status, Status.Code());
    }
}

/// <summary>
/// The ids that have been answered, so that none is applied twice. Bounded: the oldest leave first, and from then on
/// every id whose own time is not after the latest that left is too old to be told from one of them, and is refused.
/// <code>
/// answered, dated now or before ──► order ──► leaves when the window is full, and raises the low water to its own time
/// answered, dated in the future ──► future, by time; joins the end of order when its time has come
/// </code>
/// So an id dated in the future can never pass for a new one, and never lifts the low water to the present, where the
/// ids of commands on their way are. Of the window it takes half at most: beyond that it is refused, and no other. One
/// writer.
/// </summary>
internal sealed class CommandWindow(int capacity)
{
    // room for the first seconds of a busy day, so that the writer does not stop to grow it
    private const int StartCapacity = 1 << 18;
    private const int LargeCapacity = 1 << 16;

    // the window of one account is one of many and mostly empty
    private readonly Dictionary<UInt128, RememberedCommand> _commands =
        new(capacity < LargeCapacity ? 0 : Math.Min(capacity, StartCapacity));

    private readonly Queue<UInt128> _order = [];
    private readonly PriorityQueue<UInt128, UInt128> _future = new();

    /// <summary>
    /// Ids with this time or an earlier one that are not remembered are too old; −1 while none has left.
    /// </summary>
    public long LowWaterMs { get; set; } = -1;

    public int Count => _commands.Count;

    /// <summary>
    /// Remembered ids: in the order they were answered, then those dated in the future by their time.
    /// </summary>
    public IEnumerable<(CommandId Id, RememberedCommand Command)> All =>
        _order.Concat(_future.UnorderedItems.Select(i => i.Element).Order())
            .Select(id => (new CommandId(id), _commands[id]));

    public bool TryGet(CommandId id, out RememberedCommand command) => _commands.TryGetValue(id.Value, out command);

    public bool IsTooOld(CommandId id) => id.UnixMs <= LowWaterMs;

    /// <summary>
    /// True where <paramref name="id"/> is dated in the future and its half of the window is taken by others that are.
    /// </summary>
    public bool HasNoRoomFor(CommandId id, long nowMs)
    {
        Arrive(nowMs);
        return id.UnixMs > nowMs && _future.Count >= capacity / 2;
    }

    /// <exception cref="InvalidDataException">The id is remembered already: something was applied twice.</exception>
    public void Add(CommandId id, RememberedCommand command, long nowMs)
    {
        if (!_commands.TryAdd(id.Value, command))
        {
            throw new InvalidDataException($"command {id} was answered twice");
        }
        Arrive(nowMs);
        if (id.UnixMs > nowMs)
        {
            _future.Enqueue(id.Value, id.Value);
        }
        else
        {
            _order.Enqueue(id.Value);
        }
        while (_commands.Count > capacity && _order.TryDequeue(out var oldest))
        {
            _commands.Remove(oldest);
            LowWaterMs = Math.Max(LowWaterMs, new CommandId(oldest).UnixMs);
        }
    }

    private void Arrive(long nowMs)
    {
        while (_future.TryPeek(out var next, out _) && new CommandId(next).UnixMs <= nowMs)
        {
            _order.Enqueue(_future.Dequeue());
        }
    }
}
