using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.Core;

/// <summary>Commands into the pending batch.</summary>
internal sealed partial class GridCore
{
    /// <summary>Decides one command at the frame.</summary>
    public CommandResult Execute(AccountCommand command)
    {
        if (command.Id.IsReserved)
        {
            return Refuse(command, CommandStatus.ReservedId);
        }
        var digest = _commands.Digest(command);
        if (Pending.TryGet(command.Id, out var remembered) || State.Window.TryGet(command.Id, out remembered))
        {
            return remembered.Answer(command, digest, _frame.Number);
        }
        if (State.Window.IsTooOld(command.Id))
        {
            return Refuse(command, CommandStatus.IdTooOld);
        }
        if (State.Window.HasNoRoomFor(command.Id, NowMs))
        {
            return Refuse(command, CommandStatus.Overloaded, "too many ids are dated in the future");
        }
        var changes = new List<AccountChange>(2);
        var house = new List<HouseEntry>(4);
        var (status, detail) = CommandDecision.Of(command, _find, _frame, changes, house, this);
        if (status == CommandStatus.Applied)
        {
            return Apply(command, digest, changes, house);
        }
        if (status.IsRecorded())
        {
            RecordFrame(_frame);
            Add(new RefusedRecord(command.Id, digest, status, _frame.Number));
        }
        return Refuse(command, status, detail);
    }

    /// <summary>
    /// All in order or none: the first that is refused takes back those before it, and nothing of the list is
    /// remembered.
    /// What was applied before, by an earlier list or earlier in this one, answers as a duplicate and holds nothing up.
    /// </summary>
    public IReadOnlyList<CommandResult> ExecuteAll(IReadOnlyList<AccountCommand> commands)
    {
        var mark = Pending.Here();
        var results = new CommandResult[commands.Count];
        for (var i = 0; i < commands.Count; i++)
        {
            var result = Execute(commands[i]);
            if (!result.IsApplied)
            {
                Pending.Return(mark);
                return commands.Select(c => result with { Id = c.Id }).ToArray();
            }
            results[i] = result;
        }
        return results;
    }

    private CommandResult Apply(AccountCommand command, PayloadDigest digest, List<AccountChange> changes,
        List<HouseEntry> house)
    {
        RecordFrame(_frame);
        foreach (var change in changes)
        {
            Pending.Put(change.ApplyTo(Find(change.Account)));
        }
        var sequence = State.Applied + Pending.Applied + 1;
        Add(new AppliedRecord(command.Id, digest, sequence, _frame.Number, changes, house)
        {
            Liquidation = command is ApplyFill { Reason: FillReason.Liquidation } fill ? fill : null,
        });
        if (command is PublishFunding funding)
        {
            Add(new FundingRecord(funding.Instrument, FundingAfter(funding)));
        }
        return new CommandResult(command.Id, CommandStatus.Applied, sequence, _frame.Number);
    }

    /// <summary>The index after the command, on what is pending and durable.</summary>
    private decimal FundingAfter(PublishFunding funding) => CommandDecision.FundingAfter(funding,
        Pending.Records.OfType<FundingRecord>().LastOrDefault(f => f.Instrument == funding.Instrument)?.Index
            ?? State.Funding.GetValueOrDefault(funding.Instrument), _frame);

    private CommandResult Refuse(AccountCommand command, CommandStatus status, string? detail = null) =>
        new(command.Id, status, 0L, _frame.Number, Detail: detail);
}
