using OrleansLeverage.Analytics.Systemic;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Systemic;

/// <summary>The reports by hand: four accounts of 1x, 5x, 25x and without equity.</summary>
public sealed class MarketReportTests
{
    private static readonly AccountFigures[] Market =
    [
        new(1_000.0, 950.0, 100.0, 50.0, 1_000.0, 0.0, false),
        new(1_000.0, 1_000.0, 500.0, 250.0, 2_000.0, 3_000.0, true),
        new(100.0, 100.0, 90.0, 50.0, 0.0, 2_500.0, false),
        new(-50.0, -50.0, 20.0, 10.0, 500.0, 0.0, false),
    ];

    [Fact]
    public void TheEnvironmentByHand()
    {
        var report = LeverageEnvironment.Of(Market, atRiskShare: 0.10);
        Assert.Equal((4L, 1L, 50.0), (report.Accounts, report.WithoutEquity, report.Deficit));
        Assert.Equal(8_500.0 / 2_100.0, report.MarketLeverage!.Value, 1e-15);
        Assert.Equal(6_400.0 / 2_100.0, report.BorrowedShare!.Value, 1e-15);
        Assert.Equal([2L, 1L, 1L, 0L, 0L], report.Above.Select(a => a.Accounts));
        Assert.Equal(2_500.0 / 8_500.0, report.Above[2].NotionalShare!.Value, 1e-15);
        Assert.Equal(100.0 / 2_100.0, report.Above[2].EquityShare!.Value, 1e-15);
        Assert.Equal([5.0, 25.0, 25.0], report.AccountQuantiles.Select(q => q!.Value));
        Assert.Equal([5.0, 25.0, 25.0], report.NotionalQuantiles.Select(q => q!.Value));
        Assert.Equal([StretchLevel.Elevated, StretchLevel.Elevated, StretchLevel.Elevated, StretchLevel.High,
            StretchLevel.High], report.Findings.Select(f => f.Level));
        Assert.Equal(StretchLevel.High, report.Level);
    }

    [Fact]
    public void CapitalByHand()
    {
        var capital = CapitalEfficiency.Of(Market);
        Assert.Equal(690.0 / 2_050.0, capital.InitialUse!.Value, 1e-15);
        Assert.Equal(350.0 / 2_050.0, capital.MaintenanceUse!.Value, 1e-15);
        Assert.Equal(1_360.0 / 2_050.0, capital.IdleShare!.Value, 1e-15);
        Assert.Equal(2_100.0 / 8_500.0, capital.EquityPerNotional!.Value, 1e-15);
        Assert.Equal(1_700.0 / 8_500.0, capital.BufferPerNotional!.Value, 1e-15);
        Assert.Equal(1.0 - 4_500.0 / 8_500.0, capital.NettedShare!.Value, 1e-15);
        Assert.Equal(50.0 / 2_100.0, capital.HaircutShare!.Value, 1e-15);
    }

    [Fact]
    public void TheStructureNamesWhatIsStretched()
    {
        var risk = StructuralRisk.Of(Market, new SpreadFigures(0.4, 1.2, 0.6, -0.9, 0.5, IsFundEnough: false));
        Assert.Equal(5_000.0 / 9_000.0, risk.MakerShare!.Value, 1e-15);
        Assert.Equal(1.0, risk.NotionalTop10Share);
        Assert.Equal([StretchLevel.Extreme, StretchLevel.High, StretchLevel.Extreme, StretchLevel.Elevated,
            StretchLevel.Extreme, StretchLevel.High, StretchLevel.Calm], risk.Findings.Select(f => f.Level));
        Assert.Equal(2.0, risk.Findings[5].Value);
        var unknown = StructuralRisk.Of(Market, new SpreadFigures(null, null, null, null, null, IsFundEnough: false));
        Assert.Equal(5, unknown.Findings.Count(f => f.Value is null));
    }

    [Fact]
    public void AnEmptyMarketHasNoFigures()
    {
        var report = LeverageEnvironment.Of([]);
        Assert.Null(report.MarketLeverage);
        Assert.All(report.AccountQuantiles, Assert.Null);
        Assert.Equal(StretchLevel.Calm, report.Level);
        Assert.Null(CapitalEfficiency.Of([]).InitialUse);
        Assert.Null(StructuralRisk.Of([], new SpreadFigures(null, null, null, null, null, true)).MakerShare);
    }

    /// <summary>A long without collateral owes what the price falls: the deficit of a gap, by hand.</summary>
    [Fact]
    public void TheRunwayByHand()
    {
        var one = Books.Account("a1").With("USD", 6_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        var two = Books.Account("a2").With("USD", 12_000m).Holding("BTC-USD-PERP", -1m, 60_000m);
        var runway = InsuranceRunway.Of(ExposureBook.Of([one, two], Books.Frame()), fund: 1_200.0, feed: 0, range: 0.3);
        Assert.Equal(61, runway.Points.Count);
        var down = runway.Points.Single(p => p.Move == -0.15);
        Assert.Equal((1L, 3_000.0), (down.Bankrupt, Math.Round(down.Deficit, 6)));
        Assert.Equal(0.4, down.Coverage!.Value, 1e-9);
        Assert.Null(runway.Points.Single(p => p.Move == -0.10).Coverage);
        // below −12 % the long owes more than 1,200, above 22 % the short does
        Assert.Equal((-0.13, 0.23), (runway.Exhausted.Down!.Value, runway.Exhausted.Up!.Value));
        var rich = InsuranceRunway.Of(ExposureBook.Of([one, two], Books.Frame()), fund: 1e9, range: 0.3);
        Assert.Equal((null, null), rich.Exhausted);
    }
}
