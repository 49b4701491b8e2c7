using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Web.Api.Deleveraging;
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

    private static readonly IReadOnlyList<string> Formats = ["csv", "ndjson"];

    private readonly SemaphoreSlim _room = new(AtOnce, AtOnce);

    public static IServiceCollection Add(IServiceCollection services) => services.AddSingleton<ExportEndpoints>();

    public static void Map(IEndpointRouteBuilder app, string prefix)
    {
        var own = app.ServiceProvider.GetRequiredService<ExportEndpoints>();
        var format = new TakesParameter("format", "CSV has a header; NDJSON is a row a line", "csv")
        {
            Words = Formats,
            Default = "csv",
        };
        app.MapWritten(prefix + "/export/accounts", own.GetAccountsAsync).RequireScope(Scope.Read).Takes(format)
            .Describe("exportAccounts", "Every account", typeof(ExportedAccount), "text/csv");
        app.MapWritten(prefix + "/export/positions", own.GetPositionsAsync).RequireScope(Scope.Read).Takes(format)
            .Describe("exportPositions", "Every position of every account", typeof(ExportedPosition), "text/csv");
        app.MapWritten(prefix + "/export/triggers", own.GetTriggersAsync).RequireScope(Scope.Operate)
            .Takes(format, new TakesParameter("subscriber", "Whose triggers: what it has not acknowledged",
                "liquidator") { IsRequired = true })
            .Describe("exportTriggers", "What a subscriber has not acknowledged", typeof(PendingTrigger), "text/csv");
        app.MapWritten(prefix + "/export/adl-log", own.GetLogAsync).RequireScope(Scope.Read).Takes(format)
            .Describe("exportDeleveragingLog", "Every leg of every plan, in their order", typeof(LogRow), "text/csv");
    }

    public void Dispose() => _room.Dispose();

    private Task<Answer?> GetAccountsAsync(HttpContext context) => CutAsync(context, "accounts", cut =>
        Each(cut).Select(account => ExportedAccount.Of(AccountValuation.Of(account, cut.Frame))));

    private Task<Answer?> GetPositionsAsync(HttpContext context) => CutAsync(context, "positions", cut =>
        Each(cut).Where(account => account.HasExposure).SelectMany(account =>
            ExportedPosition.Of(SnapshotJson.Of(LeverageCalculator.Snapshot(account, cut.Frame)))));

    private async Task<Answer?> GetTriggersAsync(HttpContext context)
    {
        var (format, refusal) = FormatOf(context, "subscriber");
        if (refusal is not null)
        {
            return refusal;
        }
        var subscriber = ListQuery.Text(context, "subscriber");
        if (TriggerEndpoints.Fault(subscriber) is { } fault)
        {
            return Refusal.Of(fault, "subscriber");
        }
        var (triggers, refused) = await TriggerEndpoints.PendingAsync(grid, subscriber!, int.MaxValue,
            context.RequestAborted);
        return refused is not null
            ? refused
            : await WriteAsync(context, "triggers", format, grid.Frame, triggers.Select(PendingTrigger.Of));
    }

    private async Task<Answer?> GetLogAsync(HttpContext context)
    {
        var (format, refusal) = FormatOf(context);
        if (refusal is not null)
        {
            return refusal;
        }
        try
        {
            var plans = await grid.Deleveraging.LogAsync(IDeleveraging.LogAll, context.RequestAborted);
            return await WriteAsync(context, "adl-log", format, grid.Frame, plans.SelectMany(LogRow.Of));
        }
        catch (NotSupportedException) when (!context.Response.HasStarted)
        {
            return Refusal.Of("not_supported");
        }
    }

    private async Task<Answer?> CutAsync<T>(HttpContext context, string name, Func<IMarketCut, IEnumerable<T>> rows)
        where T : class
    {
        var (format, refusal) = FormatOf(context);
        if (refusal is not null)
        {
            return refusal;
        }
        return await grid.CutAsync(context.RequestAborted) is { } cut
            ? await WriteAsync(context, name, format, cut.Frame, rows(cut))
            : Refusal.Of("not_supported");
    }

    private async Task<Answer?> WriteAsync<T>(HttpContext context, string name, ListFormat format, PriceFrame frame,
        IEnumerable<T> rows)
        where T : class
    {
        if (!await _room.WaitAsync(TimeSpan.Zero, context.RequestAborted))
        {
            return Refusal.Of("overloaded");
        }
        try
        {
            var response = context.Response;
            response.ContentType = RowText.MediaType(format);
            response.Headers.CacheControl = "no-store";
            response.Headers.ContentDisposition =
                $"attachment; filename=\"{name}-{frame.Number}.{Formats[format == ListFormat.Csv ? 0 : 1]}\"";
            foreach (var (header, value) in FrameHeaders.Of(frame))
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

    private static IEnumerable<Account> Each(IMarketCut cut)
    {
        for (var number = 0; number < cut.Count; number++)
        {
            yield return cut.Read(number);
        }
    }

    private static (ListFormat Format, Refusal? Refusal) FormatOf(HttpContext context, params string[] others)
    {
        foreach (var (name, values) in context.Request.Query)
        {
            if (values.Count != 1 || !(name == "format" || others.Contains(name)))
            {
                return (default, Refusal.Of("bad_query"));
            }
        }
        return ListQuery.Text(context, "format") switch
        {
            null or "csv" => (ListFormat.Csv, null),
            "ndjson" => (ListFormat.NdJson, null),
            _ => (default, Refusal.Of("bad_query", "format", string.Join(", ", Formats))),
        };
    }
}
