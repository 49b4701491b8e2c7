using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Market.Oracle;

public sealed class FeedStateTests
{
    private const Inhibitions NoDeleveraging = Inhibitions.Deleveraging | Inhibitions.Withdrawal;

    [Fact]
    public void A_start_proves_itself_for_two_epochs()
    {
        var bench = new OracleBench();
        Expect(bench.Epoch(), PriceState.NotMeasured, FeedDisplay.NotMeasured, FeedReason.NotMeasured, Inhibitions.All);
        Assert.Null(bench.Quote.AgeMs);

        bench.Ticks("abcde", 100m);
        Expect(bench.Epoch(), PriceState.Stale, FeedDisplay.Live, FeedReason.ResumeGate, Inhibitions.All);
        Expect(bench.Epoch(20), PriceState.Fresh, FeedDisplay.Live, FeedReason.None, Inhibitions.None);
        Assert.Equal(20, bench.Quote.AgeMs);
    }

    [Fact]
    public void A_silent_source_makes_the_display_partial_and_decides_nothing()
    {
        var bench = new OracleBench().Settled();
        bench.NowMs += 3_001;
        bench.Ticks("abcd", 100m);

        Expect(bench.Epoch(), PriceState.Fresh, FeedDisplay.Partial, FeedReason.None, Inhibitions.None);
        Assert.Equal((4, 5), (bench.Quote.SourcesLive, bench.Quote.SourcesConfigured));
    }

    [Fact]
    public void A_quarantined_source_forbids_deleveraging_and_withdrawals()
    {
        var bench = new OracleBench().Settled();
        bench.Tick("a", 100m, u => u with { Confidence = 2m });

        Expect(bench.Epoch(), PriceState.Degraded, FeedDisplay.Partial, FeedReason.SourceQuarantined, NoDeleveraging);
        Assert.Equal(PriceState.Degraded, bench.Quote.ToFramePrice().State);
        bench.Tick("a", 100m);
        Expect(bench.Epoch(), PriceState.Fresh, FeedDisplay.Live, FeedReason.None, Inhibitions.None);
    }

    [Fact]
    public void Disagreement_is_a_drift_with_both_ends()
    {
        var bench = new OracleBench().Settled();
        bench.NowMs += 2_000;
        bench.Ticks("ab", 107m);
        bench.Ticks("cde", 100m);

        Expect(bench.Epoch(), PriceState.Degraded, FeedDisplay.Drift, FeedReason.UseMedian, NoDeleveraging);
        Assert.Equal((100m, 107m), (bench.Quote.Low?.Value, bench.Quote.High?.Value));
        Assert.Equal("BTC-USD oracle sources disagree (100 to 107), median of all in use", bench.Quote.Explain());
    }

    [Fact]
    public void Below_the_minimum_the_price_stands_then_goes_stale_and_two_clean_epochs_bring_it_back()
    {
        var bench = new OracleBench().Settled();
        var lastMs = bench.Quote.TimeMs;
        bench.NowMs += 3_001;
        bench.Ticks("ab", 101m);

        Expect(bench.Epoch(),
            PriceState.Degraded, FeedDisplay.Partial, FeedReason.InsufficientSources, Inhibitions.All);
        Assert.Equal((100m, lastMs), (bench.Price, bench.Quote.TimeMs));
        Assert.Equal(PriceState.Stale, bench.Quote.ToFramePrice().State);

        bench.NowMs = lastMs + 30_000;
        Expect(bench.Epoch(), PriceState.Degraded, FeedDisplay.Stale, FeedReason.InsufficientSources, Inhibitions.All);
        Expect(bench.Epoch(1), PriceState.Stale, FeedDisplay.Stale, FeedReason.TooOld, Inhibitions.All);

        bench.Ticks("abc", 101m);
        Expect(bench.Epoch(10), PriceState.Stale, FeedDisplay.Partial, FeedReason.ResumeGate, Inhibitions.All);
        Expect(bench.Epoch(10), PriceState.Fresh, FeedDisplay.Partial, FeedReason.None, Inhibitions.None);
        Assert.Equal(101m, bench.Price);
    }

    [Fact]
    public void Between_epochs_age_alone_makes_a_feed_stale()
    {
        var bench = new OracleBench().Settled();

        Assert.Equal(PriceState.Fresh, bench.Oracle.Quote(OracleBench.Btc, bench.Quote.TimeMs + 30_000)!.Value.State);
        var late = bench.Oracle.Quote(OracleBench.Btc, bench.Quote.TimeMs + 44_000)!.Value;
        Expect(late, PriceState.Stale, FeedDisplay.Stale, FeedReason.TooOld, Inhibitions.All);
        Assert.Equal("BTC-USD oracle 44 s old (limit 30 s)", late.Explain());
    }

    [Fact]
    public void A_clock_that_steps_back_ages_nothing()
    {
        var bench = new OracleBench().Settled();
        bench.NowMs -= 3_600_000;

        Expect(bench.Epoch(), PriceState.Fresh, FeedDisplay.Live, FeedReason.None, Inhibitions.None);
        Assert.Equal(0, bench.Quote.AgeMs);
    }

    [Fact]
    public void A_held_jump_stays_held_however_long_and_passes_when_it_is_confirmed_or_gone()
    {
        // five sources, of which two are silent: the median of three is the second of the two that jumped
        var bench = new OracleBench(p => p with { DeviationMax = 0.5m }).Settled();
        bench.NowMs += 3_001;
        bench.Ticks("abc", 100.01m);
        bench.Epoch();
        bench.Ticks("ab", 115m);
        Expect(bench.Epoch(10), PriceState.Degraded, FeedDisplay.Drift, FeedReason.JumpHeld, Inhibitions.All);
        bench.NowMs += 2_500;
        bench.Tick("c", 100m);
        Expect(bench.Epoch(), PriceState.Degraded, FeedDisplay.Drift, FeedReason.JumpHeld, Inhibitions.All);
        Assert.Equal(100.01m, bench.Price);

        bench.Tick("c", 111m);
        Expect(bench.Epoch(), PriceState.Fresh, FeedDisplay.Partial, FeedReason.None, Inhibitions.None);
        Assert.Equal(115m, bench.Price);
    }

    [Fact]
    public void A_staircase_within_the_window_is_a_jump()
    {
        var bench = new OracleBench(p => p with
        {
            DeviationMax = 0.5m, MinSources = 2, Sources = [], SourcesConfigured = 3,
        });
        bench.Ticks("ab", 100m);
        bench.Epoch();
        bench.Ticks("ab", 106m);
        Assert.Equal(106m, bench.Epoch(500).Price?.Value);
        bench.Ticks("ab", 111m);
        Assert.Equal((106m, FeedReason.JumpHeld), (bench.Epoch(500).Price?.Value, bench.Quote.Reason));
    }

    [Fact]
    public void A_halt_shows_and_decides_nothing_and_a_resume_refuses_what_was_said_before_it()
    {
        var bench = new OracleBench().Settled();
        bench.Oracle.Halt(OracleBench.Btc, bench.NowMs);
        Expect(bench.Quote, PriceState.Halted, FeedDisplay.Halted, FeedReason.Halted, Inhibitions.All);
        Assert.Equal(PriceState.Halted, bench.Epoch(10).State);

        bench.NowMs += 60_000;
        bench.Oracle.Resume(OracleBench.Btc);
        Assert.Equal(PriceAcceptance.StaleOnResume,
            bench.Tick("a", 100m, u => u with { SourceTimeMs = OracleBench.T0 }));
        Expect(bench.Epoch(), PriceState.Stale, FeedDisplay.Stale, FeedReason.TooOld, Inhibitions.All);
        bench.Ticks("abc", 90m);
        Assert.Equal(PriceState.Stale, bench.Epoch(10).State);
        Assert.Equal((PriceState.Fresh, 90m), (bench.Epoch(10).State, bench.Price));
    }

    [Fact]
    public void After_a_restart_prices_from_before_it_are_refused()
    {
        var bench = new OracleBench(haltedAtMs: OracleBench.T0 + 5_000);

        Assert.Equal(PriceAcceptance.StaleOnResume, bench.Tick("a", 100m));
        bench.NowMs += 5_000;
        Assert.Equal(PriceAcceptance.DegradedInsufficientSources, bench.Tick("a", 100m));
    }

    [Fact]
    public void A_pegged_asset_is_worth_what_it_promises_at_most()
    {
        var bench = new OracleBench(p =>
            OracleProfile.LivePegged(p.Feed, 0.0001m, 0.90m, 1m) with { Sources = p.Sources });
        bench.Ticks("abcde", 1.0012m);
        Assert.Equal(1m, bench.Epoch().Price?.Value);
        bench.Ticks("abcde", 0.65m);
        Assert.Equal(0.90m, bench.Epoch(10).Price?.Value);
        bench.Ticks("abcde", 0.9987m);
        Assert.Equal(0.9987m, bench.Epoch(10).Price?.Value);
    }

    [Fact]
    public void The_mean_of_two_middles_ends_on_the_tick_between_them()
    {
        var bench = new OracleBench();
        bench.Ticks("ab", 100.01m);
        bench.Ticks("cd", 100.02m);
        Assert.Equal(100.01m, bench.Epoch().Price?.Value);
    }

    [Fact]
    public void Replay_is_fresh_at_its_first_bar_and_stale_after_two_missing_ones()
    {
        var feed = new FeedId("ETH-USD");
        var oracle = new PriceOracle([OracleProfile.Replay(feed, 0.01m, 60_000)]);
        var states = new List<PriceState>();
        foreach (var (minute, hasBar) in (List<(int, bool)>)[(1, true), (2, true), (3, false), (4, false), (5, true)])
        {
            var nowMs = OracleBench.T0 + minute * 60_000L;
            if (hasBar)
            {
                // equal closes, and a fall of 30 % in a minute: history needs no second witness
                Assert.Equal(PriceAcceptance.Accepted, oracle.Apply(
                    new PriceUpdate(feed, minute < 5 ? 300m : 210m, new SourceId("file"), 1, minute, nowMs), nowMs)
                    is var s && s == PriceAcceptance.AppliedWithGap ? PriceAcceptance.Accepted : s);
            }
            oracle.Epoch(nowMs);
            states.Add(oracle.Quote(feed, nowMs)!.Value.State);
        }
        Assert.Equal(
            [PriceState.Fresh, PriceState.Fresh, PriceState.Fresh, PriceState.Stale, PriceState.Fresh], states);
    }

    private static void Expect(
        FeedQuote quote, PriceState state, FeedDisplay display, FeedReason reason, Inhibitions inhibits) =>
        Assert.Equal((state, display, reason, inhibits), (quote.State, quote.Display, quote.Reason, quote.Inhibits));
}
