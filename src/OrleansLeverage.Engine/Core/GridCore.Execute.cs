using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Engine.Core;

/// <summary>Commands into the pending batch.</summary>
internal sealed partial class GridCore
{
    /// <summary>Decides one command at the frame. <paramref name="nowMs"/> is only used to keep the window of ids.</summary>
    public CommandResult Execute(AccountCommand command, long nowMs)
    {
        if (command.Id.IsReserved)
        {
            return Refuse(command, CommandStatus.ReservedId);
        }
        var digest = _commands.Digest(command);
        if (State.Window.TryGet(command.Id, out var remembered))
        {
            return Remembered(command, digest, remembered);
        }
        if (State.Window.IsTooOld(command.Id))
        {
            return Refuse(command, CommandStatus.IdTooOld);
        }
        if (State.Window.IsFull(nowMs))
        {
            return Refuse(command, CommandStatus.Overloaded, "the window of command ids is full of ids dated in the future");
        }
        var changes = new List<AccountChange>(2);
        var house = new List<HouseEntry>(4);
        var (status, detail) = command switch
        {
            ApplyFill fill => DecideFill(fill, changes, house),
            Transfer transfer => DecideTransfer(transfer, changes, house),
            SingleAccountCommand single => DecideSingle(single, changes, house),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "not a command"),
        };
        if (status == CommandStatus.Applied)
        {
            return Apply(command, digest, changes, house, nowMs);
        }
        if (status.IsRecorded())
        {
            RecordFrame(_frame);
            Pending.Add(new RefusedRecord(command.Id, digest, status, _frame.Number));
            Remember(command.Id, new RememberedCommand(digest, status, State.Applied + Pending.Applied), nowMs);
        }
        return Refuse(command, status, detail);
    }

    /// <summary>All in order or none: the first that is refused takes back those before it.</summary>
    public IReadOnlyList<CommandResult> ExecuteAll(IReadOnlyList<AccountCommand> commands, long nowMs)
    {
        var mark = Pending.Mark();
        var results = new CommandResult[commands.Count];
        for (var i = 0; i < commands.Count; i++)
        {
            var result = Execute(commands[i], nowMs);
            if (!result.IsApplied)
            {
                State.Window.Forget(Pending.Return(mark));
                return commands.Select(c => result with { Id = c.Id }).ToArray();
            }
            results[i] = result;
        }
        return results;
    }

    private CommandResult Apply(AccountCommand command, PayloadDigest digest, List<AccountChange> changes, List<HouseEntry> house, long nowMs)
    {
        RecordFrame(_frame);
        foreach (var change in changes)
        {
            Pending.Put(Changed(change));
        }
        var sequence = State.Applied + Pending.Applied + 1;
        Pending.Add(new AppliedRecord(command.Id, digest, sequence, _frame.Number, changes, house));
        Remember(command.Id, new RememberedCommand(digest, CommandStatus.Applied, sequence), nowMs);
        return new CommandResult(command.Id, CommandStatus.Applied, sequence, _frame.Number);
    }

    private Account Changed(AccountChange change)
    {
        var account = Find(change.Account)?.Copy() ?? new Account(change.Account);
        foreach (var fact in change.Events)
        {
            account.Apply(fact);
        }
        account.Sequence = change.Sequence;
        return account;
    }

    private CommandResult Remembered(AccountCommand command, PayloadDigest digest, RememberedCommand remembered)
    {
        if (remembered.Digest.Whole != digest.Whole)
        {
            return Refuse(command, CommandStatus.CommandIdReused,
                remembered.Digest.FirstDifference(digest, CommandCodec.FieldNames(command)) ?? "payload");
        }
        var status = remembered.Status == CommandStatus.Applied ? CommandStatus.Duplicate : CommandStatus.IdAlreadyFailed;
        return new CommandResult(command.Id, status, remembered.Sequence, _frame.Number, remembered.Status, remembered.Status.Code());
    }

    private (CommandStatus Status, string? Detail) DecideSingle(SingleAccountCommand command, List<AccountChange> changes, List<HouseEntry> house)
    {
        var account = Find(command.Account);
        if (account is null && command is not (Deposit or ImportAccount))
        {
            return (CommandStatus.UnknownAccount, null);
        }
        account ??= new Account(command.Account);
        return Take(account, account.Decide(command, _frame), changes, house);
    }

    private (CommandStatus Status, string? Detail) DecideTransfer(Transfer transfer, List<AccountChange> changes, List<HouseEntry> house)
    {
        if (transfer.From == transfer.To)
        {
            return (CommandStatus.SelfTrade, null);
        }
        if (Find(transfer.From) is not { } from || Find(transfer.To) is not { } to)
        {
            return (CommandStatus.UnknownAccount, null);
        }
        if (transfer.Amount <= 0m)
        {
            return (CommandStatus.AmountOutOfRange, null);
        }
        var outgoing = Take(from, from.DecideTransfer(transfer.Asset, -transfer.Amount, _frame), changes, house);
        return outgoing.Status == CommandStatus.Applied
            ? Take(to, to.DecideTransfer(transfer.Asset, transfer.Amount, _frame), changes, house)
            : outgoing;
    }

    private (CommandStatus Status, string? Detail) DecideFill(ApplyFill fill, List<AccountChange> changes, List<HouseEntry> house)
    {
        if (fill.First.Account == fill.Second.Account)
        {
            return (CommandStatus.SelfTrade, null);
        }
        if (fill.First.Quantity.Value != -fill.Second.Quantity.Value)
        {
            return (CommandStatus.LegsMismatch, null);
        }
        if (Find(fill.First.Account) is not { } first || Find(fill.Second.Account) is not { } second)
        {
            return (CommandStatus.UnknownAccount, null);
        }
        if (_frame.Universe.Instrument(fill.Instrument) is not { } instrument)
        {
            return (CommandStatus.UnknownInstrument, fill.Instrument.Value);
        }
        var one = Take(first, first.DecideFill(instrument, fill.First.Quantity, fill.Price, fill.First.Fee,
            mustReduce: fill.Reason != FillReason.Trade, _frame), changes, house);
        if (one.Status != CommandStatus.Applied)
        {
            return one;
        }
        var two = Take(second, second.DecideFill(instrument, fill.Second.Quantity, fill.Price, fill.Second.Fee,
            mustReduce: fill.Reason == FillReason.Deleverage, _frame), changes, house);
        Net(house, instrument.Settlement);
        return two;
    }

    private static (CommandStatus Status, string? Detail) Take(Account account, Decision decision, List<AccountChange> changes, List<HouseEntry> house)
    {
        if (decision.Status == CommandStatus.Applied)
        {
            changes.Add(new AccountChange(account.Id, account.Sequence + 1, decision.Events));
            house.AddRange(decision.House);
        }
        return (decision.Status, decision.Detail);
    }

    /// <summary>The clearing entries of two legs, all in one asset, cancel up to what rounding took from both sides: that is dust.</summary>
    private static void Net(List<HouseEntry> house, Asset settlement)
    {
        var left = 0m;
        foreach (var entry in house)
        {
            left += entry.Account == HouseAccount.Clearing ? entry.Delta : 0m;
        }
        house.RemoveAll(static e => e.Account == HouseAccount.Clearing);
        if (left != 0m)
        {
            house.Add(new HouseEntry(HouseAccount.Dust, settlement, left));
        }
    }

    private void Remember(CommandId id, RememberedCommand remembered, long nowMs)
    {
        State.Window.Add(id, remembered, nowMs);
        Pending.Ids.Add(id);
    }

    private CommandResult Refuse(AccountCommand command, CommandStatus status, string? detail = null) =>
        new(command.Id, status, 0L, _frame.Number, Detail: detail);
}
