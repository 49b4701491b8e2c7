using System.Text.Json;

namespace OrleansLeverage.Web.Edge;

/// <summary>What a check found: the code and the contract's name of the field.</summary>
internal readonly record struct Fault(string Code, string? Field);

/// <summary>
/// The names of one JSON object. Checks run over the whole object, lists included, one kind after another: names that
/// occur twice, names that are unknown, names that are missing, types, values, ids.
/// </summary>
internal class Shape(string name, params Field[] fields)
{
    private readonly Dictionary<string, Field> _fields = fields.ToDictionary(field => field.Name);

    public string Name => name;

    public IReadOnlyList<Field> Fields => fields;

    /// <summary>The shapes of which a body has one, where there are several; this stands for none of them.</summary>
    public IReadOnlyList<Shape>? Kinds { get; init; }

    public IReadOnlyList<Shape> Alternatives => Kinds ?? [this];

    /// <summary>An equal name, ignoring case, in any object of the document.</summary>
    public static bool HasDuplicates(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray().Any(HasDuplicates);
        }
        if (value.ValueKind != JsonValueKind.Object)
        {
            return false;
        }
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return value.EnumerateObject().Any(member => !seen.Add(member.Name) || HasDuplicates(member.Value));
    }

    public bool HasUnknown(JsonElement row) => row.EnumerateObject().Any(member =>
        !_fields.TryGetValue(member.Name, out var field)
        || Nested(field, member.Value).Any(item => item.Shape.HasUnknown(item.Row)));

    public Fault? Missing(JsonElement row)
    {
        foreach (var field in fields)
        {
            if (!row.TryGetProperty(field.Name, out var value))
            {
                if (field.IsRequired)
                {
                    return new Fault(field.MissingCode, field.Name);
                }
                continue;
            }
            foreach (var item in Nested(field, value))
            {
                if (item.Shape.Missing(item.Row) is { } missing)
                {
                    return missing;
                }
            }
        }
        return null;
    }

    public Fault? TypeFault(JsonElement row) => At(row, Stage.Type);

    /// <summary>The first fault of values, then of ids.</summary>
    public Fault? ContentFault(JsonElement row) => At(row, Stage.Value) ?? At(row, Stage.Id);

    private Fault? At(JsonElement row, Stage stage)
    {
        foreach (var field in fields)
        {
            if (!row.TryGetProperty(field.Name, out var value))
            {
                continue;
            }
            if (field.Fault(value, stage) is { } code)
            {
                return new Fault(code, field.Name);
            }
            foreach (var item in Nested(field, value))
            {
                if (item.Shape.At(item.Row, stage) is { } fault)
                {
                    return fault;
                }
            }
        }
        return null;
    }

    private static IEnumerable<(Shape Shape, JsonElement Row)> Nested(Field field, JsonElement value) =>
        field is ListField list && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
                .Select(item => (list.Items, item))
            : [];
}

/// <summary>An object that, once every check has passed, becomes a <typeparamref name="T"/>.</summary>
internal sealed class Shape<T>(string name, Func<JsonElement, T> make, params Field[] fields) : Shape(name, fields)
{
    public T Make(JsonElement row) => make(row);
}
