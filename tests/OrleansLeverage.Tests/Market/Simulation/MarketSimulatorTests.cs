using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;
using Xunit;

namespace OrleansLeverage.Tests.Market.Simulation;

public sealed class MarketSimulatorTests
{
    private const int StoryFrames = 1_200;

    [Fact]
    public void A_seed_gives_the_same_bytes_twice_and_another_seed_others()
    {
        var scenario = DemoStory.Over(StandardRules.Universe(), 1_767_225_600_000);

        Assert.Equal(Hash(scenario, 42), Hash(scenario, 42));
        Assert.NotEqual(Hash(scenario, 42), Hash(scenario, 43));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(2_026)]
    public void The_story_is_calm_crowds_falls_and_recovers(ulong seed)
    {
        var universe = StandardRules.Universe();
        var frames = new MarketSimulator(DemoStory.Over(universe, 0), seed).Frames().Take(StoryFrames + 1).ToList();
        var peak = frames.Last(f => f.Phase == "crowding");
        var trough = frames.Last(f => f.Phase == "shock");

        Assert.Equal(["calm", "crowding", "shock", "recovery"], frames.Select(f => f.Phase).Distinct());
        Assert.Equal(DemoStory.ShockStartSeconds * 1_000 + 250, frames.First(f => f.Phase == "shock").TimeMs);
        Assert.Equal(Enumerable.Range(0, StoryFrames + 1).Select(i => i * 250L), frames.Select(f => f.TimeMs));
        foreach (var feed in universe.Feeds)
        {
            var isStable = feed.Beta == 0m;
            var isMajor = feed.Beta <= 1.2m;
            var fall = Of(trough, feed.Id) / Of(peak, feed.Id) - 1.0;
            var start = Of(frames[0], feed.Id);
            var calm = frames.Where(f => f.Phase == "calm").Max(f => Math.Abs(Of(f, feed.Id) / start - 1.0));
            Assert.InRange(calm, 0.0, 0.01);
            Assert.InRange(fall, isStable ? -0.01 : isMajor ? -0.32 : -0.60, isStable ? 0.01 : isMajor ? -0.18 : -0.40);
            Assert.InRange(Of(frames[^1], feed.Id) / Of(frames[0], feed.Id), 0.85, 1.15);
            Assert.All(frames, f => Assert.True(Decimals.IsMultipleOf(Price(f, feed.Id).Value, feed.TickSize)));
        }
    }

    [Fact]
    public void The_oracle_takes_every_frame_of_the_story_and_stays_fresh()
    {
        var universe = StandardRules.Universe();
        var oracle = new PriceOracle(universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 250)));
        var story = new MarketSimulator(DemoStory.Over(universe, 1_767_225_600_000), 42);
        foreach (var frame in story.Frames().Take(StoryFrames))
        {
            foreach (var (feed, price) in frame.Prices)
            {
                Assert.Equal(PriceAcceptance.Accepted, oracle.Apply(new PriceUpdate(
                    feed, price.Value, new SourceId("sim"), 1, frame.Number, frame.TimeMs), frame.TimeMs));
            }
            oracle.Epoch(frame.TimeMs);
            Assert.All(oracle.Quotes(frame.TimeMs), q => Assert.Equal(PriceState.Fresh, q.State));
        }
    }

    [Fact]
    public void A_loop_begins_again_where_the_story_ended()
    {
        var frames = new MarketSimulator(DemoStory.Over(StandardRules.Universe(), 0), 42).Frames()
            .Skip(StoryFrames).Take(2).ToList();

        Assert.Equal(["recovery", "calm"], frames.Select(f => f.Phase));
        var btc = new FeedId("BTC-USD");
        Assert.InRange(Of(frames[1], btc) / Of(frames[0], btc), 0.99, 1.01);
    }

    [Theory]
    [InlineData(VolatilityRegime.Calm, 1.0)]
    [InlineData(VolatilityRegime.Crowded, 2.5)]
    [InlineData(VolatilityRegime.Stressed, 10.0)]
    public void Minute_returns_have_the_volatility_of_the_regime_and_the_correlation_given(
        VolatilityRegime regime, double multiple)
    {
        const int Minutes = 8_000;
        var scenario = Open(new MarketPhase
        {
            Name = "open",
            DurationMs = Minutes * 60_000L,
            RegimeWeights = [.. Enumerable.Range(0, 3).Select(r => r == (int)regime ? 1.0 : 0.0)],
        });
        var frames = new MarketSimulator(scenario, 42).Frames().ToList();
        var (btc, eth) = (Returns(frames, "BTC-USD"), Returns(frames, "ETH-USD"));
        var (sdBtc, sdEth) = (Deviation(btc), Deviation(eth));

        Assert.All(frames.Skip(1), f => Assert.Equal(regime, f.Regime));
        // GARCH clusters: its sample deviation wanders more than that of independent draws
        Assert.InRange(sdBtc / (0.0004 * multiple), 0.93, 1.07);
        Assert.InRange(sdEth / (0.0008 * multiple), 0.93, 1.07);
        Assert.InRange(btc.Zip(eth, (a, b) => a * b).Average() / (sdBtc * sdEth), 0.55, 0.65);
        Assert.InRange(btc.Average(r => Math.Pow(r / sdBtc, 4)), 3.05, 5.0);
    }

    [Fact]
    public void Jumps_come_at_their_rate_all_at_once_and_do_not_bend_the_script()
    {
        const int Frames = 40_000;
        var scenario = Open(new MarketPhase
        {
            Name = "jumps",
            DurationMs = Frames * 60_000L,
            JumpsPerMinute = 0.05,
            JumpMean = -0.02,
            JumpDeviation = 0.0,
        }) with
        { ReversionPerMinute = 0.2 };
        var frames = new MarketSimulator(scenario, 42).Frames().ToList();
        var jumps = Returns(frames, "BTC-USD").Zip(Returns(frames, "ETH-USD")).Where(r => r.First < -0.01).ToList();

        // 0.05 a minute: 2000 ± 5·√1900; ETH has beta 2
        Assert.InRange(jumps.Count, 2_000 - 220, 2_000 + 220);
        Assert.All(jumps, r => Assert.True(r.Second < -0.02));
        // left in, the jumps' mean of −0.001 a minute against a pull of 0.2 would stand at −0.005; the error is 1e-4
        Assert.InRange(frames.Average(f => Math.Log(Of(f, new FeedId("BTC-USD")) / 50_000.0)), -0.001, 0.001);
    }

    [Theory]
    [InlineData(0.0010, 0.0005)] // longs crowd: premium less the band
    [InlineData(0.0002, 0.0001)] // within the band of the interest: the interest
    [InlineData(-0.0030, -0.0025)]
    [InlineData(0.0500, 0.0200)] // the cap
    public void Funding_follows_the_premium_by_the_published_formula(double premium, double rate)
    {
        var scenario = Open(new MarketPhase { Name = "funding", DurationMs = 48 * 3_600_000L, Premium = premium }) with
        {
            PremiumVolatilityPerMinute = 0.0,
            PremiumReversionPerMinute = 60.0,
            StartMs = 3_600_000,
        };
        var funding = new MarketSimulator(scenario, 42).Frames().SelectMany(f => f.Funding).ToList();

        // instants of the clock: the run goes from hour 1 to hour 49
        Assert.Equal([8, 16, 24, 32, 40, 48], funding.Select(f => f.TimeMs / 3_600_000.0));
        Assert.All(funding, f => Assert.Equal("BTC-USD-PERP", f.Feed.Value));
        Assert.All(funding.Skip(1), f => Assert.Equal(rate, (double)f.Rate, 1e-8));
    }

    [Fact]
    public void A_mark_of_its_own_stands_off_the_index_by_the_premium()
    {
        var scenario = Open(new MarketPhase { Name = "mark", DurationMs = 3_600_000, Premium = 0.01 }) with
        {
            PremiumVolatilityPerMinute = 0.0,
            PremiumReversionPerMinute = 60.0,
        };
        scenario = scenario with
        {
            Feeds = [scenario.Feeds[0] with { MarkFeed = new FeedId("BTC-USD-PERP") }, scenario.Feeds[1]],
        };
        var last = new MarketSimulator(scenario, 42).Frames().Last();

        Assert.Equal(["BTC-USD", "BTC-USD-PERP", "ETH-USD"], last.Prices.Select(p => p.Key.Value));
        Assert.InRange(Of(last, new FeedId("BTC-USD-PERP")) / Of(last, new FeedId("BTC-USD")), 1.0099, 1.0101);
    }

    [Fact]
    public void Scenarios_out_of_range_say_so()
    {
        var good = Open(new MarketPhase { Name = "p", DurationMs = 60_000 });
        (MarketScenario Scenario, string Words)[] bad =
        [
            (good with { Feeds = [] }, "0 feeds"),
            (good with { Phases = [] }, "0 phases"),
            (good with { FrameMs = 0 }, "frameMs 0"),
            (good with { Correlation = -1.0 }, "correlation -1 is not possible between 2 feeds"),
            (good with { GarchAlpha = 0.5, GarchBeta = 0.5 }, "garch 0.5 + 0.5"),
            (good with { Feeds = [good.Feeds[0], good.Feeds[0]] }, "a feed is given twice"),
            (good with { Feeds = [good.Feeds[0] with { TickSize = 0.03m }] }, "off its tick 0.03"),
            (good with { Phases = [good.Phases[0] with { DurationMs = 1 }] }, "phase p lasts 1 ms"),
            (good with { Phases = [good.Phases[0] with { RegimeWeights = [0.0, 0.0, 0.0] }] }, "regime weights"),
            (good with { Phases = [good.Phases[0] with { JumpsPerMinute = 2.0 }] }, "more than one a frame"),
            (good with { Phases = [good.Phases[0] with { CorrelationStress = 1.0 }] }, "correlation stress 1"),
        ];
        foreach (var (scenario, words) in bad)
        {
            Assert.Contains(words, Assert.Throws<FormatException>(() => new MarketSimulator(scenario, 1)).Message);
        }
    }

    private static MarketScenario Open(MarketPhase phase) => new()
    {
        Name = "open",
        StartMs = 0,
        FrameMs = 60_000,
        Phases = [phase],
        Feeds =
        [
            new SimulatedFeed
            {
                Feed = new FeedId("BTC-USD"),
                Start = new Price(50_000m),
                TickSize = 0.0001m,
                FundingFeed = new FeedId("BTC-USD-PERP"),
            },
            new SimulatedFeed
            {
                Feed = new FeedId("ETH-USD"),
                Start = new Price(2_500m),
                TickSize = 0.0001m,
                Beta = 2.0,
                CalmVolatilityPerMinute = 0.0008,
            },
        ],
    };

    private static double[] Returns(List<MarketFrame> frames, string feed)
    {
        var prices = frames.Select(f => Of(f, new FeedId(feed))).ToArray();
        return [.. prices.Zip(prices.Skip(1), (a, b) => Math.Log(b / a))];
    }

    private static double Deviation(double[] returns) => Math.Sqrt(returns.Average(r => r * r));

    private static Price Price(MarketFrame frame, FeedId feed) => frame.Prices.Single(p => p.Key == feed).Value;

    private static double Of(MarketFrame frame, FeedId feed) => (double)Price(frame, feed).Value;

    private static string Hash(MarketScenario scenario, ulong seed) => Convert.ToHexString(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', new MarketSimulator(scenario, seed).Frames().Take(400).Select(f =>
            $"{f.TimeMs} {f.Phase} {f.Regime} {string.Join(' ', f.Prices)} {string.Join(' ', f.Funding)}")))));
}
