using OrleansLeverage.Tests.Web.BadInputs;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web.Status;
using Xunit;

namespace OrleansLeverage.Tests.Web.Status;

public sealed class StatusTests
{
    [Fact]
    public async Task TheServiceTellsHowItIs()
    {
        await using var web = await WebGrid.StartAsync();
        await RawHttp.PostAsync(web.Port, "/v1/fills", ValidRequest.Fill(web).ToString());
        await RawHttp.GetAsync(web.Port, "/v1/accounts/alice");
        await RawHttp.GetAsync(web.Port, "/v1/accounts/nobody");
        await RawHttp.GetAsync(web.Port, "/nothing");
        var answer = await RawHttp.GetAsync(web.Port, "/v1/status?seconds=60");
        Assert.Equal(200, answer.Status);
        var json = answer.Json;
        Assert.Equal(("DEMO", "EmbeddedGrid", "READY"), (json.GetProperty("mode").GetString(),
            json.GetProperty("engine").GetString(), json.GetProperty("health").GetProperty("status").GetString()));
        var routes = json.GetProperty("routes").EnumerateArray()
            .ToDictionary(row => row.GetProperty("route").GetString()!);
        Assert.Equal(["GET /v1/accounts/{id}", "POST /v1/fills", "other"], routes.Keys.Order(StringComparer.Ordinal));
        Assert.True(routes["POST /v1/fills"].GetProperty("p50Ms").GetDouble() > 0.0);
        Assert.Equal(0.0, routes["other"].GetProperty("errorsPerSecond").GetDouble());
        Assert.True(json.GetProperty("frames").GetProperty("perSecond").GetDouble() > 0.0);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("journal").ValueKind);
        Assert.Contains(json.GetProperty("rejected").EnumerateArray(),
            row => row.GetProperty("reason").GetString() == "not_found" && row.GetProperty("count").GetInt64() == 2);
        Assert.Equal("65536",
            json.GetProperty("configuration").GetProperty("limits.bodyBytes").GetString());
    }

    [Fact]
    public async Task SecretsAreSaidToBeThereAndNotShown()
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), new GridServerOptions
        {
            Access = ServerAccess.OpenOnLoopback,
            Port = 0,
            Otlp = OtlpTarget.Parse("http://me:hunter2@127.0.0.1:9/x?k=hunter2", null),
            Settings = new Dictionary<string, string?> { ["signingKeyFile"] = "hunter2", ["data"] = "folder" },
        });
        var answer = await RawHttp.GetAsync(server.Address.Port, "/v1/status");
        Assert.DoesNotContain("hunter2", answer.Body);
        var configuration = answer.Json.GetProperty("configuration");
        Assert.Equal(("***", "folder", "http://***@127.0.0.1:9/x?***"), (
            configuration.GetProperty("signingKeyFile").GetString(), configuration.GetProperty("data").GetString(),
            configuration.GetProperty("otlp").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, answer.Json.GetProperty("frames").ValueKind);
    }

    [Theory]
    [InlineData("?seconds=0")]
    [InlineData("?seconds=61")]
    [InlineData("?seconds=-5")]
    [InlineData("?seconds=ten")]
    [InlineData("?seconds=5&seconds=6")]
    public async Task TheWindowIsAMinuteAtMost(string query)
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var answer = await RawHttp.GetAsync(server.Address.Port, "/v1/status" + query);
        Assert.Equal((400, "bad_query"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task TimesAreOfTheWindowAndByRoute()
    {
        var clock = new StepClock();
        var times = new RouteTimes(clock);
        for (var second = 0; second < 100; second++)
        {
            // 99 quick ones and a slow one in every second
            for (var at = 0; at < 100; at++)
            {
                await MeasureAsync(times, clock, at == 0 ? 40.0 : 2.0, fails: second == 99 && at < 5);
            }
            clock.To(second + 1.0);
        }
        var (seconds, routes) = times.Last(10);
        var row = Assert.Single(routes);
        Assert.Equal((10.0, 1000L, 5L), (seconds, row.Requests, row.Errors));
        Assert.InRange(row.P50Ms!.Value, 2.0, 2.0 * 17 / 16);
        Assert.InRange(row.P99Ms!.Value, 2.0, 2.0 * 17 / 16);
        Assert.Equal(40.0, row.MaxMs!.Value, 3);
        clock.To(200.0);
        Assert.Empty(times.Last(60).Routes);
    }

    private static async Task MeasureAsync(RouteTimes times, StepClock clock, double ms, bool fails)
    {
        var context = new DefaultHttpContext();
        await times.MeasureAsync(context, _ =>
        {
            clock.Advance(ms);
            context.Response.StatusCode = fails ? 503 : 200;
            return Task.CompletedTask;
        });
    }

    /// <summary>Requests take time, and the clock of the seconds stands still meanwhile.</summary>
    private sealed class StepClock : TimeProvider
    {
        private double _ms;
        private double _extra;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp()
        {
            var now = (long)((_ms + _extra) * 1000.0);
            _extra = 0.0;
            return now;
        }

        public void To(double seconds) => _ms = seconds * 1000.0;

        public void Advance(double ms) => _extra = ms;
    }
}
