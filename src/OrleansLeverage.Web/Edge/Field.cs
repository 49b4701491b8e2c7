using System.Text.Json;

namespace OrleansLeverage.Web.Edge;

/// <summary>The checks of one value, in the order in which their failures win over those of other fields.</summary>
internal enum Stage
{
    Type,
    Value,
    Id,
}

/// <summary>
/// One name of a JSON object: whether it must be there, what it may hold, and the code of each fault. Declared once and
/// used to read, to refuse and to describe.
/// </summary>
internal abstract class Field(string name, string description)
{
    public string Name => name;

    public string Description => description;

    public bool IsRequired { get; init; } = true;

    /// <summary>Whether the example of the description has it, where it need not be there.</summary>
    public bool IsShown { get; init; }

    public string MissingCode { get; init; } = "missing_field";

    /// <summary>
    /// The code of the fault, null where there is none. A stage is only asked when the earlier ones passed.
    /// </summary>
    public abstract string? Fault(JsonElement value, Stage stage);

    protected static string? Unless(bool good, string code) => good ? null : code;
}

/// <summary>A field whose value, once every check has passed, reads as <typeparamref name="T"/>.</summary>
internal abstract class Field<T>(string name, string description) : Field(name, description)
{
    /// <summary>
    /// The value in <paramref name="row"/>, or <paramref name="absent"/> where it may be missing and is.
    /// </summary>
    public T Of(JsonElement row, T absent = default!) =>
        row.TryGetProperty(Name, out var value) ? Read(value) : absent;

    protected abstract T Read(JsonElement value);
}

/// <summary>
/// A decimal as a string. A number token is read too, only to say what is wrong with it: the size of the number comes
/// before its being a number at all.
/// </summary>
internal sealed class DecimalField(string name, string description, string tooFine, Func<decimal, string?> fault)
    : Field<decimal>(name, description)
{
    public string UnreadableCode { get; init; } = "bad_decimal";

    public string Example { get; init; } = "1";

    /// <summary>Whether the form has a minus, for the description only: a wrong sign has a code of its own.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Null where the field may be missing and is.</summary>
    public decimal? Maybe(JsonElement row) => row.TryGetProperty(Name, out var value) ? Read(value) : null;

    public override string? Fault(JsonElement value, Stage stage) => stage switch
    {
        Stage.Type => Unless(value.ValueKind == JsonValueKind.Number
            || (value.ValueKind == JsonValueKind.String && !value.ValueEquals("")), "bad_type"),
        Stage.Value => ValueFault(value),
        _ => null,
    };

    protected override decimal Read(JsonElement value)
    {
        NumberText.Read(value.GetString(), allowExponent: false, out var number);
        return number;
    }

    private string? ValueFault(JsonElement value)
    {
        var isNumber = value.ValueKind == JsonValueKind.Number;
        var text = isNumber ? value.GetRawText() : value.GetString();
        return NumberText.Read(text, isNumber, out var number) switch
        {
            NumberForm.Unreadable => UnreadableCode,
            NumberForm.TooFine => tooFine,
            _ => fault(number) ?? Unless(!isNumber, "bad_type"),
        };
    }
}

/// <summary>A 64-bit integer as a plain number token: no fraction, exponent or quotes.</summary>
internal sealed class IntegerField(string name, string description, Func<long, string?> fault)
    : Field<long>(name, description)
{
    public long Example { get; init; } = 1;

    public override string? Fault(JsonElement value, Stage stage) => stage switch
    {
        Stage.Type => Unless(value.ValueKind is JsonValueKind.Number or JsonValueKind.String, "bad_type"),
        Stage.Value => TryRead(value, out var number) ? fault(number) : "bad_integer",
        _ => null,
    };

    protected override long Read(JsonElement value) => value.GetInt64();

    private static bool TryRead(JsonElement value, out long number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number)
            && !value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E');
    }
}

/// <summary>
/// A text with a form of its own; <paramref name="stage"/> says whether it is a value or the id of something.
/// </summary>
internal sealed class TextField(string name, string description, Stage stage, Func<string, string?> fault)
    : Field<string?>(name, description)
{
    public const int LengthMax = 256;

    public string Example { get; init; } = "";

    /// <summary>The form as a regular expression, for the description only.</summary>
    public string? Pattern { get; init; }

    public IReadOnlyList<string>? Words { get; init; }

    public override string? Fault(JsonElement value, Stage at) => at == Stage.Type
        ? Unless(value.ValueKind == JsonValueKind.String, "bad_type")
        : at == stage ? fault(value.GetString()!) : null;

    protected override string? Read(JsonElement value) => value.GetString();
}

/// <summary>A list of objects of one shape, of a fixed or bounded length.</summary>
internal sealed class ListField(
    string name, string description, Shape items, (int Count, string Code) min, (int Count, string Code) max)
    : Field(name, description)
{
    public Shape Items => items;

    public int CountMin => min.Count;

    public int CountMax => max.Count;

    public override string? Fault(JsonElement value, Stage stage) => stage switch
    {
        Stage.Type => Unless(value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object), "bad_type"),
        Stage.Value => value.GetArrayLength() is var count && count < min.Count ? min.Code
            : Unless(count <= max.Count, max.Code),
        _ => null,
    };

    public IEnumerable<JsonElement> Of(JsonElement row) =>
        row.TryGetProperty(Name, out var value) ? value.EnumerateArray() : [];
}
