using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Contracts;

/// <summary>
/// The newest ids that this client's commands were finally answered under. Accounts remember the ids of commands that
/// name them; an id that is used again for others is only seen here. Safe to call from any thread.
/// </summary>
internal sealed class AnsweredIds(int capacity)
{
    private readonly Lock _lock = new();
    private readonly CommandCodec _codec = new();
    private readonly Dictionary<CommandId, RememberedCommand> _answered = [];
    private readonly Queue<CommandId> _order = [];

    /// <summary>The answer to a command whose id was another's; null for any other.</summary>
    public CommandResult? Reused(AccountCommand command, FrameNumber frame)
    {
        lock (_lock)
        {
            if (!_answered.TryGetValue(command.Id, out var remembered))
            {
                return null;
            }
            var digest = _codec.Digest(command);
            return digest.Whole == remembered.Digest.Whole ? null : remembered.Answer(command, digest, frame);
        }
    }

    /// <summary>
    /// Takes an answer in, where it is one that its id has for ever: of a list, only where all of it was applied.
    /// </summary>
    public void Add(AccountCommand command, CommandResult answer, bool isList)
    {
        if (!answer.IsApplied && (isList || !answer.Status.IsRecorded()))
        {
            return;
        }
        lock (_lock)
        {
            var status = answer.IsApplied ? CommandStatus.Applied : answer.Status;
            if (_answered.TryAdd(command.Id, new RememberedCommand(_codec.Digest(command), status, answer.Sequence)))
            {
                _order.Enqueue(command.Id);
                if (_order.Count > capacity)
                {
                    _answered.Remove(_order.Dequeue());
                }
            }
        }
    }
}
