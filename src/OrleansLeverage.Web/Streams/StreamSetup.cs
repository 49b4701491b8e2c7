using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

internal static class StreamSetup
{
    public static IServiceCollection AddStreams(this IServiceCollection services)
    {
        services.AddSingleton(of => StreamHub.System(
            of.GetRequiredService<ILeverageGrid>(), of.GetRequiredService<GridServerOptions>()));
        services.AddSingleton<StreamSlots>().AddSingleton<StreamHub>();
        return services.AddHostedService(of => of.GetRequiredService<StreamHub>());
    }

    public static void MapStreams(this WebApplication app, string prefix)
    {
        app.UseWebSockets();
        var events = ActivatorUtilities.CreateInstance<StreamEndpoint>(app.Services);
        app.MapWritten(prefix + "/stream", events.GetAsync).WithMetadata(new Unhurried()).RequireScope(Scope.Read)
            .Describe(ApiDescription.Watch, "The channels' figures as server-sent events", typeof(StreamEvent),
                "text/event-stream");
        var sockets = ActivatorUtilities.CreateInstance<SocketEndpoint>(app.Services);
        app.MapWritten(prefix + "/ws", sockets.GetAsync).WithMetadata(new Unhurried()).RequireScope(Scope.Read)
            .Describe("socket", "The same channels over a WebSocket", typeof(SocketMessage));
    }
}
