namespace OrleansLeverage.Web.OpenApi;

/// <summary>A parameter of an endpoint's path or query, as the description says it.</summary>
internal sealed record TakesParameter(string Name, string What, string Example)
{
    public string? Pattern { get; init; }

    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Bounds where it is a whole number.</summary>
    public (long Min, long Max)? Whole { get; init; }

    public string? Default { get; init; }

    /// <summary>Of the query; one of the path always is.</summary>
    public bool IsRequired { get; init; }
}

internal static class TakingParameters
{
    public static IEndpointConventionBuilder Takes(
        this IEndpointConventionBuilder endpoint, params TakesParameter[] parameters) =>
        endpoint.WithMetadata([.. parameters.Cast<object>()]);
}
