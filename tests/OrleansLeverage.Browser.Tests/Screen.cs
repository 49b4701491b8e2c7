using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Xunit;

namespace OrleansLeverage.Browser.Tests;

/// <summary>What a test sees: a page of the dashboard, with everything that went wrong in it.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private Screen(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors in the console, requests that failed, answers of 400 and above.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
            {
                return [.. _faults];
            }
        }
    }

    public static async Task<Screen> OpenAsync(Browsers browsers, string hash, View? view = null,
        Fixtures? fixtures = null)
    {
        view ??= new View();
        var context = await browsers.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = view.Width, Height = view.Height },
            ColorScheme = view.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            DeviceScaleFactor = view.Scale,
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(15_000);
        var screen = new Screen(context, page);
        screen.Listen(page, fixtures?.IsFaulty == true);
        var clock = fixtures is null ? browsers.Demo.Time.GetUtcNow() : Fixtures.Now;
        await page.Clock.SetFixedTimeAsync(clock.UtcDateTime);
        if (fixtures is not null)
        {
            await fixtures.ServeAsync(page);
        }
        await page.GotoAsync(new Uri(browsers.Demo.Address, "/#" + hash).ToString());
        return screen;
    }

    /// <summary>Waits until the page has its figures: no skeleton is left, and every chart has drawn.</summary>
    public async Task SettleAsync()
    {
        await Page.WaitForSelectorAsync("main h1");
        await Page.WaitForFunctionAsync("() => !document.querySelector('main [aria-busy=true]')");
        await Page.EvaluateAsync(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    public async Task ShootAsync(string name, bool isWhole = true) => await Page.ScreenshotAsync(
        new PageScreenshotOptions { Path = Path.Combine(Artefacts.Folder, name + ".png"), FullPage = isWhole });

    public void AssertClean() => Assert.True(Faults.Count == 0, string.Join(Environment.NewLine, Faults));

    public async Task<JsonNode?> EvaluateAsync(string script)
    {
        var found = await Page.EvaluateAsync<JsonElement?>(script);
        return found is { } element ? JsonNode.Parse(element.GetRawText()) : null;
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Listen(IPage page, bool toleratesAnswers)
    {
        page.Console += (_, message) =>
        {
            // the browser itself says so of every answer of 400 and above
            if (message.Type == "error" && !(toleratesAnswers && message.Text.StartsWith("Failed to load resource")))
            {
                Add($"console: {message.Text}");
            }
        };
        page.PageError += (_, fault) => Add($"page: {fault}");
        page.RequestFailed += (_, request) =>
        {
            // what the page itself let go of, the stream above all, is no failure
            if (request.Failure != "net::ERR_ABORTED")
            {
                Add($"{request.Failure}: {request.Url}");
            }
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400 && !toleratesAnswers)
            {
                Add($"{response.Status}: {response.Url}");
            }
        };
    }

    private void Add(string fault)
    {
        lock (_faults)
        {
            _faults.Add(fault);
        }
    }
}

/// <summary>How the page is looked at.</summary>
internal sealed record View(int Width = 1280, int Height = 800, bool IsDark = true, float Scale = 1);

/// <summary>Where screenshots are left for people to look at.</summary>
internal static class Artefacts
{
    public static readonly string Root = FindRoot();

    public static readonly string Folder = Directory.CreateDirectory(Path.Combine(Root, "out", "screens")).FullName;

    public static readonly string Dashboard = Path.Combine(Root, "src", "OrleansLeverage.Web", "Dashboard");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && folder.GetFiles("OrleansLeverage.sln").Length == 0)
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new DirectoryNotFoundException("no solution above the test folder");
    }
}
