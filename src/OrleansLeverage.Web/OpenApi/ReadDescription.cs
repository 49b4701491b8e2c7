using Microsoft.OpenApi;
using OrleansLeverage.Web.Api.Reading;

namespace OrleansLeverage.Web.OpenApi;

/// <summary>What reads take, out of the declarations that read it.</summary>
internal static class ReadDescription
{
    public static void Add(IList<IOpenApiParameter> parameters, IList<object> metadata, string path)
    {
        if (path.Contains("{feed}", StringComparison.Ordinal))
        {
            parameters.Add(new OpenApiParameter
            {
                Name = "feed",
                In = ParameterLocation.Path,
                Description = "The market, by its price feed or by an instrument on it",
                Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Examples = ["BTC-USD"] },
            });
        }
        if (metadata.OfType<TakesQuery>().SingleOrDefault() is not { } takes)
        {
            return;
        }
        foreach (var parameter in takes.Parameters)
        {
            parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = parameter.Schema(),
            });
        }
        parameters.Add(new OpenApiParameter
        {
            Name = "If-None-Match",
            In = ParameterLocation.Header,
            Description = "The ETag of an answer that is at hand: 304 where it is still good",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
