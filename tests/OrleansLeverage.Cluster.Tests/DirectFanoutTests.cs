using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Model;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

public sealed class DirectFanoutTests
{
    /// <summary>Told one by one and valued exactly, or swept as columns: the same equity and notional.</summary>
    [Fact]
    public async Task Accounts_told_one_by_one_have_the_leverage_that_the_sweep_gives()
    {
        var time = new ManualTime(Crowd.StartMs);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
            Fanout = Fanout.Direct,
        });
        var path = new PricePath(3, 0.02, silenceOneIn: 0);
        await PublishAsync(cluster, time, 0, Crowd.StartPrices);
        foreach (var command in Crowd.Commands(3, 80))
        {
            await cluster.Grid.ExecuteAsync(command);
        }
        var columns = cluster.Columns.Single();
        for (var frame = 1; frame <= 10; frame++)
        {
            var before = columns.DirectCount;
            await PublishAsync(cluster, time, frame, path.Next());
            await GridFixture.EventuallyAsync(() => Task.FromResult(columns.DirectCount),
                count => count >= before + columns.Count, "not everybody was told");
            var compared = 0;
            for (var number = 0; number < columns.Count; number++)
            {
                var ticket = new OrleansLeverage.Grains.Rows.RowTicket(number, 1);
                if (columns.Figures(ticket) is { } swept)
                {
                    var direct = columns.Direct(ticket);
                    Assert.Equal(swept.Equity, direct.Equity, 1e-12 * (Math.Abs(swept.Equity) + swept.GrossNotional));
                    Assert.Equal(swept.GrossNotional, direct.Notional, 1e-12 * swept.GrossNotional);
                    compared++;
                }
            }
            Assert.Equal(80, compared);
        }
    }

    private static async Task PublishAsync(GridCluster cluster, ManualTime time, int frame,
        IEnumerable<KeyValuePair<OrleansLeverage.Domain.FeedId, OrleansLeverage.Domain.Price>> prices)
    {
        var timeMs = Crowd.StartMs + frame * Crowd.FrameMs;
        time.Advance(timeMs - time.NowMs);
        foreach (var (feed, price) in prices)
        {
            await cluster.Grid.PublishAsync(new OrleansLeverage.Market.Oracle.PriceUpdate(feed, price.Value,
                new OrleansLeverage.Market.Oracle.SourceId("history"), 1, frame + 1, timeMs));
        }
        await cluster.Grid.StepAsync(timeMs);
    }
}
