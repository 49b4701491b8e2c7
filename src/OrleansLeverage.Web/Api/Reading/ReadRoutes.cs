using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Accounts;
using OrleansLeverage.Web.Api.Events;
using OrleansLeverage.Web.Api.History;
using OrleansLeverage.Web.Api.Markets;
using OrleansLeverage.Web.Api.Oracle;
using OrleansLeverage.Web.Json;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Reading;

/// <summary>All that is looked up: what it needs, and where it is.</summary>
internal static class ReadRoutes
{
    public static IServiceCollection AddReads(this IServiceCollection services)
    {
        services.AddSingleton<VersionSalt>().AddSingleton<FigureHistory>().AddSingleton<LadderHistory>()
            .AddSingleton<OracleBeats>().AddSingleton<EventLog>().AddSingleton<FigureRecorder>()
            .AddSingleton<FeedWatch>();
        return services.AddHostedService(s => s.GetRequiredService<FigureRecorder>())
            .AddHostedService(s => s.GetRequiredService<FeedWatch>());
    }

    public static void MapReads(this IEndpointRouteBuilder app, string prefix)
    {
        var services = app.ServiceProvider;
        var grid = services.GetRequiredService<ILeverageGrid>();
        MapAccounts(app, prefix + "/accounts", new AccountEndpoint(grid), new AccountListEndpoint(grid));
        app.MapLook(prefix + "/at-risk", AccountListEndpoint.AtRiskParameters,
            new AccountListEndpoint(grid).GetAtRiskAsync).WithMetadata(new TellsReach()).Describe("atRisk",
            "Accounts near or past their line, the worst first", typeof(AccountList));
        MapMarkets(app, prefix, new MarketsEndpoint(grid),
            new LiquidationMapEndpoint(grid, services.GetRequiredService<LadderHistory>()));
        MapSystem(app, prefix, new SystemEndpoint(grid, services.GetRequiredService<GridServerOptions>()),
            new UniverseEndpoint(grid), new OptionsEndpoint(grid, services.GetRequiredService<FigureHistory>()));
        app.MapLook(prefix + "/history", HistoryEndpoint.Parameters,
            new HistoryEndpoint(grid, services.GetRequiredService<FigureHistory>()).Get)
            .ShowsNoAccounts().Describe("history",
            "Figures over the last hour or day", typeof(FigureHistoryView));
        var beats = services.GetRequiredService<OracleBeats>();
        app.MapLook(prefix + "/oracle", [ReadParameters.Format],
            (_, _) => Task.FromResult(new Look(null, null, () => OracleBoard.Of(grid, beats))))
            .ShowsNoAccounts().Describe("oracle",
            "Every price feed, the worst first", typeof(OracleBoard));
        app.MapLook(prefix + "/events", EventsEndpoint.Parameters,
            new EventsEndpoint(grid, services.GetRequiredService<EventLog>()).Get).Describe("events",
            "What happened lately, the newest first", typeof(EventList));
    }

    private static void MapAccounts(
        IEndpointRouteBuilder app, string prefix, AccountEndpoint account, AccountListEndpoint list)
    {
        app.MapLook(prefix, AccountListEndpoint.Parameters, list.GetAsync).WithMetadata(new TellsReach())
            .Describe("accounts", "Accounts in an order, a page at a time", typeof(AccountList));
        app.MapLook(prefix + "/{id}", AccountEndpoint.Parameters, account.GetAsync).Describe("account",
            "An account's leverage at the newest frame", typeof(AccountJson));
        app.MapLook(prefix + "/{id}/positions", AccountEndpoint.PositionParameters, account.GetPositionsAsync)
            .Describe("positions", "An account's open positions", typeof(Listed<PositionJson>));
        app.MapLook(prefix + "/{id}/orders", AccountEndpoint.PositionParameters, account.GetOrdersAsync)
            .Describe("orders", "An account's open orders that hold margin", typeof(Listed<OrderRow>));
        app.MapLook(prefix + "/{id}/history", AccountEndpoint.PageParameters, account.GetHistoryAsync)
            .Describe("accountHistory", "What was applied to an account, the newest first", typeof(HistoryList));
        app.MapLook(prefix + "/{id}/triggers", AccountEndpoint.TriggerParameters, account.GetTriggersAsync)
            .Describe("accountTriggers", "Lines that an account crossed lately, the newest first",
                typeof(Listed<TriggerRow>));
    }

    private static void MapMarkets(
        IEndpointRouteBuilder app, string prefix, MarketsEndpoint markets, LiquidationMapEndpoint map)
    {
        app.MapLook(prefix + "/markets", MarketsEndpoint.Parameters, markets.GetAsync)
            .WithMetadata(new TellsReach()).ShowsNoAccounts().Describe("markets",
            "Every market and the leverage in it", typeof(MarketList));
        app.MapLook(prefix + "/markets/{feed}", [], markets.GetOneAsync)
            .ShowsNoAccounts().Describe("market",
            "One market and the leverage in it", typeof(MarketView));
        app.MapLook(prefix + "/liquidation-map/{feed}", LiquidationMapEndpoint.Parameters, map.GetAsync)
            .WithMetadata(new TellsReach()).ShowsNoAccounts()
            .Describe("liquidationMap", "At which price of a market who is liquidated", typeof(LiquidationMapView));
        app.MapLook(prefix + "/liquidation-map/{feed}/history", LiquidationMapEndpoint.HistoryParameters,
            map.GetHistoryAsync)
            .ShowsNoAccounts().Describe("liquidationMapHistory", "Liquidation maps of the last hour",
            typeof(LadderHistoryView));
    }

    private static void MapSystem(IEndpointRouteBuilder app, string prefix, SystemEndpoint system,
        UniverseEndpoint universe, OptionsEndpoint options)
    {
        app.MapLook(prefix + "/system", [], system.GetSystem).Describe("system",
            "The whole market's leverage at the newest frame", typeof(SystemView));
        app.MapLook(prefix + "/skew", [], system.GetSkewAsync)
            .ShowsNoAccounts().Describe("skew",
            "Who is crowded: the market, every market, every size of account", typeof(SkewView));
        app.MapLook(prefix + "/histogram", [], system.GetHistogram)
            .ShowsNoAccounts().Describe("histogram",
            "Accounts and notional by leverage", typeof(HistogramsView));
        app.MapLook(prefix + "/report", [], system.GetReport)
            .ShowsNoAccounts().Describe("report", "How the market is built",
            typeof(ReportView));
        app.MapLook(prefix + "/universe", [], universe.GetUniverse)
            .ShowsNoAccounts().Describe("universe",
            "What can be priced and held", typeof(UniverseView));
        app.MapLook(prefix + "/rules", [], universe.GetRules)
            .ShowsNoAccounts().Describe("rules", "The margin rules in force",
            typeof(RulesView));
        app.MapLook(prefix + "/greeks", [], options.GetGreeksAsync)
            .ShowsNoAccounts().Describe("greeks",
            "Sensitivities by underlying, expiry and strike", typeof(GreeksView));
        app.MapLook(prefix + "/vol-index", [], options.GetVolatility)
            .ShowsNoAccounts()
            .Describe("volatility", "Realised volatility and volatility indices", typeof(VolatilityView));
    }
}
