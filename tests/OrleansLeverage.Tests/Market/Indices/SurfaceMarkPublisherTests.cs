using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Indices;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Market.Indices;

public sealed class SurfaceMarkPublisherTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Expiry = Now.AddDays(365);
    private static readonly long NowMs = Now.ToUnixTimeMilliseconds();

    /// <summary>
    /// Call, F = K = 100, a year, 20 %: F·(2N(0.1) − 1) = 7.9656.
    /// </summary>
    [Fact]
    public void ASeriesIsMarkedAtItsVolatility()
    {
        var mark = Assert.Single(Publisher(SmileRule.StickyDelta, Series(100m)).Publish(Surface(), 1.0, NowMs));
        Assert.Equal((SurfaceMarkStatus.Published, SmileFlags.None), (mark.Status, mark.Flags));
        Assert.Equal(0.2, mark.Volatility!.Value, 1e-14);
        Assert.Equal(7.965567455405798, mark.Mark!.Value, 1e-12);
        Assert.Equal((7.97m, 1L, NowMs),
            (mark.Update!.Value.Price, mark.Update.Value.Sequence, mark.Update.Value.SourceTimeMs));
    }

    /// <summary>At 110 % the strike 110 is again at the money: 20 % by delta, 22 % by strike.</summary>
    [Theory]
    [InlineData(SmileRule.StickyDelta, 0.20)]
    [InlineData(SmileRule.StickyStrike, 0.22)]
    public void TheRuleSaysWhichVolatilityAMovedUnderlyingLeaves(SmileRule rule, double volatility)
    {
        var mark = Assert.Single(Publisher(rule, Series(110m)).Publish(Surface(), 1.1, NowMs));
        Assert.Equal(volatility, mark.Volatility!.Value, 1e-12);
        // at the money a call is worth F·(2N(σ√T/2) − 1)
        Assert.Equal(new ForwardMarket(110.0, 1.0).Price(OptionRight.Call, 110.0, volatility), mark.Mark!.Value, 1e-10);
    }

    [Fact]
    public void WhatCannotBeMarkedSaysWhyAndPublishesNothing()
    {
        var stale = Assert.Single(Publisher(SmileRule.StickyDelta, Series(100m))
            .Publish(Surface(), 1.0, NowMs + 60_001));
        Assert.Equal((SurfaceMarkStatus.SurfaceStale, null), (stale.Status, stale.Update));
        var future = Assert.Single(Publisher(SmileRule.StickyDelta, Series(100m)).Publish(Surface(), 1.0, NowMs - 1));
        Assert.Equal((SurfaceMarkStatus.SurfaceStale, null), (future.Status, future.Update));
        var gone = Assert.Single(Publisher(SmileRule.StickyDelta, Series(100m) with { Expiry = Now })
            .Publish(Surface(), 1.0, NowMs));
        Assert.Equal((SurfaceMarkStatus.Expired, null), (gone.Status, gone.Update));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Publisher(SmileRule.StickyDelta, Series(100m)).Publish(Surface(), double.NaN, NowMs));
    }

    /// <summary>Outside the quotes a mark is flagged; worth less than a tick it is a tick.</summary>
    [Fact]
    public void FarOptionsAreFlaggedAndWorthATick()
    {
        var mark = Assert.Single(Publisher(SmileRule.StickyDelta, Series(1_000m)).Publish(Surface(), 1.0, NowMs));
        Assert.Equal((SurfaceMarkStatus.Published, SmileFlags.Extrapolated), (mark.Status, mark.Flags));
        Assert.Equal(0.01m, mark.Update!.Value.Price);
    }

    private static SurfaceMarkPublisher Publisher(SmileRule rule, params Instrument[] series) =>
        new(series, new SourceId("surface"), 1, rule);

    // 18 %, 20 %, 22 % at strikes 90, 100, 110
    private static VolatilitySurface Surface() => new("BTC", Now, [new SurfaceSlice(Expiry, new QuotedSmile(
        new ForwardMarket(100.0, 1.0), [new(90.0, 0.18), new(100.0, 0.20), new(110.0, 0.22), new(150.0, 0.22)]))]);

    private static Instrument Series(decimal strike)
    {
        var template = StandardRules.Universe().Instruments.First(i => i.Kind == InstrumentKind.Perpetual
            && i.Style == ContractStyle.Linear);
        return template with
        {
            Id = new InstrumentId($"BTC-USD-20270301-{strike}-C"),
            Kind = InstrumentKind.Option,
            MarkFeed = template.MarkFeed with { TickSize = 0.01m },
            Expiry = Expiry,
            Option = new OptionTerms(new Price(strike), OptionRight.Call),
        };
    }
}
