using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Repository;
using OrleansLeverage.Web.Api;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web;

/// <summary>
/// The description that is served is the one that is committed, and its examples are taken by the API itself.
/// </summary>
public sealed class ApiDescriptionTests
{
    private const string Committed = "src/OrleansLeverage.Web/openapi/v1.json";

    [Fact]
    public async Task TheServedDescriptionIsTheCommittedOne()
    {
        await using var web = await WebGrid.StartAsync();
        var body = (await RawHttp.GetAsync(web.Port, "/openapi/v1.json")).Body;
        var served = body.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var path = Path.Combine(RepositoryFiles.Root, Committed);
        if (Environment.GetEnvironmentVariable("WRITE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(path, served);
        }
        Assert.True(served == await File.ReadAllTextAsync(path),
            $"{Committed} is not what is served; run this with WRITE_OPENAPI=1, read the difference, commit it");
    }

    [Fact]
    public async Task EveryRouteIsDescribedAndEveryExampleIsTaken()
    {
        await using var web = await WebGrid.StartAsync();
        using var document = JsonDocument.Parse((await RawHttp.GetAsync(web.Port, "/openapi/v1.json")).Body);
        Assert.StartsWith("3.1", document.RootElement.GetProperty("openapi").GetString());
        var examples = 0;
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("post", out var post))
            {
                continue;
            }
            var content = post.GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
            foreach (var example in content.GetProperty("examples").EnumerateObject())
            {
                var body = example.Value.GetProperty("value").GetRawText()
                    .Replace("\"01JZ8Q6Z7V5N3K2M4P6R8T0WXY\"", BadInputs.ValidRequest.Id(web));
                var answer = await RawHttp.PostAsync(web.Port, Filled(path.Name), body);
                // its form is good: whatever is wrong with it is the state of this grid
                Assert.True(answer.Status is 200 or 202 or 401 or 403 or 404 or 409 or 422,
                    $"{path.Name} {example.Name}: {answer.Body}");
                examples++;
            }
        }
        // ticks and fills alone and as batches, collateral, logging in, and every kind of command
        Assert.True(examples >= 6 + CommandRequests.Kinds.Count, $"{examples} examples");
    }

    /// <summary>A path with something of the right form in each of its places.</summary>
    private static string Filled(string path) => path.Replace("{symbol}", "BTC-USD-PERP")
        .Replace("plans/{id}", "plans/01JZ8Q6Z7V5N3K2M4P6R8T0WXY")
        .Replace("instruments/{id}", "instruments/BTC-USD-PERP")
        .Replace("{id}", "acct-1");

    [Fact]
    public void EveryCodeOfTheEngineHasItsProblem()
    {
        foreach (var status in Enum.GetValues<CommandStatus>().Where(status => !status.IsSuccess()))
        {
            Assert.Equal(Codes.Of(status), Refusal.Of(Codes.Of(status)).Code);
        }
        foreach (var acceptance in PriceAcceptanceCodes.All)
        {
            var (status, code) = (acceptance.HttpStatus(), acceptance.Code());
            Assert.True(status == 200 || Refusal.Of(code).Status == status, code);
        }
    }
}
