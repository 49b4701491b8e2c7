namespace OrleansLeverage.Web.OpenApi;

/// <summary>What the description says of an endpoint beyond what the endpoint itself knows.</summary>
internal sealed record Described(string OperationId, string Summary);

/// <summary>Marks an endpoint whose rows come with the header fields of <see cref="Api.ReachView"/>.</summary>
internal sealed record TellsReach;

internal static class Describing
{
    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder endpoint, string operationId, string summary, Type answer,
        string contentType = "application/json", int status = StatusCodes.Status200OK) =>
        endpoint.WithMetadata(new Described(operationId, summary), new TagsAttribute("leverage"),
            new ProducesResponseTypeMetadata(status, answer, [contentType]),
            new RequestDelegate(Handle).Method);

    /// <summary>
    /// Only endpoints with a method are described; what ours take and give is said by their own metadata.
    /// </summary>
    private static Task Handle(HttpContext context) => Task.CompletedTask;
}
