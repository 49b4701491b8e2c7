using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.Security;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Edge;
using Xunit;

namespace OrleansLeverage.Tests.Web;

public sealed partial class GridServerTests
{
    [Fact]
    public async Task ABusyPortMovesOnToTheNextFreeOne()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options with { Port = port });
        Assert.InRange(server.Address.Port, port + 1, port + 100);
        Assert.Equal(200, (await RawHttp.GetAsync(server.Address.Port, "/healthz/live")).Status);
        var stays = OpenServer.Options with { Port = port, MovesOnFromBusyPort = false };
        var refused = await Assert.ThrowsAsync<IOException>(() => GridServer.StartAsync(new StubGrid(), stays));
        Assert.Contains($"{port}", refused.Message);
    }

    [Fact]
    public async Task StoppingEndsStreamsAndTheGridStays()
    {
        var grid = new StubGrid();
        var server = await GridServer.StartAsync(grid, OpenServer.Options);
        using var client = new HttpClient();
        await using var stream = await client.GetStreamAsync(new Uri(server.Address, "/v1/stream"));
        Assert.True(await stream.ReadAsync(new byte[100]) > 0);
        var stopped = server.DisposeAsync().AsTask();
        while (await stream.ReadAsync(new byte[100]) > 0)
        {
        }
        await stopped;
        Assert.Equal(GridCondition.Ready, grid.Health.Condition);
    }

    [Theory]
    [InlineData(GridCondition.Recovering, 503, 503)]
    [InlineData(GridCondition.Ready, 200, 200)]
    [InlineData(GridCondition.Degraded, 200, 200)]
    [InlineData(GridCondition.ReadOnly, 200, 503)]
    [InlineData(GridCondition.Stopped, 200, 503)]
    public async Task HealthIsTheGridsCondition(GridCondition condition, int startup, int ready)
    {
        var grid = new StubGrid { Health = new GridHealth(condition, "because", 1, 2, 3) };
        await using var server = await GridServer.StartAsync(grid, OpenServer.Options);
        var port = server.Address.Port;
        Assert.Equal(startup, (await RawHttp.GetAsync(port, "/healthz/startup")).Status);
        var answer = await RawHttp.GetAsync(port, "/healthz/ready");
        Assert.Equal((ready, "because"), (answer.Status, answer.Json.GetProperty("reason").GetString()));
        Assert.Equal(200, (await RawHttp.GetAsync(port, "/healthz/live")).Status);
    }

    [Fact]
    public async Task WhatIsNotMeasuredIsNotZero()
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var answer = await RawHttp.GetAsync(server.Address.Port, "/v1/system");
        Assert.Equal((503, "not_measured"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task ACommandThatIsNotDurableInTimeIsOfUnknownOutcome()
    {
        var grid = new StubGrid
        {
            Execute = async (command, cancellation) =>
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                return new CommandResult(command.Id, CommandStatus.Applied, 1, default);
            },
        };
        var limits = new EdgeLimits { CommandTimeout = TimeSpan.FromMilliseconds(20) };
        await using var server = await GridServer.StartAsync(grid, OpenServer.Options with { Limits = limits });
        var answer = await RawHttp.PostAsync(server.Address.Port, "/v1/collateral",
            """{"commandId":"01JZ8Q6Z7V5N3K2M4P6R8T0WXY","account":"a","asset":"USD","amount":"1"}""");
        Assert.Equal((503, "outcome_unknown"), (answer.Status, answer.Code));
        Assert.Equal("1", answer.Headers["Retry-After"]);
    }

    [Theory]
    [InlineData(CommandStatus.Applied, 200, "applied")]
    [InlineData(CommandStatus.Duplicate, 200, "duplicate")]
    [InlineData(CommandStatus.CommandIdReused, 409, "command_id_reused")]
    [InlineData(CommandStatus.UnknownAccount, 404, "not_found")]
    [InlineData(CommandStatus.InsufficientBalance, 422, "insufficient_collateral")]
    [InlineData(CommandStatus.Overloaded, 429, "overloaded")]
    [InlineData(CommandStatus.StorageUnavailable, 503, "retry")]
    [InlineData(CommandStatus.OutcomeUnknown, 503, "outcome_unknown")]
    public async Task EveryStatusHasItsAnswer(CommandStatus status, int http, string code)
    {
        var grid = new StubGrid { Execute = (command, _) => new(new CommandResult(command.Id, status, 7, default)) };
        await using var server = await GridServer.StartAsync(grid, OpenServer.Options);
        var answer = await RawHttp.PostAsync(server.Address.Port, "/v1/collateral",
            """{"commandId":"01JZ8Q6Z7V5N3K2M4P6R8T0WXY","account":"a","asset":"USD","amount":"-1"}""");
        Assert.Equal((http, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task ThePageIsWholeAndNeedsNothingFromElsewhere()
    {
        await using var server = await GridServer.StartAsync(new StubGrid(), OpenServer.Options);
        var page = await RawHttp.GetAsync(server.Address.Port, "/");
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Headers["Content-Type"]));
        foreach (Match part in Parts().Matches(page.Body))
        {
            var target = new Uri(server.Address, part.Groups["target"].Value);
            Assert.Equal(server.Address.Authority, target.Authority);
            Assert.True((await RawHttp.GetAsync(server.Address.Port, target.AbsolutePath)).Status is 200 or 503,
                target.AbsolutePath);
        }
        Assert.DoesNotContain("style=", page.Body);
        Assert.DoesNotMatch("<script(?! [^>]*src=)|<style| on[a-z]+=", page.Body);
    }

    [Fact]
    public async Task ThePageIsToldWhatIsOffered()
    {
        await using var server = await GridServer.StartAsync(new StubGrid(),
            OpenServer.Options with { Mode = "REPLAY" });
        var page = (await RawHttp.GetAsync(server.Address.Port, "/")).Body;
        // an assembly that was built without Node says how to get the dashboard
        Assert.True(page.Contains("name=\"leverage-mode\" content=\"REPLAY\"") || page.Contains("dotnet build"));
        Assert.True(page.Contains("GET:accounts/{id}") || page.Contains("Install Node"));
    }

    [Fact]
    public async Task WhatWasSentIsWhatIsRead()
    {
        await using var web = await WebGrid.StartAsync();
        var fill = BadInputs.ValidRequest.Fill(web);
        var applied = await RawHttp.PostAsync(web.Port, "/v1/fills", fill.ToString());
        Assert.Equal("applied", applied.Code);
        Assert.True(applied.Json.GetProperty("seq").GetInt64() > 0);
        var again = await RawHttp.PostAsync(web.Port, "/v1/fills", fill.ToString());
        Assert.Equal("duplicate", again.Code);
        Assert.Equal("applied", again.Json.GetProperty("items")[0].GetProperty("original").GetString());
        var account = (await RawHttp.GetAsync(web.Port, "/v1/accounts/alice")).Json;
        Assert.Equal("999999", account.GetProperty("equity").GetString());
        var position = account.GetProperty("positions")[0];
        Assert.Equal(("BTC-USD-PERP", "long", "1"), (position.GetProperty("symbol").GetString(),
            position.GetProperty("side").GetString(), position.GetProperty("contracts").GetString()));
        var asOf = account.GetProperty("asOf");
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(asOf.GetProperty("timestamp").GetInt64()),
            DateTimeOffset.Parse(asOf.GetProperty("datetime").GetString()!));
    }

    [Fact]
    public async Task ABatchOfFillsIsAppliedWholeOrNotAtAll()
    {
        await using var web = await WebGrid.StartAsync();
        var good = BadInputs.ValidRequest.Fill(web);
        var tooBig = BadInputs.ValidRequest.Fill(web).With("qty", "\"20001\"");
        var refused = await RawHttp.PostAsync(web.Port, "/v1/fills", $$"""{"fills":[{{good}},{{tooBig}}]}""");
        Assert.Equal((422, "qty_out_of_range"), (refused.Status, refused.Code));
        Assert.Empty((await web.Grid.AccountAsync(GridFixture.Account("alice")))!.Positions);
        var twice = await RawHttp.PostAsync(web.Port, "/v1/fills", $$"""{"fills":[{{good}},{{good}}]}""");
        Assert.Equal("dup_in_batch", twice.Code);
        var other = BadInputs.ValidRequest.Fill(web);
        var both = await RawHttp.PostAsync(web.Port, "/v1/fills", $$"""{"fills":[{{good}},{{other}}]}""");
        Assert.Equal((200, "per_item"), (both.Status, both.Code));
        var held = (await web.Grid.AccountAsync(GridFixture.Account("alice")))!.Positions.Single().Position.Quantity;
        Assert.Equal(new Quantity(2m), held);
    }

    [GeneratedRegex("(?:href|src)=\"(?<target>[^\"]+)\"")]
    private static partial Regex Parts();
}
