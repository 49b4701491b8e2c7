using System.Globalization;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Indices;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.App.Demo;

/// <summary>
/// The demo: an engine that keeps nothing, the story's prices, a seeded population, traders who crowd, a venue that
/// liquidates, and the HTTP server over all of it. Ends when it is told to.
/// </summary>
internal sealed class DemoRun(DemoSettings settings, Terminal terminal, TimeProvider clock)
{
    /// <summary>
    /// How often the one source speaks at the least: eight frames of the story, so that a busy machine does not make
    /// its own prices stale.
    /// </summary>
    private const long HeartbeatMs = 2_000;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var universe = DemoUniverse.Build(clock.GetUtcNow());
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe,
            Oracle = [.. universe.Markets.Select(feed => OracleProfile.Replay(feed.Id, feed.TickSize, HeartbeatMs))],
        });
        // the listener comes first: it answers at once, however many accounts there are to seed
        await using var server = await GridServer.StartAsync(grid,
            new GridServerOptions { Port = settings.Port, Mode = "DEMO", Access = ServerAccess.OpenOnLoopback },
            cancellation);
        try
        {
            await PlayAsync(grid, server, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Error.WriteLine("demo stopped; nothing was kept");
        }
    }

    private async Task PlayAsync(EmbeddedGrid grid, GridServer server, CancellationToken cancellation)
    {
        var market = new DemoMarket(grid, settings, clock);
        await market.OpenAsync(cancellation);
        var start = clock.GetTimestamp();
        var population = Population.Create(grid.Universe, market.StartPrices,
            new PopulationOptions { Accounts = settings.Accounts, Seed = settings.Seed }, Environment.ProcessorCount);
        await SeedAsync(grid, population, cancellation);
        var traders = new TraderFlow(grid, population, settings.Seed, clock);
        var options = new OptionTraders(grid, traders, settings.Accounts, settings.Seed, clock);
        await options.SeedAsync(cancellation);
        Tell(grid, server, clock.GetElapsedTime(start));
        var index = new VolatilityIndexService(grid, DemoUniverse.Bitcoin, new SourceId("own-index"), clock);
        var desk = new LiquidationDesk(grid, traders);
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var parts = new List<Task>
        {
            market.RunAsync(together.Token),
            traders.RunAsync(market, together.Token),
            desk.RunAsync(together.Token),
            options.RunAsync(4 * market.Tick, together.Token),
            index.RunAsync(TimeSpan.FromSeconds(1), together.Token),
            new DemoScreen(grid, market, desk, terminal, clock).RunAsync(together.Token),
        };
        // the first that ends, ends all: either it was told to, or it failed
        var first = await Task.WhenAny(parts);
        await together.CancelAsync();
        await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        await first;
    }

    private async Task SeedAsync(EmbeddedGrid grid, Population population, CancellationToken cancellation)
    {
        const int AtOnce = 500;
        using var progress = ProgressReport.On(terminal, "seed", population.Count, clock);
        foreach (var accounts in population.Accounts().Chunk(AtOnce))
        {
            var imports = accounts.Select(account => new ImportAccount(
                CommandId.Series(clock.GetUtcNow().ToUnixTimeMilliseconds(), 1, account.Number + 1), account.Id,
                account.Balances, account.Positions)).ToArray();
            var results = await grid.ExecuteAllAsync(imports, cancellation);
            if (!results[0].IsApplied)
            {
                throw new InvalidOperationException(
                    $"the population is refused: {results[0].Status.Code()} {results[0].Detail}");
            }
            progress.Report(accounts[^1].Number + 1);
        }
    }

    private void Tell(EmbeddedGrid grid, GridServer server, TimeSpan seeding) => new Banner(
        "DEMO", $"  seed {settings.Seed}", server.Address, "in-memory (nothing is kept)",
        [string.Create(CultureInfo.InvariantCulture,
            $"{settings.Accounts:N0} accounts, {grid.Universe.Markets.Count} feeds, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{grid.Universe.Instruments.Count} instruments seeded in {seeding.TotalSeconds:0.0} s")],
        string.Create(CultureInfo.InvariantCulture,
            $"Next: the crash starts in {DemoStory.ShockStartSeconds / settings.Speed:0} s; press Ctrl+C to stop."))
        .Write(terminal);
}
