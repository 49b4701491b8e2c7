using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Streams;

namespace OrleansLeverage.Web.OpenApi;

/// <summary>
/// The OpenAPI document at <c>/openapi/v1.json</c>; the same bytes are committed and compared by a test.
/// </summary>
internal static class ApiDescription
{
    public const string Watch = "watch";

    private const string ProblemType = "Problem";

    public static IServiceCollection AddLeverageGridDescription(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        return services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.ShouldInclude = api => api.ActionDescriptor.EndpointMetadata.OfType<Described>().Any();
            options.AddDocumentTransformer((document, _, _) =>
            {
                Finish(document);
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAsync);
        });
    }

    private static void Finish(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "OrleansLeverage",
            Version = typeof(ApiDescription).Assembly.GetName().Version!.ToString(3),
            Description = "How leveraged every account and the whole market is, at every price. Money travels as "
                + "decimal strings, statistics as numbers; what is unknown is null with a reason. Errors are RFC 9457 "
                + "problems with a stable code.",
        };
        // where it is served from is known to whoever reads it
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[ProblemType] = Problem();
        foreach (var schema in document.Components.Schemas.Values)
        {
            Unwrap(schema);
        }
    }

    /// <summary>Where a comment broke its lines is nobody's business outside.</summary>
    private static void Unwrap(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema { Description: { } words })
        {
            schema.Description = string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }
        foreach (var property in (schema as OpenApiSchema)?.Properties?.Values ?? [])
        {
            Unwrap(property);
        }
    }

    private static Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var described = metadata.OfType<Described>().Single();
        operation.OperationId = described.OperationId;
        operation.Summary = described.Summary;
        operation.Parameters = Parameters(context.Description.RelativePath ?? "", described.OperationId == Watch,
            [.. metadata.OfType<TakesParameter>()]);
        ReadDescription.Add(operation, metadata, context.Description.RelativePath ?? "");
        var good = operation.Responses!.Single(response => response.Key[0] == '2').Value!;
        good.Description = described.OperationId == Watch
            ? "Events snapshot, delta and lagged. Contents are all members, or those changed since the event before"
            : "The answer";
        AnswerExamples.Add(operation, (OpenApiResponse)good);
        if (metadata.OfType<TellsReach>().Any())
        {
            ((OpenApiResponse)good).Headers = ReachView.HeaderNames.ToDictionary(header => header.Name, header =>
                (IOpenApiHeader)new OpenApiHeader
                {
                    Description = $"Beside CSV, NDJSON and shapes of others, as reach is in JSON. {header.What}",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
        }
        operation.Responses!["default"] = new OpenApiResponse
        {
            Description = "Refused",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchemaReference(ProblemType, context.Document),
                },
            },
        };
        if (metadata.OfType<TakesJson>().SingleOrDefault() is { } takes)
        {
            operation.RequestBody = Body(takes, context.Document!);
        }
        return Task.CompletedTask;
    }

    private static OpenApiRequestBody Body(TakesJson takes, OpenApiDocument document)
    {
        var ones = takes.One.Alternatives;
        Shape[] shapes = takes.Batch is null ? [.. ones] : [.. ones, takes.Batch];
        var schemas = shapes.Select(shape => ShapeSchema.In(document, shape)).ToList();
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = schemas.Count == 1 ? schemas[0] : new OpenApiSchema { OneOf = schemas },
                    Examples = shapes.ToDictionary(shape => shape.Name, shape => (IOpenApiExample)new OpenApiExample
                    {
                        Value = ShapeSchema.Example(shape),
                    }),
                },
            },
        };
    }

    private static List<IOpenApiParameter> Parameters(
        string path, bool isStream, IReadOnlyList<TakesParameter> taken)
    {
        var parameters = taken.Select(one => (IOpenApiParameter)Parameter(one.Name, ParameterLocation.Path, one.What,
            new OpenApiSchema { Type = JsonSchemaType.String, Pattern = one.Pattern, Examples = [one.Example] }))
            .ToList();
        if (path.Contains("{id}", StringComparison.Ordinal) && taken.All(one => one.Name != "id"))
        {
            parameters.Add(Parameter("id", ParameterLocation.Path, "The account", new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Pattern = Names.AccountPattern,
                Examples = ["acct-1"],
            }));
        }
        if (isStream)
        {
            parameters.Add(Parameter("channels", ParameterLocation.Query, "What to watch, with commas in between: "
                + $"{string.Join(", ", StreamHub.Names)}, or account: and an id", new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Default = "system",
                Examples = ["system,oracle", "markets,account:acct-1"],
            }));
            parameters.Add(Parameter("Last-Event-ID", ParameterLocation.Header, "The id of the last event seen",
                new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]{1,18}(,[0-9]{1,18})*$" }));
        }
        return parameters;
    }

    private static OpenApiParameter Parameter(
        string name, ParameterLocation place, string what, OpenApiSchema schema) => new()
    {
        Name = name,
        In = place,
        Description = what,
        Required = place == ParameterLocation.Path,
        Schema = schema,
    };

    private static OpenApiSchema Problem() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457 problem. The code decides, the words may change.",
        Required = new HashSet<string> { "type", "title", "status", "code", "traceId" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("urn:leveragegrid:problem: and the code"),
            ["title"] = Text("What the code means"),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status" },
            ["code"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "What went wrong, for machines",
                Enum = [.. RefusalCodes.All.OrderBy(row => row.Status).ThenBy(row => row.Code, StringComparer.Ordinal)
                    .Select(row => (JsonNode)row.Code)],
            },
            ["detail"] = Text("The values and bounds, where they help"),
            ["field"] = Text("The name at fault"),
            ["item"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Its place in the batch" },
            ["traceId"] = Text("Names the request in the log"),
        },
    };

    private static OpenApiSchema Text(string description) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
    };
}
