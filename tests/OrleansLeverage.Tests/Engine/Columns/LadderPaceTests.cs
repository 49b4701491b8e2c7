using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Columns;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Columns;

/// <summary>The ladder is made in shares between frames, and anew within a second.</summary>
public sealed class LadderPaceTests
{
    private const int Accounts = 20_000;

    [Theory]
    [InlineData(0.25, 4)]
    [InlineData(1.0, 1)]
    public void A_pass_takes_as_many_frames_as_its_share_says(double share, int frames)
    {
        using var columns = new GridColumns(Books.Universe, workers: 1);
        for (var number = 0; number < Accounts; number++)
        {
            columns.Put(Books.Account($"a-{number}").With("USD", 100_000m).Holding("BTC-USD-PERP", 1m, 60_000m),
                number);
        }
        for (var pass = 0; pass < 3; pass++)
        {
            var before = columns.Ladder;
            for (var frame = 1; frame <= frames; frame++)
            {
                Assert.Same(before, columns.Ladder);
                columns.Sweep(Books.Frame(timeMs: 1_000L * (pass * frames + frame)));
                columns.AdvanceLadder(share);
            }
            Assert.NotSame(before, columns.Ladder);
            Assert.Equal(Accounts, columns.Ladder!.Accounts);
        }
    }

    [Fact]
    public async Task A_grid_has_a_new_ladder_within_a_second_of_frames()
    {
        const int IntervalMs = 500;
        var time = new ManualTime(1_700_000_000_000);
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = Books.Universe, Oracle = Triggers.Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
            FrameIntervalMs = IntervalMs, QueueCapacity = 200_000,
        });
        grid.Step();
        for (var number = 0; number < Accounts; number++)
        {
            Assert.True((await grid.ExecuteAsync(new Deposit(CommandId.Series(time.NowMs, 1, number + 1),
                new AccountId($"a-{number}"), AssetId.Usd, 1m))).IsApplied);
        }
        for (var second = 0; second < 3; second++)
        {
            var before = grid.Ladder;
            for (var frame = 0; frame < 1_000 / IntervalMs; frame++)
            {
                time.Advance(IntervalMs);
                grid.Step();
            }
            Assert.NotSame(before, grid.Ladder);
        }
        Assert.Equal(Accounts, grid.Ladder!.Accounts);
    }
}
