namespace OrleansLeverage.Web.OpenApi;

/// <summary>What the description says of an endpoint beyond what the endpoint itself knows.</summary>
internal sealed record Described(string OperationId, string Summary, Type Answer);

internal static class Describing
{
    public static IEndpointConventionBuilder Describe(
        this IEndpointConventionBuilder endpoint, string operationId, string summary, Type answer) =>
        endpoint.WithMetadata(new Described(operationId, summary, answer));
}
