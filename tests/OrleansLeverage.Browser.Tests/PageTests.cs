using Microsoft.Playwright;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>Every page against the real server: whole, clean, in both themes and at every width.</summary>
[Collection("browser")]
public sealed class PageTests(Browsers browsers)
{
    public static readonly string[] Pages =
    [
        "overview", "skew", "histogram", "at-risk", "liquidation-map", "cascade", "oracle", "greeks", "vol-index", "adl",
        "account", "stress", "calibration", "system",
    ];

    public static TheoryData<string> All => [.. Pages];

    public static TheoryData<string, int> Widths
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var page in Pages)
            {
                data.Add(page, 375);
                data.Add(page, 1280);
                data.Add(page, 1920);
            }
            return data;
        }
    }

    [BrowserTheory]
    [MemberData(nameof(Widths))]
    public async Task LoadsCleanAndFits(string page, int width)
    {
        await using var screen = await Screen.OpenAsync(browsers, await HashAsync(page), new View(width, 900));
        await screen.SettleAsync();
        await screen.ShootAsync($"{page}-{width}");
        screen.AssertClean();
        await Widths_.AssertFitsAsync(screen, width);
    }

    [BrowserTheory]
    [MemberData(nameof(All))]
    public async Task IsAccessibleInBothThemes(string page)
    {
        foreach (var isDark in new[] { true, false })
        {
            await using var screen = await Screen.OpenAsync(browsers, await HashAsync(page), new View(IsDark: isDark));
            await screen.SettleAsync();
            if (!isDark)
            {
                await screen.ShootAsync($"{page}-light");
            }
            await Axe.AssertCleanAsync(screen.Page);
        }
    }

    /// <summary>The account's page needs one; it is the worst at risk.</summary>
    private Task<string> HashAsync(string page) => Task.FromResult(
        page == "account" ? "/account/" + browsers.Demo.Grid.System!.MostAtRisk[0].Account.Value : "/" + page);
}

internal static class Widths_
{
    /// <summary>Nothing may be wider than the screen, whatever scrolls inside it.</summary>
    public static async Task AssertFitsAsync(Screen screen, int width)
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
