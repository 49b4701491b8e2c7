using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>An embedded grid whose frames and time a test makes, and commands in a line each.</summary>
internal sealed class SteppedGrid : IAsyncDisposable
{
    public static readonly InstrumentId Bitcoin = new("BTC-USD-PERP");
    public static readonly InstrumentId Ether = new("ETH-USD-PERP");
    private static long _ids;
    private static long _sequence;

    public SteppedGrid(string? directory = null)
    {
        Time = new SteppedTime(1_750_000_000_000);
        Grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = Time, Workers = 1,
            WindowCapacity = 100_000, MakesFrames = false, MarketReportMs = 0, Directory = directory,
        });
    }

    public EmbeddedGrid Grid { get; }

    public SteppedTime Time { get; }

    public async Task PricesAsync(decimal bitcoin, decimal ether)
    {
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(50);
            foreach (var (feed, price) in new[] { ("BTC-USD", bitcoin), ("ETH-USD", ether) })
            {
                await Grid.PublishAsync(new PriceUpdate(new FeedId(feed), price, GridFixture.Source, 1,
                    Interlocked.Increment(ref _sequence), Time.NowMs));
            }
            Grid.Step();
        }
    }

    public async Task DepositAsync(string account, decimal amount) =>
        Assert.True((await Grid.ExecuteAsync(new Deposit(NextId(), new AccountId(account), AssetId.Usd, amount)))
            .IsApplied);

    public async Task TradeAsync(string buyer, string seller, decimal quantity, decimal price,
        InstrumentId? instrument = null)
    {
        var result = await Grid.ExecuteAsync(new ApplyFill(NextId(), instrument ?? Bitcoin, new Price(price),
            new FillLeg(new AccountId(buyer), new Quantity(quantity), 0m),
            new FillLeg(new AccountId(seller), new Quantity(-quantity), 0m)));
        Assert.True(result.IsApplied, $"{result.Status} {result.Detail}");
    }

    public CommandId NextId() => CommandId.Series(Time.NowMs, 11, Interlocked.Increment(ref _ids));

    /// <summary>A page of a census made now.</summary>
    public async Task<AccountListing> ListAsync(AccountQuery query)
    {
        Time.Advance(3_000);
        var listing = Grid.Reads.ListAsync(query).AsTask();
        // up to eight thousand accounts are read after two frames
        Grid.Step();
        Grid.Step();
        return (await listing)!;
    }

    /// <summary>A page of the newest census, whatever happened since.</summary>
    public async Task<AccountListing> ListAgainAsync(AccountQuery query) => (await Grid.Reads.ListAsync(query))!;

    public ValueTask DisposeAsync() => Grid.DisposeAsync();
}
