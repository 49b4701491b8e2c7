using System.Text.Json;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// A statistic or a fraction: a plain number token, never a string, read exactly and then as a double. What a double or
/// twelve decimals cannot hold is refused, not rounded to zero or infinity.
/// </summary>
internal sealed class NumberField(string name, string description, double min, double max)
    : Field<double>(name, description)
{
    public double Example { get; init; }

    public double Min => min;

    public double Max => max;

    public override string? Fault(JsonElement value, Stage stage) => stage switch
    {
        Stage.Type => Unless(value.ValueKind == JsonValueKind.Number, "bad_type"),
        Stage.Value => Number.Fault(value, min, max),
        _ => null,
    };

    protected override double Read(JsonElement value) => value.GetDouble();
}

/// <summary>True or false.</summary>
internal sealed class FlagField(string name, string description) : Field<bool>(name, description)
{
    public override string? Fault(JsonElement value, Stage stage) =>
        Unless(stage != Stage.Type || value.ValueKind is JsonValueKind.True or JsonValueKind.False, "bad_type");

    protected override bool Read(JsonElement value) => value.GetBoolean();
}

/// <summary>A list of texts of one form, none of them twice.</summary>
internal sealed class TextListField(string name, string description, int max, Func<string, string?> fault)
    : Field<IReadOnlyList<string>>(name, description)
{
    public int CountMax => max;

    public string Example { get; init; } = "";

    public override string? Fault(JsonElement value, Stage stage) => stage switch
    {
        Stage.Type => Unless(value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String), "bad_type"),
        Stage.Value when value.GetArrayLength() > max => "batch_too_large",
        Stage.Value when Read(value).Distinct(StringComparer.Ordinal).Count() < value.GetArrayLength() =>
            "dup_in_batch",
        Stage.Id => Read(value).Select(fault).FirstOrDefault(code => code is not null),
        _ => null,
    };

    protected override IReadOnlyList<string> Read(JsonElement value) =>
        [.. value.EnumerateArray().Select(item => item.GetString()!)];
}

/// <summary>An object of numbers by name, each name an id of one kind.</summary>
internal sealed class NumberMapField(
    string name, string description, (double Min, double Max) range, int max, Func<string, string?> fault)
    : Field<IReadOnlyDictionary<string, double>>(name, description)
{
    public int CountMax => max;

    public (string Name, double Value) Example { get; init; }

    /// <summary>The same numbers exactly, in the order in which they were sent.</summary>
    public static IReadOnlyList<KeyValuePair<string, decimal>> Exact(JsonElement value) =>
        [.. value.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, Number.Exact(one.Value)))];

    public override string? Fault(JsonElement value, Stage stage) => stage switch
    {
        Stage.Type => Unless(value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(one => one.Value.ValueKind == JsonValueKind.Number), "bad_type"),
        Stage.Value when value.EnumerateObject().Count() > max => "batch_too_large",
        Stage.Value => value.EnumerateObject().Select(one => Number.Fault(one.Value, range.Min, range.Max))
            .FirstOrDefault(code => code is not null),
        Stage.Id => value.EnumerateObject().Select(one => fault(one.Name)).FirstOrDefault(code => code is not null),
        _ => null,
    };

    protected override IReadOnlyDictionary<string, double> Read(JsonElement value) =>
        value.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetDouble());
}

/// <summary>A number token, exactly.</summary>
file static class Number
{
    public static string? Fault(JsonElement value, double min, double max) =>
        NumberText.Read(value.GetRawText(), allowExponent: true, out var exact) != NumberForm.Exact ? "bad_decimal"
        : (double)exact < min || (double)exact > max ? "number_out_of_range" : null;

    public static decimal Exact(JsonElement value)
    {
        NumberText.Read(value.GetRawText(), allowExponent: true, out var exact);
        return exact;
    }
}
