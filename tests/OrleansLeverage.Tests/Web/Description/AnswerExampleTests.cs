using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.Web.Description;

/// <summary>
/// Every good answer that the description names has an example, and the example is what the API answers: it was taken
/// from there, and has the members and the types that an answer has now.
/// </summary>
public sealed class AnswerExampleTests
{
    private const string Kept = "src/OrleansLeverage.Web/OpenApi/answers.json";

    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n",
    };

    [Fact]
    public async Task EveryAnswerHasAnExample()
    {
        await using var server = await StubServer.StartAsync(new StubGrid());
        var document = JsonNode.Parse((await RawHttp.GetAsync(server.Port, "/openapi/v1.json")).Body)!;
        var answers = 0;
        foreach (var (path, operations) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                foreach (var (status, answer) in operation!["responses"]!.AsObject().Where(r => r.Key[0] == '2'))
                {
                    foreach (var (type, content) in answer!["content"]!.AsObject())
                    {
                        Assert.True(content!["example"] is not null, $"{method} {path} {status} {type}");
                        answers++;
                    }
                }
            }
        }
        Assert.True(answers > 60, $"{answers} answers");
    }

    /// <summary>With <c>WRITE_OPENAPI=1</c> the answers of now are kept as examples; they are in the next build.
    /// </summary>
    [Fact]
    public async Task EveryExampleIsWhatTheApiAnswers()
    {
        var answers = (await ApiAnswers.AskAsync()).ByOperation;
        var path = Path.Combine(RepositoryFiles.Root, Kept);
        if (Environment.GetEnvironmentVariable("WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(path, new JsonObject(answers.OrderBy(row => row.Key, StringComparer.Ordinal)
                .Select(row => KeyValuePair.Create(row.Key, (JsonNode?)row.Value.DeepClone())))
                .ToJsonString(Written) + "\n");
        }
        var kept = JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject();
        Assert.Equal(answers.Keys.Order(StringComparer.Ordinal), kept.Select(row => row.Key));
        foreach (var (operation, answer) in answers)
        {
            Alike(kept[operation]!, answer, operation);
        }
    }

    /// <summary>Same members, same types; what is unknown in one of them may be anything.</summary>
    private static void Alike(JsonNode? kept, JsonNode? answer, string place)
    {
        if (kept is null || answer is null)
        {
            return;
        }
        Assert.True(Kind(kept) == Kind(answer), $"{place}: {kept.ToJsonString()} and {answer.ToJsonString()}");
        if (kept is JsonObject members)
        {
            Assert.True(members.Select(m => m.Key).SequenceEqual(answer.AsObject().Select(m => m.Key)),
                $"{place}: {string.Join(' ', members.Select(m => m.Key))} and "
                + string.Join(' ', answer.AsObject().Select(m => m.Key)));
            foreach (var (name, value) in members)
            {
                Alike(value, answer[name], $"{place}.{name}");
            }
        }
        else if (kept is JsonArray { Count: > 0 } rows && answer is JsonArray { Count: > 0 } others)
        {
            Alike(rows[0], others[0], place + "[0]");
        }
        else if (place is "exportAccounts" or "exportPositions" or "exportTriggers" or "exportDeleveragingLog")
        {
            Assert.Equal(Header(answer), Header(kept));
        }
    }

    private static string Header(JsonNode csv) => csv.GetValue<string>().Split("\r\n")[0];

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.False => JsonValueKind.True,
        var kind => kind,
    };
}
