using OrleansLeverage.Tests.App;
using OrleansLeverage.Tests.Web.BadInputs;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>Whoever is told that something was done can find it on record after a loss of power.</summary>
public sealed class AuditSyncTests
{
    [Fact]
    public async Task ACommandIsOnDiskBeforeItIsAnswered()
    {
        using var folder = new TemporaryFolder();
        await using var web = await WebGrid.StartAsync();
        await using var server = await GridServer.StartAsync(web.Grid, OpenServer.Options with
        {
            // its clock stands still, so that nothing is synced by itself
            Clock = web.Time, AuditFile = folder["audit.ndjson"],
        });
        var trail = server.Services.GetRequiredService<AuditTrail>();
        for (var i = 0; i < 3; i++)
        {
            var answer = await RawHttp.PostAsync(server.Address.Port, "/v1/fills", ValidRequest.Fill(web).ToString());
            Assert.Equal("applied", answer.Code);
            Assert.Equal(("applied", trail.Head.Seq), (trail.Newest(1)[0].Outcome, trail.Synced));
        }
        // a refusal is written and not waited for
        await RawHttp.GetAsync(server.Address.Port, "/v1/system?x=1");
        Assert.Equal(trail.Head.Seq - 1, trail.Synced);
        await trail.SyncAsync();
        Assert.Equal(trail.Head.Seq, trail.Synced);
    }

    [Fact]
    public async Task ManyWaitForOneSyncAndEachForItsOwnRecord()
    {
        using var folder = new TemporaryFolder();
        await using var web = await WebGrid.StartAsync();
        await using var server = await GridServer.StartAsync(web.Grid, OpenServer.Options with
        {
            Clock = web.Time, AuditFile = folder["audit.ndjson"],
        });
        var trail = server.Services.GetRequiredService<AuditTrail>();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            trail.Record(new AuditEntry("test", "done") { Target = $"t-{i}" });
            var mine = trail.Newest(1)[0].Seq;
            await trail.SyncAsync();
            Assert.True(trail.Synced >= mine);
        })));
        await server.DisposeAsync();
        Assert.Null(AuditChain.Verify(folder["audit.ndjson"]).Fault);
    }
}
