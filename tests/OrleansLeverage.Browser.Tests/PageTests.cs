using Microsoft.Playwright;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>Every page against the real server: whole, clean, in both themes and at every width.</summary>
[Collection("browser")]
public sealed class PageTests(Browsers browsers)
{
    public static TheoryData<string> Pages =>
    [
        "overview", "skew", "histogram", "at-risk", "liquidation-map", "cascade", "oracle", "greeks", "vol-index",
        "adl", "account", "stress", "calibration", "system",
    ];

    [BrowserTheory]
    [MemberData(nameof(Pages))]
    public async Task LoadsCleanFitsAndIsAccessible(string page)
    {
        foreach (var view in new View[] { new(375, 900), new(), new(1920, 1080), new(IsDark: false) })
        {
            await using var screen = await Screen.OpenAsync(browsers, await HashAsync(page), view);
            await screen.SettleAsync();
            await screen.ShootAsync($"{page}-{view.Width}{(view.IsDark ? "" : "-light")}");
            screen.AssertClean();
            await Fit.AssertAsync(screen, view.Width);
            await Axe.AssertCleanAsync(screen.Page);
        }
    }

    /// <summary>Where the system chooses the colours, states are still words.</summary>
    [BrowserFact]
    public async Task ForcedColoursKeepTheWords()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, Fixtures.WithSystem());
        await screen.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ForcedColors = ForcedColors.Active });
        await screen.SettleAsync();
        await screen.ShootAsync("forced-colours");
        Assert.Equal("DEMO", (await screen.Page.Locator(".brand .badge").InnerTextAsync()).Trim());
        var icon = await screen.Page.Locator(".brand .badge .icon").BoundingBoxAsync();
        Assert.True(icon is { Width: > 8, Height: > 8 });
    }

    /// <summary>The account's page needs one; it is the worst at risk.</summary>
    private Task<string> HashAsync(string page) => Task.FromResult(
        page == "account" ? "/account/" + browsers.Demo.Grid.System!.MostAtRisk[0].Account.Value : "/" + page);
}

internal static class Fit
{
    /// <summary>Nothing may be wider than the screen, whatever scrolls inside it.</summary>
    public static async Task AssertAsync(Screen screen, int width)
    {
        var tooWide = await screen.Page.EvaluateAsync<string[]>("""
            (width) => [...document.querySelectorAll('body, .panel, .tile, .banner, .strip, main, dialog')]
              .filter((element) => element.getBoundingClientRect().right > width + 0.5
                || element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'visible')
              .map((element) => element.tagName + '.' + element.className + ' ' + element.scrollWidth)
            """, width);
        Assert.Empty(tooWide);
        Assert.Equal(width, await screen.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }
}

/// <summary>axe-core, put into the page past its policy: it is a test's, not the page's.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Source = new(() => File.ReadAllText(
        Path.Combine(Artefacts.Dashboard, "node_modules", "axe-core", "axe.min.js")));

    public static async Task AssertCleanAsync(IPage page)
    {
        await page.EvaluateAsync(Source.Value + "; undefined");
        var found = await page.EvaluateAsync<string[]>("""
            async () => (await axe.run(document, {
              runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] },
            })).violations.flatMap((violation) => violation.nodes.map((node) =>
              `${violation.id}: ${violation.help}: ${node.target.join(' ')}: ${node.failureSummary}`))
            """);
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }
}
