using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;
using OrleansLeverage.Tests.Engine.Embedded;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.MarketReports;

/// <summary>The report of how a live market is built, from the grid itself.</summary>
public sealed class MarketReportTests
{
    private static readonly FeedId Bitcoin = new("BTC-USD");

    /// <summary>
    /// Longs of 1 and shorts of 3 coins at 60,000 with 10,000, 30,000: each side is on one feed; a fund of 1,000.
    /// </summary>
    [Fact]
    public async Task ByHand()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices);
        await Import(bench, "one", 10_000m, 1m);
        await Import(bench, "three", 30_000m, -3m);
        await Import(bench, "mm-other", 20_000m, 2m);
        await Import(bench, "treasury", 1_000m, 0m);
        await bench.Execute(new InsuranceTransfer(bench.NextId(), new AccountId("treasury"), AssetId.Usd, 1_000m));
        Assert.Null(bench.Grid.Market);
        bench.Grid.Report();
        var report = ((ILeverageGrid)bench.Grid).Market!;

        Assert.Equal((4L, 1.0, 1_000.0), (report.Accounts, report.Coverage!.Value, report.Fund));
        Assert.Equal(bench.Grid.Frame.Number, report.Frame);
        var structure = report.Anatomy.Structure;
        // 60,000, 120,000 and 180,000: (2·1 − 4)·60 + (2·2 − 4)·120 + (2·3 − 4)·180 = 240 of 3·360
        Assert.Equal(240.0 / 1_080.0, structure.NotionalGini!.Value, 12);
        Assert.Equal(1.0 / 3.0, structure.MakerShare!.Value, 12);
        // pairs of one side: 2·60·120 of 2·(60·120 + 60·180 + 120·180)
        Assert.Equal(7_200.0 / 39_600.0, structure.Spread.SameSideOverlap!.Value, 12);
        Assert.Equal(1.0, report.Anatomy.SameAssetOverlap!.Value, 12);
        Assert.Equal(6.0, report.Anatomy.Environment.MarketLeverage!.Value * (60_000.0 / 60_000.0), 12);
        var map = Assert.Single(report.Anatomy.Maps);
        Assert.Equal(Bitcoin, report.Feeds[map.Feed]);
        Assert.Equal((2L, 180_000.0), (map.Within(-0.5).Accounts, map.Within(-0.5).Notional));
        Assert.Equal((1L, 180_000.0), (map.Within(0.5).Accounts, map.Within(0.5).Notional));
        Assert.Empty(report.Attribution);
    }

    /// <summary>The ladder of the columns comes by itself, and has who the report's map has.</summary>
    [Fact]
    public async Task TheLadderIsTheMapOfTheColumns()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices);
        await Import(bench, "one", 10_000m, 1m);
        await Import(bench, "three", 30_000m, -3m);
        await Import(bench, "mm-other", 20_000m, 2m);
        for (var frame = 0; frame < 5 && bench.Grid.Ladder?.Accounts != 3; frame++)
        {
            bench.Grid.Step();
        }
        bench.Grid.Report();
        var (ladder, map) = (bench.Grid.Ladder!, Assert.Single(bench.Grid.Market!.Anatomy.Maps));
        var feed = bench.Grid.Universe.Feed(Bitcoin)!.Index;

        Assert.Equal(3, ladder.Accounts);
        Assert.Equal(60_000.0, ladder.Price(feed)!.Value);
        for (var bucket = 0; bucket < LiquidationLadder.Buckets; bucket++)
        {
            Assert.Equal((map.Buckets[bucket].Accounts, map.Buckets[bucket].Notional),
                (ladder.Bucket(feed, bucket).Accounts, ladder.Bucket(feed, bucket).Notional));
        }
    }

    /// <summary>
    /// A fall, a deposit and a trade between two reports: leverage before and after are the market's own, and the
    /// causes sum to the difference to the digit.
    /// </summary>
    [Fact]
    public async Task WhatChangedLeverageIsToldByCause()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices);
        await Import(bench, "one", 10_000m, 1m);
        await Import(bench, "three", 30_000m, -1m);
        bench.Grid.Report();
        await bench.Publish(GridBench.StartMs + 1_000, Crowd.StartPrices.Select(p => p.Key == Bitcoin
            ? KeyValuePair.Create(p.Key, new Price(54_000m)) : p));
        await bench.Execute(bench.Deposit("new", 5_000m));
        await bench.Execute(new ApplyFill(bench.NextId(), new InstrumentId("BTC-USD-PERP"), new Price(54_000m),
            new FillLeg(new AccountId("new"), new Quantity(0.5m), 0m),
            new FillLeg(new AccountId("three"), new Quantity(-0.5m), 0m)));
        bench.Grid.Report();

        var step = Assert.Single(bench.Grid.Market!.Attribution);
        Assert.Equal((GridBench.StartMs, GridBench.StartMs + 1_000), (step.FromMs, step.ToMs));
        var leverage = step.Leverage!;
        // 120,000 / 40,000, then 3 · 54,000 / 45,000
        Assert.Equal((3m, 3.6m), (leverage.Before, leverage.After));
        Assert.Equal(leverage.After - leverage.Before,
            leverage.Price + leverage.Position + leverage.Collateral + leverage.Funding);
        Assert.True(leverage is { Price: < 0m, Position: > 0m, Collateral: < 0m, Funding: 0m }, $"{leverage}");
    }

    /// <summary>A crowd of hundreds: durable grid, lockstep grid and the survey of its accounts agree.</summary>
    [Fact]
    public async Task BothEnginesTellTheSameOfTheSameMarket()
    {
        const int Seed = 11;
        await using var bench = new GridBench();
        using var lockstep = Crowd.Grid();
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices);
        lockstep.Publish(GridBench.StartMs, Crowd.StartPrices, static _ => { });
        foreach (var command in Crowd.Commands(Seed, 300))
        {
            lockstep.Execute(command);
            await bench.Execute(command);
        }
        bench.Grid.Report();
        var (live, replayed) = (bench.Grid.Market!.Anatomy, lockstep.MakeMarketReport().Anatomy);
        var survey = new MarketSurvey(lockstep.Frame);
        var gross = 0.0;
        for (var number = 0; number < lockstep.Accounts; number++)
        {
            var valuation = AccountValuation.Of(lockstep.State.Accounts.Read(number), lockstep.Frame);
            survey.Add(valuation, LiquidationPoint.Of(valuation), isMarketMaker: false);
            gross += (double)valuation.GrossNotional;
        }
        var apart = survey.Build(0.0, 20.0, 0.05);
        foreach (var one in new[] { live, replayed })
        {
            Assert.Equal(apart.Structure.Spread, one.Structure.Spread);
            Assert.Equal(apart.Structure.Capital, one.Structure.Capital);
            Assert.Equal(apart.Runway.Points, one.Runway.Points);
            Assert.Equal(apart.Environment.AccountQuantiles, one.Environment.AccountQuantiles);
            Assert.Equal(apart.Maps.Select(m => m.Within(-0.2)), one.Maps.Select(m => m.Within(-0.2)));
            // parts equal the whole: every notional is somewhere in a map
            var mapped = one.Maps.Sum(m => m.Buckets.Sum(b => b.Notional) + m.PastLine.Notional + m.Never.Notional
                + m.Beyond.Notional);
            Assert.Equal(gross, mapped, gross * 1e-12);
        }
    }

    [Fact]
    public async Task WhatIsUnknownIsNotCounted()
    {
        await using var bench = new GridBench();
        await bench.Publish(GridBench.StartMs, Crowd.StartPrices.Where(p => p.Key != new FeedId("SOL-USD")));
        await Import(bench, "known", 10_000m, 1m);
        await bench.Execute(new ImportAccount(bench.NextId(), new AccountId("unknown"),
            [new ImportedBalance(new AssetId("SOL"), 10m)], []));
        bench.Grid.Report();
        Assert.Equal((2L, 0.5, 1), (bench.Grid.Market!.Accounts, bench.Grid.Market.Coverage!.Value,
            bench.Grid.Market.Anatomy.Unknown));
    }

    private static async Task Import(GridBench bench, string account, decimal usd, decimal contracts) =>
        Assert.True((await bench.Execute(new ImportAccount(bench.NextId(), new AccountId(account),
            [new ImportedBalance(AssetId.Usd, usd)], contracts == 0m ? []
                : [new ImportedPosition(new InstrumentId("BTC-USD-PERP"), new Quantity(contracts),
                    new Price(60_000m))]))).IsApplied);
}
