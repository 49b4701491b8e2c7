using Microsoft.Playwright;
using OrleansLeverage.Web;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>The system's chromium, and one demo market for every test.</summary>
public sealed class Browsers : IAsyncLifetime
{
    private static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private DemoGrid? _demo;

    /// <summary>Where the browser is; null where there is none.</summary>
    public static string? Executable { get; } = Places.FirstOrDefault(File.Exists);

    internal IBrowser Browser { get; private set; } = null!;

    internal DemoGrid Demo => _demo!;

    public async Task InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }
        _demo = await DemoGrid.StartAsync();
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args = ["--no-sandbox", "--force-color-profile=srgb", "--font-render-hinting=none"],
        });
    }

    public async Task DisposeAsync()
    {
        if (Executable is null)
        {
            return;
        }
        await Browser.DisposeAsync();
        _playwright!.Dispose();
        await _demo!.DisposeAsync();
    }
}

[CollectionDefinition("browser", DisableParallelization = true)]
public sealed class BrowserTests : ICollectionFixture<Browsers>;

/// <summary>
/// A test that needs a browser and the dashboard: left out where one is missing, except on the build server.
/// </summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Needs.Missing;
}

/// <inheritdoc cref="BrowserFactAttribute"/>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Needs.Missing;
}

internal static class Needs
{
    public static string? Missing => Environment.GetEnvironmentVariable("CI") == "true" ? null
        : Browsers.Executable is null ? "no chromium here: apt-get install chromium fonts-dejavu-core"
        : typeof(GridServer).Assembly.GetManifestResourceInfo("Dashboard/index.html") is null
            ? "this build has no dashboard: install Node 20.19 or newer and build again" : null;
}
