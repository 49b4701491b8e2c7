using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Embedded;

public sealed class CrashIngressTests
{
    // of whom more cross than are handed to the writer at once
    private const int Accounts = 2_700;
    private const int Frames = 20;
    private static readonly SourceId Source = new("history");

    /// <summary>
    /// A fifth of the accounts crosses at one frame while the disk stands still: nobody can be told, and prices and
    /// frames go on all the same, with no more waiting for the disk than after the first. Then everybody is told once,
    /// who is furthest under first, who came last.
    /// </summary>
    [Fact]
    public async Task Prices_and_frames_go_on_while_a_fifth_of_the_accounts_waits_to_be_told_of()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices);
        for (var i = 0; i < Accounts; i++)
        {
            // every fifth fails at 59,100, each by a tenth of a dollar more than the one before
            var equity = i % 5 == 0 ? 800m - i / 5 * 0.1m : 50_000m;
            var result = await bench.Execute(new ImportAccount(bench.NextId(), new AccountId($"a-{i}"),
                [new ImportedBalance(AssetId.Usd, equity)],
                [new ImportedPosition(new InstrumentId("BTC-USD-PERP"), new Quantity(1m), new Price(60_000m))]));
            Assert.True(result.IsApplied, result.ToString());
        }
        await bench.Grid.TriggersAsync("engine", 1);
        bench.Grid.Step();
        var before = bench.Grid.Frame.Number.Sequence;
        using (await bench.HoldCommits())
        {
            var waiting = bench.Grid.Telemetry.CommandsQueued;
            for (var frame = 1; frame <= Frames; frame++)
            {
                bench.Time.Advance(Crowd.FrameMs);
                foreach (var (feed, price) in Crowd.StartPrices)
                {
                    var answer = await GridBench.Soon(bench.Grid.PublishAsync(new PriceUpdate(feed,
                        feed.Value == "BTC-USD" ? 59_100m : price.Value, Source, 1, 1 + frame,
                        bench.Time.NowMs)).AsTask());
                    Assert.Equal(PriceAcceptance.Accepted, answer);
                }
                bench.Grid.Step();
            }
            Assert.Equal(before + Frames, bench.Grid.Frame.Number.Sequence);
            var bitcoin = bench.Grid.Universe.Feed(new FeedId("BTC-USD"))!;
            Assert.Equal(59_100m, bench.Grid.Frame[bitcoin].Price!.Value.Value);
            Assert.Equal(Accounts / 5, bench.Grid.System!.AccountsAtRisk);
            Assert.InRange(bench.Grid.Telemetry.CommandsQueued - waiting, 0, 2);
        }
        // behind those that were handed over at once, and behind the rest, which they hand over
        await bench.Grid.StateHashAsync();
        await bench.Grid.StateHashAsync();

        var told = await bench.Grid.TriggersAsync("engine", 1_000);
        Assert.Equal(Enumerable.Range(0, Accounts / 5).Reverse().Select(i => $"a-{5 * i}"),
            told.Select(t => t.Account.Value));
    }
}
