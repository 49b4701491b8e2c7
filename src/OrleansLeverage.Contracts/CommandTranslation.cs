using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Contracts;

/// <summary>Commands and answers into messages and back, without loss.</summary>
internal static class CommandTranslation
{
    public static CommandMessage ToMessage(this AccountCommand command)
    {
        var message = new CommandMessage { Command = Ulid.Of(command.Id) };
        return command switch
        {
            Deposit c => message with { Kind = CommandKind.Deposit, Account = c.Account.Value, Asset = c.Asset.Value,
                Amount = c.Amount },
            Withdraw c => message with { Kind = CommandKind.Withdraw, Account = c.Account.Value, Asset = c.Asset.Value,
                Amount = c.Amount },
            ReserveOrder c => message with { Kind = CommandKind.ReserveOrder, Account = c.Account.Value,
                Instrument = c.Instrument.Value, Quantity = c.Quantity.Value, Price = c.Price.Value },
            ReleaseOrder c => message with { Kind = CommandKind.ReleaseOrder, Account = c.Account.Value,
                Order = Ulid.Of(c.Order) },
            SettleFunding c => message with { Kind = CommandKind.SettleFunding, Account = c.Account.Value,
                Instrument = c.Instrument.Value },
            SetLeverage c => message with { Kind = CommandKind.SetLeverage, Account = c.Account.Value,
                Instrument = c.Instrument.Value, Amount = c.Leverage },
            SetMarginMode c => message with { Kind = CommandKind.SetMarginMode, Account = c.Account.Value,
                Instrument = c.Instrument.Value, Choice = (byte)c.Mode },
            AssignIsolatedMargin c => message with { Kind = CommandKind.AssignIsolatedMargin,
                Account = c.Account.Value, Instrument = c.Instrument.Value, Amount = c.Amount },
            ExpireInstrument c => message with { Kind = CommandKind.ExpireInstrument, Account = c.Account.Value,
                Instrument = c.Instrument.Value, Price = c.SettlementPrice.Value },
            InsuranceTransfer c => message with { Kind = CommandKind.InsuranceTransfer, Account = c.Account.Value,
                Asset = c.Asset.Value, Amount = c.Amount, Instrument = c.Isolated?.Value ?? "" },
            Liquidate c => message with { Kind = CommandKind.Liquidate, Account = c.Account.Value },
            ImportAccount c => message with { Kind = CommandKind.ImportAccount, Account = c.Account.Value,
                Holdings = Holdings(c) },
            ApplyFill c => message with { Kind = CommandKind.Fill, Instrument = c.Instrument.Value,
                Price = c.Price.Value, Account = c.First.Account.Value, Quantity = c.First.Quantity.Value,
                Fee = c.First.Fee, Other = c.Second.Account.Value, OtherQuantity = c.Second.Quantity.Value,
                OtherFee = c.Second.Fee, Choice = (byte)c.Reason },
            PublishFunding c => message with { Kind = CommandKind.PublishFunding, Instrument = c.Instrument.Value,
                Amount = c.Rate },
            Transfer c => message with { Kind = CommandKind.Transfer, Account = c.From.Value, Other = c.To.Value,
                Asset = c.Asset.Value, Amount = c.Amount },
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "has no message"),
        };
    }

    public static AccountCommand ToCommand(this CommandMessage m)
    {
        var id = m.Command.ToId();
        return m.Kind switch
        {
            CommandKind.Deposit => new Deposit(id, Account(m.Account), Asset(m.Asset), m.Amount),
            CommandKind.Withdraw => new Withdraw(id, Account(m.Account), Asset(m.Asset), m.Amount),
            CommandKind.ReserveOrder => new ReserveOrder(id, Account(m.Account), Instrument(m.Instrument),
                new Quantity(m.Quantity), Price(m.Price)),
            CommandKind.ReleaseOrder => new ReleaseOrder(id, Account(m.Account), m.Order.ToId()),
            CommandKind.SettleFunding => new SettleFunding(id, Account(m.Account), Instrument(m.Instrument)),
            CommandKind.SetLeverage => new SetLeverage(id, Account(m.Account), Instrument(m.Instrument), m.Amount),
            CommandKind.SetMarginMode => new SetMarginMode(id, Account(m.Account), Instrument(m.Instrument),
                (MarginMode)m.Choice),
            CommandKind.AssignIsolatedMargin => new AssignIsolatedMargin(id, Account(m.Account),
                Instrument(m.Instrument), m.Amount),
            CommandKind.ExpireInstrument => new ExpireInstrument(id, Account(m.Account), Instrument(m.Instrument),
                Price(m.Price)),
            CommandKind.InsuranceTransfer => new InsuranceTransfer(id, Account(m.Account), Asset(m.Asset), m.Amount,
                m.Instrument.Length == 0 ? null : Instrument(m.Instrument)),
            CommandKind.Liquidate => new Liquidate(id, Account(m.Account)),
            CommandKind.ImportAccount => new ImportAccount(id, Account(m.Account),
                [.. m.Holdings.Where(h => h.Instrument.Length == 0)
                    .Select(h => new ImportedBalance(Asset(h.Asset), h.Quantity))],
                [.. m.Holdings.Where(h => h.Instrument.Length > 0)
                    .Select(h => new ImportedPosition(Instrument(h.Instrument), new Quantity(h.Quantity),
                        Price(h.EntryPrice), h.Leverage, h.IsolatedMargin))]),
            CommandKind.Fill => new ApplyFill(id, Instrument(m.Instrument), Price(m.Price),
                new FillLeg(Account(m.Account), new Quantity(m.Quantity), m.Fee),
                new FillLeg(Account(m.Other), new Quantity(m.OtherQuantity), m.OtherFee), (FillReason)m.Choice),
            CommandKind.PublishFunding => new PublishFunding(id, Instrument(m.Instrument), m.Amount),
            CommandKind.Transfer => new Transfer(id, Account(m.Account), Account(m.Other), Asset(m.Asset), m.Amount),
            _ => throw new FormatException($"command kind {(int)m.Kind} is none of this version's"),
        };
    }

    public static AnswerMessage ToMessage(this CommandResult result) => new(Ulid.Of(result.Id), (byte)result.Status,
        result.Sequence, result.Frame.Epoch, result.Frame.Sequence, (short)((short?)result.Original ?? -1),
        result.Detail);

    public static CommandResult ToResult(this AnswerMessage answer) => new(answer.Command.ToId(),
        (CommandStatus)answer.Status, answer.Sequence, new FrameNumber((int)answer.Epoch, answer.FrameSequence),
        answer.Original < 0 ? null : (CommandStatus)answer.Original, answer.Detail);

    /// <summary>The accounts a command names, each once; ids that are none are left out.</summary>
    public static IEnumerable<AccountId> Accounts(this AccountCommand command)
    {
        AccountId[] named = command switch
        {
            ApplyFill fill => [fill.First.Account, fill.Second.Account],
            Transfer transfer => [transfer.From, transfer.To],
            SingleAccountCommand single => [single.Account],
            _ => [],
        };
        return named.Distinct().Where(a => a.Value.Length > 0);
    }

    /// <summary>Whether a command takes from the insurance fund, which is not of its account alone.</summary>
    public static bool IsClaim(this AccountCommand command) => command is InsuranceTransfer { Amount: < 0m };

    // a default id is no id: it is answered as unknown, not refused as malformed
    private static AccountId Account(string value) => value.Length == 0 ? default : new AccountId(value);

    private static AssetId Asset(string value) => value.Length == 0 ? default : new AssetId(value);

    private static InstrumentId Instrument(string value) => value.Length == 0 ? default : new InstrumentId(value);

    private static Price Price(decimal value) => value == 0m ? default : new Price(value);

    private static HoldingMessage[] Holdings(ImportAccount import) =>
    [
        .. import.Balances.Select(b => new HoldingMessage { Asset = b.Asset.Value, Quantity = b.Amount }),
        .. import.Positions.Select(p => new HoldingMessage { Instrument = p.Instrument.Value,
            Quantity = p.Quantity.Value, EntryPrice = p.EntryPrice.Value, Leverage = p.Leverage,
            IsolatedMargin = p.IsolatedMargin }),
    ];
}
