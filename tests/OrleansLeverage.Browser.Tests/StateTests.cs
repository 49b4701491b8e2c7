using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>Every state that a figure can be in, each from made-up answers, each with its picture.</summary>
[Collection("browser")]
public sealed class StateTests(Browsers browsers)
{
    [BrowserFact]
    public async Task FirstLoadShowsTheLayoutAndThenWhatItWaitsFor()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, new Fixtures());
        await screen.Page.WaitForSelectorAsync(".tiles [aria-busy=true]");
        Assert.DoesNotContain("$0", await screen.Page.Locator("main").InnerTextAsync());
        await screen.Page.GetByText("Waiting for the first figures").First.WaitForAsync();
        await FinishAsync(screen, "first-load");
    }

    [BrowserFact]
    public async Task EmptySaysWhyAndWhatFillsIt()
    {
        var fixtures = Fixtures.WithSystem().Answer("liquidation-map/BTC-USD",
            Fixtures.Read("liquidation-map.BTC-USD", map => map["accounts"] = 0));
        await using var screen = await Screen.OpenAsync(browsers, "/liquidation-map?market=BTC-USD", null, fixtures);
        await screen.Page.GetByText("leverage demo").First.WaitForAsync();
        await FinishAsync(screen, "empty");
    }

    [BrowserFact]
    public async Task NobodyAtRiskIsGoodNewsAndNotAnEmptyTable()
    {
        var none = Fixtures.Read("at-risk", list => list["items"] = new JsonArray());
        await using var screen = await Screen.OpenAsync(browsers, "/at-risk", null,
            Fixtures.WithSystem().Answer("at-risk", none));
        await screen.Page.GetByText("No account is at risk").WaitForAsync();
        await FinishAsync(screen, "empty-at-risk");
    }

    [BrowserFact]
    public async Task NoMatchNamesTheFilterAndClearsIt()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/at-risk?filter=nobody", null,
            Fixtures.WithSystem());
        await screen.Page.GetByText("\"nobody\"").WaitForAsync();
        await screen.ShootAsync("state-no-match");
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Clear filter" }).ClickAsync();
        await screen.Page.WaitForURLAsync("**/#/at-risk");
        await screen.Page.Locator("table a.row").First.WaitForAsync();
        screen.AssertClean();
    }

    [BrowserFact]
    public async Task NotMeasuredIsNeverZero()
    {
        var fixtures = Fixtures.WithSystem(system => system["leverageSkew"] = null)
            .Answer("skew", Fixtures.Read("skew", skew => skew["cohorts"] = null))
            .Refuse("markets", 503, "not_measured", "Not measured yet");
        await using var screen = await Screen.OpenAsync(browsers, "/skew", null, fixtures);
        await screen.SettleAsync();
        var skew = screen.Page.Locator(".tile .figure[data-tip=leverageSkew] .value");
        Assert.Equal("--", await skew.InnerTextAsync());
        Assert.Equal(3, await screen.Page.GetByText("not measured", new() { Exact = true }).CountAsync());
        await FinishAsync(screen, "not-measured");
    }

    [BrowserFact]
    public async Task StaleKeepsTheValueDimmedAndCountsUp()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, Fixtures.WithSystem());
        await screen.SettleAsync();
        var leverage = await screen.Page.Locator(".tile .figure[data-tip=marketLeverage]").InnerTextAsync();
        await screen.Page.Clock.SetFixedTimeAsync(Fixtures.Now.AddSeconds(12).UtcDateTime);
        await screen.Page.Locator(".panel .badge.stale").First.WaitForAsync();
        Assert.Contains("STALE", await screen.Page.Locator(".panel .badge.stale").First.InnerTextAsync());
        Assert.Contains("12 s", await screen.Page.Locator(".panel .badge.stale").First.InnerTextAsync());
        Assert.Equal(leverage, await screen.Page.Locator(".tile .figure[data-tip=marketLeverage]").InnerTextAsync());
        await FinishAsync(screen, "stale");
        await screen.Page.Clock.SetFixedTimeAsync(Fixtures.Now.AddSeconds(14).UtcDateTime);
        await screen.Page.Locator(".panel .badge.stale", new() { HasText = "14 s" }).First.WaitForAsync();
    }

    [BrowserFact]
    public async Task PartialNamesWhatIsMissing()
    {
        var fixtures = Fixtures.WithSystem(system => system["freshness"] = new JsonObject
        {
            ["state"] = "PARTIAL", ["oldestPriceAgeMs"] = 14_200, ["notFresh"] = new JsonArray("SOL-USD", "XRP-USD"),
        });
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, fixtures);
        await screen.SettleAsync();
        Assert.Contains("without SOL-USD, XRP-USD",
            await screen.Page.Locator(".panel .badge.warn").First.InnerTextAsync());
        Assert.Contains("SOL-USD, XRP-USD", await screen.Page.Locator(".banner").InnerTextAsync());
        await FinishAsync(screen, "partial");
    }

    [BrowserFact]
    public async Task DriftIsNamedWhereThePriceIs()
    {
        var markets = Fixtures.Read("markets", list => list["items"]![0]!["state"] = "DRIFT");
        await using var screen = await Screen.OpenAsync(browsers, "/skew", null,
            Fixtures.WithSystem().Answer("markets", markets));
        await screen.SettleAsync();
        await screen.Page.GetByText("DRIFT").First.WaitForAsync();
        await FinishAsync(screen, "drift");
    }

    [BrowserFact]
    public async Task InhibitedSaysWhyAndByHowMuch()
    {
        const string Why = "ADL inhibited: BTC-USD oracle 14 s old (limit 10 s)";
        var adl = Fixtures.Read("adl", list => list["items"]![0]!["inhibited"] = Why);
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null,
            Fixtures.WithSystem().Stream("adl", adl));
        await screen.SettleAsync();
        Assert.Contains(Why, await screen.Page.Locator(".banner").InnerTextAsync());
        await FinishAsync(screen, "inhibited");
    }

    [BrowserFact]
    public async Task ActiveDeleveragingInterrupts()
    {
        var adl = Fixtures.Read("adl", list => list["items"]![0]!["state"] = "ACTIVE");
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null,
            Fixtures.WithSystem().Stream("adl", adl));
        await screen.SettleAsync();
        Assert.Contains("ACTIVE", await screen.Page.Locator(".banner[role=alert]").InnerTextAsync());
        Assert.Contains("ACTIVE", await screen.Page.Locator(".strip").InnerTextAsync());
        await FinishAsync(screen, "adl-active");
    }

    [BrowserFact]
    public async Task DisconnectedKeepsTheFiguresAndComesBackWithASnapshot()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, Fixtures.WithSystem());
        await screen.SettleAsync();
        var leverage = screen.Page.Locator(".tile .figure[data-tip=marketLeverage]");
        var before = await leverage.InnerTextAsync();
        await screen.Page.EvaluateAsync("() => { streamStub.isDown = true; streamStub.drop(); }");
        var banner = screen.Page.Locator(".banner");
        await banner.GetByText("Disconnected").WaitForAsync();
        Assert.Matches("trying (again in [0-9]+ s|now)", await banner.InnerTextAsync());
        Assert.Equal(before, await leverage.InnerTextAsync());
        await FinishAsync(screen, "disconnected");
        await screen.Page.EvaluateAsync("""
            () => {
              streamStub.isDown = false;
              streamStub.first = [{ ...streamStub.first[0],
                contents: { ...streamStub.first[0].contents, marketLeverage: 9.87 } }];
            }
            """);
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Try now" }).ClickAsync();
        await leverage.GetByText("9.87x").WaitForAsync();
        await banner.GetByText("Disconnected")
            .WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
    }

    [BrowserFact]
    public async Task AnErrorShowsItsCodesAndTheOthersGoOn()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/liquidation-map?market=BTC-USD", null,
            Fixtures.WithSystem().Refuse("liquidation-map/BTC-USD", 500, "internal", "Something failed here"));
        await screen.Page.GetByText("Something failed here").First.WaitForAsync();
        var text = await screen.Page.Locator("main").InnerTextAsync();
        Assert.Contains("internal", text);
        Assert.Contains("0HN7TRACE:00000001", text);
        Assert.True(await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).First.IsVisibleAsync());
        await screen.Page.Locator("canvas").First.WaitForAsync();
        await FinishAsync(screen, "error");
    }

    [BrowserFact]
    public async Task AnAccountThatIsNotThereIsSaidToBeSo()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/account/nobody", null,
            Fixtures.WithSystem().Refuse("accounts/nobody", 404, "not_found", "There is no such account"));
        await screen.Page.GetByText("There is no such account").First.WaitForAsync();
        await FinishAsync(screen, "not-found");
    }

    [BrowserFact]
    public async Task ForbiddenIsAWordInTheStrip()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, new Fixtures()
            .Refuse("history", 403, "insufficient_scope", "The key lacks the scope read")
            .StreamSwitch("streamStub.refusal = { status: 403, code: 'insufficient_scope', "
                + "title: 'The key lacks the scope read' };"));
        await screen.Page.Locator(".strip .badge", new() { HasText = "FORBIDDEN" }).WaitForAsync();
        Assert.Contains("The key lacks the scope read", await screen.Page.Locator(".banner").InnerTextAsync());
        await FinishAsync(screen, "forbidden");
    }

    [BrowserFact]
    public async Task WhoHasNoKeyIsAskedForOne()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, new Fixtures()
            .Refuse("me", 401, "unauthenticated", "A key is needed")
            .Answer("session", new JsonObject { ["name"] = "desk", ["scopes"] = new JsonArray("read"), ["csrf"] = "c" })
            .StreamSwitch("streamStub.refusal = { status: 401, code: 'unauthenticated', title: 'A key is needed' };"
                + $"streamStub.later = {Message()};"));
        await screen.Page.GetByLabel("Key").WaitForAsync();
        await FinishAsync(screen, "login");
        await screen.Page.EvaluateAsync(
            "() => { streamStub.refusal = null; streamStub.first = [streamStub.later]; }");
        await screen.Page.GetByLabel("Key").FillAsync("k-1");
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await screen.Page.Locator(".tile .figure").First.WaitForAsync();
    }

    /// <summary>The printed address works once: its token leaves the address before anything else sees it.</summary>
    [BrowserFact]
    public async Task TheTokenOfThePrintedAddressSignsIn()
    {
        var fixtures = Fixtures.WithSystem().Answer("session",
            new JsonObject { ["name"] = "desk", ["scopes"] = new JsonArray("read"), ["csrf"] = "c" });
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, fixtures);
        await screen.SettleAsync();
        var sent = screen.Page.WaitForRequestAsync("**/v1/session");
        await screen.Page.GotoAsync("about:blank");
        await screen.Page.GotoAsync(new Uri(browsers.Demo.Address, "/#/login/one-time-token").ToString());
        Assert.Equal("""{"token":"one-time-token"}""", (await sent).PostData);
        await screen.SettleAsync();
        Assert.DoesNotContain("one-time-token", screen.Page.Url);
        screen.AssertClean();
    }

    [BrowserFact]
    public async Task PausedCountsWhatWaitsAndGoesOnWithTheNewest()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, Fixtures.WithSystem());
        await screen.SettleAsync();
        var leverage = screen.Page.Locator(".tile .figure[data-tip=marketLeverage]");
        var before = await leverage.InnerTextAsync();
        await screen.Page.Keyboard.PressAsync("p");
        await screen.Page.EvaluateAsync("""
            () => [2, 3].forEach((seq) => streamStub.push({ channel: 'system', type: 'delta', seq,
              contents: { marketLeverage: 7 + seq } }))
            """);
        await screen.Page.Locator(".strip .badge", new() { HasText = "2 waiting" }).WaitForAsync();
        Assert.Equal(before, await leverage.InnerTextAsync());
        await FinishAsync(screen, "paused");
        await screen.Page.Keyboard.PressAsync("p");
        await leverage.GetByText("10.00x").WaitForAsync();
    }

    [BrowserTheory]
    [InlineData("DEMO")]
    [InlineData("REPLAY x10")]
    [InlineData("LIVE")]
    public async Task TheModeIsInTheStripAndInTheTitle(string mode)
    {
        var fixtures = new Fixtures { Mode = mode }
            .Stream("system", Fixtures.Read("system", system => system["mode"] = mode));
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, fixtures);
        await screen.SettleAsync();
        Assert.Equal(mode, (await screen.Page.Locator(".brand .badge").InnerTextAsync()).Trim());
        Assert.Contains($"[{mode}]", await screen.Page.TitleAsync());
        await FinishAsync(screen, "mode-" + mode.Replace(' ', '-').ToLowerInvariant());
    }

    /// <summary>Lagging behind is no loss: a new stream begins with a snapshot.</summary>
    [BrowserFact]
    public async Task LaggedBeginsAnew()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, Fixtures.WithSystem());
        await screen.SettleAsync();
        await screen.Page.EvaluateAsync("""
            () => {
              streamStub.first = [{ ...streamStub.first[0], seq: 900,
                contents: { ...streamStub.first[0].contents, marketLeverage: 6.54 } }];
              streamStub.push({ channel: 'system', type: 'lagged', seq: 800, contents: {} });
            }
            """);
        await screen.Page.Locator(".tile .figure[data-tip=marketLeverage]").GetByText("6.54x").WaitForAsync();
        screen.AssertClean();
    }

    private static string Message() => new JsonObject
    {
        ["channel"] = "system", ["type"] = "snapshot", ["seq"] = 1, ["contents"] = Fixtures.Read("system"),
    }.ToJsonString();

    private static async Task FinishAsync(Screen screen, string name)
    {
        await screen.ShootAsync("state-" + name);
        screen.AssertClean();
        await Axe.AssertCleanAsync(screen.Page);
    }
}
