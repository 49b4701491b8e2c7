using System.Net;
using OrleansLeverage.Tests.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Streams;

/// <summary>
/// A key that is restricted to some accounts streams what names no account, and its own accounts; of others it learns
/// nothing, not even whether there are any.
/// </summary>
public sealed class RestrictedStreamTests
{
    [Theory]
    [InlineData("markets", 200)]
    [InlineData("oracle,histogram", 200)]
    [InlineData("account:alice", 200)]
    [InlineData("markets,account:alice", 200)]
    [InlineData("system", 403)]
    [InlineData("at-risk", 403)]
    [InlineData("events", 403)]
    [InlineData("adl", 403)]
    [InlineData("markets,events", 403)]
    [InlineData("account:bob", 404)]
    [InlineData("account:nobody", 404)]
    [InlineData("account:ALICE", 400)]
    [InlineData("markets,markets", 400)]
    public async Task AChannelIsOpenAsItsGetIs(string channels, int status)
    {
        using var keys = new TestKeys();
        keys.Add("venue", key => key with { Scopes = ["read"], Accounts = ["ali*"] });
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Api-Key", keys["venue"]);
        using var answer = await http.GetAsync(new Uri(web.Server.Address, "/v1/stream?channels=" + channels),
            HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
    }

    [Fact]
    public async Task AnAccountsChannelIsTheAccount()
    {
        await using var web = await WebGrid.StartAsync();
        using var http = new HttpClient();
        await using var stream = await http.GetStreamAsync(
            $"http://127.0.0.1:{web.Port}/v1/stream?channels=account:alice");
        using var reader = new StreamReader(stream);
        await DataAsync(reader, text => text.Contains("\"channel\":\"account:alice\",\"type\":\"snapshot\"")
            && text.Contains("\"equity\":\"1000000\""));
        await web.Prices.DepositAsync("alice", 5m);
        await DataAsync(reader, text => text.Contains("\"type\":\"delta\"") && text.Contains("\"equity\":\"1000005\""));
    }

    private static async Task DataAsync(StreamReader reader, Func<string, bool> holds)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync() ?? throw new EndOfStreamException();
            if (line.StartsWith("data: ", StringComparison.Ordinal) && holds(line))
            {
                return;
            }
        }
    }
}
