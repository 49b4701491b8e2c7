using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>The demo as a new user starts it: a real process, no set-up.</summary>
[Trait("Category", "Process")]
public sealed class DemoTests
{
    [Fact]
    public async Task ItAnswersMovesAndEndsCleanly()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        await using var demo = LeverageProcess.Start("demo", "--accounts", "500", "--speed", "20", "--json", "--port",
            LeverageProcess.Number(port));
        var address = await demo.AnswersAsync();
        Assert.True(address.Port > port, $"{address} after the busy {port}");
        using var http = GridClient.Http(address);
        var first = await SystemAsync(http);
        Assert.Equal("DEMO", first.GetProperty("mode").GetString());
        // those asked for, ten traders of options and a house for each coin and expiry
        Assert.Equal(500 + 10 + 10, first.GetProperty("accounts").GetInt32());
        Assert.Equal(1.0, first.GetProperty("coverage").GetDouble());
        var account = await GridClient.AccountAsync(http, "acct-00000007");
        Assert.Equal("acct-00000007", account!.Value.GetProperty("account").GetString());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("openapi/v1.json")).StatusCode);
        using (var stream = new StreamReader(await http.GetStreamAsync("v1/stream?channels=system")))
        {
            string? line;
            while ((line = await stream.ReadLineAsync()) is not null
                && !line.StartsWith("data:", StringComparison.Ordinal))
            {
            }
            Assert.Contains("marketLeverage", line, StringComparison.Ordinal);
        }
        var later = first;
        while (later.GetProperty("marketLeverage").GetDouble() == first.GetProperty("marketLeverage").GetDouble())
        {
            later = await SystemAsync(http);
        }
        Assert.Equal(0, await demo.SignalAsync(LeverageProcess.Interrupt));
        Assert.Contains("nothing was kept", demo.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--accounts", "99", "--accounts 99 is not within 100 and 2000000")]
    [InlineData("--speed", "0", "--speed 0 is not within 0.1 and 100")]
    [InlineData("--port", "65536", "--port 65536 is not within 0 and 65535")]
    public async Task ASettingOutOfRangeIsUsageWithItsBound(string option, string value, string expected)
    {
        var run = await Cli.RunAsync("demo", option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> SystemAsync(HttpClient http)
    {
        while (true)
        {
            var answer = await http.GetAsync("v1/system");
            if (answer.IsSuccessStatusCode)
            {
                return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            }
        }
    }
}
