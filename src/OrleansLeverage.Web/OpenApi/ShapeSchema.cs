using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.OpenApi;

/// <summary>Schemas and examples of what the API takes, out of the declarations that read it.</summary>
internal static class ShapeSchema
{
    /// <summary>A reference to the shape's schema, which is put among the document's components.</summary>
    public static IOpenApiSchema In(OpenApiDocument document, Shape shape)
    {
        document.AddComponent(shape.Name, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalPropertiesAllowed = false,
            Required = new HashSet<string>(shape.Fields.Where(field => field.IsRequired).Select(field => field.Name)),
            Properties = shape.Fields.ToDictionary(field => field.Name, field => (IOpenApiSchema)Of(document, field)),
        });
        return new OpenApiSchemaReference(shape.Name, document);
    }

    public static JsonObject Example(Shape shape)
    {
        var example = new JsonObject();
        var shown = shape.Fields.Where(field => field.IsRequired || field.IsShown).ToList();
        foreach (var field in shown.Count > 0 ? shown : shape.Fields.Take(1))
        {
            example[field.Name] = Example(field);
        }
        return example;
    }

    private static OpenApiSchema Of(OpenApiDocument document, Field field)
    {
        var schema = field switch
        {
            DecimalField number => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Format = "decimal",
                Pattern = (number.IsSigned ? "^-?" : "^") + @"(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?$",
            },
            IntegerField => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            TextField text => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Pattern = text.Pattern,
                MaxLength = TextField.LengthMax,
                Enum = text.Words?.Select(word => (JsonNode)word).ToList() ?? [],
            },
            NumberField number => new OpenApiSchema
            {
                Type = JsonSchemaType.Number,
                Minimum = number.Min.ToString("R", CultureInfo.InvariantCulture),
                Maximum = number.Max.ToString("R", CultureInfo.InvariantCulture),
            },
            FlagField => new OpenApiSchema { Type = JsonSchemaType.Boolean },
            TextListField texts => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = TextField.LengthMax },
                MaxItems = texts.CountMax,
                UniqueItems = true,
            },
            NumberMapField map => new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Number },
                MaxProperties = map.CountMax,
            },
            ListField list => new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = In(document, list.Items),
                MinItems = list.CountMin,
                MaxItems = list.CountMax,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(field), field.GetType().Name, "cannot be described"),
        };
        schema.Description = field.Description;
        return schema;
    }

    private static JsonNode Example(Field field) => field switch
    {
        DecimalField number => number.Example,
        IntegerField number => number.Example,
        TextField text => text.Example,
        NumberField number => number.Example,
        FlagField => false,
        TextListField texts => new JsonArray(texts.Example),
        NumberMapField map => new JsonObject { [map.Example.Name] = map.Example.Value },
        ListField { Name: "legs" } list => Legs(list.Items),
        ListField list => new JsonArray(Example(list.Items)),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.GetType().Name, "cannot be described"),
    };

    /// <summary>The one example whose parts depend on each other: two accounts, equal and opposite.</summary>
    private static JsonArray Legs(Shape leg)
    {
        var (buyer, seller) = (Example(leg), Example(leg));
        seller["account"] = "acct-2";
        seller["qty"] = "-" + seller["qty"];
        return new JsonArray(buyer, seller);
    }
}
