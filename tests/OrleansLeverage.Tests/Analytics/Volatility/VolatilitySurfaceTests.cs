using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.OptionChains;
using Xunit;

namespace OrleansLeverage.Tests.Analytics.Volatility;

public sealed class VolatilitySurfaceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Near = Now.AddDays(10);
    private static readonly DateTimeOffset Far = Now.AddDays(40);

    /// <summary>A third of the way: total variance (2·0.5²·10 + 0.6²·40)/3 days over 20 days.</summary>
    [Fact]
    public void BetweenExpiriesTotalVarianceIsLinear()
    {
        var surface = Flat((Near, 100.0, 0.5), (Far, 100.0, 0.6));
        var point = surface.Interpolate(Now.AddDays(20), 100.0);
        Assert.Equal(Math.Sqrt(((2.0 * 0.25 * 10.0) + (0.36 * 40.0)) / 3.0 / 20.0), point.Volatility, 1e-14);
        Assert.Equal((100.0, SmileFlags.BetweenExpiries), (point.Forward, point.Flags));
        Assert.Equal(0.5, surface.Interpolate(Near, 120.0).Volatility, 1e-14);
        Assert.Equal(0.6, surface.At(Far, 120.0).Volatility, 1e-14);
    }

    /// <summary>Moneyness, not the strike, is what goes along: the forward of 20 days is ∛(100²·133.1) = 110.</summary>
    [Fact]
    public void TheForwardIsInterpolatedInItsLogarithm()
    {
        var surface = Flat((Near, 100.0, 0.5), (Far, 133.1, 0.5));
        Assert.Equal(110.0, surface.Interpolate(Now.AddDays(20), 100.0).Forward, 1e-12);
        Assert.Equal(0.5, surface.Interpolate(Now.AddDays(20), 100.0).Volatility, 1e-14);
    }

    [Fact]
    public void OutsideTheExpiriesTheNearestSmileIsFlagged()
    {
        var surface = Flat((Near, 100.0, 0.5), (Far, 100.0, 0.6));
        Assert.Equal((0.5, SmileFlags.OutsideExpiries), Flags(surface.Interpolate(Now.AddDays(1), 100.0)));
        Assert.Equal((0.6, SmileFlags.OutsideExpiries), Flags(surface.Interpolate(Now.AddDays(400), 100.0)));

        static (double, SmileFlags) Flags(SurfacePoint point) => (Math.Round(point.Volatility, 14), point.Flags);
    }

    [Fact]
    public void WhatTheSurfaceDoesNotHaveIsATypedError()
    {
        var surface = Flat((Near, 100.0, 0.5));
        Assert.Equal(VolatilityFault.UnknownExpiry, Fault(() => surface.At(Far, 100.0)));
        Assert.Equal(VolatilityFault.UnknownExpiry, Fault(() => surface.Smile(Far)));
        Assert.Equal(VolatilityFault.Expired, Fault(() => surface.Interpolate(Now, 100.0)));
        Assert.Equal(VolatilityFault.NotFinite, Fault(() => surface.At(Near, double.NaN)));
        Assert.Equal(VolatilityFault.NotPositive, Fault(() => surface.Interpolate(Far, -1.0)));
        Assert.Equal(VolatilityFault.TooFewQuotes, Fault(() => new VolatilitySurface("BTC", Now, [])));
        Assert.Equal(VolatilityFault.Duplicate, Fault(() => Flat((Near, 100.0, 0.5), (Near, 100.0, 0.5))));
        Assert.Equal(VolatilityFault.Expired, Fault(() => Flat((Now, 100.0, 0.5))));
        Assert.Throws<ArgumentException>(() => new VolatilitySurface("BTC", Now.AddDays(1), surface.Slices));
    }

    /// <summary>0.8²·10 days is more than 0.3²·40 days.</summary>
    [Fact]
    public void FallingTotalVarianceIsFound()
    {
        var found = Assert.Single(Flat((Near, 100.0, 0.8), (Far, 100.0, 0.3)).CalendarArbitrages([1.0]));
        Assert.Equal((Near, Far), (found.Earlier, found.Later));
        Assert.Equal(6.4 / 365.0, found.EarlierVariance, 1e-14);
        Assert.Equal(3.6 / 365.0, found.LaterVariance, 1e-14);
        Assert.Empty(Flat((Near, 100.0, 0.5), (Far, 100.0, 0.5)).CalendarArbitrages([0.5, 1.0, 2.0]));
    }

    [Fact]
    public void AQuotedSmileGoesThroughItsQuotesAndHoldsItsEnds()
    {
        var market = new ForwardMarket(100.0, 0.1);
        var smile = new QuotedSmile(market,
            [new(120.0, 0.55), new(80.0, 0.7), new(100.0, 0.5), new(90.0, 0.6), new(110.0, 0.5)]);
        Assert.All(smile.Nodes, node => Assert.Equal(node.Volatility, smile.At(node.Strike).Volatility, 1e-14));
        Assert.Equal(new SmilePoint(0.7, SmileFlags.Extrapolated), smile.At(50.0));
        Assert.Equal(new SmilePoint(0.55, SmileFlags.Extrapolated), smile.At(200.0));
        // no overshoot: between two equal quotes it is them
        Assert.Equal(0.5, smile.At(105.0).Volatility, 1e-14);
        Assert.InRange(smile.At(85.0).Volatility, 0.6, 0.7);
        Assert.Equal(VolatilityFault.TooFewQuotes, Fault(() => new QuotedSmile(market, [])));
        Assert.Equal(VolatilityFault.NotPositive, Fault(() => new QuotedSmile(market, [new(100.0, 0.0)])));
    }

    /// <summary>Every kind of bad quote is refused by name, and costs only itself.</summary>
    [Fact]
    public void BadQuotesAreRefusedByName()
    {
        var market = new ForwardMarket(100.0, (Near - Now).TotalDays / 365.0);
        double Price(double strike) => market.Price(
            strike < 100.0 ? OptionRight.Put : OptionRight.Call, strike, 0.6);
        OptionQuote Quote(double strike, double? bid, double? ask, OptionRight? right = null) =>
            new(right ?? (strike < 100.0 ? OptionRight.Put : OptionRight.Call), strike, Near, 100.0)
            {
                Bid = bid,
                Ask = ask,
            };
        OptionQuote[] quotes =
        [
            Quote(80.0, Price(80.0), Price(80.0)),
            Quote(85.0, 2.0, 1.0),
            Quote(88.0, double.NaN, 1.0),
            Quote(90.0, 1.0, 0.0),
            Quote(92.0, 0.0, 1.0),
            Quote(94.0, -1.0, 1.0),
            Quote(100.0, Price(100.0) - 0.01, Price(100.0) + 0.01),
            Quote(105.0, 120.0, 130.0),
            Quote(110.0, Price(110.0), Price(110.0)),
            Quote(115.0, 1.0, 1.1),
            Quote(115.0, 1.2, 1.3),
            Quote(double.NaN, 1.0, 1.1, OptionRight.Call),
            Quote(120.0, null, null),
        ];
        var slice = Assert.Single(SurfaceBuilder.Build(
            new OptionChain("BTC", Now, quotes), SmileMethod.Quotes).Slices);
        Assert.Equal([80.0, 100.0, 110.0], slice.Quotes!.Nodes.Select(node => node.Strike));
        Assert.All(slice.Quotes.Nodes, node => Assert.Equal(0.6, node.Volatility, 1e-3));
        var faults = slice.Quotes.Rejected.Where(quote => double.IsFinite(quote.Strike))
            .ToDictionary(quote => quote.Strike, quote => quote.Fault);
        Assert.Equal(QuoteFault.Crossed, faults[85.0]);
        Assert.Equal(QuoteFault.NotFinite, faults[88.0]);
        Assert.Equal(QuoteFault.OneSided, faults[90.0]);
        Assert.Equal(QuoteFault.Missing, faults[92.0]);
        Assert.Equal(QuoteFault.Negative, faults[94.0]);
        Assert.Equal(QuoteFault.ArbitrageBounds, faults[105.0]);
        Assert.Equal(QuoteFault.Duplicate, faults[115.0]);
        Assert.Equal(QuoteFault.Missing, faults[120.0]);
        Assert.Contains(slice.Quotes.Rejected, quote => quote.Fault == QuoteFault.BadTerms);
    }

    /// <summary>The stored snapshot: every method gives finite volatilities or a reason, for every expiry.</summary>
    [Theory]
    [InlineData("btc", SmileMethod.Quotes)]
    [InlineData("btc", SmileMethod.Marks)]
    [InlineData("btc", SmileMethod.VannaVolga)]
    [InlineData("btc", SmileMethod.Svi)]
    [InlineData("eth", SmileMethod.Marks)]
    [InlineData("eth", SmileMethod.Svi)]
    public void TheDeribitSnapshotIsASurface(string coin, SmileMethod method)
    {
        if (SharedData.Path($"data/deribit_{coin}_options_2021-02-11.csv") is not { } path)
        {
            return;
        }
        var build = SurfaceBuilder.Build(OptionChainFile.Open(path).Chain, method);
        Assert.NotNull(build.Surface);
        Assert.All(build.Slices, slice => Assert.True(slice.Smile is null == slice.Fault is not null));
        foreach (var slice in build.Surface.Slices)
        {
            for (var multiple = 0.05; multiple < 20.0; multiple *= 1.2)
            {
                var point = slice.Smile.At(slice.Smile.Market.Forward * multiple);
                Assert.InRange(point.Volatility, 1e-3, 20.0);
            }
        }
        if (method == SmileMethod.Marks)
        {
            // a smile through the marks has them
            Assert.All(build.Slices, slice => Assert.InRange(slice.LargestError!.Value, 0.0, 1e-12));
        }
    }

    private static VolatilitySurface Flat(params (DateTimeOffset Expiry, double Forward, double Volatility)[] slices) =>
        new("BTC", Now, slices.Select(slice => new SurfaceSlice(slice.Expiry, new QuotedSmile(
            new ForwardMarket(slice.Forward, (slice.Expiry - Now).TotalDays / 365.0),
            [new(slice.Forward / 4.0, slice.Volatility), new(slice.Forward * 4.0, slice.Volatility)]))));

    private static VolatilityFault Fault(Action action) => Assert.Throws<VolatilityException>(action).Fault;
}
