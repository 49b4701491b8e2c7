using Microsoft.Playwright;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>The keyboard reaches everything, and its single keys can be switched off.</summary>
[Collection("browser")]
public sealed class KeyboardTests(Browsers browsers)
{
    [BrowserTheory]
    [InlineData("o", "overview")]
    [InlineData("s", "skew")]
    [InlineData("h", "histogram")]
    [InlineData("r", "at-risk")]
    [InlineData("l", "liquidation-map")]
    [InlineData("c", "cascade")]
    [InlineData("b", "oracle")]
    [InlineData("v", "greeks")]
    [InlineData("i", "vol-index")]
    [InlineData("a", "adl")]
    [InlineData("t", "stress")]
    [InlineData("k", "calibration")]
    public async Task GAndALetterGoToAPage(string letter, string page)
    {
        await using var screen = await OpenAsync(page == "overview" ? "/skew" : "/overview");
        await screen.Page.Keyboard.PressAsync("g");
        await screen.Page.Keyboard.PressAsync(letter);
        await screen.Page.WaitForURLAsync($"**/#/{page}");
    }

    [BrowserFact]
    public async Task ThePaletteGoesToAnAccount()
    {
        await using var screen = await OpenAsync("/overview");
        await screen.Page.Keyboard.PressAsync("Control+k");
        var input = screen.Page.GetByRole(AriaRole.Combobox);
        await input.FillAsync("acct-00000091");
        await screen.ShootAsync("palette", isWhole: false);
        await Axe.AssertCleanAsync(screen.Page);
        await input.PressAsync("Enter");
        await screen.Page.WaitForURLAsync("**/#/account/acct-00000091");
        await screen.Page.GetByRole(AriaRole.Heading, new() { Name = "acct-00000091" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task HelpListsTheKeysAndSwitchesThemOff()
    {
        await using var screen = await OpenAsync("/overview");
        await screen.Page.Keyboard.PressAsync("?");
        var help = screen.Page.GetByRole(AriaRole.Dialog);
        await help.WaitForAsync();
        Assert.Contains("g o", await help.InnerTextAsync());
        await screen.ShootAsync("help", isWhole: false);
        await Axe.AssertCleanAsync(screen.Page);
        await help.GetByLabel("Single-letter keys and chords").UncheckAsync();
        await screen.Page.Keyboard.PressAsync("Escape");
        await help.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        await screen.Page.Keyboard.PressAsync("p");
        await screen.Page.Keyboard.PressAsync("Control+k");
        await screen.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
        Assert.Equal(0, await screen.Page.Locator(".strip .badge", new() { HasText = "PAUSED" }).CountAsync());
    }

    [BrowserFact]
    public async Task TheThemeIsAPreferenceThatStays()
    {
        await using var screen = await OpenAsync("/overview");
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Preferences" }).ClickAsync();
        await screen.Page.GetByLabel("Light", new() { Exact = true }).CheckAsync();
        Assert.Equal("light", await screen.Page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
        await screen.ShootAsync("preferences", isWhole: false);
        await Axe.AssertCleanAsync(screen.Page);
        await screen.Page.ReloadAsync();
        await screen.SettleAsync();
        Assert.Equal("light", await screen.Page.EvaluateAsync<string>("() => document.documentElement.dataset.theme"));
    }

    [BrowserFact]
    public async Task SlashFiltersAndRowsOpen()
    {
        await using var screen = await OpenAsync("/at-risk");
        await screen.Page.Keyboard.PressAsync("/");
        Assert.Equal("Account", await screen.Page.EvaluateAsync<string>(
            "() => document.activeElement.closest('label').firstChild.textContent.trim()"));
        // typed letters are text there, not keys
        await screen.Page.Keyboard.TypeAsync("p");
        Assert.Equal("p", await screen.Page.EvaluateAsync<string>("() => document.activeElement.value"));
        await screen.Page.Keyboard.PressAsync("Backspace");
        var rows = screen.Page.Locator("table tbody tr");
        await rows.First.FocusAsync();
        await screen.Page.Keyboard.PressAsync("j");
        await screen.Page.Keyboard.PressAsync("j");
        await screen.Page.Keyboard.PressAsync("k");
        var second = await rows.Nth(1).Locator("a.row").InnerTextAsync();
        await screen.Page.Keyboard.PressAsync("Enter");
        await screen.Page.WaitForURLAsync($"**/#/account/{second}");
    }

    [BrowserFact]
    public async Task KioskLegendsPauseAndTime()
    {
        await using var screen = await OpenAsync("/overview");
        await ChordAsync(screen, "d", "k");
        await screen.Page.Locator("#rail").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await screen.Page.Keyboard.PressAsync("Escape");
        await screen.Page.Locator("#rail").WaitForAsync();
        await ChordAsync(screen, "d", "l");
        await screen.Page.Locator(".chart-legend").First.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        await ChordAsync(screen, "t", "z");
        await screen.Page.WaitForURLAsync("**range=1h*");
        await ChordAsync(screen, "t", "ArrowLeft");
        await screen.Page.WaitForURLAsync("**end=*");
        await ChordAsync(screen, "t", "ArrowRight");
        await screen.Page.WaitForURLAsync(url => !url.Contains("end="));
        await screen.Page.Keyboard.PressAsync("p");
        await screen.Page.Locator(".strip .badge", new() { HasText = "PAUSED" }).WaitForAsync();
    }

    /// <summary>Tab alone reaches the skip link, every page, the strip's figures and the first tile.</summary>
    [BrowserFact]
    public async Task TabReachesEverythingAndIsSeen()
    {
        await using var screen = await OpenAsync("/overview");
        var reached = new HashSet<string>();
        for (var pressed = 0; pressed < 60; pressed++)
        {
            await screen.Page.Keyboard.PressAsync("Tab");
            var at = await screen.Page.EvaluateAsync<string>("""
                () => {
                  const element = document.activeElement;
                  const style = getComputedStyle(element);
                  const isSeen = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
                  const name = element.getAttribute('href') ?? element.dataset.tip ?? element.textContent.trim();
                  return (isSeen ? '' : 'unseen ') + name;
                }
                """);
            Assert.DoesNotContain("unseen", at);
            reached.Add(at);
        }
        foreach (var target in new[] { "#content", "#/overview", "#/skew", "#/system", "#/adl", "Pause", "#/at-risk" })
        {
            Assert.Contains(target, reached);
        }
    }

    private async Task<Screen> OpenAsync(string hash)
    {
        var screen = await Screen.OpenAsync(browsers, hash, null, Fixtures.WithSystem());
        await screen.SettleAsync();
        return screen;
    }

    private static async Task ChordAsync(Screen screen, string first, string second)
    {
        await screen.Page.Keyboard.PressAsync(first);
        await screen.Page.Keyboard.PressAsync(second);
    }
}
