using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Market.Oracle;

public sealed class OracleProfileTests
{
    [Fact]
    public void Presets_are_in_range_and_carry_the_published_numbers()
    {
        var feed = new FeedId("BTC-USD");
        var major = OracleProfile.LiveMajor(feed, 0.01m);
        OracleProfile[] all =
        [
            major, OracleProfile.LiveOther(feed, 0.01m), OracleProfile.LivePegged(feed, 0.0001m, 0.9m, 1m),
            OracleProfile.Replay(feed, 0.01m, 60_000), OracleProfile.Replay(feed, 0.01m, 1),
        ];
        foreach (var profile in all)
        {
            profile.Check();
        }
        Assert.Equal([3_000L, 10_000L, 10_000L], all.Take(3).Select(p => p.HeartbeatMs + p.GraceMs));
        Assert.Equal((5, 3), (major.SourcesConfigured, major.MinSources));
        Assert.Equal((30_000L, 1_000L), (major.AgeMaxMs, major.FutureSkewMs));
        Assert.Equal((0.05m, 0.01m, 0.05m), (major.DeviationMax, major.ConfidenceMax, major.SpreadMax));
        Assert.Equal((0.10m, 1_000L, 3, 60_000L),
            (major.JumpMax, major.JumpWindowMs, major.JumpConfirmations, major.FrozenMs));
        Assert.Equal((2, 2, 0.02m), (major.CleanEpochsToLeaveStale, major.ResumeEpochs, all[2].DeviationMax));
    }

    [Fact]
    public void A_file_reads_with_live_defaults_and_writes_back()
    {
        var profiles = OracleProfiles.Parse("""
            {"feeds": [
              {"feed": "BTC-USD", "sources": ["one", "two", "three"], "sourcesConfigured": 3, "tickSize": 0.01},
              {"feed": "USDT-USD", "deviationMax": 0.02, "pegFloor": 0.9, "pegCeiling": 1, "heartbeatMs": 7000}
            ]}
            """);

        Assert.Equal(["BTC-USD", "USDT-USD"], profiles.Select(p => p.Feed.Value));
        Assert.Equal(["one", "two", "three"], profiles[0].Sources.Select(s => s.Value));
        Assert.Equal((3, 0.01m, 0.05m), (profiles[0].MinSources, profiles[0].TickSize, profiles[0].DeviationMax));
        Assert.Equal(1m, profiles[1].PegCeiling);
        var written = OracleProfiles.Write(profiles);
        Assert.Equal(written, OracleProfiles.Write(OracleProfiles.Parse(written)));
    }

    [Theory]
    [InlineData("""{"feeds": [{"feed": "btc"}]}""", "not a price feed")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "minSource": 3}]}""", "minSource")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "minSources": 3, "minSources": 2}]}""", "minSources")]
    [InlineData("""{"feeds": [{"minSources": 3}]}""", "feed")]
    [InlineData("""{}""", "feeds")]
    [InlineData("""{"feeds": null}""", "feeds")]
    [InlineData("""null""", "no feeds")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD"}, {"feed": "BTC-USD"}]}""", "given twice")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "minSources": 6}]}""", "minSources 6 is not in 1..5")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "minSources": 0}]}""", "minSources 0 is not in 1..5")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "sourcesConfigured": 33}]}""", "sourcesConfigured 33 is not in")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "sources": ["a"]}]}""", "1 sources are named")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "sources": ["a", "b", "c", "a", "d"]}]}""", "named twice")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "ageMaxMs": 2999}]}""", "ageMaxMs 2999 is not in 3000..")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "heartbeatMs": 0}]}""", "heartbeatMs 0")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "graceMs": -1}]}""", "graceMs -1")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "deviationMax": 1}]}""", "deviationMax 1 is not in (0, 1)")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "outlierFactor": 1}]}""", "outlierFactor 1")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "confidenceMax": 0}]}""", "confidenceMax 0")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "spreadMax": 3}]}""", "spreadMax 3")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "jumpMax": 0}]}""", "jumpMax 0")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "jumpConfirmations": 6}]}""", "jumpConfirmations 6")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "tickSize": 0}]}""", "tickSize 0")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "feedMin": 2, "feedMax": 1}]}""", "feedMax 1 is not above feedMin 2")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "pegFloor": 2, "pegCeiling": 1}]}""", "pegCeiling 1")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "tickSize": 0.01, "pegCeiling": 1.001}]}""", "on the tick 0.01")]
    [InlineData("""{"feeds": [{"feed": "BTC-USD", "cleanEpochsToLeaveStale": 0}]}""", "cleanEpochsToLeaveStale 0")]
    public void A_bad_file_is_an_error_that_names_key_value_and_bounds(string json, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => OracleProfiles.Parse(json)).Message);

    [Fact]
    public void A_feed_can_be_changed_while_it_runs()
    {
        var bench = new OracleBench().Settled();
        bench.Oracle.Set(OracleBench.Profile() with { MinSources = 5, Sources = [], SourcesConfigured = 5 });
        Assert.Equal(PriceState.Fresh, bench.Epoch(10).State);
        bench.Oracle.Set(OracleBench.Profile() with { TickSize = 0.1m });
        Assert.Equal(0, bench.Epoch(10).SourcesLive);
        Assert.Throws<FormatException>(() => bench.Oracle.Set(OracleBench.Profile() with { MinSources = 9 }));
    }
}
