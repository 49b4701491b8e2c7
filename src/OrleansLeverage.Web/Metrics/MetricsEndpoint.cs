using System.Text;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Metrics;

internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static IServiceCollection AddGridMetrics(this IServiceCollection services) => services
        .AddSingleton<GridMetrics>().AddHostedService(provider => provider.GetRequiredService<GridMetrics>())
        .AddSingleton(provider => provider.GetRequiredService<GridMetrics>().Writes);

    /// <summary><c>GET /metrics</c>; to be called before anything else is mapped, so that nothing is counted unseen.
    /// </summary>
    public static void MapGridMetrics(this IEndpointRouteBuilder app)
    {
        var metrics = app.ServiceProvider.GetRequiredService<GridMetrics>();
        app.MapWritten(Path, async context =>
        {
            if (metrics.Scrape() is not { } text)
            {
                return Refusal.Of("internal");
            }
            var bytes = Encoding.UTF8.GetBytes(text);
            context.Response.ContentType = PrometheusText.ContentType;
            context.Response.ContentLength = bytes.Length;
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            return null;
        }).WithMetadata(new Unhurried()).RequireScope(Scope.Read).ShowsNoAccounts();
    }
}
