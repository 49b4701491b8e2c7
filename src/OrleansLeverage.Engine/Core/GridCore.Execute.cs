using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

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
            return Remembered(command, digest, remembered);
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
        var (status, detail) = command switch
        {
            ApplyFill fill => DecideFill(fill, changes, house),
            Transfer transfer => DecideTransfer(transfer, changes, house),
            PublishFunding funding => DecideFunding(funding),
            SingleAccountCommand single => DecideSingle(single, changes, house),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "not a command"),
        };
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
            Pending.Put(Changed(change));
        }
        var sequence = State.Applied + Pending.Applied + 1;
        Add(new AppliedRecord(command.Id, digest, sequence, _frame.Number, changes, house));
        if (command is PublishFunding funding)
        {
            Add(new FundingRecord(funding.Instrument, FundingAfter(funding)));
        }
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
        var status = remembered.Status == CommandStatus.Applied ? CommandStatus.Duplicate
            : CommandStatus.IdAlreadyFailed;
        return new CommandResult(command.Id, status, remembered.Sequence, _frame.Number, remembered.Status,
            remembered.Status.Code());
    }

    private (CommandStatus Status, string? Detail) DecideSingle(SingleAccountCommand command,
        List<AccountChange> changes, List<HouseEntry> house)
    {
        var account = Find(command.Account);
        // a default id is no account: it could be written and never read back
        if (account is null && (command is not (Deposit or ImportAccount) || !AccountId.IsValid(command.Account.Value)))
        {
            return (CommandStatus.UnknownAccount, null);
        }
        account ??= new Account(command.Account);
        return Take(account, account.Decide(command, _frame), changes, house);
    }

    private (CommandStatus Status, string? Detail) DecideTransfer(Transfer transfer, List<AccountChange> changes,
        List<HouseEntry> house)
    {
        if (transfer.From == transfer.To)
        {
            return (CommandStatus.SelfTrade, null);
        }
        if (Find(transfer.From) is not { } from || Find(transfer.To) is not { } to)
        {
            return (CommandStatus.UnknownAccount, null);
        }
        if (_frame.Universe.Asset(transfer.Asset) is null)
        {
            return (CommandStatus.UnknownAsset, transfer.Asset.Value);
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

    private (CommandStatus Status, string? Detail) DecideFill(ApplyFill fill, List<AccountChange> changes,
        List<HouseEntry> house)
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
        var two = Take(second, second.DecideFill(instrument, fill.Second.Quantity, fill.Price, fill.Second.Fee,
            mustReduce: fill.Reason == FillReason.Deleverage, _frame), changes, house);
        if (one.Status == CommandStatus.Applied && two.Status == CommandStatus.Applied)
        {
            Net(house, instrument.Settlement);
            return one;
        }
        // of two refusals the one that comes first in the order of statuses
        return two.Status == CommandStatus.Applied || (one.Status != CommandStatus.Applied && one.Status <= two.Status)
            ? one : two;
    }

    private (CommandStatus Status, string? Detail) DecideFunding(PublishFunding funding)
    {
        if (_frame.Universe.Instrument(funding.Instrument) is not { Kind: InstrumentKind.Perpetual } perpetual)
        {
            return (CommandStatus.UnknownInstrument, funding.Instrument.Value);
        }
        return !perpetual.IsOpen ? (CommandStatus.MarketClosed, funding.Instrument.Value)
            : Math.Abs(funding.Rate) > PublishFunding.RateMax || Decimals.Scale(funding.Rate) > Decimals.ScaleMax
                ? (CommandStatus.AmountOutOfRange, $"a rate is within ±{PublishFunding.RateMax}")
            : _frame[perpetual.MarkFeed].State is not (PriceState.Fresh or PriceState.Degraded)
                ? (CommandStatus.OracleStale, perpetual.MarkFeed.Id.Value)
            : (CommandStatus.Applied, null);
    }

    /// <summary>The index rises by rate × value of one contract at the mark, rounded down.</summary>
    private decimal FundingAfter(PublishFunding funding)
    {
        var instrument = _frame.Universe.Instrument(funding.Instrument)!;
        var mark = _frame.Mark(instrument)!.Value.Value;
        var before = Pending.Records.OfType<FundingRecord>().LastOrDefault(f =>
            f.Instrument == funding.Instrument)?.Index
            ?? State.Funding.GetValueOrDefault(funding.Instrument);
        var value = instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? mark : 1m / mark);
        return before + Decimals.FloorTo(funding.Rate * value, PublishFunding.IndexQuantum);
    }

    private static (CommandStatus Status, string? Detail) Take(Account account, Decision decision,
        List<AccountChange> changes, List<HouseEntry> house)
    {
        if (decision.Status == CommandStatus.Applied)
        {
            changes.Add(new AccountChange(account.Id, account.Sequence + 1, decision.Events));
            house.AddRange(decision.House);
        }
        return (decision.Status, decision.Detail);
    }

    /// <summary>
    /// The clearing entries of two legs, all in one asset, cancel up to what rounding took from both sides: that is
    /// dust.
    /// </summary>
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

    private CommandResult Refuse(AccountCommand command, CommandStatus status, string? detail = null) =>
        new(command.Id, status, 0L, _frame.Number, Detail: detail);
}
