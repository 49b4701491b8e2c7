using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.ScenarioAccounts;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Accounts with options in portfolio margin, given the same commands and prices in one process and in a cluster of two
/// silos: the same answers, snapshots with their lines, triggers, sensitivities, ladder and state hash.
/// </summary>
public sealed class PortfolioParityTests
{
    private const int Accounts = 24;
    private const string Maker = OrleansLeverage.Market.Simulation.Population.MarketMakerPrefix + "house";
    private static readonly FeedId Bitcoin = new("BTC-USD");

    [Theory]
    [InlineData("deribit-pm-usdc-btc", false)]
    [InlineData("derive-pmrm2", false)]
    [InlineData("deribit-pm-btc", true)]
    public async Task The_same_commands_and_prices_come_to_the_same(string profile, bool inCoin)
    {
        await using var both = await BothEngines.StartAsync(PortfolioGrid.Market(profile),
            PortfolioGrid.Begins.ToUnixTimeMilliseconds(), silos: 2);
        await both.PublishAsync((Bitcoin, 60_000m));
        await both.PublishAsync();
        await DepositAsync(both, Maker, "USD", 1_000_000_000m);
        await DepositAsync(both, Maker, "BTC", 100_000m);
        var random = new Random(19);
        for (var i = 0; i < Accounts; i++)
        {
            await OpenAsync(both, $"t-{i}", random, inCoin);
        }
        var price = 60_000m;
        for (var frame = 0; frame < 12; frame++)
        {
            price = decimal.Round(price * (1m + (decimal)(0.05 * (random.NextDouble() * 2 - 1))), 2);
            await TradeAsync(both, $"t-{random.Next(Accounts)}", random, inCoin);
            await both.PublishAsync((Bitcoin, price));
            for (var i = 0; i < Accounts; i++)
            {
                await both.CompareAsync(new AccountId($"t-{i}"));
            }
        }
        Assert.True(both.Triggers > Accounts / 4, $"{both.Triggers} triggers show little");
        await CompareLaddersAsync(both);
        await CompareSensitivitiesAsync(both);
        Assert.Equal(await both.Embedded.StateHashAsync(), await both.Cluster.Grid.StateHashAsync());
    }

    /// <summary>Sensitivities are counted by the silos that answer, and say which did not.</summary>
    [Fact]
    public async Task While_a_silo_does_not_answer_sensitivities_name_it_and_say_what_part_they_are()
    {
        await using var both = await BothEngines.StartAsync(PortfolioGrid.Market("derive-pmrm2"),
            PortfolioGrid.Begins.ToUnixTimeMilliseconds(), silos: 2);
        await both.PublishAsync((Bitcoin, 60_000m));
        await both.PublishAsync();
        await DepositAsync(both, Maker, "USD", 1_000_000_000m);
        var random = new Random(23);
        for (var i = 0; i < Accounts; i++)
        {
            await OpenAsync(both, $"t-{i}", random, inCoin: false);
        }
        await both.PublishAsync();
        await both.PublishAsync();
        var (cluster, grid) = (both.Cluster, both.Cluster.Grid);
        Assert.All(cluster.Columns, columns => Assert.True(columns.Count > 0, "all are on one silo"));

        var silent = cluster.Cluster.Silos[1].SiloAddress;
        var there = cluster.Columns.First().Count;
        cluster.Silent.Add(silent);
        var part = await MadeAsync(1);
        Assert.Equal([silent.ToString()], part.Scope!.Missing);
        Assert.Equal((there, 0L, (long?)(Accounts + 1), (double)there / (Accounts + 1)),
            (part.Accounts, part.Unknown, part.Scope.Listed, part.Coverage));
        cluster.Silent.Clear();
        var whole = await MadeAsync(0);
        Assert.Equal((Accounts + 1L, 1.0), (whole.Accounts, whole.Coverage));
        Assert.True(part.Underlyings[0].Open.Vega < whole.Underlyings[0].Open.Vega);

        // what is made is kept for some seconds of the grid's time
        async Task<MarketSensitivities> MadeAsync(int missing)
        {
            for (var i = 0; ; i++)
            {
                await both.WhileFramesGoOnAsync(grid.SensitivitiesMaking.MakeAsync(default));
                await both.PublishAsync();
                var made = grid.System!.Sensitivities!;
                if (made.Scope!.Missing.Count == missing || i == 40)
                {
                    return made;
                }
            }
        }
    }

    /// <summary>
    /// Lines are solved beside the frames, each silo those of its rows; what is not solved is unknown to the ladder.
    /// </summary>
    private static async Task CompareLaddersAsync(BothEngines both)
    {
        var (embedded, grid) = (both.Embedded, both.Cluster.Grid);
        // who asks for a ladder has lines solved, from then on
        await grid.LadderMaking.MakeAsync(default);
        await both.PublishAsync();
        var before = await LadderAsync(both);
        Assert.True(before.Unknown > Accounts / 2, $"{before.Unknown} unknown before they are solved");
        Assert.Equal(0L, before.Solved);

        await both.WhileFramesGoOnAsync(Task.Run(() =>
        {
            embedded.AdvanceOptions();
            return true;
        }));
        for (var i = 0; i < 2 * Accounts; i++)
        {
            embedded.AdvanceOptions();
            foreach (var silo in both.Cluster.Columns)
            {
                silo.Reads.AdvanceLines();
            }
        }
        await both.PublishAsync();
        var (expected, actual) = (embedded.Ladder!, await LadderAsync(both));
        Assert.True(expected.Solved == before.Unknown && expected.Unknown == 0L,
            $"{expected.Solved} of {before.Unknown} solved");
        Assert.Equal((expected.From, expected.To, expected.Accounts, expected.Unknown, expected.Solved),
            (actual.From, actual.To, actual.Accounts, actual.Unknown, actual.Solved));
        var buckets = 0;
        for (var feed = 0; feed < expected.Feeds; feed++)
        {
            Assert.Equal((expected.Past(feed), expected.NeverReached(feed), expected.BeyondRange(feed)),
                (actual.Past(feed), actual.NeverReached(feed), actual.BeyondRange(feed)));
            for (var bucket = 0; bucket < LiquidationLadder.Buckets; bucket++)
            {
                Assert.Equal(expected.Bucket(feed, bucket), actual.Bucket(feed, bucket));
                buckets += actual.Bucket(feed, bucket).Accounts > 0 ? 1 : 0;
            }
        }
        Assert.True(buckets > 5, $"{buckets} buckets show little");
    }

    private static async Task CompareSensitivitiesAsync(BothEngines both)
    {
        var grid = both.Cluster.Grid;
        Assert.Null(grid.System!.Sensitivities);
        await both.WhileFramesGoOnAsync(grid.SensitivitiesMaking.MakeAsync(default));
        await both.WhileFramesGoOnAsync(Task.Run(() =>
        {
            both.Embedded.AdvanceOptions();
            return true;
        }));
        await both.PublishAsync();
        var (expected, actual) = (both.Embedded.System!.Sensitivities!, grid.System!.Sensitivities!);
        Assert.Equal((1.0, expected.Series, expected.Unvalued), (actual.Coverage, actual.Series, actual.Unvalued));
        Assert.True(actual.Frame.CompareTo(grid.System.Frame) <= 0 && actual.FrameTimeMs > 0L);
        var (near, far) = (Assert.Single(expected.Underlyings), Assert.Single(actual.Underlyings));
        Assert.Equal((near.Underlying, near.Spot), (far.Underlying, far.Spot));
        // seconds lie between the two makings, in which options lose a little time
        Near(near.Makers!.Value.DollarDelta, far.Makers!.Value.DollarDelta);
        Near(near.Makers.Value.GammaPerPercent, far.Makers.Value.GammaPerPercent);
        Near(near.Makers.Value.Vega, far.Makers.Value.Vega);
        Near(near.Open.Vega, far.Open.Vega);
        Near(near.Open.Theta, far.Open.Theta);
        Near(near.HedgingFlowPerPercent, far.HedgingFlowPerPercent);
        Near(near.Feedback, far.Feedback);
        Assert.All(near.OpenVegaByExpiry.Zip(far.OpenVegaByExpiry), pair => Near(pair.First, pair.Second));
        Assert.All(near.MakerVegaByExpiry.Zip(far.MakerVegaByExpiry), pair => Near(pair.First, pair.Second));
        Assert.Contains(far.MakerVegaByExpiry, vega => vega != 0.0);

        var (greeks, also) = (await both.WhileFramesGoOnAsync(both.Embedded.Reads.GreeksAsync().AsTask()),
            await both.WhileFramesGoOnAsync(grid.Reads.GreeksAsync().AsTask()));
        Assert.Equal(greeks!.Underlyings.SelectMany(u => u.Series).Select(s => (s.Instrument.Id, s.OpenContracts,
            s.MakerContracts)), also!.Underlyings.SelectMany(u => u.Series).Select(s => (s.Instrument.Id,
            s.OpenContracts, s.MakerContracts)));
        Assert.Equal((greeks.Accounts, (long?)greeks.Accounts), (also.Accounts, also.Scope!.Listed));
    }

    /// <summary>The cluster's, made anew: a silo makes its part after the sweep that a step waits for.</summary>
    private static async Task<LiquidationLadder> LadderAsync(BothEngines both) =>
        (await GridFixture.EventuallyAsync(() => both.Cluster.Grid.LadderMaking.MakeAsync(default),
            ladder => ladder?.From == both.Embedded.Ladder!.From && ladder.Missing!.Count == 0,
            "a silo has no part in the ladder"))!;

    private static async Task DepositAsync(BothEngines both, string account, string asset, decimal amount) =>
        Assert.True((await both.ExecuteAsync(id => new Deposit(id, new(account), new(asset), amount))).IsApplied);

    private static async Task OpenAsync(BothEngines both, string account, Random random, bool inCoin)
    {
        await DepositAsync(both, account, "USD", random.Next(2_000, 20_000));
        await DepositAsync(both, account, "BTC", random.Next(1, 10) / 10m);
        var perpetual = inCoin ? PortfolioGrid.CoinPerpetual : PortfolioGrid.Perpetual;
        Assert.True((await both.ExecuteAsync(id => new SetMarginMode(id, new(account), new(perpetual),
            MarginMode.Portfolio))).IsApplied);
        for (var i = random.Next(3, 6); i > 0; i--)
        {
            await TradeAsync(both, account, random, inCoin);
        }
    }

    /// <summary>An option or the perpetual; what is of the coin joins an account's portfolio margin.</summary>
    private static async Task TradeAsync(BothEngines both, string account, Random random, bool inCoin)
    {
        var perpetual = inCoin ? PortfolioGrid.CoinPerpetual : PortfolioGrid.Perpetual;
        var instrument = random.Next(4) == 0 ? perpetual : PortfolioGrid.Option(
            PortfolioGrid.Expiries[random.Next(1, 3)], PortfolioGrid.Strikes[random.Next(5)],
            random.Next(2) == 0, inCoin);
        var side = random.Next(2) == 0 ? 1m : -1m;
        var contracts = side * (instrument == PortfolioGrid.CoinPerpetual ? random.Next(50, 400)
            : random.Next(1, 30) / 10m);
        var mark = both.Embedded.Frame.Mark(both.Universe.Instrument(new InstrumentId(instrument))!)!.Value;
        await both.ExecuteAsync(id => new ApplyFill(id, new(instrument), mark,
            new FillLeg(new(account), new(contracts), 0m), new FillLeg(new(Maker), new(-contracts), 0m)));
    }

    private static void Near(double? expected, double? actual)
    {
        Assert.True(expected is null == actual is null, $"{expected} and {actual}");
        Assert.True(expected is null || Math.Abs(expected.Value - actual!.Value) <= 1e-4 * Math.Abs(expected.Value),
            $"{expected:R} and {actual:R}");
    }
}
