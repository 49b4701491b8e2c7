using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Admin;

/// <summary>What only an administrator does: instruments end, and accounts are brought in from elsewhere.</summary>
internal sealed class AdminEndpoints(ILeverageGrid grid, EdgeLimits limits, TimeProvider clock)
{
    /// <summary>A whole market is closed in one request: it may take this long.</summary>
    private static readonly TimeSpan ExpiryTimeout = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder app, string prefix)
    {
        var services = app.ServiceProvider;
        var options = services.GetRequiredService<GridServerOptions>();
        var own = new AdminEndpoints(services.GetRequiredService<ILeverageGrid>(), options.Limits, options.Clock);
        app.MapJson(prefix + "/instruments/{id}/expire", new RequestReader<ExpiryRequest>(AdminRequests.Expiry, null,
            perItem: false, options.Limits), Supported.Only<ExpiryRequest>(own.PostExpireAsync))
            .RequireScope(Scope.Admin)
            .Takes(new TakesParameter("id", "An instrument that is closed or has expired", "BTC-USD-20260327"))
            .Describe("expireInstrument", "Closes what is held of an instrument that ended, at a settlement price",
                typeof(ExpiryView));
        app.MapJson(prefix + "/accounts/import", new RequestReader<ImportAccount>(AdminRequests.Import, "accounts",
            perItem: false, options.Limits), Supported.Only<ImportAccount>(own.PostImportAsync))
            .RequireScope(Scope.Admin)
            .Describe("importAccounts", "Holdings from elsewhere: one account, or a batch taken as a whole or not at "
                + "all", typeof(SentView));
    }

    private async Task<Answer> PostExpireAsync(HttpContext context, RequestReading<ExpiryRequest> reading)
    {
        var frame = grid.Frame;
        if (context.Request.RouteValues["id"] is not string name || !InstrumentId.IsValid(name)
            || frame.Universe.Instrument(new InstrumentId(name)) is not { } instrument)
        {
            return Refusal.Of("not_found");
        }
        if (instrument.IsOpen && !(instrument.Expiry <= frame.TimeMs.AsTime()))
        {
            return Refusal.Of("market_open");
        }
        var request = reading.Items[0].Value!;
        using var deadline = new CancellationTokenSource(ExpiryTimeout, clock);
        AuditNote.Target(context, request.Id.ToString());
        try
        {
            if (await grid.CutAsync(deadline.Token) is not { } cut)
            {
                return Refusal.Of("not_supported");
            }
            var (holders, closed, refused) = await new InstrumentExpiry(grid).RunAsync(cut, instrument, request,
                deadline.Token);
            return closed == 0 && refused is [var all]
                ? Refusal.Of(all.Code)
                : Answer.Of(new ExpiryView(CommandStatus.Applied.Code(), SnapshotJson.AsOf(frame.Number, frame.TimeMs),
                    frame.Number.Sequence, MarketFreshness.Of(frame), instrument.Id.Value, holders, closed, refused));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Refusal.Of("outcome_unknown");
        }
    }

    private async Task<Answer> PostImportAsync(HttpContext context, RequestReading<ImportAccount> reading)
    {
        var imports = reading.Items.Select(item => item.Value!).ToArray();
        var ids = new HashSet<CommandId>();
        for (var at = 0; at < imports.Length; at++)
        {
            if (!ids.Add(imports[at].Id))
            {
                return Refusal.Of("dup_in_batch", "commandId", item: at);
            }
        }
        using var deadline = new CancellationTokenSource(limits.CommandTimeout, clock);
        IReadOnlyList<CommandResult> results;
        try
        {
            results = reading.IsBatch
                ? await grid.ExecuteAllAsync(imports, deadline.Token)
                : [await grid.ExecuteAsync(imports[0], deadline.Token)];
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            AuditNote.Target(context, imports[0].Id.ToString());
            return Refusal.Of("outcome_unknown");
        }
        if (results.FirstOrDefault(result => !result.Status.IsSuccess()) is { } refused)
        {
            AuditNote.Target(context, refused.Id.ToString());
            return Codes.Refusal(refused, isFill: false);
        }
        foreach (var result in results)
        {
            AuditNote.Target(context, result.Id.ToString(), result.Status.Code());
        }
        return Answer.Of(SentView.Of(grid.Frame, [.. results.Select(ItemResult.Of)], reading.IsBatch));
    }
}

/// <summary>What came of expiring an instrument.</summary>
/// <param name="Holders">Accounts that held it when this began; 0 where all was closed before.</param>
/// <param name="Refused">Positions that are still open, by the code of why; the same request tries them again.</param>
internal sealed record ExpiryView(
    string Code, AsOfJson AsOf, long Seq, MarketFreshness Freshness, string Instrument, int Holders, int Closed,
    IReadOnlyList<RefusedAccounts> Refused);

file static class Times
{
    public static DateTimeOffset AsTime(this long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs);
}
