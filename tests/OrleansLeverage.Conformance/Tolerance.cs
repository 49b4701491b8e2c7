using System.Text.Json;

namespace OrleansLeverage.Conformance;

/// <summary>
/// How far an answer may lie from the expected value. Two spellings occur: <c>{type: exact | absolute | relative |
/// rounded, value, abs?, decimals}</c> in venue files and <c>{abs, rel, field_abs, field_rel}</c> in the others, where
/// <c>rel</c> may be <c>{field: number, others: number}</c>; with both parts |actual − expected| ≤ abs +
/// rel·|expected|. None of them is exact. <c>rounded</c> to d decimals allows half a unit of the last decimal. A field
/// without an entry is met by its group: <c>vol</c> are the <c>*_vol_*</c>, <c>params</c> what is neither that nor a
/// likelihood.
/// </summary>
public sealed class Tolerance
{
    private const string Others = "others";

    private static readonly ExactNumber Nothing = ExactNumber.Of(0m);
    private readonly Dictionary<string, ExactNumber> _fields = [];
    private readonly ExactNumber _absolute;
    private readonly ExactNumber _relative;

    private Tolerance(ExactNumber absolute, ExactNumber relative) => (_absolute, _relative) = (absolute, relative);

    public static Tolerance Exact { get; } = new(Nothing, Nothing);

    /// <exception cref="FormatException">A type that is not known, or one without its number.</exception>
    public static Tolerance Parse(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return Exact;
        }
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"a tolerance is an object, not {json.GetRawText()}");
        }
        return json.TryGetProperty("type", out var type) ? Typed(json, type.GetString()) : Untyped(json);
    }

    public bool Accepts(string field, ExactNumber expected, ExactNumber actual)
    {
        var (absolute, relative) = Named(field) is { } name
            ? (_fields.GetValueOrDefault(name + "_abs"), _fields.GetValueOrDefault(name + "_rel"))
            : (_absolute, _relative);
        return (actual - expected).Abs().CompareTo(absolute + (relative * expected.Abs())) <= 0;
    }

    /// <summary>Whether the field admits no distance at all.</summary>
    public bool IsExact(string field) => _absolute.Numerator.IsZero && _relative.Numerator.IsZero
        && Named(field) is null;

    // a file may state a field's tolerance by the name without its unit (vega_rel for vega_usd_per_volpoint, se_rel for
    // se_mu), or by a group
    private string? Named(string field)
    {
        for (var stem = field; stem.Length > 0; stem = stem[..Math.Max(stem.LastIndexOf('_'), 0)])
        {
            if (Has(stem))
            {
                return stem;
            }
        }
        var group = field.Contains("_vol_", StringComparison.Ordinal) ? "vol" : field == "loglik" ? field : "params";
        return Has(group) ? group : null;
    }

    private bool Has(string name) => _fields.ContainsKey(name + "_abs") || _fields.ContainsKey(name + "_rel");

    private static Tolerance Typed(JsonElement json, string? type) => type switch
    {
        "exact" => Exact,
        "absolute" or "abs" => new Tolerance(Number(json, "value"), NumberOrZero(json, "rel")),
        "relative" or "rel" => new Tolerance(NumberOrZero(json, "abs"), Number(json, "value")),
        "rounded" => new Tolerance(HalfUnit(json), Nothing),
        _ => throw new FormatException($"tolerance type '{type}' is not known"),
    };

    private static Tolerance Untyped(JsonElement json)
    {
        var tolerance = new Tolerance(Plain(json, "abs"), Plain(json, "rel"));
        foreach (var property in json.EnumerateObject())
        {
            if (property is { Name: "abs" or "rel", Value.ValueKind: JsonValueKind.Object })
            {
                foreach (var field in property.Value.EnumerateObject().Where(field => field.Name != Others))
                {
                    tolerance._fields[$"{field.Name}_{property.Name}"] = Number(property.Value, field.Name);
                }
            }
            var isField = property.Name.EndsWith("_abs", StringComparison.Ordinal)
                || property.Name.EndsWith("_rel", StringComparison.Ordinal);
            if (isField)
            {
                tolerance._fields[property.Name] = Number(json, property.Name);
            }
        }
        return tolerance;
    }

    // a number for every field, or an object by field with "others"
    private static ExactNumber Plain(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? NumberOrZero(value, Others)
            : NumberOrZero(json, name);

    private static ExactNumber HalfUnit(JsonElement json)
    {
        var decimals = json.TryGetProperty("decimals", out var given) || json.TryGetProperty("value", out given)
            ? given.GetInt32()
            : throw new FormatException("a tolerance 'rounded' names its decimals");
        return new ExactNumber(1, 2 * System.Numerics.BigInteger.Pow(10, decimals));
    }

    private static ExactNumber NumberOrZero(JsonElement json, string name) =>
        json.TryGetProperty(name, out _) ? Number(json, name) : Nothing;

    private static ExactNumber Number(JsonElement json, string name)
    {
        var text = !json.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return text is not null && ExactNumber.TryParse(text, out var number) && number.Numerator.Sign >= 0
            ? number
            : throw new FormatException($"tolerance '{name}' is {text ?? "missing"}, not a number from 0");
    }
}
