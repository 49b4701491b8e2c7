namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>
/// What came of asking for a plan, arming or executing one. Refusals are in order of precedence: of several that fit,
/// the first is given. A refusal changed nothing.
/// </summary>
public enum DeleveragingStatus : byte
{
    /// <summary>A plan that closes all that was asked for.</summary>
    Planned,

    /// <summary>A plan that takes all there is; a residual is left.</summary>
    PlannedShort,

    /// <summary>The plan is durable and waits to be executed.</summary>
    Armed,

    /// <summary>Executing; what is not done yet waits for a fresh price or for the store.</summary>
    Active,

    /// <summary>All contracts are closed and the books close.</summary>
    Completed,

    /// <summary>Ended with a residual that nobody could be asked for.</summary>
    CompletedShort,

    /// <summary>Ended because the account is solvent again.</summary>
    Recovered,

    /// <summary>Taken back by an operator before it was executed.</summary>
    Disarmed,

    /// <summary>The order itself is not well formed: id, operator, rule.</summary>
    InvalidOrder,

    UnknownPlan,

    /// <summary>The plan's id was used for another plan.</summary>
    PlanIdReused,

    /// <summary>The plan was executed before; its outcome is in the answer, nothing is executed again.</summary>
    AlreadyExecuted,

    /// <summary>The market named to confirm is not the plan's.</summary>
    WrongMarket,

    /// <summary>The price of the plan is older than plans may be: it is planned again, not executed.</summary>
    PlanExpired,

    /// <summary>Another plan for the account and the market is armed or active.</summary>
    PlanConflict,

    UnknownInstrument,
    MarketClosed,
    UnknownAccount,

    /// <summary>The account holds nothing in the market.</summary>
    NothingToClose,

    /// <summary>More than the account holds, or not whole lots.</summary>
    QuantityOutOfRange,

    /// <summary>A price that the plan needs is not measured, not fresh, or too old.</summary>
    OracleStale,

    /// <summary>The account has equity: nothing has to be taken from anybody.</summary>
    Solvent,

    /// <summary>The insurance fund pays what is missing.</summary>
    FundCovers,

    /// <summary>No price on the market's grid leaves the account without debt.</summary>
    PriceOutOfRange,

    /// <summary>Nobody on the other side may be reduced.</summary>
    NoCandidates,

    /// <summary>The policy is all or nothing, and there is not enough.</summary>
    Infeasible,

    /// <summary>The store cannot take it now: nothing happened.</summary>
    StorageUnavailable,
}

public static class DeleveragingStatuses
{
    /// <summary>snake_case, as interfaces show it.</summary>
    public static string Code(this DeleveragingStatus status) => status switch
    {
        DeleveragingStatus.Planned => "planned",
        DeleveragingStatus.PlannedShort => "planned_short",
        DeleveragingStatus.Armed => "armed",
        DeleveragingStatus.Active => "active",
        DeleveragingStatus.Completed => "completed",
        DeleveragingStatus.CompletedShort => "completed_short",
        DeleveragingStatus.Recovered => "recovered",
        DeleveragingStatus.Disarmed => "disarmed",
        DeleveragingStatus.InvalidOrder => "invalid_order",
        DeleveragingStatus.UnknownPlan => "unknown_plan",
        DeleveragingStatus.PlanIdReused => "plan_id_reused",
        DeleveragingStatus.AlreadyExecuted => "already_executed",
        DeleveragingStatus.WrongMarket => "wrong_market",
        DeleveragingStatus.PlanExpired => "plan_expired",
        DeleveragingStatus.PlanConflict => "plan_conflict",
        DeleveragingStatus.UnknownInstrument => "unknown_instrument",
        DeleveragingStatus.MarketClosed => "market_closed",
        DeleveragingStatus.UnknownAccount => "not_found",
        DeleveragingStatus.NothingToClose => "nothing_to_close",
        DeleveragingStatus.QuantityOutOfRange => "qty_out_of_range",
        DeleveragingStatus.OracleStale => "oracle_stale",
        DeleveragingStatus.Solvent => "solvent",
        DeleveragingStatus.FundCovers => "fund_covers",
        DeleveragingStatus.PriceOutOfRange => "price_out_of_range",
        DeleveragingStatus.NoCandidates => "no_candidates",
        DeleveragingStatus.Infeasible => "infeasible",
        DeleveragingStatus.StorageUnavailable => "retry",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a deleveraging status"),
    };

    /// <summary>True for a status that a plan can be left in.</summary>
    public static bool IsEnd(this DeleveragingStatus status) => status is DeleveragingStatus.Completed
        or DeleveragingStatus.CompletedShort or DeleveragingStatus.Recovered or DeleveragingStatus.Disarmed
        or DeleveragingStatus.PlanExpired;
}
