using System.Diagnostics.CodeAnalysis;

namespace OrleansLeverage.Web.Edge;

/// <summary>Endpoints behind the edge: each has a surface name, and those that take JSON say how it is read.</summary>
internal static class EdgeRoutes
{
    /// <summary>
    /// A POST that takes a body. <paramref name="handle"/> runs once the body has passed every check of form.
    /// </summary>
    public static IEndpointConventionBuilder MapJson<T>(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, RequestReader<T> reader,
        Func<HttpContext, RequestReading<T>, Task<Answer>> handle) =>
        routes.Map("POST", pattern, async context =>
        {
            var reading = await reader.ReadAsync(context.Request, context.RequestAborted);
            return reading.Refusal is { } refusal ? refusal : await handle(context, reading);
        }).WithMetadata(new TakesJson(reader.One, reader.Batch));

    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, Func<HttpContext, Task<Answer>> handle) =>
        routes.Map("GET", pattern, async context => await handle(context));

    /// <summary>A DELETE without a body.</summary>
    public static IEndpointConventionBuilder MapRemoval(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, Func<HttpContext, Task<Answer>> handle) =>
        routes.Map("DELETE", pattern, async context => await handle(context));

    /// <summary>A GET whose handler writes by itself, unless it refuses.</summary>
    public static IEndpointConventionBuilder MapWritten(this IEndpointRouteBuilder routes,
        [StringSyntax("Route")] string pattern, Func<HttpContext, Task<Answer?>> handle) =>
        routes.Map("GET", pattern, handle);

    private static IEndpointConventionBuilder Map(this IEndpointRouteBuilder routes, string method,
        [StringSyntax("Route")] string pattern, Func<HttpContext, Task<Answer?>> handle)
    {
        var gate = routes.ServiceProvider.GetRequiredService<EdgeGate>();
        return routes.MapMethods(pattern, [method], async context =>
        {
            if (await handle(context) is { } answer)
            {
                await (answer.Refusal is { } refusal
                    ? gate.RefuseAsync(context, refusal)
                    : answer.WriteAsync(context));
            }
        }).WithMetadata(new Surface($"{method} {pattern}"));
    }
}
