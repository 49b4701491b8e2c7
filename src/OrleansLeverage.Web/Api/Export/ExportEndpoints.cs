using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Api.Accounts;
using OrleansLeverage.Web.Api.Deleveraging;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Api.Triggers;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Export;

/// <summary>
/// Everything as CSV or NDJSON, row by row as it is read: of one cut, at one frame, in memory that does not grow with
/// the number of rows. An export that cannot be finished is cut off, so that nobody takes a part for the whole.
/// </summary>
internal sealed class ExportEndpoints(ILeverageGrid grid) : IDisposable
{
    /// <summary>Exports at a time: each reads all accounts.</summary>
    private const int AtOnce = 2;

    private const int FlushBytes = 64 * 1024;

    private readonly SemaphoreSlim _room = new(AtOnce, AtOnce);

    public static IServiceCollection Add(IServiceCollection services) => services.AddSingleton<ExportEndpoints>();

    private static readonly IReadOnlyList<QueryParameter> Filters =
        [AccountFilters.Tier, .. AccountFilters.Bounds, AccountFilters.Sort(null), ReadParameters.RowFormat];

    public static void Map(IEndpointRouteBuilder app, string prefix)
    {
        var own = app.ServiceProvider.GetRequiredService<ExportEndpoints>();
        app.MapWritten(prefix + "/export/accounts", Filters, own.GetAccountsAsync).RequireScope(Scope.Read)
            .WithMetadata(new TellsReach())
            .Describe("exportAccounts", "Every account that the filters leave, however many: in the order that is "
                + "asked for, or else in that in which they came", typeof(ExportedAccount), "text/csv");
        app.MapWritten(prefix + "/export/positions", Filters, own.GetPositionsAsync).RequireScope(Scope.Read)
            .WithMetadata(new TellsReach())
            .Describe("exportPositions", "Every position of every account that the filters leave",
                typeof(ExportedPosition), "text/csv");
        app.MapWritten(prefix + "/export/triggers",
                [TriggerEndpoints.Subscriber("Whose triggers: what it has not acknowledged"), ReadParameters.RowFormat],
                own.GetTriggersAsync).RequireScope(Scope.Operate)
            .Describe("exportTriggers", "What a subscriber has not acknowledged", typeof(PendingTrigger), "text/csv");
        app.MapWritten(prefix + "/export/adl-log", [ReadParameters.RowFormat], own.GetLogAsync)
            .RequireScope(Scope.Read)
            .Describe("exportDeleveragingLog", "Every leg of every plan, in their order", typeof(LogRow), "text/csv");
    }

    public void Dispose() => _room.Dispose();

    private Task<Answer?> GetAccountsAsync(HttpContext context, ReadQuery query) =>
        CutAsync<ExportedAccount>(context, query, "accounts", valuation => [ExportedAccount.Of(valuation)]);

    private Task<Answer?> GetPositionsAsync(HttpContext context, ReadQuery query) =>
        CutAsync<ExportedPosition>(context, query, "positions", valuation => valuation.Account.HasExposure
            ? ExportedPosition.Of(SnapshotJson.Of(LeverageCalculator.Snapshot(valuation.Account, valuation.Frame)))
            : []);

    private async Task<Answer?> GetTriggersAsync(HttpContext context, ReadQuery query)
    {
        var (triggers, refused) = await TriggerEndpoints.PendingAsync(grid, query.Text("subscriber")!, int.MaxValue,
            context.RequestAborted);
        return refused is not null
            ? refused
            : await WriteAsync(context, "triggers", query, grid.Frame, triggers.Select(PendingTrigger.Of));
    }

    private async Task<Answer?> GetLogAsync(HttpContext context, ReadQuery query)
    {
        try
        {
            var plans = await grid.Deleveraging.LogAsync(IDeleveraging.LogAll, context.RequestAborted);
            return await WriteAsync(context, "adl-log", query, grid.Frame, plans.SelectMany(LogRow.Of));
        }
        catch (NotSupportedException) when (!context.Response.HasStarted)
        {
            return Refusal.Of("not_supported");
        }
    }

    private async Task<Answer?> CutAsync<T>(HttpContext context, ReadQuery query, string name,
        Func<AccountValuation, IEnumerable<T>> rows)
        where T : class
    {
        var (asked, fault) = AccountFilters.Of(query, grid.Universe);
        if (fault is not null)
        {
            return fault;
        }
        AccountOrder? order = query.Text("sort") is null ? null : asked.Order;
        return await grid.CutAsync(context.RequestAborted) is { } cut
            ? await WriteAsync(context, name, query, cut.Frame,
                CutAccounts.Of(cut, asked, order, context.RequestAborted).SelectMany(rows),
                ReachView.OfCut(cut.Frame.Number, cut.Count))
            : Refusal.Of("not_supported");
    }

    private async Task<Answer?> WriteAsync<T>(HttpContext context, string name, ReadQuery query, PriceFrame frame,
        IEnumerable<T> rows, ReachView? reach = null)
        where T : class
    {
        if (!await _room.WaitAsync(TimeSpan.Zero, context.RequestAborted))
        {
            return Refusal.Of("overloaded");
        }
        try
        {
            var (response, format) = (context.Response, query.Format(ListFormat.Csv));
            response.ContentType = RowText.MediaType(format);
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentDisposition =
                $"attachment; filename=\"{name}-{frame.Number}.{ReadParameters.Formats[(int)format]}\"";
            foreach (var (header, value) in FrameHeaders.Of(frame).Concat(reach?.Headers() ?? []))
            {
                response.Headers[header] = value;
            }
            var (writer, unflushed, isFirst) = (response.BodyWriter, 0, true);
            foreach (var row in rows)
            {
                unflushed += isFirst && format == ListFormat.Csv
                    ? (int)Encoding.UTF8.GetBytes(RowText.Header(row), writer)
                    : 0;
                isFirst = false;
                unflushed += (int)Encoding.UTF8.GetBytes(RowText.Line(row, format), writer);
                if (unflushed >= FlushBytes)
                {
                    // a slow reader holds the export up, and nothing else
                    await writer.FlushAsync(context.RequestAborted);
                    unflushed = 0;
                }
            }
            if (isFirst && format == ListFormat.Csv)
            {
                Encoding.UTF8.GetBytes(RowText.Header(typeof(T)), writer);
            }
            await writer.FlushAsync(context.RequestAborted);
            return null;
        }
        finally
        {
            _room.Release();
        }
    }
}
