using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Market.Oracle;

/// <summary>Every status with the least that brings it about, and what it leaves untouched.</summary>
public sealed class AcceptanceTests
{
    private static readonly SourceId A = new("a");

    private readonly OracleBench _bench = new OracleBench().Settled();

    [Theory]
    [InlineData(-1, 100, 0, PriceAcceptance.BadSequence)]
    [InlineData(9, 100.0000000000001, 0, PriceAcceptance.Scale)]
    [InlineData(9, 0, 0, PriceAcceptance.NotPositive)]
    [InlineData(9, -100, 0, PriceAcceptance.NotPositive)]
    [InlineData(9, 1_000_000_000_000.01, 0, PriceAcceptance.OutOfRange)]
    [InlineData(9, 100.005, 0, PriceAcceptance.OffTick)]
    [InlineData(9, 100, 1_001, PriceAcceptance.FutureTimestamp)]
    [InlineData(9, 100, 86_400_000, PriceAcceptance.FutureTimestamp)]
    [InlineData(9, 100, -30_001, PriceAcceptance.IgnoredStale)]
    [InlineData(2, 100, 0, PriceAcceptance.IgnoredOlder)]
    [InlineData(1, 100, 1, PriceAcceptance.SeqReset)]
    [InlineData(1, 100, -10_000, PriceAcceptance.IgnoredOlder)]
    public void Refused_updates_leave_the_state_untouched_and_are_counted(
        long sequence, double price, long timeOffsetMs, PriceAcceptance expected)
    {
        var before = _bench.Oracle.StateHash();
        var update = new PriceUpdate(OracleBench.Btc, (decimal)price, A, 1, sequence, _bench.NowMs + timeOffsetMs);
        // a double of 14 digits after the point is no decimal of 14 digits
        update = expected == PriceAcceptance.Scale ? update with { Price = 100.0000000000001m } : update;

        Assert.Equal(expected, _bench.Oracle.Apply(update, _bench.NowMs));
        Assert.Equal(before, _bench.Oracle.StateHash());
        Assert.Equal(1, _bench.Oracle.Count(expected));
        Assert.Equal(1, _bench.Oracle.Count(expected, OracleBench.Btc));
    }

    [Theory]
    [InlineData("0", PriceAcceptance.TimestampRange)]
    [InlineData("-1", PriceAcceptance.TimestampRange)]
    [InlineData("1700000000", PriceAcceptance.TimestampRange)]
    [InlineData("9223372036854775807", PriceAcceptance.FutureTimestamp)]
    public void Times_out_of_range(string timeMs, PriceAcceptance expected) =>
        Assert.Equal(expected, _bench.Tick("a", 100m, u => u with { SourceTimeMs = long.Parse(timeMs) }));

    [Fact]
    public void Two_sides_must_be_there_and_in_order()
    {
        Assert.Equal(PriceAcceptance.OneSided, _bench.Tick("a", 100m, u => u with { Bid = 99m }));
        Assert.Equal(PriceAcceptance.OneSided, _bench.Tick("a", 100m, u => u with { Ask = 99m }));
        Assert.Equal(PriceAcceptance.OneSided, _bench.Tick("a", 100m, u => u with { Bid = 0m, Ask = 101m }));
        Assert.Equal(PriceAcceptance.Crossed, _bench.Tick("a", 100m, u => u with { Bid = 101m, Ask = 100m }));
        Assert.Equal(PriceAcceptance.AppliedWithGap, _bench.Tick("a", 100m, u => u with { Bid = 100m, Ask = 100m }));
    }

    [Fact]
    public void Confidence_and_spread_have_a_bound_of_form_and_a_bound_of_trust()
    {
        Assert.Equal(PriceAcceptance.BadConfidence, _bench.Tick("a", 100m, u => u with { Confidence = -1m }));
        Assert.Equal(PriceAcceptance.BadConfidence, _bench.Tick("a", 100m, u => u with { Confidence = 100.01m }));
        Assert.Equal(PriceAcceptance.QuarantinedLowConfidence,
            _bench.Tick("b", 100m, u => u with { Confidence = 1.01m }));
        Assert.Equal(PriceAcceptance.Accepted, _bench.Tick("c", 100m, u => u with { Confidence = 1m }));
        // mid 100: 97.5 to 102.5 is 5 %
        Assert.Equal(PriceAcceptance.QuarantinedWideSpread,
            _bench.Tick("d", 100m, u => u with { Bid = 97.49m, Ask = 102.51m }));
        Assert.Equal(PriceAcceptance.Accepted, _bench.Tick("e", 100m, u => u with { Bid = 97.5m, Ask = 102.5m }));
    }

    [Fact]
    public void Unknown_feeds_and_sources_make_nothing()
    {
        var update = new PriceUpdate(new FeedId("XYZ-USD"), 100m, A, 1, 9, _bench.NowMs);

        Assert.Equal(PriceAcceptance.UnknownFeed, _bench.Oracle.Apply(update, _bench.NowMs));
        Assert.Null(_bench.Oracle.Quote(new FeedId("XYZ-USD"), _bench.NowMs));
        Assert.Equal(PriceAcceptance.UnknownSource, _bench.Tick("mallory", 100m));
        Assert.Single(_bench.Oracle.Feeds);
    }

    [Fact]
    public void Without_names_the_first_sources_are_the_sources()
    {
        var bench = new OracleBench(p => p with { Sources = [], SourcesConfigured = 3 });

        bench.Ticks("xyz", 100m);
        Assert.Equal(PriceAcceptance.UnknownSource, bench.Tick("w", 100m));
        Assert.Equal(PriceAcceptance.Accepted, bench.Tick("x", 100m));
    }

    [Fact]
    public void The_newest_again_is_a_duplicate_until_it_is_too_old()
    {
        var update = new PriceUpdate(
            OracleBench.Btc, 101m, A, 1, 9, _bench.NowMs, Bid: 100m, Ask: 102m, Signature: "one");
        _bench.Oracle.Apply(update, _bench.NowMs);
        var before = _bench.Oracle.StateHash();

        Assert.Equal(PriceAcceptance.Duplicate, _bench.Oracle.Apply(update, _bench.NowMs + 30_000));
        Assert.Equal(PriceAcceptance.Duplicate,
            _bench.Oracle.Apply(update with { Signature = "two", Price = 101.00m }, _bench.NowMs));
        Assert.Equal(PriceAcceptance.IgnoredStale, _bench.Oracle.Apply(update, _bench.NowMs + 31_000));
        Assert.Equal(before, _bench.Oracle.StateHash());
    }

    [Fact]
    public void One_sequence_with_two_contents_takes_the_source_out_until_its_next_session()
    {
        var first = new PriceUpdate(OracleBench.Btc, 100m, A, 1, 9, _bench.NowMs);
        _bench.Oracle.Apply(first, _bench.NowMs);

        Assert.Equal(PriceAcceptance.SeqConflict, _bench.Oracle.Apply(first with { Price = 101m }, _bench.NowMs));
        Assert.Equal(PriceAcceptance.QuarantinedEquivocation,
            _bench.Oracle.Apply(first with { Sequence = 10 }, _bench.NowMs));
        Assert.Equal(4, _bench.Epoch().SourcesLive);
        Assert.Equal(PriceAcceptance.Accepted,
            _bench.Oracle.Apply(first with { Session = 2, Sequence = 1 }, _bench.NowMs));
        Assert.Equal(5, _bench.Epoch().SourcesLive);
    }

    [Fact]
    public void A_single_source_that_contradicts_itself_is_refused_and_stays()
    {
        var oracle = new PriceOracle([OracleProfile.Replay(OracleBench.Btc, 0.01m, 60_000)]);
        var update = new PriceUpdate(OracleBench.Btc, 100m, A, 1, 9, OracleBench.T0);
        oracle.Apply(update, OracleBench.T0);

        Assert.Equal(PriceAcceptance.SeqConflict, oracle.Apply(update with { Price = 101m }, OracleBench.T0));
        Assert.Equal(PriceAcceptance.Accepted, oracle.Apply(update with { Sequence = 10 }, OracleBench.T0));
    }

    [Fact]
    public void A_gap_is_applied_and_counted()
    {
        Assert.Equal(PriceAcceptance.AppliedWithGap, _bench.Tick("a", 100m, u => u with { Sequence = u.Sequence + 1 }));
        Assert.Equal(1, _bench.Oracle.Gaps(OracleBench.Btc));
        // a new session begins where it likes
        Assert.Equal(PriceAcceptance.Accepted, _bench.Tick("a", 100m, u => u with { Session = 2, Sequence = 7 }));
    }

    [Fact]
    public void A_price_at_the_feeds_own_bound_is_no_price()
    {
        var bench = new OracleBench(p => p with { FeedMin = 0.10m, FeedMax = 1_000m }).Settled();

        Assert.Equal(PriceAcceptance.QuarantinedPinnedAtBound, bench.Tick("a", 0.10m));
        Assert.Equal(PriceAcceptance.QuarantinedPinnedAtBound, bench.Tick("b", 1_000m));
        Assert.Equal(100m, bench.Epoch().Price?.Value);
    }

    [Fact]
    public void A_live_source_that_repeats_itself_for_a_minute_is_frozen()
    {
        for (var second = 1; second <= 59; second++)
        {
            _bench.NowMs += 1_000;
            Assert.Equal(PriceAcceptance.Accepted, _bench.Tick("a", 100m));
            _bench.Ticks("bcde", 100m + (second % 2 * 0.01m));
            _bench.Epoch();
        }
        _bench.NowMs += 1_000;
        // the settled bench first said 100.00 at 200 ms, which is 60.1 s ago
        Assert.Equal(PriceAcceptance.QuarantinedFrozen, _bench.Tick("a", 100m));
        Assert.Equal(PriceAcceptance.Accepted, _bench.Tick("a", 100.01m));
    }

    [Fact]
    public void A_scale_error_is_an_outlier_and_leaves_the_price_alone()
    {
        Assert.Equal(PriceAcceptance.QuarantinedOutlier, _bench.Tick("a", 100_000m));
        Assert.Equal(PriceAcceptance.QuarantinedOutlier, _bench.Tick("b", 0.1m));
        Assert.Equal((100m, 3), (_bench.Epoch().Price?.Value, _bench.Quote.SourcesLive));
    }

    [Fact]
    public void One_source_off_the_median_has_no_weight_and_more_than_one_have_the_median()
    {
        _bench.NowMs += 2_000; // beyond the jump window
        Assert.Equal(PriceAcceptance.Accepted, _bench.Tick("a", 105m));
        Assert.Equal(PriceAcceptance.QuarantinedDeviation, _bench.Tick("a", 105.01m));
        Assert.Equal(4, _bench.Epoch().SourcesLive);
        _bench.NowMs += 2_000;
        _bench.Ticks("cde", 100m);
        _bench.Tick("a", 106m);
        Assert.Equal(PriceAcceptance.DegradedUseMedian, _bench.Tick("b", 94m));
        Assert.Equal((100m, 5), (_bench.Epoch().Price?.Value, _bench.Quote.SourcesLive));
    }

    [Fact]
    public void A_jump_waits_for_two_more()
    {
        Assert.Equal(PriceAcceptance.QuarantinedJump, _bench.Tick("a", 110.01m));
        Assert.Equal(PriceAcceptance.QuarantinedJump, _bench.Tick("b", 110.01m));
        Assert.Equal(100m, _bench.Epoch(10).Price?.Value);
        Assert.Equal(PriceAcceptance.DegradedUseMedian, _bench.Tick("c", 110.01m));
        Assert.Equal(110.01m, _bench.Epoch(10).Price?.Value);
    }

    [Fact]
    public void Too_few_sources_do_not_move_the_price()
    {
        var bench = new OracleBench();

        Assert.Equal(PriceAcceptance.DegradedInsufficientSources, bench.Tick("a", 100m));
        Assert.Equal(PriceAcceptance.DegradedInsufficientSources, bench.Tick("b", 100m));
        Assert.Null(bench.Epoch().Price);
        Assert.Equal(PriceAcceptance.Accepted, bench.Tick("c", 100m));
        Assert.Equal(100m, bench.Epoch().Price?.Value);
    }

    [Theory]
    [InlineData("NaN", PriceAcceptance.Unreadable)]
    [InlineData("Infinity", PriceAcceptance.Unreadable)]
    [InlineData("-Infinity", PriceAcceptance.Unreadable)]
    [InlineData("1e308", PriceAcceptance.Unreadable)]
    [InlineData("", PriceAcceptance.Unreadable)]
    [InlineData(null, PriceAcceptance.Unreadable)]
    [InlineData("+1", PriceAcceptance.Unreadable)]
    [InlineData(".5", PriceAcceptance.Unreadable)]
    [InlineData("5.", PriceAcceptance.Unreadable)]
    [InlineData("01", PriceAcceptance.Unreadable)]
    [InlineData("1,000", PriceAcceptance.Unreadable)]
    [InlineData("١٢", PriceAcceptance.Unreadable)]
    [InlineData("0.123456789012345678901234567891", PriceAcceptance.Scale)]
    [InlineData("0", PriceAcceptance.NotPositive)]
    [InlineData("-0", PriceAcceptance.NotPositive)]
    [InlineData("-1", PriceAcceptance.NotPositive)]
    [InlineData("-99999999999999999999999999999999", PriceAcceptance.NotPositive)]
    [InlineData("1000000000001", PriceAcceptance.OutOfRange)]
    [InlineData("99999999999999999999999999999999", PriceAcceptance.OutOfRange)]
    public void Text_at_the_edge_is_refused_with_its_status_and_counted(string? price, PriceAcceptance expected)
    {
        var before = _bench.Oracle.StateHash();

        Assert.Equal(expected, _bench.Oracle.Apply(
            new PriceUpdateText("BTC-USD", price, "a", 1, 9, _bench.NowMs), _bench.NowMs));
        Assert.Equal(before, _bench.Oracle.StateHash());
        Assert.Equal(1, _bench.Oracle.Count(expected));
        Assert.Equal(expected, _bench.Oracle.Rejects.Last().Status);
    }

    [Fact]
    public void Text_of_unknown_feeds_and_good_text()
    {
        var text = new PriceUpdateText("BTC-USD", "100.01", "a", 1, 9, _bench.NowMs, Bid: "100", Ask: "100.02");

        Assert.Equal(PriceAcceptance.UnknownFeed, _bench.Oracle.Apply(text with { Feed = "btc-usd" }, _bench.NowMs));
        Assert.Equal(PriceAcceptance.UnknownSource, _bench.Oracle.Apply(text with { Source = "A b" }, _bench.NowMs));
        Assert.Equal(PriceAcceptance.Unreadable, _bench.Oracle.Apply(text with { Bid = "x" }, _bench.NowMs));
        Assert.Equal(PriceAcceptance.AppliedWithGap, _bench.Oracle.Apply(text, _bench.NowMs));
    }

    [Theory]
    [InlineData(double.NaN, PriceAcceptance.Unreadable)]
    [InlineData(double.PositiveInfinity, PriceAcceptance.Unreadable)]
    [InlineData(double.NegativeInfinity, PriceAcceptance.Unreadable)]
    [InlineData(1e308, PriceAcceptance.OutOfRange)]
    [InlineData(-1e308, PriceAcceptance.NotPositive)]
    [InlineData(0.0, PriceAcceptance.NotPositive)]
    [InlineData(1e-300, PriceAcceptance.Scale)]
    [InlineData(1e-13, PriceAcceptance.Scale)]
    [InlineData(0.1, PriceAcceptance.Accepted)]
    public void Doubles_become_their_shortest_text_or_nothing(double price, PriceAcceptance expected)
    {
        Assert.Equal(expected, PriceUpdate.TryCreate(OracleBench.Btc, price, A, 1, 1, OracleBench.T0, out var update));
        Assert.True(expected != PriceAcceptance.Accepted || update.Price == 0.1m);
    }

    [Fact]
    public void The_first_fault_in_the_order_of_the_statuses_is_the_answer()
    {
        // every fault of form at once, taken away one after the other
        var update = new PriceUpdate(new FeedId("XYZ-USD"), -1.0000000000001m, new SourceId("mallory"), 1, -1, 0,
            Confidence: -1m, Bid: 5m);
        var oracle = _bench.Oracle;
        var answers = new List<PriceAcceptance>();
        foreach (var mend in (Func<PriceUpdate, PriceUpdate>[])
            [
                u => u, u => u with { Sequence = 9 }, u => u with { Price = -1m }, u => u with { Price = 2e12m },
                u => u with { Price = 100.005m }, u => u with { SourceTimeMs = _bench.NowMs + 5_000 },
                u => u with { Ask = 4m }, u => u with { Ask = 6m }, u => u with { Confidence = 5m },
                u => u with { Feed = OracleBench.Btc }, u => u with { Source = A }, u => u with { Price = 100m },
                u => u with { SourceTimeMs = _bench.NowMs }, u => u with { Bid = 100m, Ask = 100m },
                u => u with { Session = 2, Confidence = 1m },
            ])
        {
            update = mend(update);
            answers.Add(oracle.Apply(update, _bench.NowMs));
        }

        Assert.Equal(
        [
            PriceAcceptance.BadSequence, PriceAcceptance.Scale, PriceAcceptance.NotPositive, PriceAcceptance.OutOfRange,
            PriceAcceptance.TimestampRange, PriceAcceptance.OneSided, PriceAcceptance.Crossed,
            PriceAcceptance.BadConfidence, PriceAcceptance.UnknownFeed, PriceAcceptance.UnknownSource,
            PriceAcceptance.OffTick, PriceAcceptance.FutureTimestamp, PriceAcceptance.QuarantinedLowConfidence,
            PriceAcceptance.SeqConflict,
            PriceAcceptance.Accepted,
        ], answers);
    }

    [Fact]
    public void The_log_of_rejects_is_bounded_and_keeps_the_newest()
    {
        for (var i = 0; i < PriceOracle.RejectsMax + 10; i++)
        {
            _bench.Oracle.Refuse(PriceAcceptance.Unreadable, OracleBench.Btc, A, i);
        }
        Assert.Equal(PriceOracle.RejectsMax, _bench.Oracle.Rejects.Count);
        Assert.Equal(PriceOracle.RejectsMax + 9, _bench.Oracle.Rejects.Last().AtMs);
        Assert.Equal(PriceOracle.RejectsMax + 10, _bench.Oracle.Count(PriceAcceptance.Unreadable));
    }

    /// <summary>The published corpus names code, HTTP class and alarm of what a recipe brings about.</summary>
    [Theory]
    [InlineData("B003", PriceAcceptance.Unreadable)]
    [InlineData("B007", PriceAcceptance.NotPositive)]
    [InlineData("B009", PriceAcceptance.Scale)]
    [InlineData("B011", PriceAcceptance.Scale)]
    [InlineData("B013", PriceAcceptance.OutOfRange)]
    [InlineData("B035", PriceAcceptance.FutureTimestamp)]
    [InlineData("B039", PriceAcceptance.TimestampRange)]
    [InlineData("B041", PriceAcceptance.Duplicate)]
    [InlineData("B043", PriceAcceptance.AppliedWithGap)]
    [InlineData("B049", PriceAcceptance.UnknownFeed)]
    [InlineData("B051", PriceAcceptance.OneSided)]
    [InlineData("B053", PriceAcceptance.QuarantinedLowConfidence)]
    [InlineData("B055", PriceAcceptance.QuarantinedOutlier)]
    [InlineData("B057", PriceAcceptance.DegradedUseMedian)]
    [InlineData("B059", PriceAcceptance.DegradedInsufficientSources)]
    [InlineData("B061", PriceAcceptance.QuarantinedPinnedAtBound)]
    [InlineData("B063", PriceAcceptance.StaleOnResume)]
    [InlineData("B133", PriceAcceptance.UnknownSource)]
    [InlineData("B135", PriceAcceptance.IgnoredStale)]
    public void Codes_are_those_of_the_corpus(string id, PriceAcceptance status)
    {
        if (SharedData.Path("reference/bad_inputs_public.json") is not { } path)
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var expect = document.RootElement.GetProperty("cases").EnumerateArray()
            .Single(c => c.GetProperty("id").GetString() == id).GetProperty("expect");

        Assert.Equal(expect.GetProperty("code").GetString(), status.Code());
        Assert.Equal(expect.GetProperty("http").GetInt32(), status.HttpStatus());
        Assert.Equal(expect.GetProperty("alert").GetString(), status.Alert());
    }

    [Fact]
    public void Every_status_has_its_row_in_its_place() =>
        Assert.Equal(Enum.GetValues<PriceAcceptance>(), PriceAcceptanceCodes.All);
}
