using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>
/// Pages that ask the server to compute or to act, on answers as its own tools made them: cascade, stress, calibration,
/// deleveraging, oracle, options, service.
/// </summary>
[Collection("browser")]
public sealed class LabTests(Browsers browsers)
{
    private const string Jobs = "01KJQ4V5RS0000000000";
    private const string Plan = "01KJQ4V5RS0000000000PAN001";
    private const string Market = "BTC-USD-PERP";

    public static TheoryData<string, string> Pages => new()
    {
        { "cascade", $"/cascade?job={Jobs}CASCAD" }, { "oracle", "/oracle?feed=AVAX-USD" }, { "greeks", "/greeks" },
        { "vol-index", "/vol-index" }, { "adl", $"/adl?market={Market}&side=short" },
        { "stress", $"/stress?job={Jobs}STRESS&breaks={Jobs}BREAKS&compare=2020-03-12+to+close" },
        { "calibration", "/calibration" }, { "system", "/system" },
    };

    [BrowserTheory]
    [MemberData(nameof(Pages))]
    public async Task DrawsWhatItIsGivenInEveryViewAndCleanly(string name, string hash)
    {
        foreach (var (width, isDark) in new[] { (1280, true), (1920, false), (375, false) })
        {
            await using var screen = await Screen.OpenAsync(browsers, hash, new View(width, 900, isDark), Lab());
            await screen.SettleAsync();
            await screen.ShootAsync($"lab-{name}-{width}");
            screen.AssertClean();
            await Fit.AssertAsync(screen, width);
            await Axe.AssertCleanAsync(screen.Page);
        }
    }

    [BrowserTheory]
    [InlineData("oracle")]
    [InlineData("greeks")]
    [InlineData("vol-index")]
    [InlineData("adl")]
    [InlineData("stress")]
    [InlineData("calibration")]
    [InlineData("system")]
    public async Task WhatFailsSaysSoWithItsCodeAndTheRestOfThePageGoesOn(string page)
    {
        var path = page switch { "stress" => "stress/scenarios", "system" => "status", _ => page };
        await using var screen = await Screen.OpenAsync(browsers, "/" + page, null,
            Lab().Refuse(path, 500, "internal", "The server failed"));
        await screen.Page.GetByText("0HN7TRACE:00000001").First.WaitForAsync();
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).First.WaitForAsync();
        Assert.DoesNotContain("$0", await screen.Page.Locator("main").InnerTextAsync());
        await screen.ShootAsync($"lab-{page}-error");
        screen.AssertClean();
    }

    [BrowserFact]
    public async Task OptionsThatAreNotThereAreNotMeasuredAndNeverZero()
    {
        var none = Fixtures.Read("greeks", view => view["greeks"] = null);
        var flat = Fixtures.Read("vol-index", view =>
        {
            view["items"] = new JsonArray(view["items"]![4]!.DeepClone());
        });
        var fixtures = Lab().Answer("greeks", none).Answer("vol-index", flat);
        foreach (var page in new[] { "greeks", "vol-index" })
        {
            await using var screen = await Screen.OpenAsync(browsers, "/" + page, null, fixtures);
            await screen.SettleAsync();
            var text = await screen.Page.Locator("main").InnerTextAsync();
            Assert.Contains("not measured", text);
            Assert.DoesNotContain("0.0", text);
            await screen.ShootAsync($"lab-{page}-not-measured");
        }
    }

    [BrowserFact]
    public async Task TheOracleBoardNamesTheWorstFirstAndWhatIsInhibited()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/oracle", null, Lab());
        await screen.SettleAsync();
        var cards = await screen.Page.Locator(".feed .feed-name").AllInnerTextsAsync();
        Assert.Equal("SOL-USD", cards[0]);
        Assert.Equal(10, cards.Count);
        var text = await screen.Page.Locator("main").InnerTextAsync();
        Assert.Contains("Liquidation, ADL, Withdrawals inhibited: SOL-USD oracle 14.2 s old (limit 10 s)", text);
        Assert.Contains("9.7400 against 9.8800, 142.7 bp apart", text);
        Assert.Contains("not measured", await screen.Page.Locator(".feed.is-not_measured").InnerTextAsync());
        await screen.Page.Locator(".feed.is-stale .feed-open").ClickAsync();
        await screen.Page.WaitForURLAsync("**/#/oracle?feed=SOL-USD");
        await screen.Page.GetByLabel("Filter").FillAsync("nothing");
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Clear filter" }).ClickAsync();
        await screen.Page.Locator(".feed.is-stale").WaitForAsync();
    }

    /// <summary>Arming takes a rehearsal, an operator and the market's name; no key does it.</summary>
    [BrowserFact]
    public async Task ArmingTakesTheMarketsNameTypedOutAndAClick()
    {
        var asked = new List<string>();
        await using var screen = await Screen.OpenAsync(browsers, $"/adl?market={Market}&side=short", null, Lab());
        screen.Page.Request += (_, request) =>
        {
            if (request.Method == "POST")
            {
                asked.Add(new Uri(request.Url).AbsolutePath + " " + request.PostData);
            }
        };
        await screen.SettleAsync();
        Assert.Equal(0, await screen.Page.GetByText("2. Arm this plan").CountAsync());
        await Button(screen, "Rehearse").ClickAsync();
        await screen.Page.GetByText("Dry run: what would change").WaitForAsync();
        var arm = Button(screen, $"Arm {Market}");
        await screen.Page.GetByLabel("Operator").FillAsync("night shift");
        Assert.True(await arm.IsDisabledAsync());
        var typed = screen.Page.GetByLabel($"Type {Market} to confirm");
        await typed.FillAsync("BTC-USD");
        Assert.True(await arm.IsDisabledAsync());
        await typed.FillAsync(Market);
        await typed.PressAsync("Enter");
        await screen.ShootAsync("lab-adl-confirm");
        Assert.Single(asked);
        await arm.ClickAsync();
        await screen.Page.WaitForFunctionAsync("() => !document.querySelector('.confirm input')?.value");
        Assert.Equal(2, asked.Count);
        Assert.StartsWith($"/v1/adl/{Market}/rehearse", asked[0]);
        Assert.DoesNotContain("planId", asked[0]);
        Assert.StartsWith($"/v1/adl/{Market}/arm", asked[1]);
        Assert.Contains("\"operator\":\"night shift\"", asked[1]);
        Assert.Matches("\"planId\":\"[0-7][0-9A-HJKMNP-TV-Z]{25}\"", asked[1]);
    }

    [BrowserFact]
    public async Task AnArmedPlanIsExecutedByItsMarketsNameAndNotWhileAPriceForbidsIt()
    {
        var armed = Fixtures.Read("adl", list =>
        {
            list["items"]![0]!["state"] = "ARMED";
            list["items"]![0]!["openPlan"] = Plan;
        });
        await using (var screen = await Screen.OpenAsync(browsers, $"/adl?market={Market}", null,
            Lab().Answer("adl", armed)))
        {
            await screen.Page.GetByText("3. Execute the armed plan").WaitForAsync();
            await screen.Page.GetByLabel("Operator").FillAsync("night shift");
            await screen.Page.GetByLabel($"Type {Market} to confirm").FillAsync(Market);
            Assert.True(await Button(screen, $"Execute {Market}").IsEnabledAsync());
            await screen.ShootAsync("lab-adl-armed");
            await Axe.AssertCleanAsync(screen.Page);
        }
        armed["items"]![0]!["inhibited"] = "ADL inhibited: BTC-USD oracle 14 s old (limit 10 s)";
        await using (var screen = await Screen.OpenAsync(browsers, $"/adl?market={Market}", null,
            Lab().Answer("adl", armed)))
        {
            await screen.Page.GetByText("3. Execute the armed plan").WaitForAsync();
            await screen.Page.GetByLabel("Operator").FillAsync("night shift");
            await screen.Page.GetByLabel($"Type {Market} to confirm").FillAsync(Market);
            Assert.True(await Button(screen, $"Execute {Market}").IsDisabledAsync());
            Assert.Contains("BTC-USD oracle 14 s old (limit 10 s)",
                await screen.Page.Locator("main").InnerTextAsync());
        }
    }

    [BrowserFact]
    public async Task ACascadeRunsShowsHowFarItIsAndIsCancelled()
    {
        var asked = new List<string>();
        var fixtures = Lab().Answer("jobs", Fixtures.Read($"jobs.{Jobs}RVNN1N"));
        await using var screen = await Screen.OpenAsync(browsers, "/cascade?shock=-35", null, fixtures);
        screen.Page.Request += (_, request) =>
        {
            if (request.Method is "POST" or "DELETE")
            {
                asked.Add($"{request.Method} {new Uri(request.Url).AbsolutePath} {request.PostData}");
            }
        };
        await screen.SettleAsync();
        await Button(screen, "Run the cascade").ClickAsync();
        await screen.Page.GetByText("42%, about 5.2 s left").WaitForAsync();
        await screen.Page.WaitForURLAsync($"**/#/cascade?shock=-35&job={Jobs}RVNN1N");
        Assert.Contains("\"shock\":-0.35", asked[0]);
        await screen.ShootAsync("lab-cascade-running");
        await Button(screen, "Cancel").ClickAsync();
        await screen.Page.WaitForFunctionAsync("() => performance.now() > 0");
        Assert.StartsWith($"DELETE /v1/jobs/{Jobs}RVNN1N", asked[^1]);
        screen.AssertClean();
    }

    [BrowserFact]
    public async Task ACascadePrintsItsAssumptionsItsFrameAndItsBand()
    {
        await using var screen = await Screen.OpenAsync(browsers, $"/cascade?job={Jobs}CASCAD", null, Lab());
        await screen.SettleAsync();
        var text = await screen.Page.Locator("main").InnerTextAsync();
        var result = Fixtures.Read($"jobs.{Jobs}CASCAD.result")["result"]!;
        Assert.Contains("as of frame 1.48213", text);
        Assert.Contains("SIMULATION", text);
        Assert.Contains($"{result["totals"]!["liquidatedAccounts"]!.GetValue<int>():N0} of 3,000", text);
        Assert.Contains("20.0 open interests, falls as volatility^0.50", text);
        Assert.Contains("Nearest rank over 20 runs", text);
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Who pays the deficit: view as table" })
            .ClickAsync();
        await screen.Page.GetByRole(AriaRole.Cell, new() { Name = "bad debt" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task AScenarioOfOnesOwnIsKeptSharedAndRun()
    {
        string? sent = null;
        var fixtures = Lab().Answer("jobs", Fixtures.Read($"jobs.{Jobs}STRESS"));
        await using var screen = await Screen.OpenAsync(browsers, "/stress", null, fixtures);
        screen.Page.Request += (_, request) => sent = request.Method == "POST" ? request.PostData : sent;
        await screen.SettleAsync();
        await screen.Page.GetByLabel("Name").FillAsync("weekend gap");
        await screen.Page.GetByLabel("Moves, percent").FillAsync("BTC-USD -30, ETH");
        await screen.Page.GetByText("\"ETH\" is no feed with a percentage").WaitForAsync();
        Assert.True(await Button(screen, "Save").IsDisabledAsync());
        await screen.Page.GetByLabel("Moves, percent").FillAsync("BTC-USD -30, ETH-USD -40");
        await Button(screen, "Save").ClickAsync();
        await Button(screen, "Run 1 chosen").ClickAsync();
        await screen.Page.GetByText("Outcomes, the largest deficit first").WaitForAsync();
        Assert.Contains("\"custom\":[{\"name\":\"weekend gap\",\"moves\":{\"BTC-USD\":-0.3,\"ETH-USD\":-0.4}}]", sent);
        Assert.DoesNotContain("\"scenarios\"", sent);
        await screen.Page.ReloadAsync();
        Assert.True(await screen.Page.GetByLabel("weekend gap", new() { Exact = true }).IsCheckedAsync());
    }

    [BrowserFact]
    public async Task RowsOfALongQueueAreDrawnAsTheyComeIntoSightAndKeysWalkThem()
    {
        await using var screen = await Screen.OpenAsync(browsers, $"/adl?market={Market}&side=short", null, Lab());
        await screen.SettleAsync();
        var table = screen.Page.GetByLabel($"Queue of {Market}, short");
        Assert.InRange(await table.Locator("tbody tr").CountAsync(), 10, 60);
        Assert.Equal("261", await table.GetAttributeAsync("aria-rowcount"));
        await table.Locator("tbody tr[data-cursor=true]").FocusAsync();
        await screen.Page.Keyboard.PressAsync("j");
        await screen.Page.Keyboard.PressAsync("j");
        Assert.Equal("4", await Focused(screen));
        await screen.Page.Keyboard.PressAsync("End");
        await screen.Page.WaitForFunctionAsync("() => document.activeElement?.ariaRowIndex === '261'");
        await screen.Page.Keyboard.PressAsync("k");
        Assert.Equal("260", await Focused(screen));
        await screen.Page.Keyboard.PressAsync("Enter");
        await screen.Page.WaitForURLAsync("**/#/account/*");
    }

    private static Fixtures Lab() => Fixtures.WithSystem();

    private static ILocator Button(Screen screen, string name) =>
        screen.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static Task<string> Focused(Screen screen) =>
        screen.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('aria-rowindex')");
}
