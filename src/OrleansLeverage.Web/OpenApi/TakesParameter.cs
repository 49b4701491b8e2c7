namespace OrleansLeverage.Web.OpenApi;

/// <summary>A parameter of an endpoint's path, as the description says it.</summary>
internal sealed record TakesParameter(string Name, string What, string Example)
{
    public string? Pattern { get; init; }
}

internal static class TakingParameters
{
    public static IEndpointConventionBuilder Takes(
        this IEndpointConventionBuilder endpoint, params TakesParameter[] parameters) =>
        endpoint.WithMetadata([.. parameters.Cast<object>()]);
}
