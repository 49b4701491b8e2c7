using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Api.Events;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>The routes of deleveraging.</summary>
internal static class DeleveragingRoutes
{
    private static readonly TakesParameter Market = new("symbol", "The market", "BTC-USD-PERP");

    private static readonly TakesParameter Plan = new("id", "The plan, a ULID", "01JZ8Q6Z7V5N3K2M4P6R8T0WXY")
    {
        Pattern = Names.UlidPattern,
    };

    public static IServiceCollection AddDeleveraging(this IServiceCollection services) =>
        services.AddSingleton<DeleveragingBoard>().AddSingleton<QueueSnapshots>();

    public static void MapDeleveraging(this IEndpointRouteBuilder app, string prefix)
    {
        var services = app.ServiceProvider;
        var (grid, board) = (services.GetRequiredService<ILeverageGrid>(),
            services.GetRequiredService<DeleveragingBoard>());
        var options = services.GetRequiredService<GridServerOptions>();
        MapReads(app, prefix + "/adl", new DeleveragingReads(grid, board,
            services.GetRequiredService<QueueSnapshots>()));
        MapActs(app, prefix + "/adl", options.Limits,
            new DeleveragingActs(grid, board, services.GetRequiredService<EventLog>(), options.Limits, options.Clock));
    }

    private static void MapReads(IEndpointRouteBuilder app, string prefix, DeleveragingReads reads)
    {
        app.MapRead(prefix, [ReadParameters.Format], Supported.Only(reads.GetBoardAsync)).RequireScope(Scope.Read)
            .Describe("deleveraging", "How far deleveraging is from its trigger and its stop, market by market",
                typeof(BoardView));
        app.MapRead(prefix + "/{symbol}/queue", DeleveragingReads.QueueParameters,
            Supported.Only(reads.GetQueueAsync)).RequireScope(Scope.Read).Takes(Market)
            .Describe("deleveragingQueue", "Every position of a market by rank, with the two terms of its score",
                typeof(QueueView));
        app.MapRead(prefix + "/log", DeleveragingReads.LogParameters, Supported.Only(reads.GetLogAsync))
            .RequireScope(Scope.Read)
            .Describe("deleveragingLog", "Every leg of every plan, newest first", typeof(LogView));
        app.MapRead(prefix + "/plans/{id}", [], Supported.Only(reads.GetPlanAsync)).RequireScope(Scope.Read).Takes(Plan)
            .Describe("deleveragingPlan", "One plan from arming to its end", typeof(PlanAnswer));
    }

    private static void MapActs(IEndpointRouteBuilder app, string prefix, EdgeLimits limits, DeleveragingActs acts)
    {
        app.MapJson(prefix + "/{symbol}/rehearse", Reader(DeleveragingRequests.Rehearsal, limits),
            Supported.Only<AskedPlan>(acts.RehearseAsync)).RequireScope(Scope.Read).Takes(Market)
            .Describe("rehearseDeleveraging", "What arming and executing would do now; nothing is kept",
                typeof(PlanAnswer));
        app.MapJson(prefix + "/{symbol}/arm", Reader(DeleveragingRequests.Arming, limits),
            Supported.Only<AskedPlan>(acts.ArmAsync)).RequireScope(Scope.Operate).Takes(Market)
            .Describe("armDeleveraging", "Makes a plan at the newest frame and keeps it", typeof(PlanAnswer));
        app.MapJson(prefix + "/plans/{id}/execute", Reader(DeleveragingRequests.Execution, limits),
            Supported.Only<ExecutionRequest>(acts.ExecuteAsync)).RequireScope(Scope.Operate).Takes(Plan)
            .Describe("executeDeleveraging", "Executes an armed plan, once; its market is typed again to confirm",
                typeof(PlanAnswer));
        app.MapJson(prefix + "/plans/{id}/disarm", Reader(DeleveragingRequests.Disarming, limits),
            Supported.Only<string>(acts.DisarmAsync)).RequireScope(Scope.Operate).Takes(Plan)
            .Describe("disarmDeleveraging", "Takes an armed plan back", typeof(PlanAnswer));
    }

    private static RequestReader<T> Reader<T>(Shape<T> shape, EdgeLimits limits) =>
        new(shape, null, perItem: false, limits);
}
