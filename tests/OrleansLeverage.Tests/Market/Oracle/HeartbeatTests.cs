using System.Text.Json;
using OrleansLeverage.Market.Oracle;
using Xunit;

namespace OrleansLeverage.Tests.Market.Oracle;

public sealed class HeartbeatTests
{
    [Fact]
    public void The_published_decision_table_passes()
    {
        if (SharedData.Path("vectors/oracle_heartbeat.json") is not { } path)
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToList();
        foreach (var one in cases)
        {
            var inputs = one.GetProperty("inputs");
            var expected = one.GetProperty("expected");
            var actual = inputs.TryGetProperty("roundId", out _)
                ? Heartbeat.Status(Ms("now"), Ms("updatedAt"), Ms("heartbeat_s"), Ms("grace_s"), Number("answer"),
                    (long)Number("roundId"), (long)Number("answeredInRound")).Code()
                : Heartbeat.MustPush(Number("last"), Number("current"), Number("deviation_threshold"), Ms("elapsed_s"),
                    Ms("heartbeat_s")).ToString().ToLowerInvariant();
            var wanted = expected.TryGetProperty("status", out var status)
                ? status.GetString()
                : expected.GetProperty("should_update").GetRawText();
            Assert.Equal((one.GetProperty("id").GetString(), wanted), (one.GetProperty("id").GetString(), actual));

            decimal Number(string name) => inputs.GetProperty(name).GetDecimal();
            long Ms(string name) => (long)(Number(name) * 1000m);
        }
        Assert.True(cases.Count >= 9);
    }

    [Fact]
    public void Invalid_comes_before_carried_over_before_future_before_stale()
    {
        Assert.Equal(HeartbeatStatus.Invalid, Heartbeat.Status(10, 20, 1, 0, null, 2, 1));
        Assert.Equal(HeartbeatStatus.Invalid, Heartbeat.Status(10, 0, 1, 0, 1m, 1, 1));
        Assert.Equal(HeartbeatStatus.Invalid, Heartbeat.Status(10, 20, 1, 0, -1m, 2, 1));
        Assert.Equal(HeartbeatStatus.CarriedOver, Heartbeat.Status(10, 20, 1, 0, 1m, 2, 1));
        Assert.Equal(HeartbeatStatus.Future, Heartbeat.Status(10, 20, 1, 0, 1m, 1, 1));
        Assert.Equal(HeartbeatStatus.Stale, Heartbeat.Status(30, 20, 5, 4, 1m, 1, 1));
        Assert.Equal(HeartbeatStatus.Ok, Heartbeat.Status(29, 20, 5, 4, 1m, 1, 1));
    }

    [Fact]
    public void A_clock_that_steps_back_makes_an_age_of_zero()
    {
        Assert.Equal(0, Heartbeat.AgeMs(nowMs: 5, updatedAtMs: 10));
        Assert.True(Heartbeat.IsFresh(nowMs: 5, updatedAtMs: 10, heartbeatMs: 0, graceMs: 0));
    }

    [Fact]
    public void The_first_price_is_always_pushed() => Assert.True(Heartbeat.MustPush(null, 1m, 0.5m, 0, 1_000));
}
