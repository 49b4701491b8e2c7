using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>How far deleveraging is, who would be taken from and why, and what was done.</summary>
internal sealed class DeleveragingReads(ILeverageGrid grid, DeleveragingBoard board, QueueSnapshots queues)
{
    public async Task<Answer> GetBoardAsync(HttpContext context)
    {
        var (query, refusal) = ListQuery.Of(context);
        if (refusal is not null || query.Cursor is not null)
        {
            return refusal ?? Refusal.Of("bad_cursor", "cursor");
        }
        var conditions = await board.ConditionsAsync(context.RequestAborted);
        var open = await grid.Deleveraging.OpenAsync(context.RequestAborted);
        var items = conditions.Select(condition => ConditionView.Of(condition, open.LastOrDefault(plan =>
            plan.Order.Instrument == condition.Instrument)?.Order.Plan)).ToArray();
        var frame = grid.Frame;
        return query.Format != ListFormat.Json
            ? Answer.Of(items, query.Format) with
            {
                Headers = FrameHeaders.Of(frame),
            }
            : Answer.Of(new BoardView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
                MarketFreshness.Of(frame), items, null));
    }

    public async Task<Answer> GetQueueAsync(HttpContext context)
    {
        var (query, refusal) = ListQuery.Of(context, "policy", "score", "side");
        if (refusal is not null)
        {
            return refusal;
        }
        var side = ListQuery.Text(context, "side");
        if (side is not (null or "long" or "short"))
        {
            return Refusal.Of("bad_query", "side");
        }
        if (DeleveragingRequests.Rule(ListQuery.Text(context, "policy"), ListQuery.Text(context, "score"))
            is not { } rule)
        {
            return Refusal.Of("bad_query", "policy", "a policy and a score are words of the description");
        }
        if (MarketOf(context) is not { } market)
        {
            return Refusal.Of("not_found");
        }
        QueueSnapshots.Ranked? ranked;
        var from = 0;
        if (query.Cursor is { } cursor)
        {
            if (!TryCursor(cursor, out var number, out from))
            {
                return Refusal.Of("bad_cursor", "cursor");
            }
            ranked = queues.Find(number);
            if (ranked is null || ranked.Queue.Instrument != market || ranked.Queue.Rule != rule)
            {
                return Refusal.Of("cursor_gone");
            }
        }
        else
        {
            ranked = await queues.NewAsync(market, rule, context.RequestAborted);
        }
        return ranked is null ? Refusal.Of("not_found") : Page(ranked, side, from, query);
    }

    public async Task<Answer> GetPlanAsync(HttpContext context)
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

    public async Task<Answer> GetLogAsync(HttpContext context)
    {
        var (query, refusal) = ListQuery.Of(context, "market");
        if (refusal is not null)
        {
            return refusal;
        }
        var market = ListQuery.Text(context, "market");
        var plans = await grid.Deleveraging.LogAsync(IDeleveraging.LogAll, context.RequestAborted);
        // a plan's rows are only added to, and plans too: a position is a plan and a place counted from its first row
        var rows = plans.Reverse().Where(plan => market is null || plan.Order.Instrument.Value == market)
            .SelectMany(plan => LogRow.Of(plan).Select((row, place) => (Row: row, Place: place)).Reverse()).ToList();
        var from = 0;
        if (query.Cursor is { } cursor)
        {
            from = 1 + rows.FindIndex(row => Cursor(row.Row, row.Place) == cursor);
            if (from == 0)
            {
                return Refusal.Of("cursor_gone");
            }
        }
        var page = rows.Skip(from).Take(query.Limit).ToList();
        var next = from + page.Count < rows.Count ? Cursor(page[^1].Row, page[^1].Place) : null;
        var frame = grid.Frame;
        return query.Format != ListFormat.Json
            ? Answer.Of(page.Select(row => row.Row), query.Format) with
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

    private Answer Page(QueueSnapshots.Ranked ranked, string? side, int from, ListQuery query)
    {
        var queue = ranked.Queue;
        IReadOnlyList<RankedCandidate> all = side switch
        {
            "long" => queue.Longs,
            "short" => queue.Shorts,
            _ => [.. queue.Longs, .. queue.Shorts],
        };
        var items = all.Skip(from).Take(query.Limit).Select(row => QueueRow.Of(row, queue.LotSize)).ToArray();
        var next = from + items.Length < all.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{ranked.Number}.{from + items.Length}")
            : null;
        return query.Format != ListFormat.Json
            ? Answer.Of(items, query.Format) with
            {
                NextCursor = next, Headers = FrameHeaders.Of(queue.Frame, queue.FrameTimeMs, grid.Frame),
            }
            : Answer.Of(new QueueView(queue.Instrument.Value, Words<DeleveragingPolicy>.Of(queue.Rule.Policy),
                Words<DeleveragingScore>.Of(queue.Rule.Score), Decimals.Text(queue.LotSize),
                SnapshotJson.AsOf(queue.Frame, queue.FrameTimeMs), queue.Frame.Sequence,
                MarketFreshness.Of(grid.Frame), queue.Longs.Count(r => r.Rank is not null),
                queue.Shorts.Count(r => r.Rank is not null), items, next));
    }

    private static string Cursor(LogRow row, int place) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.PlanId}.{place}");

    private static bool TryCursor(string cursor, out long number, out int from)
    {
        var parts = cursor.Split('.');
        from = 0;
        number = 0;
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out from);
    }
}
