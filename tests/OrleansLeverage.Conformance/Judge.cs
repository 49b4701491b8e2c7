using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace OrleansLeverage.Conformance;

/// <summary>Compares what a case expects with what the product answered; null is "as expected".</summary>
public static class Judge
{
    /// <summary>The first difference in words, or null.</summary>
    public static string? Difference(JsonElement expected, Answer answer, Tolerance tolerance,
        IReadOnlyList<string>? leftOut = null)
    {
        if (expected.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("'expected' is an object of named values");
        }
        var fields = 0;
        foreach (var field in expected.EnumerateObject())
        {
            if (leftOut?.Contains(field.Name) == true)
            {
                continue;
            }
            fields++;
            if (field.Name == "error" && IsRefusal(field.Value))
            {
                return Refusal(field.Value, answer);
            }
            if (!answer.TryGet(field.Name, out var actual))
            {
                return $"{field.Name}: expected {field.Value.GetRawText()}, the product gives no such value";
            }
            if (!Matches(field.Name, field.Value, actual, tolerance))
            {
                return $"{field.Name}: expected {field.Value.GetRawText()}, actual {Show(actual)}";
            }
        }
        return fields == 0 ? "the case expects nothing" : null;
    }

    /// <summary>
    /// A case may state further numbers beside 'expected' (an approximation next to the exact value); those that the
    /// product gives under the same name are held to the same tolerance.
    /// </summary>
    public static string? DifferenceBeside(JsonElement json, Answer answer, Tolerance tolerance)
    {
        foreach (var field in json.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Number && answer.TryGet(field.Name, out var actual)
                && !Matches(field.Name, field.Value, actual, tolerance))
            {
                return $"{field.Name}: expected {field.Value.GetRawText()}, actual {Show(actual)}";
            }
        }
        return null;
    }

    private static bool IsRefusal(JsonElement error) => error.ValueKind is JsonValueKind.String or JsonValueKind.True;

    /// <summary>Every value that the inputs allow to ask for must be refused, and at least one must be.</summary>
    private static string? Refusal(JsonElement error, Answer answer)
    {
        var refusals = 0;
        foreach (var name in answer.Principal)
        {
            try
            {
                answer.TryGet(name, out var value);
                return $"expected the refusal {error.GetRawText()}, actual {name} {Show(value)}";
            }
            catch (ProductRefusal refusal)
            {
                if (error.ValueKind == JsonValueKind.String && error.GetString() != refusal.Code)
                {
                    return $"expected the refusal {error.GetRawText()}, actual {refusal.Code}";
                }
                refusals++;
            }
            catch (ArgumentException misuse)
            {
                if (error.ValueKind == JsonValueKind.String)
                {
                    return $"expected the refusal {error.GetRawText()}, actual without a code: {misuse.Message}";
                }
                refusals++;
            }
            catch (UnmappedCase)
            {
                // the inputs do not speak of this value
            }
        }
        return refusals == 0 ? "the product was asked for nothing" : null;
    }

    private static bool Matches(string field, JsonElement expected, object? actual, Tolerance tolerance) =>
        expected.ValueKind switch
        {
            JsonValueKind.Null => actual is null,
            JsonValueKind.True => actual is true,
            JsonValueKind.False => actual is false,
            JsonValueKind.Array => MatchesList(field, expected, actual, tolerance),
            JsonValueKind.Object => actual is Answer nested && Difference(expected, nested, tolerance) is null,
            JsonValueKind.String when actual is string text => text == expected.GetString(),
            JsonValueKind.String => MatchesNumber(field, expected.GetString()!, actual, tolerance),
            JsonValueKind.Number => MatchesNumber(field, expected.GetRawText(), actual, tolerance),
            _ => false,
        };

    private static bool MatchesList(string field, JsonElement expected, object? actual, Tolerance tolerance)
    {
        if (actual is string or null || actual is not IEnumerable list)
        {
            return false;
        }
        var items = list.Cast<object?>().ToList();
        return items.Count == expected.GetArrayLength()
            && !expected.EnumerateArray().Where((item, i) => !Matches(field, item, items[i], tolerance)).Any();
    }

    private static bool MatchesNumber(string field, string expected, object? actual, Tolerance tolerance)
    {
        if (!ExactNumber.TryParse(expected, out var want) || !TryNumber(actual, out var got))
        {
            return false;
        }
        if (actual is double value && tolerance.IsExact(field))
        {
            // an exact double is the one nearest to the written digits
            return double.TryParse(expected, NumberStyles.Float, CultureInfo.InvariantCulture, out var nearest)
                && nearest == value;
        }
        return tolerance.Accepts(field, want, got);
    }

    private static bool TryNumber(object? value, out ExactNumber number)
    {
        number = default;
        switch (value)
        {
            case decimal exact: number = ExactNumber.Of(exact); return true;
            case BigInteger integer: number = ExactNumber.Of(integer); return true;
            case ExactNumber rational: number = rational; return true;
            case int small: number = ExactNumber.Of((BigInteger)small); return true;
            case long large: number = ExactNumber.Of((BigInteger)large); return true;
            case double binary when double.IsFinite(binary): number = ExactNumber.Of(binary); return true;
            default: return false;
        }
    }

    private static string Show(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Show))}]",
        _ => value.ToString() ?? "",
    };
}
