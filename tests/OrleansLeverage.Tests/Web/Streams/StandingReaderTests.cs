using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using OrleansLeverage.Engine;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Web.BadInputs;
using Xunit;

namespace OrleansLeverage.Tests.Web.Streams;

/// <summary>
/// A reader over a real connection that stands still: the system in between must not keep megabytes of what is old for
/// it, or it would be told minutes late and never of what it missed.
/// </summary>
public sealed class StandingReaderTests
{
    private const int Events = 12;

    [Fact]
    public async Task WhatItMissedIsLeftOutAndTheNewestComesNext()
    {
        var grid = new StubGrid();
        await using var server = await StubServer.StartAsync(grid);
        using var reader = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 4096,
        };
        await reader.ConnectAsync(IPAddress.Loopback, server.Port);
        await reader.SendAsync(Encoding.ASCII.GetBytes(RawHttp.Head("GET", "/v1/stream?channels=system")));
        var large = await LargeAsync();
        for (var i = 1; i <= Events; i++)
        {
            // each is other than the one before, in all of its rows
            var ratio = i;
            grid.Publish(large with
            {
                Frame = new(1, i),
                MostAtRisk = [.. large.MostAtRisk.Select(row => row with { MarginRatio = ratio + row.MarginRatio })],
            });
            await GridFixture.EventuallyAsync(() => SeqAsync(server), seq => seq == ratio, "the figures do not come");
            await Task.Delay(120);
        }
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (!text.ToString().Contains($"\"seq\":{Events},", StringComparison.Ordinal))
        {
            text.Append(Encoding.ASCII.GetString(buffer, 0, await reader.ReceiveAsync(buffer)));
        }
        var ids = Regex.Matches(text.ToString(), @"(?m)^id: (\d+)")
            .Select(id => long.Parse(id.Groups[1].Value)).ToArray();
        Assert.True(ids[^1] - ids[0] >= Events - 2, string.Join(' ', ids));
        Assert.True(ids.Length < Events - 3, $"all of {ids.Length} events were kept for it");
    }

    private static async Task<long> SeqAsync(StubServer server) =>
        (await RawHttp.GetAsync(server.Port, "/v1/system")).Json.GetProperty("seq").GetInt64();

    /// <summary>Figures whose event has a quarter of a megabyte.</summary>
    private static async Task<SystemFigures> LargeAsync()
    {
        await using var web = await WebGrid.StartAsync();
        await RawHttp.PostAsync(web.Port, "/v1/fills", ValidRequest.Fill(web).ToString());
        var figures = await GridFixture.EventuallyAsync(() => Task.FromResult(web.Grid.System),
            found => found is not null, "no figures");
        return figures! with
        {
            MostAtRisk = [.. Enumerable.Range(0, 2500).Select(i => new AccountAtRisk(new($"account-{i}"),
                OrleansLeverage.Domain.RiskTier.Warning, i / 7.0, 1000.0 + i))],
        };
    }
}
