using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Streams;

internal static class StreamSetup
{
    /// <summary>The channels and the least time between two events of each.</summary>
    private static readonly (string Name, int PaceMs)[] Paces =
    [
        ("system", 100), ("oracle", 250), ("events", 250), ("markets", 500), ("at-risk", 1_000), ("adl", 1_000),
        ("histogram", 1_000),
    ];

    public static IServiceCollection AddStreams(this IServiceCollection services)
    {
        foreach (var (name, pace) in Paces)
        {
            services.AddSingleton(of =>
            {
                var view = new EndpointView(of, $"{of.GetRequiredService<StreamPaths>().Prefix}/{name}");
                return new ChannelSource(name, TimeSpan.FromMilliseconds(pace), view.ReadAsync, IsLog: name == "events")
                {
                    IsAccountFree = () => view.IsAccountFree,
                };
            });
        }
        services.AddSingleton<AccountChannels>().AddSingleton<StreamPaths>().AddSingleton<StreamSlots>()
            .AddSingleton<StreamHub>();
        return services.AddHostedService(of => of.GetRequiredService<StreamHub>());
    }

    public static void MapStreams(this WebApplication app, string prefix)
    {
        app.Services.GetRequiredService<StreamPaths>().Prefix = prefix;
        app.UseWebSockets();
        var events = ActivatorUtilities.CreateInstance<StreamEndpoint>(app.Services);
        app.MapWritten(prefix + "/stream", events.GetAsync).WithMetadata(new Unhurried()).RequireScope(Scope.Read)
            .ChecksItsAccounts()
            .Describe(ApiDescription.Watch, "The channels' figures as server-sent events", typeof(StreamEvent),
                "text/event-stream");
        var sockets = ActivatorUtilities.CreateInstance<SocketEndpoint>(app.Services);
        app.MapWritten(prefix + "/ws", sockets.GetAsync).WithMetadata(new Unhurried()).RequireScope(Scope.Read)
            .ChecksItsAccounts()
            .Describe("socket", "The same channels over a WebSocket", typeof(SocketMessage));
    }
}

/// <summary>Where the API is, which is known once it is mapped.</summary>
internal sealed class StreamPaths
{
    public string Prefix { get; set; } = "";
}
