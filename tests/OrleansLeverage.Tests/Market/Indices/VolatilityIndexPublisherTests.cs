using OrleansLeverage.Analytics.Options;
using OrleansLeverage.Analytics.Volatility;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Indices;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Market.Indices;

/// <summary>An index that is published like a price: through the oracle, fresh while complete chains come.</summary>
public sealed class VolatilityIndexPublisherTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly VolatilityIndexSettings Settings = new(new FeedId("BTCVOL-PTS"), new SourceId("own-index"));

    [Fact]
    public void ACompleteChainIsPublished()
    {
        var publisher = new VolatilityIndexPublisher(Settings, session: 7);
        var reading = publisher.Publish(Chain(Start, 0.6), NowMs(Start, 250));
        Assert.Equal((IndexStatus.Published, 250L, null), (reading.Status, reading.AgeMs, reading.Reason));
        var update = reading.Update!.Value;
        Assert.Equal((Settings.Feed, Settings.Source, 7L, 1L),
            (update.Feed, update.Source, update.Session, update.Sequence));
        Assert.Equal(Start.ToUnixTimeMilliseconds(), update.SourceTimeMs);
        Assert.Equal(60.0469m, update.Price);
        Assert.Equal(60.0469, reading.Points!.Value, 1e-4);
        // another chain, the next sequence
        Assert.Equal(2L, publisher.Publish(Chain(Start, 0.5), NowMs(Start, 0)).Update!.Value.Sequence);
    }

    [Fact]
    public void WhatIsNotToBeBelievedIsShownAndNotPublished()
    {
        var publisher = new VolatilityIndexPublisher(Settings, session: 1);
        var truncated = publisher.Publish(Chain(Start, 0.6, to: 62_000.0), NowMs(Start, 0));
        Assert.Equal((IndexStatus.ChainIncomplete, null), (truncated.Status, truncated.Update));
        Assert.Contains("chain_incomplete: CallWing", truncated.Reason);
        Assert.True(truncated.Points > 0.0);

        var old = publisher.Publish(Chain(Start, 0.6), NowMs(Start, 60_001));
        Assert.Equal((IndexStatus.ChainStale, 60_001L, null, null), (old.Status, old.AgeMs, old.Points, old.Update));
        var future = publisher.Publish(Chain(Start, 0.6), NowMs(Start, -1));
        Assert.Equal((IndexStatus.ChainStale, null), (future.Status, future.Update));

        var single = publisher.Publish(Chain(Start, 0.6, nextDays: 25), NowMs(Start, 0));
        Assert.Equal((IndexStatus.NoIndex, VolatilityFault.HorizonNotBracketed, null),
            (single.Status, single.Fault, single.Update));
        // nothing of that used up a sequence
        Assert.Equal(1L, publisher.Publish(Chain(Start, 0.6), NowMs(Start, 0)).Update!.Value.Sequence);
    }

    /// <summary>The oracle takes it, and lets it grow stale when complete chains stop coming.</summary>
    [Fact]
    public void TheOracleJudgesItLikeAPrice()
    {
        var oracle = new PriceOracle([OracleProfile.Replay(Settings.Feed, Settings.TickSize, 60_000)]);
        var publisher = new VolatilityIndexPublisher(Settings, session: 1);
        Publish(Chain(Start, 0.6), PriceAcceptance.Accepted);
        Assert.Equal((PriceState.Fresh, 60.0469m), State(Start));
        Publish(Chain(Start.AddMinutes(1), 0.7), PriceAcceptance.Accepted);
        Assert.Equal(PriceState.Fresh, State(Start.AddMinutes(1)).State);
        for (var minute = 2; minute < 5; minute++)
        {
            Publish(Chain(Start.AddMinutes(minute), 0.7, to: 62_000.0), null);
        }
        var (state, shown) = State(Start.AddMinutes(4));
        Assert.Equal(PriceState.Stale, state);
        // the last believable value is still shown, with its age
        Assert.InRange(shown!.Value, 70.0m, 70.2m);

        void Publish(OptionChain chain, PriceAcceptance? expected)
        {
            var reading = publisher.Publish(chain, chain.Time.ToUnixTimeMilliseconds());
            Assert.Equal(expected is null, reading.Update is null);
            if (reading.Update is { } update)
            {
                Assert.Equal(expected, oracle.Apply(update, chain.Time.ToUnixTimeMilliseconds()));
            }
        }

        (PriceState State, decimal? Price) State(DateTimeOffset at)
        {
            oracle.Epoch(at.ToUnixTimeMilliseconds());
            var quote = oracle.Quote(Settings.Feed, at.ToUnixTimeMilliseconds())!.Value;
            return (quote.State, quote.Price?.Value);
        }
    }

    [Fact]
    public void ASurfaceIsPublishedToo()
    {
        var build = SurfaceBuilder.Build(Chain(Start, 0.6, step: 5_000.0), SmileMethod.Marks);
        var reading = new VolatilityIndexPublisher(Settings, session: 1).Publish(build.Surface!, NowMs(Start, 0));
        Assert.Equal(IndexStatus.Published, reading.Status);
        // the strikes' distance of 5,000 costs 1.2 points, the smile in between none
        Assert.Equal(60.0, reading.Points!.Value, 0.02);
    }

    private static long NowMs(DateTimeOffset seen, long age) => seen.ToUnixTimeMilliseconds() + age;

    /// <summary>Marks of one volatility at a forward of 60,000, 25 and 32 days out.</summary>
    private static OptionChain Chain(DateTimeOffset time, double volatility, double to = 200_000.0,
        double nextDays = 32, double step = 1_000.0)
    {
        var quotes = new List<OptionQuote>();
        foreach (var days in new[] { 25.0, nextDays }.Distinct())
        {
            for (var strike = 20_000.0; strike <= to; strike += step)
            {
                foreach (var right in Enum.GetValues<OptionRight>())
                {
                    var option = EuropeanOption.OnForward(right, 60_000.0, strike, days / 365.0, volatility);
                    quotes.Add(new OptionQuote(right, strike, time.AddDays(days), 60_000.0)
                    {
                        Mark = new BlackScholes(option).Price,
                    });
                }
            }
        }
        return new OptionChain("BTC", time, quotes);
    }
}
