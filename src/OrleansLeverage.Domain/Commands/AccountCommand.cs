namespace OrleansLeverage.Domain;

/// <summary>
/// What can be asked of accounts. Every command has an id made by its client; amounts and prices are checked for form
/// by whoever builds the command, and for sense by the account.
/// </summary>
public abstract record AccountCommand(CommandId Id);

/// <summary>A command of one account.</summary>
public abstract record SingleAccountCommand(CommandId Id, AccountId Account) : AccountCommand(Id);

/// <summary>Collateral in. Opens the account where it does not exist.</summary>
public sealed record Deposit(CommandId Id, AccountId Account, AssetId Asset, decimal Amount)
    : SingleAccountCommand(Id, Account);

/// <summary>Collateral out: needs the balance, fresh prices, and initial margin left behind.</summary>
public sealed record Withdraw(CommandId Id, AccountId Account, AssetId Asset, decimal Amount)
    : SingleAccountCommand(Id, Account);

/// <summary>
/// Holds margin for an open order of signed <paramref name="Quantity"/>; the order's name is the command's id.
/// </summary>
public sealed record ReserveOrder(CommandId Id, AccountId Account, InstrumentId Instrument, Quantity Quantity,
    Price Price)
    : SingleAccountCommand(Id, Account);

/// <summary>Lets go of an order's margin.</summary>
public sealed record ReleaseOrder(CommandId Id, AccountId Account, CommandId Order) : SingleAccountCommand(Id, Account);

/// <summary>Books funding accrued since the last settlement, at the frame's funding index.</summary>
public sealed record SettleFunding(CommandId Id, AccountId Account, InstrumentId Instrument)
    : SingleAccountCommand(Id, Account);

/// <summary>Sets the leverage at which the instrument's initial margin is taken.</summary>
public sealed record SetLeverage(CommandId Id, AccountId Account, InstrumentId Instrument, decimal Leverage)
    : SingleAccountCommand(Id, Account);

/// <summary>
/// Cross or isolated. An open position takes its initial margin and its loss with it into isolation and brings all
/// back.
/// </summary>
public sealed record SetMarginMode(CommandId Id, AccountId Account, InstrumentId Instrument, MarginMode Mode)
    : SingleAccountCommand(Id, Account);

/// <summary>
/// Moves settlement asset between the balance and an isolated position: positive goes to the position.
/// </summary>
public sealed record AssignIsolatedMargin(CommandId Id, AccountId Account, InstrumentId Instrument, decimal Amount)
    : SingleAccountCommand(Id, Account);

/// <summary>
/// Closes the account's position at the settlement price of an instrument that ended, and releases its orders. Of an
/// option it is the delivery price of the underlying: the position closes at what exercise pays, which may be nothing.
/// </summary>
public sealed record ExpireInstrument(CommandId Id, AccountId Account, InstrumentId Instrument, Price SettlementPrice)
    : SingleAccountCommand(Id, Account);

/// <summary>
/// Starts liquidation if the account is below maintenance margin at the newest frame, otherwise
/// <see cref="CommandStatus.Recovered"/>.
/// </summary>
public sealed record Liquidate(CommandId Id, AccountId Account) : SingleAccountCommand(Id, Account);

/// <summary>
/// Holdings brought in from elsewhere: collateral and positions at their entry prices, on one side only.
/// </summary>
public sealed record ImportAccount(CommandId Id, AccountId Account, IReadOnlyList<ImportedBalance> Balances,
    IReadOnlyList<ImportedPosition> Positions)
    : SingleAccountCommand(Id, Account);

public sealed record ImportedBalance(AssetId Asset, decimal Amount);

public sealed record ImportedPosition(InstrumentId Instrument, Quantity Quantity, Price EntryPrice,
    decimal? Leverage = null, decimal IsolatedMargin = 0m);

/// <summary>
/// Why a fill happened: an ordinary trade, or one that reduces a failing account and is not asked for margin.
/// </summary>
public enum FillReason : byte
{
    Trade,
    Liquidation,
    Deleverage,
}

/// <summary>One side of a fill; fee in the settlement asset, negative for a rebate.</summary>
public sealed record FillLeg(AccountId Account, Quantity Quantity, decimal Fee);

/// <summary>
/// A trade between two accounts, both sides or none: quantities equal and opposite. Its id is its command id. The leg
/// commands of the design (<c>ApplyFill, LiquidationFill, DeleverageFill</c>) are this with its <see cref="Reason"/>.
/// </summary>
public sealed record ApplyFill(CommandId Id, InstrumentId Instrument, Price Price, FillLeg First, FillLeg Second,
    FillReason Reason = FillReason.Trade) : AccountCommand(Id);

/// <summary>
/// Funding of a perpetual: its index rises by <paramref name="Rate"/> × value of one contract at the mark, in force
/// from the next frame on. Longs pay a positive rate. Changes no account: each settles when it trades, or by
/// <see cref="SettleFunding"/>.
/// </summary>
public sealed record PublishFunding(CommandId Id, InstrumentId Instrument, decimal Rate) : AccountCommand(Id)
{
    /// <summary>Largest |rate| of one payment.</summary>
    public const decimal RateMax = 1m;

    /// <summary>What the index is rounded down to.</summary>
    public const decimal IndexQuantum = 0.000000000001m;
}

/// <summary>
/// Between an account and the insurance fund, by the venue and without asking for margin: a positive amount is paid to
/// the fund (a liquidation fee, a share of a loss, what the venue puts in), a negative one by it (a claim), as far as
/// it has it.
/// </summary>
/// <param name="Isolated">The isolated position whose margin it comes from or goes to; null for the balance.</param>
public sealed record InsuranceTransfer(CommandId Id, AccountId Account, AssetId Asset, decimal Amount,
    InstrumentId? Isolated = null) : SingleAccountCommand(Id, Account);

/// <summary>Collateral from one account to another, both sides or none.</summary>
public sealed record Transfer(CommandId Id, AccountId From, AccountId To, AssetId Asset, decimal Amount)
    : AccountCommand(Id);
