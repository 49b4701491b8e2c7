using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansLeverage.Conformance;

/// <summary>A file of either schema, or a table that cases refer to (<see cref="Cases"/> is then null).</summary>
public sealed partial class VectorFile
{
    private VectorFile(string name, IReadOnlyList<VectorCase>? cases) => (Name, Cases) = (name, cases);

    /// <summary>The file's name without its folder: the topic of the first schema.</summary>
    public string Name { get; }

    public IReadOnlyList<VectorCase>? Cases { get; }

    /// <exception cref="FormatException">Not JSON, or neither schema nor a table of tiers.</exception>
    public static VectorFile Parse(string name, string text, ReferenceTables tables)
    {
        var root = Root(text);
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("a vector file is an object");
        }
        if (!root.TryGetProperty("cases", out var cases))
        {
            return root.TryGetProperty("tiers", out _)
                ? new VectorFile(name, null)
                : throw new FormatException("a vector file has 'cases', a table of tiers has 'tiers'");
        }
        return new VectorFile(name, [.. cases.EnumerateArray().Select(json => Case(name, json, tables))]);
    }

    private static VectorCase Case(string file, JsonElement json, ReferenceTables tables)
    {
        var id = Text(json, "id") ?? throw new FormatException("a case has an id");
        if (!json.TryGetProperty("expected", out _))
        {
            throw new FormatException($"case {id} has no 'expected'");
        }
        json.TryGetProperty("inputs", out var inputs);
        return new VectorCase(file, id, Text(json, "kind"), Text(json, "venue"), Text(json, "class"),
            new CaseInputs(inputs, tables), json);
    }

    private static JsonElement Root(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException first)
        {
            try
            {
                // some writers put bare NaN where a number is missing
                return JsonDocument.Parse(BareNaN().Replace(text, "\"NaN\"")).RootElement;
            }
            catch (JsonException)
            {
                throw new FormatException(first.Message, first);
            }
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    [GeneratedRegex(@"(?<=[:\[,]\s*)NaN(?=\s*[,\]}])")]
    private static partial Regex BareNaN();
}
