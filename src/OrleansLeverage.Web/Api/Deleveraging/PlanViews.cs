using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>A plan as it is made at one frame. Amounts in USD, contracts in the market's own.</summary>
/// <param name="Side">Of the insolvent position.</param>
/// <param name="Price">At which the account is left without debt.</param>
/// <param name="Ranked">Accounts that may be reduced.</param>
internal sealed record PreviewView(
    string Market, string BankruptAccount, string Side, string Policy, string Score, string Rule, int RuleVersion,
    AsOfJson AsOf, string? MarkPrice, string? Price, string PriceState, long? PriceTimestamp, long? PriceAgeMs,
    string Requested, string Contracts, string Residual, string Shortfall, string Fund, int Ranked,
    IReadOnlyList<ExcludedView> Excluded, IReadOnlyList<PreviewLeg> Legs)
{
    public static PreviewView Of(DeleveragingPlan plan) => new(plan.Instrument.Value, plan.Bankrupt.Value,
        Sides.Word(plan.Side), Words<DeleveragingPolicy>.Of(plan.Rule.Policy),
        Words<DeleveragingScore>.Of(plan.Rule.Score), plan.Rule.Name, plan.Rule.Version,
        SnapshotJson.AsOf(plan.Frame, plan.FrameTimeMs), plan.Mark is { } mark ? Decimals.Text(mark) : null,
        plan.Price?.ToString(), SnapshotJson.Word(plan.PriceState), plan.PriceTimeMs,
        plan.FrameTimeMs - plan.PriceTimeMs, Decimals.Text(plan.Requested), Decimals.Text(plan.Contracts),
        Decimals.Text(plan.Residual), Decimals.Text(plan.Shortfall), Decimals.Text(plan.Fund), plan.Ranked,
        [.. plan.Excluded.OrderBy(e => e.Key).Select(e => new ExcludedView(Words<ExclusionReason>.Of(e.Key),
            e.Value))],
        [.. plan.Legs.Select(PreviewLeg.Of)]);
}

/// <summary>Accounts on the other side that are not taken from, and why.</summary>
internal sealed record ExcludedView(string Reason, int Accounts);

/// <param name="Forgone">Less than at the mark.</param>
internal sealed record PreviewLeg(
    string Counterparty, string Side, string Contracts, string Held, string Hedged, int Rank, double Quantile,
    double? PnlTerm, double? LeverageTerm, double? Score, string Forgone, OutcomeView Before, OutcomeView After)
{
    public static PreviewLeg Of(PlannedLeg leg) => new(leg.Counterparty.Value, Sides.Word(leg.Side),
        Decimals.Text(leg.Contracts), Decimals.Text(leg.Held), Decimals.Text(leg.Hedged), leg.Rank,
        (double)leg.Quantile, (double?)leg.ProfitTerm, (double?)leg.LeverageTerm, (double?)leg.Score,
        Decimals.Text(leg.Forgone), OutcomeView.Of(leg.Before), OutcomeView.Of(leg.After));
}

/// <summary>What the account's owner sees, before or after.</summary>
internal sealed record OutcomeView(
    string Equity, string Notional, string NetNotional, double? Leverage, double? MarginRatio, string Tier)
{
    public static OutcomeView Of(AccountOutcome outcome) => new(Decimals.Text(outcome.Equity),
        Decimals.Text(outcome.GrossNotional), Decimals.Text(outcome.NetNotional), (double?)outcome.Leverage,
        (double?)outcome.MarginRatio, SnapshotJson.Word(outcome.Tier));
}

/// <summary>The record of one plan from arming to its end.</summary>
/// <param name="State">armed, active, completed, completed_short, recovered, disarmed or plan_expired.</param>
internal sealed record PlanView(
    string PlanId, string State, string? Detail, string Market, string BankruptAccount, string Side, string Policy,
    string Score, string Rule, int RuleVersion, string ArmedBy, long ArmedMs, string? ExecutedBy, long? BeganMs,
    long? EndedMs, string Requested, string Filled, string Residual, IReadOnlyList<RoundView> Rounds)
{
    public static PlanView Of(PlanAudit plan) => new(plan.Order.Plan.ToString(), plan.State.Code(), plan.Detail,
        plan.Order.Instrument.Value, plan.Order.Bankrupt.Value, Sides.Word(plan.Side),
        Words<DeleveragingPolicy>.Of(plan.Order.Rule.Policy), Words<DeleveragingScore>.Of(plan.Order.Rule.Score),
        plan.Order.Rule.Name, plan.Order.Rule.Version, plan.Order.Operator, plan.ArmedMs, plan.ExecutedBy,
        plan.BeganMs, plan.EndedMs, Decimals.Text(plan.Requested), Decimals.Text(plan.Filled),
        Decimals.Text(plan.Residual), [.. plan.Rounds.Select(RoundView.Of)]);
}

/// <summary>One round: a plan at one frame, and what became of its legs.</summary>
internal sealed record RoundView(
    int Round, AsOfJson AsOf, long Timestamp, string MarkPrice, string Price, long PriceTimestamp, string Requested,
    string Filled, IReadOnlyList<LegView> Legs)
{
    public static RoundView Of(AuditRound round) => new(round.Number,
        SnapshotJson.AsOf(round.Frame, round.FrameTimeMs), round.TimeMs, Decimals.Text(round.Mark),
        round.Price.ToString(), round.PriceTimeMs, Decimals.Text(round.Requested), Decimals.Text(round.Filled),
        [.. round.Legs.Select(LegView.Of)]);
}

/// <param name="State">PLANNED, SENT, FILLED, REFUSED or CANCELLED.</param>
internal sealed record LegView(
    string Counterparty, string Side, string Contracts, int Rank, double? Score, string Forgone, string CommandId,
    string State, string? Refusal, long? Timestamp, long? Seq)
{
    public static LegView Of(AuditLeg leg) => new(leg.Counterparty.Value, Sides.Word(leg.Side),
        Decimals.Text(leg.Contracts), leg.Rank, (double?)leg.Score, Decimals.Text(leg.Forgone), leg.Command.ToString(),
        SnapshotJson.Word(leg.State), leg.Refusal is { } refusal ? Codes.Of(refusal) : null, leg.SentMs,
        leg.Sequence);
}

/// <summary>A page of the log, newest first.</summary>
internal sealed record LogView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<LogRow> Items, string? NextCursor);

/// <summary>One leg in the log: what a regulator is shown.</summary>
/// <param name="Datetime">When it was sent; null for a leg that never was.</param>
/// <param name="PriceAgeMs">Of the plan's price when the leg was sent, or else when the round was planned.</param>
internal sealed record LogRow(
    long? Timestamp, string? Datetime, string Market, string BankruptAccount, string Counterparty, string Side,
    string Size, string Price, long PriceAgeMs, int Rank, double? Score, string Forgone, string Rule, int RuleVersion,
    string Operator, string CommandId, string State, string? Refusal, string PlanId, int Round, string PlanState)
{
    /// <summary>In the order in which they were sent.</summary>
    public static IEnumerable<LogRow> Of(PlanAudit plan) => plan.Rounds.SelectMany(round => round.Legs, (round, leg) =>
        new LogRow(leg.SentMs, leg.SentMs is { } sent ? SnapshotJson.Datetime(sent) : null,
            plan.Order.Instrument.Value, plan.Order.Bankrupt.Value, leg.Counterparty.Value, Sides.Word(leg.Side),
            Decimals.Text(leg.Contracts), round.Price.ToString(), (leg.SentMs ?? round.TimeMs) - round.PriceTimeMs,
            leg.Rank, (double?)leg.Score, Decimals.Text(leg.Forgone), plan.Order.Rule.Name, plan.Order.Rule.Version,
            plan.ExecutedBy ?? plan.Order.Operator, leg.Command.ToString(), SnapshotJson.Word(leg.State),
            leg.Refusal is { } refusal ? Codes.Of(refusal) : null, plan.Order.Plan.ToString(), round.Number,
            plan.State.Code()));
}
