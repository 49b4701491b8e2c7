using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.Core;

/// <summary>
/// What a command would do to accounts and to the house, at one frame, on accounts as <c>find</c> gives them: the rules
/// between accounts, which every host decides by. Changes nothing.
/// </summary>
internal static class CommandDecision
{
    /// <summary>Applied with what to write in the lists, or the refusal; the lists then hold nothing of use.</summary>
    /// <param name="books">Null where the venue as a whole is not known: what depends on it is refused.</param>
    public static (CommandStatus Status, string? Detail) Of(AccountCommand command, Func<AccountId, Account?> find,
        PriceFrame frame, List<AccountChange> changes, List<HouseEntry> house, IVenueBooks? books = null) =>
        command switch
        {
            ApplyFill fill => Fill(fill, find, frame, changes, house),
            Transfer transfer => Transferred(transfer, find, frame, changes, house),
            PublishFunding funding => Funding(funding, frame),
            SingleAccountCommand single => Single(single, find(single.Account), frame, changes, house, books),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "not a command"),
        };

    /// <summary>The index rises by rate × value of one contract at the mark, rounded down; as it is read back from a
    /// record.</summary>
    public static decimal FundingAfter(PublishFunding funding, decimal before, PriceFrame frame)
    {
        var instrument = frame.Universe.Instrument(funding.Instrument)!;
        var mark = frame.Mark(instrument)!.Value.Value;
        var value = instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? mark : 1m / mark);
        return Decimals.Normalise(before + Decimals.FloorTo(funding.Rate * value, PublishFunding.IndexQuantum));
    }

    private static (CommandStatus Status, string? Detail) Single(SingleAccountCommand command, Account? account,
        PriceFrame frame, List<AccountChange> changes, List<HouseEntry> house, IVenueBooks? books)
    {
        // a default id is no account: it could be written and never read back
        if (account is null && (command is not (Deposit or ImportAccount) || !AccountId.IsValid(command.Account.Value)))
        {
            return (CommandStatus.UnknownAccount, null);
        }
        account ??= new Account(command.Account);
        var decision = account.Decide(command, frame);
        return decision.Status is CommandStatus.Applied or CommandStatus.InsufficientCollateral
            && ByVenue(command, frame, books) is { } refused
            ? (refused.Status, refused.Detail)
            : Take(account, decision, changes, house);
    }

    /// <summary>What the venue as a whole forbids; null where nothing.</summary>
    private static Decision? ByVenue(SingleAccountCommand command, PriceFrame frame, IVenueBooks? books) =>
        command switch
        {
            Withdraw when frame.Universe.Rules.Withdrawal.ClosedWhileNegative && books is not { IsInDebt: false } =>
                Decision.Refused(CommandStatus.WithdrawalsClosed, books?.IsInDebt is null
                    ? "whether an account is in debt is not known here"
                    : "an account is in debt"),
            InsuranceTransfer { Amount: < 0m } claim when !(books?.InsuranceFund(claim.Asset) >= -claim.Amount) =>
                Decision.Refused(CommandStatus.InsufficientBalance, books is null
                    ? "the insurance fund is not known here"
                    : $"the insurance fund has {Decimals.Text(books.InsuranceFund(claim.Asset))}"),
            _ => null,
        };

    private static (CommandStatus Status, string? Detail) Transferred(Transfer transfer, Func<AccountId, Account?> find,
        PriceFrame frame, List<AccountChange> changes, List<HouseEntry> house)
    {
        if (transfer.From == transfer.To)
        {
            return (CommandStatus.SelfTrade, null);
        }
        if (find(transfer.From) is not { } from || find(transfer.To) is not { } to)
        {
            return (CommandStatus.UnknownAccount, null);
        }
        if (frame.Universe.Asset(transfer.Asset) is null)
        {
            return (CommandStatus.UnknownAsset, transfer.Asset.Value);
        }
        if (transfer.Amount <= 0m)
        {
            return (CommandStatus.AmountOutOfRange, null);
        }
        var outgoing = Take(from, from.DecideTransfer(transfer.Asset, -transfer.Amount, frame), changes, house);
        return outgoing.Status == CommandStatus.Applied
            ? Take(to, to.DecideTransfer(transfer.Asset, transfer.Amount, frame), changes, house)
            : outgoing;
    }

    private static (CommandStatus Status, string? Detail) Fill(ApplyFill fill, Func<AccountId, Account?> find,
        PriceFrame frame, List<AccountChange> changes, List<HouseEntry> house)
    {
        if (fill.First.Account == fill.Second.Account)
        {
            return (CommandStatus.SelfTrade, null);
        }
        if (fill.First.Quantity.Value != -fill.Second.Quantity.Value)
        {
            return (CommandStatus.LegsMismatch, null);
        }
        if (find(fill.First.Account) is not { } first || find(fill.Second.Account) is not { } second)
        {
            return (CommandStatus.UnknownAccount, null);
        }
        if (frame.Universe.Instrument(fill.Instrument) is not { } instrument)
        {
            return (CommandStatus.UnknownInstrument, fill.Instrument.Value);
        }
        var one = Take(first, first.DecideFill(instrument, fill.First.Quantity, fill.Price, fill.First.Fee,
            mustReduce: fill.Reason != FillReason.Trade, frame), changes, house);
        var two = Take(second, second.DecideFill(instrument, fill.Second.Quantity, fill.Price, fill.Second.Fee,
            mustReduce: fill.Reason == FillReason.Deleverage, frame,
            takesOver: fill.Reason == FillReason.Liquidation), changes, house);
        if (one.Status == CommandStatus.Applied && two.Status == CommandStatus.Applied)
        {
            Net(house, instrument.Settlement);
            return one;
        }
        // of two refusals the one that comes first in the order of statuses
        return two.Status == CommandStatus.Applied || (one.Status != CommandStatus.Applied && one.Status <= two.Status)
            ? one : two;
    }

    private static (CommandStatus Status, string? Detail) Funding(PublishFunding funding, PriceFrame frame)
    {
        if (frame.Universe.Instrument(funding.Instrument) is not { Kind: InstrumentKind.Perpetual } perpetual)
        {
            return (CommandStatus.UnknownInstrument, funding.Instrument.Value);
        }
        return !perpetual.IsOpen ? (CommandStatus.MarketClosed, funding.Instrument.Value)
            : Math.Abs(funding.Rate) > PublishFunding.RateMax || Decimals.Scale(funding.Rate) > Decimals.ScaleMax
                ? (CommandStatus.AmountOutOfRange, $"a rate is within ±{PublishFunding.RateMax}")
            : frame[perpetual.MarkFeed].State is not (PriceState.Fresh or PriceState.Degraded)
                ? (CommandStatus.OracleStale, perpetual.MarkFeed.Id.Value)
            : (CommandStatus.Applied, null);
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
}
