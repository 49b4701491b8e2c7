using OrleansLeverage.Analytics.Cascade;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Cascade;

/// <summary>Vulnerable banks, and thresholds of which targeting is the special case. Quant reference §22.</summary>
public sealed class FireSaleTests
{
    private static readonly double[] Assets = [100.0, 50.0];
    private static readonly double[] Debt = [9.0, 4.0];
    private static readonly double[][] Weights = [[0.5, 0.5], [1.0, 0.0]];
    private static readonly double[] Impact = [0.001, 0.002];
    private static readonly double[] Shock = [-0.01, 0.0];

    [Fact]
    public void PublishedAnchors()
    {
        var outcome = new FireSale(Assets, Debt, Weights, Impact).Run(Shock);
        Assert.Equal(0.0325, outcome.AggregateVulnerability, 1e-14);
        Assert.Equal([0.0225, 0.01], outcome.Systemicness.Select(s => Math.Round(s, 14)));
        Assert.Equal([0.04375, 0.02125], outcome.IndirectVulnerability.Select(v => Math.Round(v, 14)));
        Assert.Equal([4.5, 2.0], outcome.Sales.Select(s => Math.Round(s, 12)));
        Assert.Equal([0, 1], outcome.MostSystemic(2));
        Assert.Equal(0.19, FireSale.Single(1000.0, 19.0, 1e-5).Run([-0.05]).AggregateVulnerability, 1e-14);
    }

    [Fact]
    public void TheBanksOf2018()
    {
        if (SharedData.Path("data/EBA_2018.csv") is not { } path)
        {
            return;
        }
        var banks = BankBook.Parse(File.ReadAllText(path));
        Assert.Equal(48, banks.Count);
        var outcome = BankBook.System(banks, 1e-7).Run([-0.01, 0.0, 0.0]);
        Assert.Equal(0.003607, outcome.AggregateVulnerability, 1e-6);
        Assert.Equal("UK46", banks[outcome.MostSystemic(1)[0]].Name);
        Assert.Equal(0.000670, outcome.Systemicness.Max(), 1e-6);
        Assert.Equal(outcome.AggregateVulnerability, outcome.Systemicness.Sum(), 1e-15);
    }

    /// <summary>The threshold rule with the threshold at today's leverage reproduces the published numbers.</summary>
    [Fact]
    public void TargetingIsTheSpecialCaseOfTheThreshold()
    {
        var outcome = Targeting(SaleBooking.Initial).Run(Shock, roundsMax: 1);
        var round = Assert.Single(outcome.Rounds);
        Assert.Equal(0.0325, outcome.Vulnerability, 1e-12);
        Assert.Equal(-0.00425, round.Returns[0], 1e-14);
        Assert.Equal(-0.0045, round.Returns[1], 1e-14);
        Assert.Equal(0.04375, round.Losses[0] / 10.0, 1e-12);
        Assert.Equal(0.02125, round.Losses[1] / 10.0, 1e-12);
        Assert.Equal([4.5, 2.0], round.SalesByInstitution.Select(s => Math.Round(s, 10)));
    }

    [Fact]
    public void TheBanksOf2018ByThresholdsToo()
    {
        if (SharedData.Path("data/EBA_2018.csv") is not { } path)
        {
            return;
        }
        var banks = BankBook.Parse(File.ReadAllText(path));
        var institutions = banks.Select(b => Delevering.Targeting(
            [.. b.Weights().Select(w => w * b.Assets)], b.Equity)).ToList();
        SaleMarket[] markets = [new(1e7, ImpactLaw.Linear), new(1e7, ImpactLaw.Linear), new(1e300, ImpactLaw.Linear)];
        var outcome = new DeleveringModel(institutions, markets, SaleBooking.Initial).Run([-0.01, 0.0, 0.0], 1);
        Assert.Equal(0.0036071400702991723, outcome.Vulnerability, 1e-12);
    }

    /// <summary>On what is left of holdings the same model agrees with it to first order in the shock.</summary>
    [Fact]
    public void BookedOnWhatIsLeftItIsTheSameToFirstOrder()
    {
        foreach (var (size, tolerance) in ((double, double)[])[(1e-3, 3e-2), (1e-5, 3e-4)])
        {
            var linear = new FireSale(Assets, Debt, Weights, Impact).Run([-size, 0.0]);
            var outcome = Targeting(SaleBooking.Remaining).Run([-size, 0.0], 1);
            Assert.Equal(1.0, outcome.Vulnerability / linear.AggregateVulnerability, tolerance);
        }
    }

    /// <summary>
    /// Below the critical shock nobody sells; above it volume rises faster than the shock. Targeting sells at once and
    /// so overstates small shocks.
    /// </summary>
    [Fact]
    public void ThresholdsHaveACriticalShockAndConvexVolume()
    {
        // assets 100 on equity 10, sells above 12 times: assets 100 - x over 10 - x, so at x = 20 / 11
        var model = new DeleveringModel([new Delevering([100.0], 10.0, 12.0, 11.0)],
            [new SaleMarket(100_000.0, ImpactLaw.Linear)], SaleBooking.Remaining);
        var targeting = new DeleveringModel([Delevering.Targeting([100.0], 10.0)],
            [new SaleMarket(100_000.0, ImpactLaw.Linear)], SaleBooking.Remaining);
        double Volume(DeleveringModel of, double shock) => of.Run([-shock], 100).Rounds.Sum(r => r.Volume);
        Assert.Equal(0.0, Volume(model, 20.0 / 1100.0 - 1e-9));
        Assert.True(Volume(model, 20.0 / 1100.0 + 1e-9) > 8.0);
        Assert.True(Volume(targeting, 0.005) > 4.0);
        double[] shocks = [0.0, 0.01, 0.02, 0.03, 0.04, 0.05];
        var volumes = shocks.Select(s => Volume(model, s)).ToArray();
        Assert.True(volumes[2] - volumes[1] > volumes[1] - volumes[0]);
        Assert.True(volumes.Zip(volumes.Skip(1)).All(v => v.Second >= v.First));
    }

    /// <summary>One bank, by hand: sells 100·.97 − 11·7 = 20, at a depth of 1000 the price falls 2 %.</summary>
    [Fact]
    public void ARoundByHand()
    {
        var model = new DeleveringModel([new Delevering([100.0], 10.0, 12.0, 11.0)],
            [new SaleMarket(1_000.0, ImpactLaw.Linear)], SaleBooking.Remaining);
        var round = model.Run([-0.03], 1).Rounds[0];
        Assert.Equal(20.0, round.SalesByAsset[0], 1e-12);
        Assert.Equal(-0.02, round.Returns[0], 1e-12);
        // 77 kept lose 2 %, 20 sold lose half of that
        Assert.Equal(77.0 * 0.02 + 20.0 * 0.01, round.Losses[0], 1e-12);
        Assert.False(model.Run([-0.03], 1).IsSettled);
        var settled = model.Run([-0.03], 1_000);
        Assert.True(settled.IsSettled);
        Assert.Equal(settled.Losses[0], settled.Rounds.Sum(r => r.Losses[0]), 1e-12);
    }

    [Fact]
    public void WhoHasNoEquitySellsAllThatCanBeSold()
    {
        var model = new DeleveringModel([new Delevering([50.0, 50.0], 2.0, 60.0, 50.0)],
            [new SaleMarket(1e6, ImpactLaw.Linear), new SaleMarket(null, ImpactLaw.Linear)], SaleBooking.Remaining);
        var outcome = model.Run([-0.05, 0.0], 10);
        Assert.Equal([0], outcome.Insolvent);
        Assert.Equal([47.5, 0.0], outcome.Rounds[0].SalesByAsset.Select(s => Math.Round(s, 12)));
        Assert.Single(outcome.Rounds);
    }

    [Fact]
    public void WhatIsNoBankIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new FireSale([1.0], [1.0, 2.0], [[1.0]], [1.0]));
        Assert.Throws<ArgumentException>(() => new FireSale([0.0], [1.0], [[1.0]], [1.0]));
        Assert.Throws<ArgumentException>(() => new FireSale(Assets, Debt, Weights, Impact).Run([0.1]));
        Assert.Throws<ArgumentException>(() => new DeleveringModel([new Delevering([1.0], 1.0, 2.0, 3.0)],
            [new SaleMarket(1.0, ImpactLaw.Linear)], SaleBooking.Initial));
        Assert.Throws<ArgumentException>(() => new DeleveringModel([], [new SaleMarket(0.0, ImpactLaw.Linear)],
            SaleBooking.Initial));
        Assert.Throws<FormatException>(() => BankBook.Parse("names\nXX 1 2 3"));
        Assert.Throws<FormatException>(() => BankBook.Parse("names\nXX 1 x 3 4"));
    }

    private static DeleveringModel Targeting(SaleBooking booking) => new(
        [.. Assets.Select((a, n) => Delevering.Targeting([.. Weights[n].Select(w => w * a)], a / (1.0 + Debt[n])))],
        [.. Impact.Select(l => new SaleMarket(1.0 / l, ImpactLaw.Linear))], booking);
}
