using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OrleansLeverage.Web.Edge;

/// <summary>
/// What can be said of a body before anybody asks what it means: first its bytes, depth, syntax and root, then its
/// texts.
/// </summary>
internal static class JsonScan
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 64 };

    /// <summary>The code of the first fault, null where the body is one JSON object.</summary>
    public static string? StructureFault(ReadOnlySpan<byte> body, int depthMax)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            return "json_syntax";
        }
        return Utf8.IsValid(body) ? Tokens(body, depthMax) : "bad_unicode";
    }

    /// <summary>Half a surrogate pair anywhere comes before a control character anywhere.</summary>
    public static string? TextFault(ReadOnlySpan<byte> body)
    {
        var control = false;
        var reader = new Utf8JsonReader(body, Strict);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
            {
                continue;
            }
            if (reader.ValueIsEscaped && HasHalfPair(reader.ValueSpan, ref control))
            {
                return "bad_unicode";
            }
            control |= HasRawControl(reader.ValueSpan);
        }
        return control ? "control_char" : null;
    }

    private static string? Tokens(ReadOnlySpan<byte> body, int depthMax)
    {
        var root = JsonTokenType.None;
        try
        {
            var reader = new Utf8JsonReader(body, Strict);
            while (reader.Read())
            {
                root = root == JsonTokenType.None ? reader.TokenType : root;
                var opens = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                if (opens && reader.CurrentDepth >= depthMax)
                {
                    return "json_depth";
                }
            }
        }
        catch (JsonException)
        {
            return "json_syntax";
        }
        return root switch
        {
            JsonTokenType.StartObject => null,
            JsonTokenType.Null => "empty_body",
            _ => "json_syntax",
        };
    }

    /// <summary>DEL and the C1 controls, which JSON itself lets pass unescaped.</summary>
    private static bool HasRawControl(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == 0x7F || (text[at] == 0xC2 && text[at + 1] < 0xA0))
            {
                return true;
            }
        }
        return false;
    }

    private static bool HasHalfPair(ReadOnlySpan<byte> text, ref bool control)
    {
        var expectLow = false;
        for (var at = 0; at < text.Length;)
        {
            var unit = -1;
            if (text[at] != '\\')
            {
                at++;
            }
            else if (text[at + 1] == 'u')
            {
                unit = HexUnit(text.Slice(at + 2, 4));
                at += 6;
            }
            else
            {
                control |= text[at + 1] is (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t';
                at += 2;
            }
            if (expectLow != (unit is >= 0xDC00 and <= 0xDFFF))
            {
                return true;
            }
            expectLow = unit is >= 0xD800 and <= 0xDBFF;
            control |= unit is >= 0 and < 0x20 or >= 0x7F and < 0xA0;
        }
        return expectLow;
    }

    private static int HexUnit(ReadOnlySpan<byte> hex) =>
        Convert.ToInt32(Encoding.ASCII.GetString(hex), 16);
}
