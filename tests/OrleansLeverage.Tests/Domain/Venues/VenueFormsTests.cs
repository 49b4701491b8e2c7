using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>Forms as venues print them, against the printed figures and against each other.</summary>
public sealed class VenueFormsTests
{
    [Fact]
    public void BinanceFaqCrossAccount()
    {
        // FAQ b3c689c1f50a44cabb3a84e663b81d93: WB 1,535,443.01, ETH long beside a BTC long, printed 1153.26
        OtherPosition btc = new(1, 109.488m, 32481.98m, 31967.27m, 0.025m, 16300m);
        var price = CrossLiquidation.Linear(1, 1456.84m, 3683.979m, 1535443.01m, 0.1m, 135365m, [btc]);
        Assert.Equal(1153.26m, price, 2);
        // the other position's maintenance and loss both bring the price nearer
        Assert.True(price > CrossLiquidation.Linear(1, 1456.84m, 3683.979m, 1535443.01m, 0.1m, 135365m, []));
    }

    [Fact]
    public void OtherShortsGainWhenTheirMarkFalls()
    {
        OtherPosition other = new(-1, 2m, 100m, 90m, 0.01m, 0.5m);
        Assert.Equal(20m, other.UnrealisedProfit);
        Assert.Equal(1.3m, other.MaintenanceMargin);
    }

    [Theory]
    [InlineData(4, 99.3975903614)]   // check of the issue: 5 + (P − 100) = 0.004 P + 4
    [InlineData(0, 95.3815261044)]
    public void OtherMaintenanceTakesRoom(double other, double expected) => Assert.Equal(
        (decimal)expected, CrossLiquidation.LinearFromEquity(1, 100m, 1m, 5m, 0.004m, 0m, (decimal)other), 9);

    [Fact]
    public void BybitPrintsMarginsFixedAtEntry()
    {
        Assert.Equal(8.1m, IsolatedLiquidation.LinearAtEntry(1, 10m, 1m, 5m, 0.01m));
        Assert.Equal(19.9m, IsolatedLiquidation.LinearAtEntry(-1, 10m, 1m, 1m, 0.01m));
        Assert.Equal(7.1m, IsolatedLiquidation.LinearAtEntry(1, 10m, 2m, 5m, 0.01m, 2m));
        // help page: 7890.08 at 50x goes bankrupt at 7735.37
        Assert.Equal(7735.37m, IsolatedLiquidation.InverseAtEntry(1, 7890.08m, 1000m, 50m, 0m)!.Value, 2);
        Assert.Equal(8051.10m, IsolatedLiquidation.InverseAtEntry(-1, 7890.08m, 1000m, 50m, 0m)!.Value, 2);
        Assert.Null(IsolatedLiquidation.InverseAtEntry(-1, 7890.08m, 1000m, 1m, 0m));
    }

    [Fact]
    public void BybitInverseCross()
    {
        var bankruptcy = CrossLiquidation.InverseBankruptcy(1, 8000m, 10000m, 0.5m, 0m, 0.00075m);
        Assert.Equal(5718.57m, bankruptcy!.Value, 2);
        var liquidation = CrossLiquidation.Inverse(1, 8000m, 10000m, 0.5m, 0m, 0.005m, 0.00075m, bankruptcy.Value);
        // what the page's own formula gives; it prints 5739.50
        Assert.Equal(5739.08m, liquidation!.Value, 2);
    }

    [Fact]
    public void GateTakesTheFeeAndHyperliquidHalfTheInitialRate()
    {
        Assert.Equal(11.87413417771621m, IsolatedLiquidation.Linear(-1, 10m, 1m, 2m, 0.01m, 0m, 0.0006m), 13);
        Assert.Equal(0.0125m, IsolatedLiquidation.HalfInitialRate(40m));
        Assert.Throws<ArgumentOutOfRangeException>(() => IsolatedLiquidation.HalfInitialRate(0m));
    }

    [Theory]
    [InlineData(1, 0.0193597)]
    [InlineData(-1, 0.0206949)]
    public void TheClosingFeeIsPaidAtTheBankruptcyPrice(int side, double fee) =>
        Assert.Equal((decimal)fee, MarginForms.CloseFee(side, 36.4133m, 30m, 0.00055m), 6);

    [Fact]
    public void Requirements()
    {
        Assert.Equal(48m, MarginForms.AtLeverage(80000m, 50m, 0.03m));
        Assert.Equal(2400m, MarginForms.AtRate(80000m, 0.03m));
        Assert.Equal(0.0375m, MarginForms.SizeRate(-350m, 0.02m, 0.00005m));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarginForms.AtLeverage(1m, 0m));
    }

    [Fact]
    public void LeverageHasNoValueWithoutEquity()
    {
        Assert.Equal(5m, MarginForms.Leverage(-50m, 10m));
        Assert.Null(MarginForms.Leverage(50m, 0m));
        Assert.Null(MarginForms.Leverage(50m, -1m));
        Assert.Equal(10m, MarginForms.LeverageToBankruptcy(100m, 90m));
        Assert.Null(MarginForms.LeverageToBankruptcy(100m, 100m));
    }

    [Theory]
    [InlineData(ContractStyle.Linear, 1, 200)]
    [InlineData(ContractStyle.Linear, -1, -200)]
    [InlineData(ContractStyle.Inverse, 1, 0.025)]
    [InlineData(ContractStyle.Inverse, -1, -0.025)]
    public void ProfitHasASignPerSideAndStyle(ContractStyle style, int side, double expected) =>
        Assert.Equal((decimal)expected, ContractForms.Profit(style, side, 10m, 80m, 100m));

    [Fact]
    public void FundingIsPaidByLongsWhereTheRateIsPositive()
    {
        Assert.Equal(-1m, FundingForms.Payment(1, 1m, 1000m, 0.001m));
        Assert.Equal(0.00004m, FundingForms.Payment(-1, 10m, 2m, 0.0002m, 0.01m));
        Assert.Equal(0m, FundingForms.Payment(1, 1m, null, 0.001m));
        Assert.Equal(System.Numerics.BigInteger.Parse("-500000000"), FundingForms.SettlementPpm(0, 100, -5000000));
    }

    [Theory]
    [InlineData("00:00:00", 2)]
    [InlineData("00:00:14", 2)]
    [InlineData("00:00:15", 1)]
    [InlineData("00:10:00", 1)]
    public void AnOpenWithinTheGraceCountsAsAtTheHour(string open, int ticks)
    {
        var day = new DateTimeOffset(2021, 9, 1, 0, 0, 0, TimeSpan.Zero);
        FundingTick[] at = [new(day, 0.01m, 100m), new(day.AddHours(8), 0.01m, 100m)];
        decimal Sum(TimeSpan grace) => FundingForms.Window(
            -1, 1m, day + TimeSpan.Parse(open), day.AddHours(8), grace, at);
        Assert.Equal(ticks, Sum(TimeSpan.FromSeconds(15)));
        Assert.Equal(open == "00:00:00" ? 2m : 1m, Sum(TimeSpan.Zero));
    }

    [Fact]
    public void InterestIsByStartedHours()
    {
        Assert.Equal(0.015625m, FundingForms.InterestHourly(60m, 0.00025m, 25m));
        Assert.Equal(0.00125m, FundingForms.InterestHourly(60m, 0.0005m, 1m / 6m));
        Assert.Equal(0.12m, FundingForms.InterestRollover(60m, 0.00025m, 25m));
        Assert.Equal(0.03m, FundingForms.InterestRollover(60m, 0.00025m, 0.1m));
    }

    [Fact]
    public void RowsAddUp()
    {
        // the venue prints …14: its parts are rounded themselves
        Assert.Equal(302.62729215m, AccountForms.Equity(302.60065765m, 0.05921555m, -0.03258105m));
        Assert.Equal(99994411m, AccountForms.Free(100010360m, 15949m, 0m));
        Assert.Equal(2.07m, AccountForms.UsedPercent(39.995169m, 39.168314m)!.Value, 2);
        Assert.Null(AccountForms.UsedPercent(0m, 0m));
        Assert.Equal(0.806373m, AccountForms.InRow(0.806292412m, 25.713074m, 25.710502678m)!.Value, 6);
        Assert.Null(AccountForms.InRow(1m, 1m, 0m));
        Assert.Equal(5.4682385526666675m, AccountForms.AtIndex(5.468566666666667m, 0.99994m), 12);
    }
}
