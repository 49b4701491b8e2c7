using Microsoft.OpenApi;
using OrleansLeverage.Web.Api.Reading;

namespace OrleansLeverage.Web.OpenApi;

/// <summary>What reads take and give, out of the declarations that read it.</summary>
internal static class ReadDescription
{
    public static void Add(OpenApiOperation operation, IList<object> metadata, string path)
    {
        if (metadata.OfType<TakesQuery>().SingleOrDefault() is not { } takes)
        {
            return;
        }
        operation.Parameters ??= [];
        if (path.Contains("{feed}", StringComparison.Ordinal))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "feed",
                In = ParameterLocation.Path,
                Description = "The market, by its price feed or by an instrument on it",
                Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Examples = ["BTC-USD"] },
            });
        }
        foreach (var parameter in takes.Parameters)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Required = parameter.IsRequired,
                Schema = parameter.Schema(),
            });
        }
        if (!metadata.OfType<HasVersions>().Any())
        {
            return;
        }
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "If-None-Match",
            In = ParameterLocation.Header,
            Description = "The ETag of an answer that is at hand: 304 where it is still good",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
