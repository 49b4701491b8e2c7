using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>How far deleveraging is, market by market.</summary>
internal sealed record BoardView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, IReadOnlyList<ConditionView> Items, string? NextCursor);

/// <summary>One market. Amounts in USD.</summary>
/// <param name="State">DISARMED, ARMED or ACTIVE.</param>
/// <param name="Inhibited">Why prices forbid it, in words; null where they do not.</param>
/// <param name="Insolvent">Who owes more than it has, the largest first; all of them are counted.</param>
/// <param name="OpenPlan">The plan that is armed or active; null where none is.</param>
internal sealed record ConditionView(
    string Market, AsOfJson AsOf, string State, string? Inhibited, string PriceState, long? PriceAgeMs,
    long PriceAgeMaxMs, string InsuranceBalance, DistanceView Trigger, DistanceView Stop, int InsolventAccounts,
    string InsolventContracts, IReadOnlyList<InsolventView> Insolvent, string? OpenPlan)
{
    public static ConditionView Of(DeleveragingCondition condition, CommandId? openPlan) => new(
        condition.Instrument.Value, SnapshotJson.AsOf(condition.Frame, condition.FrameTimeMs),
        SnapshotJson.Word(condition.State), condition.Inhibited, SnapshotJson.Word(condition.PriceState),
        condition.PriceAgeMs, condition.PriceAgeMaxMs, Decimals.Text(condition.Fund),
        new DistanceView(Decimals.Text(condition.Shortfall), Decimals.Text(condition.Fund),
            Decimals.Text(condition.ToTrigger), condition.IsDue),
        new DistanceView(Decimals.Text(condition.Shortfall), Decimals.Text(condition.Fund),
            Decimals.Text(condition.ToStop), !condition.IsDue),
        condition.InsolventAccounts, Decimals.Text(condition.InsolventContracts),
        [.. condition.Largest.Select(InsolventView.Of)], openPlan?.ToString());
}

/// <summary>
/// A condition with its live distance: what insolvent accounts are short of against the insurance fund.
/// </summary>
/// <param name="Value">The shortfall.</param>
/// <param name="Threshold">The fund.</param>
/// <param name="Distance">
/// What is left until it is met. Of the trigger: threshold - value; of the stop: value - threshold. 0 or less where it
/// is.
/// </param>
internal sealed record DistanceView(string Value, string Threshold, string Distance, bool Met);

internal sealed record InsolventView(string Account, string Side, string Contracts, string Shortfall)
{
    public static InsolventView Of(InsolventPosition position) => new(position.Account.Value,
        Sides.Word(position.Side), Decimals.Text(position.Contracts), Decimals.Text(position.Shortfall));
}

/// <summary>A page of the queue of one market under one rule, ranked at one frame.</summary>
/// <param name="RankedLongs">Longs with a rank: the quantile is rank over this.</param>
internal sealed record QueueView(
    string Market, string Policy, string Score, string LotSize, AsOfJson AsOf, long Seq, MarketFreshness Freshness,
    int RankedLongs, int RankedShorts, IReadOnlyList<QueueRow> Items, string? NextCursor);

/// <summary>One position of the queue; its score is the product of the two terms.</summary>
/// <param name="Rank">From 1 on its side; null for one that is not taken from.</param>
/// <param name="Quantile">Rank / ranked: small goes first.</param>
/// <param name="Lights">5 for the fifth that goes first, down to 1.</param>
/// <param name="Hedged">Contracts of these that the account's other positions in the coin offset.</param>
internal sealed record QueueRow(
    int? Rank, double? Quantile, int? Lights, string Account, string Side, string Contracts, string Hedged,
    string Notional, string UnrealizedPnl, string Equity, double? PnlTerm, double? LeverageTerm, double? Score)
{
    public static QueueRow Of(RankedCandidate ranked, decimal lot)
    {
        var candidate = ranked.Candidate;
        return new QueueRow(ranked.Rank, (double?)ranked.Quantile, ranked.Lights, candidate.Account.Value,
            Sides.Word(candidate.Side), Decimals.Text(candidate.Lots * lot), Decimals.Text(candidate.HedgedLots * lot),
            Decimals.Text(candidate.MarkValue), Decimals.Text(candidate.Profit), Decimals.Text(candidate.Equity),
            (double?)ranked.Score?.ProfitTerm, (double?)ranked.Score?.LeverageTerm, (double?)ranked.Score?.Value);
    }
}

/// <summary>What came of rehearsing, arming, executing or disarming.</summary>
/// <param name="Code">planned, planned_short, armed, active, completed, ... or duplicate.</param>
/// <param name="Original">For a duplicate: what became of the plan.</param>
/// <param name="Preview">The plan as it was made, with its accounts before and after; null where none was made.</param>
/// <param name="Plan">What is kept of it; null for a rehearsal.</param>
internal sealed record PlanAnswer(
    string Code, string? Original, AsOfJson AsOf, long Seq, MarketFreshness Freshness, PreviewView? Preview,
    PlanView? Plan)
{
    public static PlanAnswer Of(PriceFrame frame, string code, string? original = null,
        DeleveragingPlan? preview = null, PlanAudit? plan = null) => new(code, original,
        SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence, MarketFreshness.Of(frame),
        preview is null ? null : PreviewView.Of(preview), plan is null ? null : PlanView.Of(plan));
}

/// <summary>long or short.</summary>
internal static class Sides
{
    public static string Word(int side) => side > 0 ? "long" : "short";
}
