using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansLeverage.Tests.Web.BadInputs;

/// <summary>One case of a corpus of bad inputs.</summary>
internal sealed partial record BadInputCase(string Id, string Category, string Surface, JsonElement Row)
{
    public int? Status => Row.GetProperty("expect").GetProperty("http") is { ValueKind: JsonValueKind.Number } http
        ? http.GetInt32() : null;

    public string Code => Row.GetProperty("expect").GetProperty("code").GetString()!;

    public string StateChange => Row.GetProperty("expect").GetProperty("state_change").GetString() ?? "none";

    public string? Raw => Text("raw");

    public string? Recipe => Text("recipe");

    public string? ValuesKind => Text("values_kind");

    public IEnumerable<JsonElement> Values => Row.TryGetProperty("values", out var values)
        && values.ValueKind == JsonValueKind.Array ? values.EnumerateArray() : [];

    public static IReadOnlyList<BadInputCase> Load(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(row => new BadInputCase(
            row.GetProperty("id").GetString()!, row.GetProperty("category").GetString()!,
            row.GetProperty("surface").GetString()!, row.Clone()))];
    }

    /// <summary>The requests that a kind of values means; null for a kind that nobody has told what it means.</summary>
    public IReadOnlyList<BadRequest>? ValueRequests(WebGrid web)
    {
        var kind = ValuesKind!;
        Func<JsonElement, BadRequest>? make = kind switch
        {
            "raw_body" => value => BadRequest.Post(Target, Bytes(Expand(value))),
            "raw_header" => value => BadRequest.Header(Target, Expand(value)),
            "path_segment" => value => BadRequest.Get("/v1/accounts/" + Expand(value)),
            "jwt_variant" => value => BadRequest.Get("/v1/system",
                $"Authorization: Bearer {web.Auth!.Tokens.Variant(Expand(value), web.Time.NowMs)
                    ?? throw new ArgumentException($"a token that is '{Expand(value)}' means nothing here")}"),
            "fill_id" => value => Valid(web, "fillId", Expand(value) is "missing" ? null : Quoted(Expand(value))),
            "ts_token" => value => Valid(web, "timestamp", Expand(value)),
            "ts_offset_ms" => value => Valid(web, "timestamp", ValidRequest.Number(web.Time.NowMs + value.GetInt64())),
            _ when kind.StartsWith("json_", StringComparison.Ordinal) => value => Valid(web, kind[5..], Expand(value)),
            _ => null,
        };
        return make is null ? null : [.. Values.Select(make)];
    }

    /// <summary>The request that a raw body means: one named field replaces its own in a good request.</summary>
    public BadRequest RawRequest(WebGrid web) => OneField().Match(Raw!) is { Success: true } field
        ? Valid(web, field.Groups["name"].Value, field.Groups["token"].Value)
        : BadRequest.Post(Target, Encoding.UTF8.GetBytes(Raw!));

    private string Target => Surface.Split(' ')[1];

    private BadRequest Valid(WebGrid web, string name, string? token)
    {
        var request = ValidRequest.For(Surface, web).With(name, token);
        return BadRequest.Post(request.Target, Encoding.UTF8.GetBytes(request.ToString()));
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Expand(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object => new string(
            value.GetProperty("repeat").GetString()![0], value.GetProperty("n").GetInt32()),
        _ => value.GetRawText(),
    };

    private static byte[] Bytes(string text) => text.StartsWith("hex:", StringComparison.Ordinal)
        ? Convert.FromHexString(text.AsSpan(4))
        : Encoding.UTF8.GetBytes(text);

    private string? Text(string name) =>
        Row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex("""^\{"(?<name>[A-Za-z]+)":(?<token>[^,]*)\}$""")]
    private static partial Regex OneField();
}

/// <summary>Bytes to be sent, with what a fair judge needs to know of them.</summary>
internal sealed record BadRequest(string Shown, string Head, byte[] Body)
{
    /// <summary>An earlier limit may speak first.</summary>
    public bool IsOversized => Head.IndexOf('\n') > 8 * 1024 || Body.Length > 64 * 1024;

    public static BadRequest Post(string target, byte[] body, params string[] headers) =>
        new($"{target} {Cut(Encoding.UTF8.GetString(body))}", RawHttp.Head("POST", target, body.Length, headers), body);

    public static BadRequest Get(string target, params string[] headers) =>
        new(Cut(target), RawHttp.Head("GET", target, null, headers), []);

    public static BadRequest Header(string target, string header)
    {
        var head = RawHttp.Head("POST", target, 2);
        var bad = header == "no-host" ? head.Replace("Host: localhost\r\n", "")
            : header.StartsWith("Content-Length", StringComparison.Ordinal) ? head.Replace("Content-Length: 2", header)
            : head.Replace("Host:", header.Replace("\\x00", "\0") + "\r\nHost:");
        return new BadRequest(header, bad, "{}"u8.ToArray());
    }

    public Task<RawAnswer> SendAsync(int port) => RawHttp.SendAsync(port, Head, Body);

    private static string Cut(string text) => text.Length <= 300 ? text
        : string.Create(CultureInfo.InvariantCulture, $"{text[..300]}... ({text.Length})");
}
