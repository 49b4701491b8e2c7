namespace OrleansLeverage.Domain;

/// <summary>
/// The answer to a command, in order of precedence: of several that fit, the first is given. Only <see cref="Applied"/>
/// changed anything; whether a refusal is remembered is said by <see cref="CommandStatuses.IsRecorded"/>.
/// </summary>
public enum CommandStatus : byte
{
    Applied,

    /// <summary>The same id and payload were applied before; the first answer is given again.</summary>
    Duplicate,

    /// <summary>The id was used with another payload; nothing changed.</summary>
    CommandIdReused,

    /// <summary>The id was refused before for a reason of state; a retry never changes an outcome.</summary>
    IdAlreadyFailed,

    /// <summary>Older than the window in which ids are remembered: never applied again.</summary>
    IdTooOld,

    ReservedId,
    SelfTrade,
    LegsMismatch,
    UnknownAccount,
    UnknownAsset,
    UnknownInstrument,
    MarketClosed,
    AmountOutOfRange,
    AmountStep,
    QuantityZero,
    QuantityStep,
    QuantityOutOfRange,
    PriceOutOfRange,
    PriceTick,
    NotionalOutOfRange,
    FeeOutOfRange,
    LeverageOutOfRange,
    NothingToDo,
    UnknownReservation,
    PositionLimit,
    ReduceOnly,

    InsufficientBalance,

    /// <summary>A price that the decision needs is not measured or not fresh.</summary>
    OracleStale,

    /// <summary>
    /// Nobody may withdraw: an account is in debt, or whether one is, is not known here. Journals keep the numbers of
    /// the others, so it has the next.
    /// </summary>
    WithdrawalsClosed = 33,

    /// <summary>
    /// A cap on leverage would be passed: by an order, a trade, or what leaves the account. Numbered as the others are.
    /// </summary>
    LeverageCap = 34,

    /// <summary>The venue isolates every position and this one is not, or none and this one is.</summary>
    MarginModeNotOffered = 35,

    InsufficientCollateral = 28,

    /// <summary>Asked to liquidate an account that is healthy at the newest frame.</summary>
    Recovered,

    /// <summary>Too much is waiting; not recorded, retry with the same id.</summary>
    Overloaded,

    /// <summary>The store cannot take it now; not recorded, retry with the same id.</summary>
    StorageUnavailable,

    /// <summary>The store timed out: neither success nor failure; retry with the same id.</summary>
    OutcomeUnknown,
}

public static class CommandStatuses
{
    /// <summary>
    /// Refusals that depend on state are remembered: the same id then answers
    /// <see cref="CommandStatus.IdAlreadyFailed"/>.
    /// </summary>
    public static bool IsRecorded(this CommandStatus status) => status is CommandStatus.Applied
        or CommandStatus.PositionLimit or CommandStatus.ReduceOnly or CommandStatus.OracleStale
        or CommandStatus.InsufficientBalance or CommandStatus.InsufficientCollateral or CommandStatus.MarketClosed
        or CommandStatus.UnknownReservation or CommandStatus.NothingToDo or CommandStatus.Recovered
        or CommandStatus.WithdrawalsClosed or CommandStatus.LeverageCap or CommandStatus.MarginModeNotOffered;

    /// <summary>The stable machine code of the status: snake_case, as interfaces show it.</summary>
    public static string Code(this CommandStatus status) => status switch
    {
        CommandStatus.Applied => "applied",
        CommandStatus.Duplicate => "duplicate",
        CommandStatus.CommandIdReused => "command_id_reused",
        CommandStatus.IdAlreadyFailed => "id_already_failed",
        CommandStatus.IdTooOld => "id_too_old",
        CommandStatus.ReservedId => "reserved_id",
        CommandStatus.SelfTrade => "self_trade",
        CommandStatus.LegsMismatch => "legs_mismatch",
        CommandStatus.UnknownAccount => "not_found",
        CommandStatus.UnknownAsset => "unknown_asset",
        CommandStatus.UnknownInstrument => "unknown_instrument",
        CommandStatus.MarketClosed => "market_closed",
        CommandStatus.AmountOutOfRange => "amount_out_of_range",
        CommandStatus.AmountStep => "amount_step",
        CommandStatus.QuantityZero => "qty_zero",
        CommandStatus.QuantityStep => "qty_step",
        CommandStatus.QuantityOutOfRange => "qty_out_of_range",
        CommandStatus.PriceOutOfRange => "price_out_of_range",
        CommandStatus.PriceTick => "price_tick",
        CommandStatus.NotionalOutOfRange => "notional_out_of_range",
        CommandStatus.FeeOutOfRange => "fee_out_of_range",
        CommandStatus.LeverageOutOfRange => "leverage_out_of_range",
        CommandStatus.NothingToDo => "nothing_to_do",
        CommandStatus.UnknownReservation => "unknown_reservation",
        CommandStatus.PositionLimit => "position_limit",
        CommandStatus.ReduceOnly => "reduce_only",
        CommandStatus.OracleStale => "oracle_stale",
        CommandStatus.WithdrawalsClosed => "withdrawals_closed",
        CommandStatus.LeverageCap => "leverage_cap",
        CommandStatus.MarginModeNotOffered => "margin_mode_not_offered",
        CommandStatus.InsufficientBalance => "insufficient_balance",
        CommandStatus.InsufficientCollateral => "insufficient_collateral",
        CommandStatus.Recovered => "recovered",
        CommandStatus.Overloaded => "overloaded",
        CommandStatus.StorageUnavailable => "retry",
        CommandStatus.OutcomeUnknown => "outcome_unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a command status"),
    };
}
