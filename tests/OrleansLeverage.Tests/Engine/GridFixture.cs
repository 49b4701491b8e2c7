using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Tests.Engine;

/// <summary>
/// A grid under test with prices it can be given: the shipped universe, one source per feed, a manual clock.
/// </summary>
internal sealed class GridFixture(ILeverageGrid grid, ManualTime time, string? directory) : IAsyncDisposable
{
    public static readonly SourceId Source = new("test-source");
    public static readonly InstrumentId Perpetual = new("BTC-USD-PERP");
    public static readonly FeedId Bitcoin = new("BTC-USD");
    private static long _ids;
    private long _sequence;

    public ILeverageGrid Grid => grid;

    public ManualTime Time => time;

    public string? Directory => directory;

    public static Universe Universe { get; } = StandardRules.Universe();

    public static IReadOnlyList<OracleProfile> Profiles { get; } = Universe.Feeds.Select(f => new OracleProfile
    {
        Feed = f.Id, SourcesConfigured = 1, MinSources = 1, JumpConfirmations = 1, FrozenMs = 0, HeartbeatMs = 2_000,
            GraceMs = 1_000,
    }).ToArray();

    public CommandId NextId() => CommandId.Series(time.NowMs, 7, Interlocked.Increment(ref _ids));

    public static AccountId Account(string name) => new(name);

    /// <summary>Publishes a price twice, an epoch apart, and waits until a frame holds it as fresh.</summary>
    public async Task PriceAsync(FeedId feed, decimal price)
    {
        for (var i = 0; i < 2_000; i++)
        {
            await grid.PublishAsync(new PriceUpdate(feed, price, Source, 1, Interlocked.Increment(ref _sequence),
                time.NowMs));
            if (grid.Frame[Universe.Feed(feed)!] is { State: PriceState.Fresh, Price: { } now } && now.Value == price)
            {
                return;
            }
            time.Advance(50);
            await Task.Delay(10);
        }
        throw new TimeoutException($"{feed} did not become {price}: {grid.Frame[Universe.Feed(feed)!]}");
    }

    public async Task StandardPricesAsync()
    {
        await PriceAsync(Bitcoin, 60_000m);
        await PriceAsync(new FeedId("ETH-USD"), 3_000m);
    }

    public async Task<CommandResult> DepositAsync(string account, decimal amount) =>
        await grid.ExecuteAsync(new Deposit(NextId(), Account(account), AssetId.Usd, amount));

    public ApplyFill Fill(string buyer, string seller, decimal quantity, decimal price, decimal fee = 0m) =>
        new(NextId(), Perpetual, new Price(price),
        new FillLeg(Account(buyer), new Quantity(quantity), fee),
            new FillLeg(Account(seller), new Quantity(-quantity), fee));

    /// <summary>Waits for what the grid's own threads bring about.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> probe, Func<T, bool> holds, string what)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var value = await probe();
            if (holds(value))
            {
                return value;
            }
            await Task.Delay(10);
        }
        throw new TimeoutException(what);
    }

    public async ValueTask DisposeAsync()
    {
        await grid.DisposeAsync();
        if (directory is not null && System.IO.Directory.Exists(directory))
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }
}
