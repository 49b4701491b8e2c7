using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace OrleansLeverage.Conformance;

/// <summary>
/// Reads the inputs of a case. Numbers stand as numbers or as text; null, NaN and an absent field are all "not given".
/// Files name one quantity differently, so readers take every name it has; the first that is given counts.
/// </summary>
public sealed class CaseInputs(JsonElement json, ReferenceTables tables)
{
    private static readonly string[] Longs = ["long", "buy", "bid", "1", "1.0", "+1"];
    private static readonly string[] Shorts = ["short", "sell", "ask", "-1", "-1.0"];
    private static readonly string[] Flats = ["flat", "none", "no_position_side", "0"];

    public ReferenceTables Tables => tables;

    public bool Has(params string[] names) => names.Any(name => TryRaw(name, out _));

    public decimal Decimal(params string[] names) => DecimalOrNull(names) ?? throw Missing(names);

    public decimal DecimalOr(decimal otherwise, params string[] names) => DecimalOrNull(names) ?? otherwise;

    public decimal? DecimalOrNull(params string[] names)
    {
        if (First(names) is not { } raw)
        {
            return null;
        }
        // some files write a number as a fraction
        var slash = raw.IndexOf('/');
        return decimal.TryParse(slash < 0 ? raw : raw[..slash], NumberStyles.Float, CultureInfo.InvariantCulture,
                out var value)
            && decimal.TryParse(slash < 0 ? "1" : raw[(slash + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture,
                out var divisor) && divisor != 0m
            ? value / divisor
            : throw new UnmappedCase($"{names[0]} '{raw}' is no decimal");
    }

    public BigInteger Integer(params string[] names) => IntegerOrNull(names) ?? throw Missing(names);

    public BigInteger IntegerOr(BigInteger otherwise, params string[] names) => IntegerOrNull(names) ?? otherwise;

    public BigInteger? IntegerOrNull(params string[] names)
    {
        if (First(names) is not { } raw)
        {
            return null;
        }
        return ExactNumber.TryParse(raw, out var value) && (value.Numerator % value.Denominator).IsZero
            ? value.Numerator / value.Denominator
            : throw new UnmappedCase($"{names[0]} '{raw}' is no integer");
    }

    public double Double(params string[] names) => DoubleOrNull(names) ?? throw Missing(names);

    public double? DoubleOrNull(params string[] names) => First(names) is { } raw
        ? double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture)
        : null;

    public string Text(params string[] names) => TextOrNull(names) ?? throw Missing(names);

    public string? TextOrNull(params string[] names) => First(names);

    /// <summary>An element that stands as a number or as text.</summary>
    public static decimal Number(JsonElement element) => decimal.Parse(
        element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText(), NumberStyles.Float,
        CultureInfo.InvariantCulture);

    public bool Flag(string name) => TryRaw(name, out var raw) && raw is "true" or "1";

    /// <summary>+1 long, −1 short, 0 flat; null where no side is given.</summary>
    public int? SideOrNull(params string[] names)
    {
        if (First(names.Length == 0 ? ["side"] : names)?.ToLowerInvariant() is not { } side)
        {
            return Has("is_short") ? (Flag("is_short") ? -1 : 1) : null;
        }
        return Longs.Contains(side) ? 1
            : Shorts.Contains(side) ? -1
            : Flats.Contains(side) ? 0
            : throw new UnmappedCase($"side '{side}' is neither long nor short");
    }

    public int Side(params string[] names) => SideOrNull(names) ?? throw Missing(["side"]);

    public IReadOnlyList<double> Doubles(string name) =>
        [.. Elements(name).Select(item => item.GetDouble())];

    /// <summary>The objects of a list; empty where the list is not given.</summary>
    public IReadOnlyList<CaseInputs> Items(string name) =>
        [.. Elements(name).Select(item => new CaseInputs(item, tables))];

    /// <summary>A nested object; without any field where it is not given.</summary>
    public CaseInputs Object(string name) => new(
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var nested) ? nested : default, tables);

    /// <summary>The names and numbers of a nested object; empty where it is not given.</summary>
    public IReadOnlyList<(string Name, decimal Value)> Numbers(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var nested)
        && nested.ValueKind == JsonValueKind.Object
            ? [.. nested.EnumerateObject().Select(field => (field.Name, Number(field.Value)))]
            : [];

    /// <summary>A list of numbers; empty where it is not given.</summary>
    public IReadOnlyList<decimal> Decimals(string name) => [.. Elements(name).Select(Number)];

    /// <summary>The named objects of a nested object; empty where it is not given.</summary>
    public IReadOnlyList<(string Name, CaseInputs Value)> NamedObjects(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var nested)
        && nested.ValueKind == JsonValueKind.Object
            ? [.. nested.EnumerateObject().Select(field => (field.Name, new CaseInputs(field.Value, tables)))]
            : [];

    /// <summary>The elements of a list as written; empty where the list is not given.</summary>
    public IReadOnlyList<JsonElement> Elements(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var list)
        && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    private static UnmappedCase Missing(string[] names) => new($"the inputs give no {string.Join(" or ", names)}");

    private string? First(string[] names)
    {
        foreach (var name in names)
        {
            if (TryRaw(name, out var raw))
            {
                return raw;
            }
        }
        return null;
    }

    private bool TryRaw(string name, out string raw)
    {
        raw = "";
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value)
            || value.ValueKind is JsonValueKind.Null or JsonValueKind.Object)
        {
            return false;
        }
        raw = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return !raw.Equals("nan", StringComparison.OrdinalIgnoreCase) && raw.Length > 0;
    }
}
