using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>How far deleveraging is, who would be taken from and why, and what was done.</summary>
internal sealed class DeleveragingReads(ILeverageGrid grid, DeleveragingBoard board, QueueSnapshots queues)
{
    private const string QueueName = "adl-queue";
    private const string LogName = "adl-log";

    public static readonly IReadOnlyList<QueryParameter> QueueParameters =
    [
        new WordParameter("policy", "How contracts are taken", Words<DeleveragingPolicy>.All, Default: "queue"),
        new WordParameter("score", "How accounts are ranked", Words<DeleveragingScore>.All, Default: "hyperliquid"),
        new WordParameter("side", "One side only", ["long", "short"]), .. ReadParameters.Page,
    ];

    public static readonly IReadOnlyList<QueryParameter> LogParameters =
    [
        new NameParameter("market", "One market only", InstrumentId.IsValid, "BTC-USD-PERP", "bad_query"),
        .. ReadParameters.Page,
    ];

    public async Task<Answer> GetBoardAsync(HttpContext context, ReadQuery query)
    {
        var conditions = await board.ConditionsAsync(context.RequestAborted);
        var open = await grid.Deleveraging.OpenAsync(context.RequestAborted);
        var items = conditions.Select(condition => ConditionView.Of(condition, open.LastOrDefault(plan =>
            plan.Order.Instrument == condition.Instrument)?.Order.Plan)).ToArray();
        var frame = grid.Frame;
        return query.Format() is not ListFormat.Json and var format
            ? Answer.Of(items, format) with
            {
                Headers = FrameHeaders.Of(frame),
            }
            : Answer.Of(new BoardView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
                MarketFreshness.Of(frame), items, null));
    }

    public async Task<Answer> GetQueueAsync(HttpContext context, ReadQuery query)
    {
        if (DeleveragingRequests.Rule(query.Text("policy"), query.Text("score")) is not { } rule)
        {
            return Refusal.Of("bad_query", "policy", "a policy and a score are words of the description");
        }
        if (MarketOf(context) is not { } market)
        {
            return Refusal.Of("not_found");
        }
        QueueSnapshots.Ranked? ranked;
        var from = 0;
        if (query.CursorText is { } cursor)
        {
            if (Cursor.Words(cursor, QueueName, 2) is not [var number, var place]
                || CountParameter.Read(number) is not { } kept || CountParameter.Read(place) is not { } at
                || at > int.MaxValue)
            {
                return Refusal.Of("bad_cursor", "cursor");
            }
            from = (int)at;
            ranked = queues.Find(kept);
            if (ranked is null || ranked.Queue.Instrument != market || ranked.Queue.Rule != rule)
            {
                return Refusal.Of("cursor_gone");
            }
        }
        else
        {
            ranked = await queues.NewAsync(market, rule, context.RequestAborted);
        }
        return ranked is null ? Refusal.Of("not_found") : Page(ranked, query, from);
    }

    public async Task<Answer> GetPlanAsync(HttpContext context, ReadQuery query)
    {
        if (!CommandId.TryParse((string?)context.Request.RouteValues["id"], out var id))
        {
            return Refusal.Of("bad_command_id");
        }
        var plan = await grid.Deleveraging.PlanAsync(id, context.RequestAborted);
        return plan is null
            ? Refusal.Of("unknown_plan")
            : Answer.Of(PlanAnswer.Of(grid.Frame, plan.State.Code(), plan: plan));
    }

    public async Task<Answer> GetLogAsync(HttpContext context, ReadQuery query)
    {
        var market = query.Text("market");
        var plans = await grid.Deleveraging.LogAsync(IDeleveraging.LogAll, context.RequestAborted);
        // a plan's rows are only added to, and plans too: a position is a plan and a place counted from its first row
        var rows = plans.Reverse().Where(plan => market is null || plan.Order.Instrument.Value == market)
            .SelectMany(plan => LogRow.Of(plan).Select((row, place) => (Row: row, Place: place)).Reverse()).ToList();
        var from = 0;
        if (query.CursorText is { } cursor)
        {
            if (Cursor.Words(cursor, LogName, 2) is null)
            {
                return Refusal.Of("bad_cursor", "cursor");
            }
            from = 1 + rows.FindIndex(row => Position(row.Row, row.Place) == cursor);
            if (from == 0)
            {
                return Refusal.Of("cursor_gone");
            }
        }
        var page = rows.Skip(from).Take(query.Limit).ToList();
        var next = from + page.Count < rows.Count ? Position(page[^1].Row, page[^1].Place) : null;
        var frame = grid.Frame;
        return query.Format() is not ListFormat.Json and var format
            ? Answer.Of(page.Select(row => row.Row), format) with
            {
                NextCursor = next, Headers = FrameHeaders.Of(frame),
            }
            : Answer.Of(new LogView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
                MarketFreshness.Of(frame), [.. page.Select(row => row.Row)], next));
    }

    /// <summary>The market in the path; null where it is not even the name of one.</summary>
    public static InstrumentId? MarketOf(HttpContext context) =>
        context.Request.RouteValues["symbol"] is string name && InstrumentId.IsValid(name)
            ? new InstrumentId(name)
            : null;

    private Answer Page(QueueSnapshots.Ranked ranked, ReadQuery query, int from)
    {
        var queue = ranked.Queue;
        IReadOnlyList<RankedCandidate> all = query.Text("side") switch
        {
            "long" => queue.Longs,
            "short" => queue.Shorts,
            _ => [.. queue.Longs, .. queue.Shorts],
        };
        var items = all.Skip(from).Take(query.Limit).Select(row => QueueRow.Of(row, queue.LotSize)).ToArray();
        var next = from + items.Length < all.Count
            ? Cursor.Of(QueueName, Number(ranked.Number), Number(from + items.Length))
            : null;
        return query.Format() is not ListFormat.Json and var format
            ? Answer.Of(items, format) with
            {
                NextCursor = next, Headers = FrameHeaders.Of(queue.Frame, queue.FrameTimeMs, grid.Frame),
            }
            : Answer.Of(new QueueView(queue.Instrument.Value, Words<DeleveragingPolicy>.Of(queue.Rule.Policy),
                Words<DeleveragingScore>.Of(queue.Rule.Score), Decimals.Text(queue.LotSize),
                SnapshotJson.AsOf(queue.Frame, queue.FrameTimeMs), queue.Frame.Sequence,
                MarketFreshness.Of(grid.Frame), queue.Longs.Count(r => r.Rank is not null),
                queue.Shorts.Count(r => r.Rank is not null), items, next));
    }

    private static string Position(LogRow row, int place) => Cursor.Of(LogName, row.PlanId, Number(place));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
