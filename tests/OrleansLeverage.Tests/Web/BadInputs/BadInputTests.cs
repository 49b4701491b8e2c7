using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web.BadInputs;

/// <summary>
/// Every case of a corpus of bad inputs against a real server. The corpus is the public one unless the environment
/// names another of the same schema in BAD_INPUTS. A case that nobody has told what it means fails.
/// </summary>
public sealed class BadInputTests
{
    internal const int NewAccountsBurst = 20;

    private static readonly Lazy<IReadOnlyList<BadInputCase>> Corpus = new(() =>
    {
        var named = Environment.GetEnvironmentVariable("BAD_INPUTS");
        var path = named ?? SharedData.Path("reference/bad_inputs_public.json");
        return path is null ? [] : BadInputCase.Load(path);
    });

    public static TheoryData<string> Ids()
    {
        var ids = Corpus.Value.Select(bad => bad.Id).ToArray();
        return new TheoryData<string>(ids.Length > 0 ? ids : ["no corpus"]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task TheAnswerIsTheOneTheCorpusNames(string id)
    {
        if (Corpus.Value.SingleOrDefault(bad => bad.Id == id) is not { } bad || BadInputScope.LeftOut(bad) is not null)
        {
            return;
        }
        using var auth = BadInputScope.IsAboutWhoAsks(bad) ? new AuthFixture() : null;
        await using var web = await WebGrid.StartAsync(new EdgeLimits
        {
            BodyGrace = TimeSpan.FromSeconds(1.1), NewAccountsBurst = NewAccountsBurst, NewAccountsPerSecond = 1,
            FailedAttemptsPerMinute = 1_000,
        }, auth?.Access);
        web.Auth = auth;
        var before = await web.Grid.StateHashAsync();
        var holdings = await HoldingsAsync(web);
        web.Rejections.Clear();
        if (bad.Recipe is { } recipe)
        {
            Assert.True(BadInputRecipes.All.TryGetValue(recipe, out var make), $"{id}: no recipe for '{recipe}'");
            var answers = await make(web);
            Judge(bad, answers, isOversized: false);
            CountedOnce(bad, web, answers);
            await StandsAsync(bad, web, answers);
            if (bad.StateChange.StartsWith("none", StringComparison.Ordinal) && IsPure(recipe))
            {
                // a refusal for a reason of state is remembered by its id, so only what accounts hold must stand
                Assert.Equal(holdings, await HoldingsAsync(web));
                Assert.True(IsRemembered(bad.Code) || before == await web.Grid.StateHashAsync(), id);
            }
            return;
        }
        var requests = bad.ValuesKind is null ? [bad.RawRequest(web)] : bad.ValueRequests(web);
        Assert.True(requests is { Count: > 0 }, $"{id}: values of kind '{bad.ValuesKind}' mean nothing here");
        foreach (var request in requests)
        {
            web.Rejections.Clear();
            var answer = await request.SendAsync(web.Port);
            Judge(bad with { Id = $"{bad.Id} {request.Shown}" }, [answer], request.IsOversized);
            CountedOnce(bad, web, [answer]);
            await StandsAsync(bad, web, [answer]);
        }
        Assert.Equal(before, await web.Grid.StateHashAsync());
    }

    [Fact]
    public void ACaseThatMeansNothingIsNoticed()
    {
        var bad = Corpus.Value.FirstOrDefault(row => row.ValuesKind is not null);
        if (bad is not null)
        {
            var strange = new { values = new[] { 1 }, values_kind = "strange" };
            Assert.Null((bad with { Row = JsonSerializer.SerializeToElement(strange) }).ValueRequests(null!));
        }
    }

    /// <summary>Recipes that need earlier commands change the state before the case itself.</summary>
    private static bool IsPure(string recipe) => recipe is not ("sum of accepted fills would exceed position limit"
        or "same fillId, different qty" or "same fillId after rejection for transient reason");

    private static void Judge(BadInputCase bad, RawAnswer[] answers, bool isOversized)
    {
        Assert.NotEmpty(answers);
        foreach (var answer in answers)
        {
            var seen = $"{bad.Id}: {answer.Status} {answer.Body}";
            if (isOversized && answer.Status is 413 or 414)
            {
                Assert.True(answer.Code is null or "body_too_large" or "batch_too_large" or "uri_too_long", seen);
                continue;
            }
            Assert.True(bad.Status == answer.Status, seen);
            if (answer.Body.Length == 0)
            {
                Assert.True(bad.Category is "http" or "id", seen);
                continue;
            }
            Assert.True(bad.Code is "ignored" || bad.Code == answer.Code, seen);
            Assert.DoesNotContain("Exception", answer.Body);
            Assert.DoesNotContain("   at ", answer.Body);
            if (answer.Status >= 400)
            {
                Assert.Equal("application/problem+json", answer.Headers["Content-Type"]);
            }
        }
    }

    /// <summary>
    /// One count per input that was not used as sent; what the server itself refused is not seen by the edge.
    /// </summary>
    private static void CountedOnce(BadInputCase bad, WebGrid web, RawAnswer[] answers)
    {
        var expected = answers.Where(answer => answer.Body.Length > 0).Sum(answer => answer.Code switch
        {
            "per_item" => answer.Json.GetProperty("items").EnumerateArray()
                .Count(item => item.GetProperty("code").GetString() != "applied"),
            "one applied, one duplicate" => 1,
            "applied" => 0,
            _ => bad.Code == "ignored" ? 0 : 1,
        });
        var seen = web.Rejections.Seen;
        Assert.True(expected == seen.Count, $"{bad.Id}: {expected} expected, counted {string.Join("; ", seen)}");
        Assert.All(seen, one => Assert.StartsWith("1 ", one));
    }

    private static bool IsRemembered(string code) =>
        Enum.GetValues<CommandStatus>().Any(status => status.IsRecorded() && status.Code() == code);

    private static async Task<string> HoldingsAsync(WebGrid web)
    {
        var alice = (await web.Grid.AccountAsync(Engine.GridFixture.Account("alice")))!;
        var bob = (await web.Grid.AccountAsync(Engine.GridFixture.Account("bob")))!;
        return string.Join(' ', new[] { alice, bob }.Select(account =>
            $"{account.Sequence}: {string.Join(',', account.Balances)} {string.Join(',', account.Positions)}"));
    }

    private static bool IsAboutIdentity(BadInputCase bad) =>
        bad.Code is "bad_account_id" or "not_found" || (bad.Category == "auth" && bad.Status >= 400);

    /// <summary>
    /// The process answers, and what concerns an id is on record unless the server itself refused it.
    /// </summary>
    private static async Task StandsAsync(BadInputCase bad, WebGrid web, RawAnswer[] answers)
    {
        if (IsAboutIdentity(bad) && answers.Any(answer => answer.Body.Length > 0))
        {
            Assert.Contains(web.Audits, entry => entry.Outcome == bad.Code);
        }
        Assert.Equal(200, (await RawHttp.GetAsync(web.Port, "/healthz/live")).Status);
    }
}
