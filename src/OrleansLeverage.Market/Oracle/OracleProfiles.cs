using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Oracle;

/// <summary>
/// Profiles as a file: <c>{"feeds": [{"feed": "BTC-USD", "minSources": 3, ...}]}</c>, keys as in <see
/// cref="OracleProfile"/> with a small first letter. What is left out has the live default; what is misspelt, given
/// twice or out of range is an error.
/// </summary>
public static class OracleProfiles
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new FeedConverter(), new SourceConverter() },
    };

    /// <exception cref="FormatException">Not JSON of this shape, or a setting out of range.</exception>
    public static IReadOnlyList<OracleProfile> Parse(string json)
    {
        ProfileFile? file;
        try
        {
            file = JsonSerializer.Deserialize<ProfileFile>(json, Options);
        }
        catch (JsonException cause)
        {
            throw new FormatException($"oracle profiles: {cause.Message}", cause);
        }
        var profiles = file?.Feeds ?? throw new FormatException("oracle profiles: no feeds");
        foreach (var profile in profiles)
        {
            profile.Check();
        }
        return profiles.Select(p => p.Feed).Distinct().Count() == profiles.Count
            ? profiles
            : throw new FormatException("oracle profiles: a feed is given twice");
    }

    public static string Write(IEnumerable<OracleProfile> profiles) =>
        JsonSerializer.Serialize(new ProfileFile([.. profiles]), Options);

    private sealed record ProfileFile(IReadOnlyList<OracleProfile> Feeds);

    private sealed class FeedConverter : JsonConverter<FeedId>
    {
        public override FeedId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetString() is { } text && FeedId.IsValid(text)
                ? new FeedId(text)
                : throw new JsonException("not a price feed");

        public override void Write(Utf8JsonWriter writer, FeedId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }

    private sealed class SourceConverter : JsonConverter<SourceId>
    {
        public override SourceId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.GetString() is { } text && SourceId.IsValid(text)
                ? new SourceId(text)
                : throw new JsonException("not a source");

        public override void Write(Utf8JsonWriter writer, SourceId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
