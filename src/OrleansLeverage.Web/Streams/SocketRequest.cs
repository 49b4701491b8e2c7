using System.Text.Json;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Streams;

/// <summary>What a client of the WebSocket asks: <c>{"type":"subscribe","channel":"oracle"}</c>.</summary>
/// <param name="Type">subscribe, unsubscribe or ping.</param>
/// <param name="Id">Of a ping, given back with the pong.</param>
internal sealed record SocketRequest(string Type, string? Channel, bool IsBatched, long? Id)
{
    private const int DepthMax = 2;

    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["subscribe"] = ["type", "channel", "batched"],
        ["unsubscribe"] = ["type", "channel"],
        ["ping"] = ["type", "id"],
    };

    /// <summary>The request, or the code of the first fault, in the order of the checks of a body.</summary>
    public static (SocketRequest? Request, string? Fault) Read(ReadOnlySpan<byte> message)
    {
        if ((JsonScan.StructureFault(message, DepthMax) ?? JsonScan.TextFault(message)) is { } fault)
        {
            return (null, fault);
        }
        var reader = new Utf8JsonReader(message);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (Shape.HasDuplicates(root))
        {
            return (null, "duplicate_key");
        }
        if (!root.TryGetProperty("type", out var type))
        {
            return (null, "missing_field");
        }
        if (type.ValueKind != JsonValueKind.String)
        {
            return (null, "bad_type");
        }
        return Known.TryGetValue(type.GetString()!, out var names)
            ? Read(root, type.GetString()!, names)
            : (null, "bad_text");
    }

    private static (SocketRequest?, string?) Read(JsonElement root, string type, string[] names)
    {
        if (root.EnumerateObject().Any(member => !names.Contains(member.Name)))
        {
            return (null, "unknown_field");
        }
        var hasChannel = root.TryGetProperty("channel", out var channel);
        if (!hasChannel && names.Contains("channel"))
        {
            return (null, "missing_field");
        }
        var hasBatched = root.TryGetProperty("batched", out var batched);
        var hasId = root.TryGetProperty("id", out var id);
        if ((hasChannel && channel.ValueKind != JsonValueKind.String)
            || (hasBatched && batched.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            || (hasId && id.ValueKind != JsonValueKind.Number))
        {
            return (null, "bad_type");
        }
        var number = 0L;
        if (hasId && !id.TryGetInt64(out number))
        {
            return (null, "bad_integer");
        }
        return (new SocketRequest(type, hasChannel ? channel.GetString() : null,
            hasBatched && batched.GetBoolean(), hasId ? number : null), null);
    }
}
