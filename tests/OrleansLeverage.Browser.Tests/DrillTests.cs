using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>Click a number to see its rows: every page, figure by figure, by the keyboard, and back again.</summary>
[Collection("browser")]
public sealed partial class DrillTests(Browsers browsers)
{
    private const string Jobs = "01KJQ4V5RS0000000000";

    /// <summary>A figure that leads nowhere and says nothing, and a number that is no figure at all.</summary>
    private const string Faults = """
        () => {
          const told = (element) => (element.getAttribute('data-why') ?? '').trim() !== '';
          const name = (element) => `${element.tagName} ${element.className} "${element.textContent.trim()}"`
            + ` in ${element.closest('section, .strip')?.getAttribute('aria-label') ?? element.closest('.panel')
              ?.querySelector('h2')?.textContent ?? ''}`;
          const figures = [...document.querySelectorAll('[data-figure]')].filter((figure) => {
            switch (figure.dataset.figure) {
              case 'rows': return figure.tagName !== 'A' || !figure.getAttribute('href')
                || !/: show ./.test(figure.getAttribute('aria-label') ?? '')
                || !figure.getAttribute('aria-label').includes(figure.textContent.trim());
              case 'none': return !told(figure) || figure.tabIndex !== 0;
              case 'row': return !told(figure)
                || figure.closest('.vt-open, [data-rows="row"], .feed') === null;
              case 'leaf': return !told(figure);
              default: return true;
            }
          }).map((figure) => 'a figure without rows or reason: ' + name(figure));
          const bare = [...document.querySelectorAll('main td, main dd, main .big')].filter((cell) =>
            /\d/.test(cell.innerText ?? '') && cell.querySelector('[data-figure], a[href], button') === null
            && cell.closest('[data-rows], a[href], button, dialog, [aria-hidden=true]') === null)
            .map((cell) => 'a number that is no figure: ' + name(cell));
          const marks = [...document.querySelectorAll('[data-rows]')].filter((element) => !told(element))
            .map((element) => 'marked without a reason: ' + name(element));
          return [...figures, ...bare, ...marks];
        }
        """;

    /// <summary>Every page, and views of them that have figures of their own.</summary>
    private static readonly string[] Live =
    [
        "overview", "skew", "histogram", "at-risk", "liquidation-map", "cascade", "oracle", "greeks", "vol-index",
        "adl", "account", "stress", "calibration", "system", "oracle?feed=BTC-USD", "greeks?expiry=all",
        "liquidation-map?market=ETH-USD&reach=50", "skew?by=notionalSkew",
    ];

    public static TheoryData<string> Views => new(Live);

    /// <summary>Views whose figures only a computation or an incident has.</summary>
    public static TheoryData<string> Labs => new(
    [
        $"cascade?job={Jobs}CASCAD", $"stress?job={Jobs}STRESS&breaks={Jobs}BREAKS&compare=2020-03-12+to+close",
        "adl?market=BTC-USD-PERP&side=short", "calibration", "oracle?feed=AVAX-USD", "greeks", "vol-index", "system",
        "account/acct-00000091", "overview", "skew", "histogram",
    ]);

    [BrowserTheory]
    [MemberData(nameof(Views))]
    public async Task EveryNumberLeadsToItsRowsOrSaysWhyThereAreNone(string view)
    {
        await using var screen = await OpenAsync(view);
        await AssertToldAsync(screen, leastFigures: 5);
    }

    [BrowserTheory]
    [MemberData(nameof(Labs))]
    public async Task SoDoTheNumbersOfComputationsAndIncidents(string view)
    {
        await using var screen = await Screen.OpenAsync(browsers, "/" + view, null, Fixtures.WithSystem());
        await screen.SettleAsync();
        await AssertToldAsync(screen, leastFigures: 5);
    }

    /// <summary>Of every view each way that leads elsewhere: by Enter, to a page that is there, and back.</summary>
    [BrowserFact]
    public async Task EveryWayIsOpenToTheKeyboardAndBackReturns()
    {
        var walked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var view in Live)
        {
            await using var screen = await OpenAsync(view);
            var from = screen.Page.Url;
            var ways = await screen.Page.EvaluateAsync<string[]>("""
                () => [...new Set([...document.querySelectorAll('[data-figure=rows]')]
                  .map((figure) => figure.getAttribute('href')))]
                """);
            foreach (var way in ways.Where(way => way.StartsWith("#/", StringComparison.Ordinal)
                && walked.Add(Shape().Replace(way, "N"))))
            {
                var figure = screen.Page.Locator($"[data-figure=rows][href=\"{way}\"]").First;
                await figure.FocusAsync();
                await figure.PressAsync("Enter");
                await screen.Page.WaitForFunctionAsync("(hash) => location.hash === hash", way);
                await screen.SettleAsync();
                Assert.NotEqual("No such page", await screen.Page.Locator("main h1").InnerTextAsync());
                Assert.Equal(0, await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).CountAsync());
                if (screen.Page.Url != from)
                {
                    await screen.Page.GoBackAsync();
                    await screen.Page.WaitForFunctionAsync("(url) => location.href === url", from);
                    await screen.SettleAsync();
                }
            }
            screen.AssertClean();
        }
        Assert.True(walked.Count >= 40, $"only {walked.Count} ways: {string.Join(' ', walked)}");
    }

    /// <summary>The number is how many rows there are: the market of the demo stands still.</summary>
    [BrowserTheory]
    [InlineData("overview", "Headline figures", ".tile [data-tip=accountsAtRisk]")]
    [InlineData("overview", "The market", ".panel [data-tip=bankrupt]")]
    [InlineData("skew", "Accounts by size of account", "td [data-tip=accounts]")]
    [InlineData("skew", "Longs and shorts of an instrument", "td [data-tip=sideAccounts]")]
    [InlineData("histogram", "Tails", "td [data-tip=sideAccounts]")]
    [InlineData("liquidation-map?market=BTC-USD&reach=50", "Past the line", "dd [data-tip=accounts]")]
    public async Task TheNumberIsHowManyRowsItLeadsTo(string view, string what, string selector)
    {
        await using var screen = await OpenAsync(view);
        var counted = 0;
        foreach (var (text, href) in await FiguresAsync(screen, selector))
        {
            if (!int.TryParse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
                || number > 400 || !href.Contains("at-risk?", StringComparison.Ordinal) || href.EndsWith("tier=all"))
            {
                continue;
            }
            // what is beyond the map or never liquidated leads to all holders, and says so
            if (what == "Past the line" && !href.Contains("LIQUIDATION", StringComparison.Ordinal))
            {
                continue;
            }
            Assert.Equal((what, href, number), (what, href, await RowsAsync(screen, href)));
            counted++;
        }
        Assert.True(counted > 0, $"{what}: nothing small enough to count");
    }

    /// <summary>Each bucket of the map is the accounts that it leads to, from the chart's table of links.</summary>
    [BrowserFact]
    public async Task ABucketOfTheMapIsWhoIsLiquidatedThere()
    {
        await using var screen = await OpenAsync("liquidation-map?market=BTC-USD&reach=50");
        await screen.Page.GetByRole(AriaRole.Button, new() { Name = "Table", Exact = true }).First.ClickAsync();
        var buckets = await FiguresAsync(screen, "tr td:nth-child(4) [data-figure=rows]");
        Assert.True(buckets.Count > 20, $"{buckets.Count} buckets");
        foreach (var (text, href) in buckets.Where((_, at) => at % 7 == 0))
        {
            Assert.Equal((href, int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture)),
                (href, await RowsAsync(screen, href)));
        }
        screen.AssertClean();
    }

    [BrowserFact]
    public async Task TheFiltersOfANumberAreNamedAndCleared()
    {
        await using var screen = await Screen.OpenAsync(browsers,
            "/at-risk?tier=all&market=BTC-USD&moveFrom=-0.06&moveTo=-0.05&minEquity=1000&maxEquity=10000", null,
            Fixtures.WithSystem());
        await screen.SettleAsync();
        var market = screen.Page.Locator(".toolbar label", new() { HasText = "Market" }).Locator("select");
        Assert.Equal("BTC-USD", await market.InputValueAsync());
        var further = await screen.Page.Locator(".further").InnerTextAsync();
        Assert.Contains("equity $1.00K to $10.00K", further);
        Assert.Contains("liquidated where BTC-USD alone moves \u22126% to \u22125%", further);
        await screen.Page.Locator(".further button").ClickAsync();
        await screen.Page.WaitForURLAsync("**/#/at-risk?tier=all&market=BTC-USD");
    }

    /// <summary>All accounts, not a page of them: the file has a row for each account that there is.</summary>
    [BrowserFact]
    public async Task TheExportHasEveryAccount()
    {
        await using var screen = await OpenAsync("at-risk?tier=all");
        var waiting = screen.Page.WaitForDownloadAsync();
        await screen.Page.GetByRole(AriaRole.Link, new() { Name = "Export every account" }).ClickAsync();
        var download = await waiting;
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(browsers.Demo.Grid.System!.Accounts, lines.Length - 1);
        Assert.True(lines.Length > 1_001);
        Assert.StartsWith("account,", lines[0]);
    }

    private static async Task AssertToldAsync(Screen screen, int leastFigures)
    {
        var faults = await screen.Page.EvaluateAsync<string[]>(Faults);
        Assert.True(faults.Length == 0, string.Join(Environment.NewLine, faults.Distinct()));
        Assert.True(await screen.Page.Locator("[data-figure]").CountAsync() >= leastFigures);
    }

    private static async Task<List<(string Text, string Href)>> FiguresAsync(Screen screen, string selector)
    {
        var found = await screen.Page.EvaluateAsync<string[]>("""
            (selector) => [...document.querySelectorAll(`main ${selector}`)].map((figure) =>
              figure.textContent.trim() + ' ' + (figure.getAttribute('href') ?? ''))
            """, selector);
        return [.. found.Select(pair => pair.Split(' ', 2)).Select(pair => (pair[0], pair[1])).Distinct()];
    }

    /// <summary>How many rows the list shows that a figure leads to; none where it says that nobody is left.</summary>
    private static async Task<int> RowsAsync(Screen screen, string href)
    {
        var from = screen.Page.Url;
        var answered = screen.Page.WaitForResponseAsync(answer => answer.Url.Contains("/v1/a", StringComparison.Ordinal)
            && answer.Url.Contains("limit=", StringComparison.Ordinal));
        await screen.Page.EvaluateAsync("(hash) => { location.hash = hash; }", href);
        await answered;
        var shown = screen.Page.Locator("main .chart-note", new() { HasText = "rows" })
            .Or(screen.Page.GetByText("Nothing matches")).First;
        await shown.WaitForAsync();
        var text = await shown.InnerTextAsync();
        await screen.Page.GoBackAsync();
        await screen.Page.WaitForFunctionAsync("(url) => location.href === url", from);
        await screen.SettleAsync();
        return text.Contains("Nothing", StringComparison.Ordinal) ? 0
            : int.Parse(text.Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private async Task<Screen> OpenAsync(string view)
    {
        var worst = browsers.Demo.Grid.System!.MostAtRisk[0].Account.Value;
        var hash = view == "account" ? "/account/" + worst : "/" + view;
        var screen = await Screen.OpenAsync(browsers, hash);
        await screen.SettleAsync();
        return screen;
    }

    /// <summary>Ways that differ by their numbers alone are of one kind.</summary>
    [GeneratedRegex(@"[-]?\d+(\.\d+)?")]
    private static partial Regex Shape();
}
