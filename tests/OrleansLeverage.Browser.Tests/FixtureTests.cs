using System.Globalization;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>
/// Pages on made-up answers: the same picture every time, in both themes; two of them are the README's.
/// </summary>
[Collection("browser")]
public sealed class FixtureTests(Browsers browsers)
{
    private const string Account = "acct-00000091";

    public static TheoryData<string, string> Pages => new()
    {
        { "overview", "/overview" }, { "skew", "/skew" }, { "histogram", "/histogram" }, { "at-risk", "/at-risk" },
        { "liquidation-map", "/liquidation-map?market=BTC-USD" }, { "account", "/account/" + Account },
    };

    [BrowserTheory]
    [MemberData(nameof(Pages))]
    public async Task DrawsWhatItIsGiven(string name, string hash)
    {
        foreach (var isDark in new[] { true, false })
        {
            await using var screen = await Screen.OpenAsync(browsers, hash, new View(1440, 900, isDark),
                Fixtures.WithSystem());
            await screen.SettleAsync();
            await screen.ShootAsync($"fixture-{name}-{(isDark ? "dark" : "light")}");
            screen.AssertClean();
            await Axe.AssertCleanAsync(screen.Page);
        }
    }

    [BrowserTheory]
    [InlineData("dark")]
    [InlineData("light")]
    public async Task TakesThePicturesOfTheReadme(string theme)
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview",
            new View(1440, 860, theme == "dark"), Fixtures.WithSystem());
        await screen.SettleAsync();
        await screen.ShootAsync($"dashboard-{theme}", isWhole: false);
        screen.AssertClean();
        var picture = Path.Combine(Artefacts.Root, "docs", $"dashboard-{theme}.png");
        if (Environment.GetEnvironmentVariable("LEVERAGE_PICTURES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(picture)!);
            File.Copy(Path.Combine(Artefacts.Folder, $"dashboard-{theme}.png"), picture, overwrite: true);
        }
        Assert.True(File.Exists(picture), $"{picture}: run with LEVERAGE_PICTURES=1");
        Assert.InRange(new FileInfo(picture).Length, 10_000, 400_000);
    }

    [BrowserFact]
    public async Task EveryFigureSaysWhatItIsAndLeadsToItsRows()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/overview", null, Fixtures.WithSystem());
        await screen.SettleAsync();
        var leverage = screen.Page.Locator(".tile .figure[data-tip=marketLeverage]");
        await leverage.FocusAsync();
        var tooltip = screen.Page.Locator("[role=tooltip]");
        await tooltip.WaitForAsync();
        var text = await tooltip.InnerTextAsync();
        Assert.Contains("Σ G_a / Σ E_a", text);
        Assert.Contains("2026-03-02 12:01:40 UTC", text);
        await screen.ShootAsync("tooltip", isWhole: false);
        var exact = Fixtures.Read("system")["marketLeverage"]!.GetValue<double>();
        Assert.Contains(exact.ToString(CultureInfo.InvariantCulture), text);
        await screen.Page.Locator(".tile .figure[data-tip=accountsAtRisk]").ClickAsync();
        await screen.Page.WaitForURLAsync(url => url.Contains("#/at-risk?tier=MARGIN_CALL"));
        await screen.Page.Locator("table a.row").First.ClickAsync();
        await screen.Page.WaitForURLAsync("**/#/account/*");
    }

    [BrowserFact]
    public async Task TheAddressHoldsTheView()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/at-risk?tier=all&side=short&minLeverage=10", null,
            Fixtures.WithSystem());
        await screen.SettleAsync();
        Assert.Equal("all", await screen.Page.GetByLabel("Status").InputValueAsync());
        Assert.Equal("10", await screen.Page.GetByLabel("Leverage from").InputValueAsync());
        await screen.Page.GetByLabel("Side").SelectOptionAsync("long");
        await screen.Page.WaitForURLAsync("**/#/at-risk?tier=all&side=long&minLeverage=10");
    }

    /// <summary>The map's parts are what the answer says: the bars of a band, the largest on either side.</summary>
    [BrowserFact]
    public async Task TheMapShowsWhereMostIsLiquidated()
    {
        await using var screen = await Screen.OpenAsync(browsers, "/liquidation-map?market=BTC-USD", null,
            Fixtures.WithSystem());
        await screen.SettleAsync();
        var map = Fixtures.Read("liquidation-map.BTC-USD");
        var buckets = map["buckets"]!.AsArray().Where(bucket => Math.Abs(bucket!["toPct"]!.GetValue<int>()) <= 25);
        var down = buckets.Where(bucket => bucket!["side"]!.GetValue<string>() == "long")
            .Sum(bucket => bucket!["notional"]!.GetValue<double>());
        var label = await screen.Page.Locator(".ladder").GetAttributeAsync("aria-label");
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"${down / 1e6:0.00}M of longs"),
            label);
    }
}
