using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Api.Admin;
using OrleansLeverage.Web.Api.Calibration;
using OrleansLeverage.Web.Api.Deleveraging;
using OrleansLeverage.Web.Api.Export;
using OrleansLeverage.Web.Api.Jobs;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Api.Triggers;
using OrleansLeverage.Web.Api.WhatIf;
using OrleansLeverage.Web.Dashboard;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Metrics;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;
using OrleansLeverage.Web.Status;
using OrleansLeverage.Web.Streams;

namespace OrleansLeverage.Web;

/// <summary>The HTTP API of a grid, whoever hosts it.</summary>
public static class LeverageGridWeb
{
    /// <summary>A server for <paramref name="grid"/> that listens as <paramref name="options"/> say.</summary>
    public static WebApplicationBuilder CreateBuilder(ILeverageGrid grid, GridServerOptions options)
    {
        var builder = EdgeHost.Builder(options);
        builder.Services.AddSingleton(grid);
        builder.Services.AddSingleton<NewAccountQuota>().AddStreams();
        builder.Services.AddReads();
        ExportEndpoints.Add(builder.Services.AddDeleveraging().AddJobs());
        builder.Services.AddLeverageGridDescription();
        builder.Services.AddGridMetrics().AddGridStatus();
        return builder;
    }

    /// <summary>
    /// Puts the edge, the API under <paramref name="prefix"/>, health, description and page on the server.
    /// </summary>
    public static WebApplication MapLeverageGrid(this WebApplication app, string prefix)
    {
        app.MapGridMetrics();
        EdgeHost.UseEdge(app, prefix);
        var services = app.Services;
        var (grid, gate) = (services.GetRequiredService<ILeverageGrid>(), services.GetRequiredService<EdgeGate>());
        var options = services.GetRequiredService<GridServerOptions>();
        MapWrites(app, prefix, grid, gate, services.GetRequiredService<NewAccountQuota>(), options);
        app.MapReads(prefix);
        MapHealth(app, new HealthEndpoints(grid));
        app.MapStreams(prefix);
        SecurityEndpoints.Map(app, prefix);
        app.MapDeleveraging(prefix);
        app.MapJobs(prefix);
        MapActs(app, prefix);
        app.MapOpenApi("/openapi/{documentName}.json").WithMetadata(new Surface("GET /openapi")).AllowAnybody();
        app.MapGridStatus(prefix);
        DashboardEndpoints.Map(app, prefix, options);
        return app;
    }

    private static void MapWrites(IEndpointRouteBuilder app, string prefix, ILeverageGrid grid, EdgeGate gate,
        NewAccountQuota quota, GridServerOptions options)
    {
        var (limits, writes) = (options.Limits, app.ServiceProvider.GetRequiredService<WriteMetrics>());
        var commands = new CommandEndpoints(grid, gate, quota, limits, options.Clock, writes);
        var ticks = new RequestReader<PriceUpdate>(Requests.Tick, "ticks", perItem: true, limits)
        {
            Proof = TickSignature.Fault,
        };
        app.MapJson(prefix + "/ticks", ticks, new TickEndpoint(grid, gate, writes).PostAsync)
            .RequireScope(Scope.Oracle).ShowsNoAccounts().Describe("publishPrices",
                "Prices in: one, or a batch judged one by one", typeof(SentView));
        var fills = new RequestReader<FillRequest>(Requests.Fill, "fills", perItem: false, limits);
        app.MapJson(prefix + "/fills", fills, commands.PostFillsAsync)
            .RequireScope(Scope.Trade).ChecksItsAccounts().Describe("applyFills",
                "Trades in: one, or a batch applied as a whole or not at all", typeof(SentView));
        var collateral = new RequestReader<AccountCommand>(Requests.Collateral, null, perItem: false, limits);
        app.MapJson(prefix + "/collateral", collateral, commands.PostCollateralAsync)
            .RequireScope(Scope.Trade).ChecksItsAccounts().Describe("changeCollateral", "Collateral in or out",
                typeof(SentView));
        var others = new RequestReader<Func<AccountId, AccountCommand>>(
            CommandRequests.Choose, CommandRequests.Any, null, perItem: false, limits);
        app.MapJson(prefix + "/accounts/{id}/commands", others, commands.PostCommandAsync)
            .RequireScope(Scope.Trade).Describe("command", "The other commands of one account", typeof(SentView));
    }

    private static void MapActs(IEndpointRouteBuilder app, string prefix)
    {
        WhatIfEndpoints.Map(app, prefix);
        TriggerEndpoints.Map(app, prefix);
        AdminEndpoints.Map(app, prefix);
        ExportEndpoints.Map(app, prefix);
        CalibrationEndpoints.Map(app, prefix);
    }

    private static void MapHealth(IEndpointRouteBuilder app, HealthEndpoints health)
    {
        app.MapRead("/healthz/startup", health.GetStartupAsync).WithMetadata(new Unhurried()).AllowAnybody()
            .Describe("startup", "Whether recovery is over", typeof(HealthView));
        app.MapRead("/healthz/ready", health.GetReadyAsync).WithMetadata(new Unhurried()).AllowAnybody()
            .Describe("ready", "Whether writes are taken", typeof(HealthView));
        app.MapRead("/healthz/live", health.GetLiveAsync).WithMetadata(new Unhurried()).AllowAnybody()
            .Describe("live", "Whether the process answers", typeof(LiveView));
    }
}
