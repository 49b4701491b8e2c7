using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Who numbers frames, and what a new one knows.</summary>
public sealed class FrameGrainTests
{
    private const string Frame = "frame/0";
    private readonly ManualTime _time = new(1_700_000_000_000);

    [Fact]
    public async Task An_epoch_is_claimed_by_a_write_before_its_first_frame()
    {
        var storage = new TestStorage { Before = id => id == Frame ? throw new IOException("no") : Task.CompletedTask };
        await using var cluster = await StartAsync(storage);
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grid.StepAsync(_time.NowMs));
        Assert.All(cluster.Columns, c => Assert.Equal(default, c.Frame.Number));

        storage.Before = static _ => Task.CompletedTask;
        await cluster.Grid.StepAsync(_time.NowMs);
        Assert.Equal(1, cluster.Grid.Frame.Number.Epoch);
        Assert.NotNull(storage.Body(Frame));
    }

    [Fact]
    public async Task Another_that_makes_frames_has_a_higher_epoch_and_begins_with_what_the_silos_know_as_stale()
    {
        var storage = new TestStorage();
        await using var cluster = await StartAsync(storage, silos: 2);
        for (var i = 1; i <= 4; i++)
        {
            await cluster.Grid.PublishAsync(new PriceUpdate(GridFixture.Bitcoin, 60_000m, GridFixture.Source, 1, i,
                _time.NowMs));
            await cluster.Grid.StepAsync(_time.NowMs);
            _time.Advance(25);
        }
        var feed = GridFixture.Universe.Feed(GridFixture.Bitcoin)!;
        var before = cluster.Grid.Frame;
        Assert.Equal(PriceState.Fresh, before[feed].State);

        await cluster.Cluster.DeactivateAsync(cluster.Grains.GetGrain<IFrameGrain>(0));
        await cluster.Cluster.DeactivateAsync(cluster.Grains.GetGrain<IPriceGrain>(GridFixture.Bitcoin.Value));
        await cluster.Grid.StepAsync(_time.NowMs);

        Assert.Equal(before.Number.Epoch + 1, cluster.Grid.Frame.Number.Epoch);
        Assert.All(cluster.Columns, c => Assert.Equal(cluster.Grid.Frame.Number, c.Frame.Number));
        Assert.Equal((60_000m, PriceState.Stale),
            (cluster.Grid.Frame[feed].Price!.Value.Value, cluster.Grid.Frame[feed].State));
    }

    [Fact]
    public async Task Funding_whose_write_fails_is_not_in_force_and_its_outcome_unknown()
    {
        var storage = new TestStorage();
        await using var cluster = await StartAsync(storage);
        for (var i = 1; i <= 4; i++)
        {
            await cluster.Grid.PublishAsync(new PriceUpdate(GridFixture.Bitcoin, 60_000m, GridFixture.Source, 1, i,
                _time.NowMs));
            await cluster.Grid.StepAsync(_time.NowMs);
            _time.Advance(25);
        }
        storage.Before = id => id == Frame ? throw new IOException("no store") : Task.CompletedTask;
        var funding = new PublishFunding(CommandId.Series(_time.NowMs, 1, 1), GridFixture.Perpetual, 0.001m);
        var frames = cluster.Grains.GetGrain<IFrameGrain>(0);

        var answer = await frames.PublishFundingAsync(CommandTranslation.ToMessage(funding));

        Assert.Equal(CommandStatus.OutcomeUnknown, (CommandStatus)answer.Status);
        var instrument = GridFixture.Universe.Instrument(GridFixture.Perpetual)!;
        Assert.All(cluster.Columns, c => Assert.Equal(0m, c.Frame.FundingIndices[instrument.Index]));
        storage.Before = static _ => Task.CompletedTask;
        // the next frame maker knows prices from before as stale until it has asked the oracle
        await cluster.Grid.StepAsync(_time.NowMs);
        Assert.Equal(CommandStatus.Applied, (await cluster.Grid.ExecuteAsync(funding)).Status);
        Assert.Equal(CommandStatus.Duplicate, (await cluster.Grid.ExecuteAsync(funding)).Status);
        Assert.All(cluster.Columns, c => Assert.NotEqual(0m, c.Frame.FundingIndices[instrument.Index]));
    }

    private Task<GridCluster> StartAsync(TestStorage storage, short silos = 1) => GridCluster.StartAsync(new GridOptions
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = _time, MakesFrames = false, Workers = 1,
    }, silos, storage);
}
