using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace OrleansLeverage.Web.OpenApi;

/// <summary>
/// A good answer of every operation, by its id: answers that the API gave, kept beside this file, and compared with
/// those of now by a test.
/// </summary>
internal static class AnswerExamples
{
    private const string Resource = "openapi/answers.json";

    private static readonly Lazy<JsonObject> Kept = new(() =>
    {
        using var stream = typeof(AnswerExamples).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the assembly has no {Resource}");
        return JsonNode.Parse(stream)!.AsObject();
    });

    public static void Add(OpenApiOperation operation, OpenApiResponse good)
    {
        if (Kept.Value[operation.OperationId!] is { } example && good.Content?.Values.SingleOrDefault() is { } content)
        {
            ((OpenApiMediaType)content).Example = example.DeepClone();
        }
    }
}
