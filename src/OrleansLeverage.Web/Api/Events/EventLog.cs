using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Events;

/// <summary>Something that happened, in a line.</summary>
/// <param name="Seq">Counts events of this process, from 1.</param>
/// <param name="Kind">trigger, liquidation, oracle or deleveraging.</param>
/// <param name="Severity">info, warning or critical.</param>
/// <param name="Account">Whom it concerns; null for a market.</param>
/// <param name="Market">The feed or instrument; null for an account as a whole.</param>
internal sealed record EventRow(
    long Seq, long Timestamp, string Datetime, string Kind, string Severity, string? Account, string? Market,
    string Text);

/// <summary>Events, newest first.</summary>
/// <param name="Newest">The newest there is, to ask after; 0 before the first.</param>
internal sealed record EventList(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, long Newest, IReadOnlyList<EventRow> Items, string? NextCursor)
    : Listed<EventRow>(AsOf, Seq, Freshness, Items, NextCursor);

/// <summary>
/// The last thousand events: lines that accounts crossed, what was closed of them, feeds that changed their state,
/// plans of deleveraging. What a restart ends begins anew; what is durable is in the journal. For any thread, but
/// triggers and feeds are taken in by one.
/// </summary>
internal sealed class EventLog
{
    public const int Kept = 1_024;

    private readonly Lock _gate = new();
    private readonly Queue<EventRow> _events = [];
    private readonly Dictionary<FeedId, FeedDisplay> _displays = [];
    private long _seq;
    private long _trigger;
    private long _liquidation;

    /// <summary>Events above one, newest first, and the sequence of the newest of all.</summary>
    public (IReadOnlyList<EventRow> Events, long Newest) After(long seq)
    {
        lock (_gate)
        {
            return ([.. _events.Where(e => e.Seq > seq).Reverse()], _seq);
        }
    }

    /// <summary>Takes in the triggers, and what was liquidated, since the last call.</summary>
    public void Take(IGridReads reads)
    {
        foreach (var fill in reads.LiquidationsAfter(_liquidation, Kept))
        {
            _liquidation = fill.Sequence;
            Add(fill.FrameTimeMs, "liquidation", "critical", fill.Account.Value, fill.Instrument.Value,
                $"closed {fill.Closed.Abs} {fill.Instrument} {(fill.Closed.IsLong ? "short" : "long")} of "
                + $"{fill.Account} at {fill.Price}");
        }
        foreach (var trigger in reads.TriggersAfter(_trigger, Kept))
        {
            _trigger = trigger.Sequence;
            var ratio = trigger.MarginBalance > 0m
                ? decimal.Round(trigger.MaintenanceMargin / trigger.MarginBalance, 2)
                : (decimal?)null;
            Add(trigger.FrameTimeMs, "trigger", Severity(trigger.Kind), trigger.Account.Value, null,
                $"{trigger.Account} {Words(trigger.Kind)}, margin ratio {ratio?.ToString() ?? "without balance"}");
        }
    }

    /// <summary>Takes in how feeds are shown; a feed's first state is no event.</summary>
    public void Take(IReadOnlyList<FeedQuote> quotes, long nowMs)
    {
        foreach (var quote in quotes)
        {
            if (_displays.TryGetValue(quote.Feed, out var before) && before != quote.Display)
            {
                Add(nowMs, "oracle", quote.Display switch
                {
                    FeedDisplay.Live => "info",
                    FeedDisplay.Partial or FeedDisplay.Drift => "warning",
                    _ => "critical",
                }, null, quote.Feed.Value, quote.Explain() is { Length: > 0 } words
                    ? $"{SnapshotJson.Word(quote.Display)}: {words}"
                    : $"{quote.Feed} oracle {SnapshotJson.Word(quote.Display)}");
            }
            _displays[quote.Feed] = quote.Display;
        }
    }

    /// <summary>Takes in what somebody did with a plan of deleveraging.</summary>
    public void Take(PlanAudit plan, long nowMs) => Add(nowMs, "deleveraging", "warning",
        plan.Order.Bankrupt.Value, plan.Order.Instrument.Value,
        $"plan {plan.Order.Plan} of {plan.Order.Instrument} is {SnapshotJson.Word(plan.State)}");

    private void Add(long timeMs, string kind, string severity, string? account, string? market, string text)
    {
        lock (_gate)
        {
            _events.Enqueue(new EventRow(++_seq, timeMs, SnapshotJson.Datetime(timeMs), kind, severity, account, market,
                text));
            if (_events.Count > Kept)
            {
                _events.Dequeue();
            }
        }
    }

    private static string Severity(TriggerKind kind) => kind switch
    {
        TriggerKind.Recovered => "info",
        TriggerKind.Warning => "warning",
        _ => "critical",
    };

    private static string Words(TriggerKind kind) => kind switch
    {
        TriggerKind.Warning => "is near its margin",
        TriggerKind.MarginCall => "is called for margin",
        TriggerKind.Liquidation => "is past its line",
        TriggerKind.Bankrupt => "is bankrupt",
        TriggerKind.Recovered => "has recovered",
        TriggerKind.OracleInhibited => "would be liquidated, its prices forbid it",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is not told"),
    };
}
