using System.Globalization;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;

namespace OrleansLeverage.Web.Api.Accounts;

/// <summary>One account: its leverage, its positions, its orders, what was applied to it, what it was told.</summary>
internal sealed class AccountEndpoint(ILeverageGrid grid)
{
    public static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        new WordParameter("compat", "hyperliquid answers in the shape of its clearinghouseState", ["hyperliquid"]),
    ];

    public static readonly IReadOnlyList<QueryParameter> PositionParameters =
        [ReadParameters.Symbol, ReadParameters.Format];

    public static readonly IReadOnlyList<QueryParameter> PageParameters =
        [ReadParameters.Limit, ReadParameters.Cursor, ReadParameters.Format];

    public static readonly IReadOnlyList<QueryParameter> TriggerParameters =
        [ReadParameters.Limit, ReadParameters.Format];

    public async Task<Look> GetAsync(HttpContext context, ReadQuery query)
    {
        var (snapshot, fault) = await SnapshotAsync(context);
        return snapshot is null ? fault! : Look.Of(Version(snapshot) + query.Text("compat"),
            () => query.Text("compat") is null ? SnapshotJson.Of(snapshot) : ClearinghouseState.Of(snapshot));
    }

    public async Task<Look> GetPositionsAsync(HttpContext context, ReadQuery query)
    {
        var (snapshot, fault) = await SnapshotAsync(context);
        if (snapshot is null)
        {
            return fault!;
        }
        if (snapshot.MissingFeed is not null)
        {
            return Refusal.Of("not_measured");
        }
        return Look.Of(Version(snapshot), () =>
        {
            var stamp = Stamp.Of(snapshot.Frame, snapshot.FrameTimeMs, grid.Frame);
            return new Listed<PositionJson>(stamp.AsOf, stamp.Seq, stamp.Freshness,
                [.. SnapshotJson.Of(snapshot).Positions.Where(p =>
                    query.Text("symbol") is not { } symbol || p.Symbol == symbol)], null);
        });
    }

    public async Task<Look> GetOrdersAsync(HttpContext context, ReadQuery query)
    {
        if (grid.Reads is not { } reads)
        {
            return Refusal.Of("not_supported");
        }
        if (!AccountId.TryParse((string?)context.Request.RouteValues["id"], out var account))
        {
            return Refusal.Of("bad_account_id");
        }
        if (await reads.OrdersAsync(account, context.RequestAborted) is not { } orders)
        {
            return Refusal.Of("not_found");
        }
        return Look.Of(orders.Sequence.ToString(CultureInfo.InvariantCulture), () =>
        {
            var stamp = Stamp.Of(grid.Frame);
            return new Listed<OrderRow>(stamp.AsOf, orders.Sequence, stamp.Freshness, [.. orders.Orders
                .Where(o => query.Text("symbol") is not { } symbol || o.Instrument.Id.Value == symbol)
                .Select(OrderRow.Of)], null);
        });
    }

    public async Task<Look> GetHistoryAsync(HttpContext context, ReadQuery query)
    {
        const string ListName = "history";
        if (grid.Reads is not { } reads)
        {
            return Refusal.Of("not_supported");
        }
        if (!AccountId.TryParse((string?)context.Request.RouteValues["id"], out var account))
        {
            return Refusal.Of("bad_account_id");
        }
        HistoryPlace? place = null;
        if (query.CursorText is { } cursor)
        {
            if (Cursor.Words(cursor, ListName, 2) is not [var below, var batch]
                || CountParameter.Read(below) is not { } sequence || CountParameter.Read(batch) is not { } newest)
            {
                return Refusal.Of("bad_cursor", "cursor");
            }
            place = new HistoryPlace(sequence, newest);
        }
        if (await reads.HistoryAsync(account, place, query.Limit, context.RequestAborted) is not { } history)
        {
            return Refusal.Of("not_found");
        }
        var stamp = Stamp.Of(grid.Frame);
        return new Look(null, null, () => new HistoryList(stamp.AsOf, stamp.Seq, stamp.Freshness, history.IsWhole,
            [.. history.Items.Select(CommandRow.Of)],
            history.Next is { } next ? Cursor.Of(ListName, next.Sequence.ToString(CultureInfo.InvariantCulture),
                next.Batch.ToString(CultureInfo.InvariantCulture)) : null));
    }

    public async Task<Look> GetTriggersAsync(HttpContext context, ReadQuery query)
    {
        if (grid.Reads is not { } reads)
        {
            return Refusal.Of("not_supported");
        }
        var (snapshot, fault) = await SnapshotAsync(context);
        if (snapshot is null)
        {
            return fault!;
        }
        var stamp = Stamp.Of(grid.Frame);
        return new Look(null, null, () => new Listed<TriggerRow>(stamp.AsOf, stamp.Seq, stamp.Freshness,
            [.. reads.TriggersAfter(0, int.MaxValue).Where(trigger => trigger.Account == snapshot.Account).Reverse()
                .Take(query.Limit).Select(TriggerRow.Of)], null));
    }

    private async Task<(LeverageSnapshot? Snapshot, Refusal? Fault)> SnapshotAsync(HttpContext context)
    {
        if (!AccountId.TryParse((string?)context.Request.RouteValues["id"], out var account))
        {
            return (null, Refusal.Of("bad_account_id"));
        }
        return await grid.AccountAsync(account, context.RequestAborted) is { } snapshot
            ? (snapshot, null)
            : (null, Refusal.Of("not_found"));
    }

    private static string Version(LeverageSnapshot snapshot) =>
        string.Create(CultureInfo.InvariantCulture, $"{snapshot.Frame}.{snapshot.Sequence}");
}
