using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Reads;

/// <summary>A market of a few accounts, counted by hand.</summary>
public sealed class CensusTests
{
    [Fact]
    public async Task HoldersAreCountedByMarketInstrumentAndSize()
    {
        await using var grid = new SteppedGrid();
        await grid.PricesAsync(60_000m, 3_000m);
        foreach (var (account, amount) in new[]
        {
            ("alice", 1_000_000m), ("bob", 1_000_000m), ("carol", 10_000m), ("dave", 200_000m), ("erin", 30_000m),
        })
        {
            await grid.DepositAsync(account, amount);
        }
        await grid.TradeAsync("alice", "bob", 10m, 60_000m);
        await grid.TradeAsync("carol", "dave", 1m, 60_000m);
        // long 10 perpetuals and short 12 of the future on the same feed: short there
        await grid.TradeAsync("dave", "alice", 12m, 60_000m, new InstrumentId("BTC-USD-20261225"));
        await grid.TradeAsync("dave", "bob", 5m, 3_000m, SteppedGrid.Ether);
        await grid.PricesAsync(50_250m, 3_000m);
        grid.Time.Advance(3_000);
        var asked = grid.Grid.Reads.CensusAsync().AsTask();
        grid.Grid.Step();
        var census = (await asked)!;

        Assert.Equal((5L, 0L), (census.Accounts, census.Unknown));
        var universe = GridFixture.Universe;
        // alice −2, bob −10, carol +1, dave +11, at 50,250
        Assert.Equal(new Holders(2, 2, 23 * 50_250.0, 23 * 50_250.0),
            census.Feeds[universe.Feed(new FeedId("BTC-USD"))!.Index]);
        Assert.Equal(new Holders(1, 1, 15_000.0, 15_000.0),
            census.Feeds[universe.Feed(new FeedId("ETH-USD"))!.Index]);
        Assert.Equal(new Holders(2, 2, 11 * 50_250.0, 11 * 50_250.0),
            census.Instruments[universe.Instrument(SteppedGrid.Bitcoin)!.Index]);
        Assert.Equal(11.0, census.LongContracts[universe.Instrument(SteppedGrid.Bitcoin)!.Index]);
        // equity: carol 250, erin 30,000, dave 200,000 + 9,750 − 12·9,750 = 92,750, alice 1,019,500, bob 1,097,500
        Assert.Equal(
            [
                (null, 1_000.0, 1L, new Holders(1, 0, 50_250.0, 0.0)),
                (1_000.0, 10_000.0, 0L, default),
                (10_000.0, 100_000.0, 2L, new Holders(1, 0, 12 * 50_250.0 + 15_000.0, 50_250.0)),
                (100_000.0, 1_000_000.0, 0L, default),
                (1_000_000.0, 10_000_000.0, 2L,
                    new Holders(0, 2, 10 * 50_250.0, 22 * 50_250.0 + 15_000.0)),
                ((double?)10_000_000.0, (double?)null, 0L, default(Holders)),
            ],
            census.Cohorts.Select(c => (c.EquityFrom, c.EquityBelow, c.Accounts, c.Holders)));
    }

    [Fact]
    public async Task NobodyAsksAndNothingIsMade()
    {
        await using var grid = new SteppedGrid();
        await grid.PricesAsync(60_000m, 3_000m);
        using var impatient = new CancellationTokenSource();
        var asked = grid.Grid.Reads.CensusAsync(impatient.Token).AsTask();
        await impatient.CancelAsync();
        // without a frame after the question there is no answer
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }
}
