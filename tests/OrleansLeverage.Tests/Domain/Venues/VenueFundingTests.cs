using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>Funding by the terms of the shipped profiles, against the venues' own numbers.</summary>
public sealed class VenueFundingTests
{
    /// <summary>
    /// Drift <c>math/funding/tests.rs</c>: averages 32.481415 and 32.546442 give −0.002709458 per base and hour, which
    /// is that over 32.546442 per notional.
    /// </summary>
    [Fact]
    public void DriftClampsThePremium()
    {
        var rate = Next("drift-v2", new FundingMarket { MarkAverage = 32.481415m, OracleAverage = 32.546442m }, 3_600m);
        Assert.Equal(-0.002709458m, decimal.Round(rate * 32.546442m, 9, MidpointRounding.ToZero));
        // at most a 33rd of the price per day, an hour's share of it
        var most = Next("drift-v2", new FundingMarket { MarkAverage = 40m, OracleAverage = 30m }, 3_600m);
        Assert.InRange(most, 1m / 33m / 24m - 0.00000000001m, 1m / 33m / 24m);
    }

    /// <summary>dYdX: the eight-hour rate is at most 600 % of (initial − maintenance).</summary>
    [Theory]
    [InlineData("0.05", "0.048")]
    [InlineData("-0.05", "-0.048")]
    [InlineData("0.01", "0.01")]
    public void DydxClampsByItsFractions(string rate, string expected) => Assert.Equal(Number(expected), Next("dydx-v4",
        new FundingMarket { Rate = Number(rate), InitialFraction = 0.02m, MaintenanceFraction = 0.012m }, 28_800m));

    /// <summary>
    /// Synthetix: a skew of 20 on a scale of 10,000 at velocity 3 moves the daily rate by 0.006 in a day.
    /// </summary>
    [Fact]
    public void SynthetixMovesByItsSkew() => Assert.Equal(0.006m, Next("synthetix-v3",
        new FundingMarket { Longs = 60m, Shorts = 40m, SkewScale = 10_000m }, 86_400m));

    /// <summary>
    /// GMX <c>test/exchange/AdaptiveFunding</c>: 6 % of skew for 600 s at 1e-6 is 0.000036; below 3 % it falls by
    /// 2e-8 a
    /// second, between the thresholds it stays, and a lighter side's factor turns at once.
    /// </summary>
    [Theory]
    [InlineData("0", "106000", "94000", "0.000036")]
    [InlineData("0.000036", "102000", "98001", "0.000024")]
    [InlineData("0.000036", "104000", "96000", "0.000036")]
    [InlineData("0.000001", "102000", "98001", "0")]
    [InlineData("0.000036", "96000", "104000", "0.000012")]
    [InlineData("-0.000001", "98001", "102000", "0")]
    public void GmxFollowsTheSkew(string rate, string longs, string shorts, string expected) => Assert.Equal(
        Number(expected), Next("gmx-v2", new FundingMarket
        {
            Rate = Number(rate), Longs = Number(longs), Shorts = Number(shorts),
        }, 600m));

    [Fact]
    public void WhatIsPublishedStays()
    {
        Assert.Equal(0.0001m, Next("binance-usdm", new FundingMarket { Rate = 0.0001m }, 28_800m));
        Assert.Equal(0.0001m, Next("deribit-linear", new FundingMarket { Rate = 0.0001m }, 28_800m));
        Assert.Equal(0m, VenueFunding.Next(
            new FundingTerms { Style = FundingStyle.None, IntervalSeconds = 1 }, new FundingMarket { Rate = 1m }, 1m));
    }

    /// <summary>
    /// 60 borrowed for 5.5 hours: six started hours of a day's 0.05 %; or an opening and two rollovers.
    /// </summary>
    [Fact]
    public void InterestIsByTheStartedTime()
    {
        Assert.Equal(0.0075m, VenueFunding.Interest(new BorrowTerms(BorrowStyle.Hourly, 0.0005m), 60m, 5.5m));
        Assert.Equal(0.09m, VenueFunding.Interest(new BorrowTerms(BorrowStyle.Rollover, 0.0005m), 60m, 5.5m));
        Assert.Equal(0m, VenueFunding.Interest(null, 60m, 5.5m));
    }

    private static decimal Next(string venue, FundingMarket market, decimal seconds) =>
        VenueFunding.Next(VenueRules.Book(venue).Newest.Venue!.Funding!, market, seconds);

    private static decimal Number(string text) =>
        decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
