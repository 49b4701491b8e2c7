using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLeverage.Web;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;
using Xunit;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>Every command and every refusal, in a chain that shows what was done to it.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audit").FullName;

    private string FilePath => Path.Combine(_folder, "audit.ndjson");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task CommandsAndRefusalsAreOnRecordAndPricesAreNot()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(access: keys.Access);
        var fill = BadInputs.ValidRequest.Fill(web);
        await RawHttp.PostAsync(web.Port, "/v1/fills", fill.ToString(), keys.Header("trade"));
        await RawHttp.PostAsync(web.Port, "/v1/fills", fill.With("qty", "\"2\"").ToString(), keys.Header("trade"));
        await RawHttp.PostAsync(web.Port, "/v1/ticks", BadInputs.ValidRequest.Tick(web).ToString(),
            keys.Header("oracle"));
        await RawHttp.GetAsync(web.Port, "/v1/system", keys.Header("trade"));
        var id = fill["fillId"].Trim('"');
        var answer = (await RawHttp.GetAsync(web.Port, "/v1/audit?limit=10", keys.Header("admin"))).Json;
        Assert.Equal(
            [
                "trade GET /v1/system insufficient_scope ", $"trade POST /v1/fills fill_conflict {id}",
                $"trade POST /v1/fills applied {id}",
            ],
            answer.GetProperty("items").EnumerateArray().Select(row => string.Join(' ', row.GetProperty("principal"),
                row.GetProperty("action"), row.GetProperty("result"), row.GetProperty("target").GetString())));
        var first = (await RawHttp.GetAsync(web.Port, "/v1/audit?limit=1", keys.Header("admin"))).Json;
        var next = (await RawHttp.GetAsync(web.Port,
            $"/v1/audit?limit=1&cursor={first.GetProperty("nextCursor").GetString()}", keys.Header("admin"))).Json;
        Assert.Equal("fill_conflict", next.GetProperty("items")[0].GetProperty("result").GetString());
        Assert.Equal("bad_query",
            (await RawHttp.GetAsync(web.Port, "/v1/audit?limit=0", keys.Header("admin"))).Code);
        Assert.Equal("bad_cursor",
            (await RawHttp.GetAsync(web.Port, "/v1/audit?cursor=x", keys.Header("admin"))).Code);
    }

    /// <summary>The chain as its reader would walk it, not as the code does.</summary>
    [Fact]
    public void EachLineHoldsTheHashOfTheOneBefore()
    {
        Write(3);
        Write(2);
        var prev = new string('0', 64);
        var seq = 0;
        foreach (var line in File.ReadAllLines(FilePath))
        {
            using var row = JsonDocument.Parse(line);
            Assert.Equal((++seq, prev), (row.RootElement.GetProperty("seq").GetInt32(),
                row.RootElement.GetProperty("prev").GetString()));
            prev = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));
        }
        Assert.Equal((7, null), AuditChain.Verify(FilePath));
    }

    [Theory]
    [InlineData("change")]
    [InlineData("remove")]
    [InlineData("swap")]
    [InlineData("garbage")]
    public void WhatWasDoneToItIsSeen(string how)
    {
        Write(5);
        var lines = File.ReadAllLines(FilePath);
        File.WriteAllLines(FilePath, how switch
        {
            "change" => lines.Select((line, at) => at == 2 ? line.Replace("done", "gone") : line),
            "remove" => lines.Where((_, at) => at != 2),
            "swap" => [lines[0], lines[2], lines[1], .. lines[3..]],
            _ => lines.Select((line, at) => at == 2 ? "{" : line),
        });
        Assert.NotNull(AuditChain.Verify(FilePath).Fault);
    }

    [Fact]
    public void ALineThatACrashCutOffIsCutAway()
    {
        Write(3);
        File.AppendAllText(FilePath, "{\"seq\":5,\"ts\":\"2");
        Write(1);
        Assert.Equal((6, null), AuditChain.Verify(FilePath));
    }

    [Fact]
    public void AFullFileIsSetAsideAndTheOldestGoes()
    {
        Write(40, bytes: 2_000, files: 2);
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
        Assert.All(Directory.GetFiles(_folder), file => Assert.InRange(new FileInfo(file).Length, 1, 2_000));
        var (lines, fault) = AuditChain.Verify(FilePath);
        Assert.Null(fault);
        Assert.InRange(lines, 10, 40);
        // and it goes on where it was, also when the newest file is lost between two renames
        File.Delete(FilePath);
        Write(1, bytes: 2_000, files: 2);
        Assert.Null(AuditChain.Verify(FilePath).Fault);
    }

    [Fact]
    public void AFileOfSomethingElseIsNotWrittenOver()
    {
        File.WriteAllText(FilePath, "my diary\n");
        Assert.Throws<FormatException>(() => Write(1));
        Assert.Equal("my diary\n", File.ReadAllText(FilePath));
    }

    [Fact]
    public async Task WhoeverAsksTooMuchIsCountedInsteadOfWrittenDown()
    {
        using var keys = new TestKeys();
        await using var web = await WebGrid.StartAsync(new EdgeLimits
        {
            AuditedRefusalsBurst = 2, AuditedRefusalsPerSecond = 1, FailedAttemptsPerMinute = 1_000,
        }, keys.Access);
        for (var i = 0; i < 10; i++)
        {
            await RawHttp.GetAsync(web.Port, "/v1/system", "X-Api-Key: x");
        }
        Assert.InRange(web.Audits.Count, 2, 5);
        var fill = BadInputs.ValidRequest.Fill(web).ToString();
        Assert.Equal("applied", (await RawHttp.PostAsync(web.Port, "/v1/fills", fill, keys.Header("trade"))).Code);
        Assert.Equal("applied", web.Audits[0].Outcome);
    }

    /// <summary>Secrets are sent in every way that there is; none is found again in the audit or the log.</summary>
    [Fact]
    public async Task NothingSecretIsWrittenDown()
    {
        using var keys = new TestKeys();
        var log = new StringWriter();
        var console = Console.Error;
        Console.SetError(TextWriter.Synchronized(log));
        string link;
        try
        {
            await using var grid = new StubGrid();
            await using var server = await GridServer.StartAsync(grid, new GridServerOptions
            {
                Port = 0, Access = keys.Access, AuditFile = FilePath, LogLevel = LogLevel.Trace,
            });
            link = server.LoginLink!.Fragment["#/login/".Length..];
            var port = server.Address.Port;
            await RawHttp.GetAsync(port, "/v1/me", keys.Header("read"));
            await RawHttp.GetAsync(port, "/v1/fills", keys.Header("read"));
            await RawHttp.GetAsync(port, "/v1/system", $"Authorization: Basic {keys["trade"]}");
            await RawHttp.GetAsync(port, $"/v1/system?api_key={keys["operate"]}");
            var login = await RawHttp.PostAsync(port, "/v1/session", $$"""{"token":"{{link}}"}""");
            Assert.Equal(200, login.Status);
            await RawHttp.PostAsync(port, "/v1/session", $$"""{"key":"{{keys["admin"]}}"}""");
            await RawHttp.GetAsync(port, "/v1/me", "Cookie: " + login.Headers["Set-Cookie"].Split(';')[0]);
        }
        finally
        {
            Console.SetError(console);
        }
        var written = await File.ReadAllTextAsync(FilePath) + log;
        Assert.Contains("key_in_url", written, StringComparison.Ordinal);
        Assert.DoesNotContain(link, written, StringComparison.Ordinal);
        Assert.All(ScopeNames.All, row =>
            Assert.DoesNotContain(keys[row.Name][17..], written, StringComparison.Ordinal));
    }

    private void Write(int count, long bytes = 1 << 20, int files = 16)
    {
        using var trail = new AuditTrail(OpenServer.Options with
        {
            AuditFile = FilePath, Limits = new EdgeLimits { AuditFileBytes = bytes, AuditFiles = files },
        }, NullLogger<AuditTrail>.Instance);
        for (var i = 0; i < count; i++)
        {
            trail.Record(new AuditEntry("POST /v1/x", "done") { Target = $"t{i}" });
        }
    }
}
