using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Browser.Tests;

/// <summary>
/// The demo's market behind a real server: seeded population and prices, played to a moment of the crash and stopped
/// there, on a clock that stands still.
/// </summary>
internal sealed class DemoGrid : IAsyncDisposable
{
    private const ulong Seed = 42;
    private const int Accounts = 1_500;
    private const int FramesPlayed = 400;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly SourceId Simulator = new("simulator");

    private readonly EmbeddedGrid _grid;
    private readonly GridServer _server;
    private long _sequence;

    private DemoGrid(EmbeddedGrid grid, GridServer server, FrozenTime time) =>
        (_grid, _server, Time) = (grid, server, time);

    public FrozenTime Time { get; }

    public Uri Address => _server.Address;

    public EmbeddedGrid Grid => _grid;

    public static async Task<DemoGrid> StartAsync()
    {
        var time = new FrozenTime(Start);
        var universe = StandardRules.Universe();
        var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe,
            Oracle = [.. universe.Feeds.Select(feed => OracleProfile.Replay(feed.Id, feed.TickSize, 60_000))],
            Time = time,
            FrameIntervalMs = 100,
            MarketReportMs = 1_000,
        });
        var server = await GridServer.StartAsync(grid, new GridServerOptions
        {
            Port = 0, Mode = "DEMO", Clock = time, Access = ServerAccess.OpenOnLoopback,
        });
        var demo = new DemoGrid(grid, server, time);
        await demo.SeedAsync();
        return demo;
    }

    /// <summary>The next sequence number of the one source.</summary>
    public long NextSequence() => ++_sequence;

    public Price? PriceOf(string feed) => _grid.Frame[_grid.Universe.Feed(new FeedId(feed))!].Price;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _grid.DisposeAsync();
    }

    private async Task SeedAsync()
    {
        var startMs = Start.ToUnixTimeMilliseconds();
        using var frames = new MarketSimulator(DemoStory.Over(_grid.Universe, startMs), Seed).Frames().GetEnumerator();
        frames.MoveNext();
        await PublishAsync(frames.Current);
        while (_grid.Frame.Prices.Any(price => price.Price is null))
        {
            await Task.Yield();
        }
        var prices = frames.Current.Prices.ToDictionary(price => price.Key, price => price.Value);
        var population = Population.Create(_grid.Universe, prices,
            new PopulationOptions { Accounts = Accounts, Seed = Seed }, 1);
        foreach (var some in population.Accounts().Chunk(500))
        {
            var imports = some.Select(account => new ImportAccount(CommandId.Series(startMs, 1, account.Number + 1),
                account.Id, account.Balances, account.Positions)).ToArray();
            var results = await _grid.ExecuteAllAsync(imports);
            if (!results[0].IsApplied)
            {
                throw new InvalidOperationException($"refused: {results[0].Status} {results[0].Detail}");
            }
        }
        for (var played = 1; played < FramesPlayed && frames.MoveNext(); played++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(250));
            await PublishAsync(frames.Current);
        }
        var last = _grid.Frame.Number;
        while (_grid.System is not { } figures || figures.Frame.Sequence < last.Sequence + 2)
        {
            await Task.Yield();
        }
    }

    private async Task PublishAsync(MarketFrame frame)
    {
        _sequence++;
        foreach (var (feed, price) in frame.Prices)
        {
            await _grid.PublishAsync(new PriceUpdate(feed, price.Value, Simulator, 1, _sequence,
                Time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }
}
