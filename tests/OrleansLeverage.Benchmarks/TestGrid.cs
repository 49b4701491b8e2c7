using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Benchmarks;

/// <summary>An embedded grid with fresh prices and funded accounts, in a directory of its own.</summary>
internal sealed class TestGrid : IAsyncDisposable
{
    private static readonly SourceId Source = new("bench");
    private static readonly (string Feed, decimal Price)[] Prices = [("BTC-USD", 60_000m), ("ETH-USD", 3_000m),
        ("USDC-USD", 1m)];

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _publisher;
    private long _commands;

    private TestGrid(EmbeddedGrid grid, string directory)
    {
        Grid = grid;
        Directory = directory;
        _publisher = Task.Run(PublishAsync);
    }

    public EmbeddedGrid Grid { get; }

    public string Directory { get; }

    public static async Task<TestGrid> OpenAsync(int accounts)
    {
        var universe = StandardRules.Universe();
        var directory = System.IO.Directory.CreateTempSubdirectory("leverage-bench-").FullName;
        var profiles = universe.Feeds.Select(f => new OracleProfile
        {
            Feed = f.Id, SourcesConfigured = 1, MinSources = 1, JumpConfirmations = 1, FrozenMs = 0,
                HeartbeatMs = 10_000, GraceMs = 10_000,
        }).ToArray();
        var grid = new TestGrid(EmbeddedGrid.Open(new EmbeddedOptions { Universe = universe, Oracle = profiles,
            Directory = directory }), directory);
        while (grid.Grid.Frame[universe.Feeds[0]].State != PriceState.Fresh)
        {
            await Task.Delay(20);
        }
        await Parallel.ForAsync(0, accounts, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
            await grid.Grid.ExecuteAsync(new Deposit(grid.NextId(), Account(i), AssetId.Usd, 1_000_000m)));
        return grid;
    }

    public static AccountId Account(int number) => new($"acct-{number}");

    public CommandId NextId() =>
        CommandId.Series(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 1,
        Interlocked.Increment(ref _commands));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _publisher;
        await Grid.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task PublishAsync()
    {
        for (var sequence = 1L; !_stop.IsCancellationRequested; sequence++)
        {
            var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var (feed, price) in Prices)
            {
                await Grid.PublishAsync(new PriceUpdate(new FeedId(feed), price * (1m + 0.0001m * (sequence % 7)),
                    Source, 1, sequence, nowMs));
            }
            await Task.Delay(50);
        }
    }
}
