using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>What the oracle of one feed keeps, and how it comes back.</summary>
public sealed class PriceGrainTests : IAsyncLifetime
{
    private const long StartMs = 1_700_000_000_000;
    private const string Kept = "price/BTC-USD";
    private readonly ManualTime _time = new(StartMs);
    private GridCluster _cluster = null!;
    private long _sequence;

    private IPriceGrain Grain => _cluster.Grains.GetGrain<IPriceGrain>("BTC-USD");

    public async Task InitializeAsync() => _cluster = await GridCluster.StartAsync(new GridOptions
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = _time, MakesFrames = false, Workers = 1,
    });

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_price_is_kept_at_most_every_five_seconds()
    {
        var writes = new List<long>();
        _cluster.Storage.Before = id =>
        {
            if (id == Kept)
            {
                writes.Add(_time.NowMs - StartMs);
            }
            return Task.CompletedTask;
        };
        for (var step = 0; step <= 120; step++)
        {
            await PublishAsync(60_000m + step);
            await Grain.EpochAsync(_time.NowMs);
            _time.Advance(100);
        }
        Assert.Equal([0L, 5_000L, 10_000L], writes);
        // and one that stands still is kept already
        for (var step = 0; step < 120; step++)
        {
            await PublishAsync(60_120m);
            await Grain.EpochAsync(_time.NowMs);
            _time.Advance(100);
        }
        Assert.Equal([0L, 5_000L, 10_000L, 15_000L], writes);
    }

    [Fact]
    public async Task After_a_restart_the_last_good_price_is_shown_with_its_age_and_decides_nothing_until_proven()
    {
        await FreshAsync(61_000m);
        var keptAtMs = _time.NowMs;
        _time.Advance(2_000);

        await _cluster.Cluster.DeactivateAsync(Grain);
        var quote = await Grain.EpochAsync(_time.NowMs);

        Assert.Equal((61_000m, (byte)PriceState.Stale), (quote.Price!.Value, quote.State));
        Assert.InRange(quote.AgeMs!.Value, 2_000, _time.NowMs - StartMs);
        // from before what was kept: worth nothing now
        var old = await Grain.PublishAsync(Update(50_000m, keptAtMs - 5_000).ToMessage());
        Assert.NotEqual(PriceAcceptance.Accepted, (PriceAcceptance)old);
        // an epoch with a good source is not enough, two are
        await PublishAsync(61_500m);
        Assert.NotEqual((byte)PriceState.Fresh, (await Grain.EpochAsync(_time.NowMs)).State);
        _time.Advance(25);
        await PublishAsync(61_501m);
        quote = await Grain.EpochAsync(_time.NowMs);
        Assert.Equal((61_501m, (byte)PriceState.Fresh), (quote.Price!.Value, quote.State));
    }

    [Fact]
    public async Task A_store_that_takes_nothing_stops_no_price()
    {
        _cluster.Storage.Before = id => id == Kept ? throw new IOException("no store") : Task.CompletedTask;
        await FreshAsync(61_000m);
        _time.Advance(6_000);
        await FreshAsync(62_000m);
        Assert.Null(_cluster.Storage.Body(Kept));
        _cluster.Storage.Before = static _ => Task.CompletedTask;
        _time.Advance(6_000);
        await FreshAsync(63_000m);
        Assert.NotNull(_cluster.Storage.Body(Kept));
    }

    private async Task FreshAsync(decimal price)
    {
        for (var epoch = 0; epoch < 4; epoch++)
        {
            await PublishAsync(price);
            var quote = await Grain.EpochAsync(_time.NowMs);
            if (quote.State == (byte)PriceState.Fresh && quote.Price == price)
            {
                return;
            }
            _time.Advance(25);
        }
        Assert.Fail($"{price} does not become fresh");
    }

    private async Task PublishAsync(decimal price) => Assert.Equal(PriceAcceptance.Accepted,
        (PriceAcceptance)await Grain.PublishAsync(Update(price, _time.NowMs).ToMessage()));

    private PriceUpdate Update(decimal price, long timeMs) =>
        new(new FeedId("BTC-USD"), price, GridFixture.Source, 1, ++_sequence, timeMs);
}
