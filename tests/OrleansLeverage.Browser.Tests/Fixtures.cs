using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OrleansLeverage.Browser.Tests;

/// <summary>
/// Answers of a server that a test makes up, in the API's shapes: files of the folder by the path they stand for, each
/// of which a test may change. The stream is a stub in the page.
/// </summary>
internal sealed class Fixtures
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 1, 40, TimeSpan.Zero);

    private readonly Dictionary<string, (int Status, string Body)> _answers = [];
    private string _first = "[]";
    private string _switches = "";

    /// <summary>Whether the test wants answers of 400 and above.</summary>
    public bool IsFaulty { get; private set; }

    public string Mode { get; init; } = "DEMO";

    /// <summary>The system file as the contents of the system channel.</summary>
    public static Fixtures WithSystem(Action<JsonNode>? change = null)
    {
        var fixtures = new Fixtures();
        fixtures.Stream("system", Read("system", change));
        return fixtures;
    }

    public static JsonNode Read(string name, Action<JsonNode>? change = null)
    {
        var node = JsonNode.Parse(File.ReadAllText(FileOf(name)))!;
        change?.Invoke(node);
        return node;
    }

    public Fixtures Stream(string channel, JsonNode contents)
    {
        var list = JsonNode.Parse(_first)!.AsArray();
        list.Add(new JsonObject
        {
            ["channel"] = channel, ["type"] = "snapshot", ["seq"] = 1, ["contents"] = contents,
        });
        _first = list.ToJsonString();
        return this;
    }

    public Fixtures StreamSwitch(string script)
    {
        _switches += script;
        return this;
    }

    public Fixtures Answer(string path, JsonNode body)
    {
        _answers[path] = (200, body.ToJsonString());
        return this;
    }

    public Fixtures Refuse(string path, int status, string code, string title)
    {
        IsFaulty = true;
        _answers[path] = (status, new JsonObject
        {
            ["type"] = "urn:leveragegrid:problem:" + code, ["title"] = title, ["status"] = status, ["code"] = code,
            ["traceId"] = "0HN7TRACE:00000001",
        }.ToJsonString());
        return this;
    }

    public async Task ServeAsync(IPage page)
    {
        await page.AddInitScriptAsync(Stub + $"streamStub.first = {_first}; {_switches}");
        await page.RouteAsync(url => url.Contains("/v1/", StringComparison.Ordinal), AnswerAsync);
        // the page is told that everything is offered, and which mode it is
        await page.RouteAsync(url => new Uri(url).AbsolutePath == "/", async route =>
        {
            var response = await route.FetchAsync();
            var text = System.Text.RegularExpressions.Regex.Replace(await response.TextAsync(),
                "(?<=leverage-routes\" content=\")[^\"]*", "");
            await route.FulfillAsync(new RouteFulfillOptions
            {
                Response = response, Body = text.Replace("content=\"DEMO\"", $"content=\"{Mode}\""),
            });
        });
    }

    private async Task AnswerAsync(IRoute route)
    {
        var uri = new Uri(route.Request.Url);
        var path = uri.AbsolutePath["/v1/".Length..];
        if (!_answers.TryGetValue(path + uri.Query, out var answer) && !_answers.TryGetValue(path, out answer))
        {
            answer = File.Exists(FileOf(path)) ? (200, await File.ReadAllTextAsync(FileOf(path)))
                : (503, """{"title":"Not measured yet","status":503,"code":"not_measured"}""");
        }
        await route.FulfillAsync(new RouteFulfillOptions
        {
            Status = answer.Status, Body = answer.Body,
            ContentType = answer.Status < 400 ? "application/json" : "application/problem+json",
        });
    }

    private static string FileOf(string path) =>
        Path.Combine(AppContext.BaseDirectory, "Fixtures", path.Replace('/', '.') + ".json");

    private static string Stub
    {
        get
        {
            using var reader = new StreamReader(
                typeof(Fixtures).Assembly.GetManifestResourceStream("StreamStub.js")!);
            return reader.ReadToEnd();
        }
    }
}
