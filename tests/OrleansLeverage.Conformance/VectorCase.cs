using System.Text.Json;

namespace OrleansLeverage.Conformance;

/// <summary>
/// One worked case. <see cref="Kind"/> is null in files of the first schema, where the file is the topic.
/// </summary>
public sealed record VectorCase(
    string File, string Id, string? Kind, string? Venue, string? Class, CaseInputs Inputs, JsonElement Json)
{
    public JsonElement Expected => Json.GetProperty("expected");

    public string Formula => Text("formula");

    public bool HasInputs => Json.TryGetProperty("inputs", out var inputs)
        && inputs.ValueKind == JsonValueKind.Object && inputs.EnumerateObject().Any();

    public Tolerance ReadTolerance() =>
        Tolerance.Parse(Json.TryGetProperty("tolerance", out var tolerance) ? tolerance : default);

    private string Text(string name) =>
        Json.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
}
