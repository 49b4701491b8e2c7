using System.Net;
using System.Net.Sockets;
using OrleansLeverage.Tests.Repository;
using Xunit;

namespace OrleansLeverage.Tests.App;

/// <summary>
/// What a real <c>serve</c> says, and how it ends, where the disk or the journal is not what it must be.
/// </summary>
[Trait("Category", "Process")]
public sealed class ServeFaultTests
{
    /// <summary>One source that need not speak often: the tests are not about prices.</summary>
    public const string OneSource = """
        { "feeds": [ { "feed": "BTC-USD", "sourcesConfigured": 1, "minSources": 1, "jumpConfirmations": 1,
          "heartbeatMs": 600000, "graceMs": 0, "ageMaxMs": 600000, "frozenMs": 0, "cleanEpochsToLeaveStale": 1,
          "resumeEpochs": 0, "tickSize": 0.01 } ] }
        """;

    [Fact]
    public async Task AnOrderlyEndKeepsEverythingAndLeavesASnapshot()
    {
        using var folder = new TemporaryFolder();
        var client = new GridClient(1);
        await using (var serve = Serve(folder["data"]))
        {
            using var http = GridClient.Http(await serve.AnswersAsync());
            Assert.Equal("applied", await client.DepositAsync(http, "alice", 123.45m));
            var second = LeverageProcess.Start("serve", "--data", folder["data"], "--port", "0",
                "--insecure-local");
            Assert.Equal(1, await second.EndsAsync());
            Assert.Contains("already open, here or in another process", second.Error, StringComparison.Ordinal);
            Assert.Equal(0, await serve.SignalAsync(LeverageProcess.Interrupt));
            Assert.Contains("stopped; everything acknowledged is in", serve.Error, StringComparison.Ordinal);
        }
        Assert.Single(Directory.GetFiles(folder["data"], "snapshot-*.bin"));
        await using var again = Serve(folder["data"]);
        using var after = GridClient.Http(await again.AnswersAsync());
        var alice = (await GridClient.AccountAsync(after, "alice"))!.Value;
        Assert.Equal("123.45", alice.GetProperty("balances")[0].GetProperty("amount").GetString());
        Assert.Equal(0, await again.SignalAsync(LeverageProcess.Terminate));
    }

    [Fact]
    public async Task ABusyPortIsSaidAndNothingIsHeld()
    {
        using var folder = new TemporaryFolder();
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        await using var serve = LeverageProcess.Start("serve", "--data", folder["data"], "--insecure-local",
            "--port", LeverageProcess.Number(port));
        Assert.Equal(1, await serve.EndsAsync());
        Assert.Contains($"port {port} cannot be used", serve.Error, StringComparison.Ordinal);
        Assert.Contains("--port", serve.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync("verify", "--data", folder["data"])).Code);
    }

    [Fact]
    public async Task AReadOnlyFolderIsAnErrorWithWhatToDo()
    {
        if (!CanMount())
        {
            return;
        }
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        await using var serve = LeverageProcess.StartMounted(
            $"mount --bind '{folder["data"]}' '{folder["data"]}' && mount -o remount,ro,bind '{folder["data"]}'",
            "serve", "--insecure-local", "--data", folder["data"], "--port", "0", "--json");
        Assert.Equal(1, await serve.EndsAsync());
        Assert.Contains("read-only", serve.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(folder["data"], serve.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder["data"]));
    }

    [Fact]
    public async Task AFullDiskRefusesWritesKeepsReadsAndRecoversByItself()
    {
        if (!CanMount())
        {
            return;
        }
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["disk"]);
        await using var serve = LeverageProcess.StartMounted(
            $"mount -t tmpfs -o size=6m none '{folder["disk"]}' "
                + $"&& head -c 5000000 /dev/zero > '{folder["disk"]}/filler'",
            "serve", "--insecure-local", "--data", folder["disk/data"], "--port", "0", "--json");
        using var http = GridClient.Http(await serve.AnswersAsync());
        var client = new GridClient(2);
        var code = "applied";
        for (var i = 0; i < 20_000 && code == "applied"; i++)
        {
            code = await client.DepositAsync(http, "alice", 0.01m);
        }
        Assert.Contains(code, new[] { "retry", "outcome_unknown" });
        await serve.SaysAsync("writes are refused, reads go on");
        Assert.Contains("full", serve.Error, StringComparison.Ordinal);
        Assert.NotNull(await GridClient.AccountAsync(http, "alice"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("healthz/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz/live")).StatusCode);

        // room again, seen from outside the namespace
        File.Delete($"/proc/{serve.Id}/root{folder["disk/filler"]}");
        for (var i = 0; i < 50 && client.Unknown > 0; i++)
        {
            await client.ResolveAsync(http);
        }
        Assert.Equal(0, client.Unknown);
        await serve.SaysAsync("writes are taken again");
        var alice = (await GridClient.AccountAsync(http, "alice"))!.Value;
        Assert.Equal(0.01m * client.Acknowledged.Count, GridClient.Of(alice.GetProperty("balances")[0], "amount"));

        // the disk goes with its process, so a copy is made of what is on it, and proven
        CopyJournal($"/proc/{serve.Id}/root{folder["disk/data"]}", folder["copy"]);
        await serve.KillAsync();
        var verify = await Cli.RunAsync("verify", "--data", folder["copy"]);
        Assert.True(verify.Code == 0, verify.Output + verify.Error);
        Assert.Contains($"{client.Acknowledged.Count} commands applied", verify.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATornEndThatNobodyWasToldOfIsDroppedAndSaid()
    {
        using var folder = new TemporaryFolder();
        var client = await KilledAsync(folder["data"]);
        var log = Directory.GetFiles(folder["data"], "*-wal").Single();
        // the beginning of a frame whose commit never came
        await File.AppendAllBytesAsync(log, File.ReadAllBytes(log).AsSpan(32, 1000).ToArray());
        await using var serve = LeverageProcess.Start("serve", "--data", folder["data"], "--port", "0",
                "--insecure-local");
        await serve.SaysAsync("Press Ctrl+C");
        Assert.Contains("bytes of an incomplete batch", serve.Output, StringComparison.Ordinal);
        Assert.Contains("it was never acknowledged", serve.Output, StringComparison.Ordinal);
        Assert.Equal(0, await serve.SignalAsync(LeverageProcess.Terminate));
        var verify = await Cli.RunAsync("verify", "--data", folder["data"]);
        Assert.True(verify.Code == 0, verify.Output + verify.Error);
        Assert.Contains($"{client.Acknowledged.Count} commands applied", verify.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALostEndThatWasAcknowledgedIsRefusedAndNeverPassedOver()
    {
        using var folder = new TemporaryFolder();
        await KilledAsync(folder["data"]);
        var log = Directory.GetFiles(folder["data"], "*-wal").Single();
        using (var file = File.OpenWrite(log))
        {
            file.SetLength(file.Length / 2);
        }
        await using var serve = LeverageProcess.Start("serve", "--data", folder["data"], "--port", "0",
                "--insecure-local");
        Assert.Equal(1, await serve.EndsAsync());
        Assert.Contains("acknowledged batches are missing", serve.Error, StringComparison.Ordinal);
        Assert.Contains("state_regressed", serve.Error, StringComparison.Ordinal);
        Assert.Contains("leverage restore", serve.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFlippedByteIsNamedByItsBatchAndNothingIsServed()
    {
        using var folder = new TemporaryFolder();
        await KilledAsync(folder["data"]);
        // an orderly end folds the log into the file, where the byte is flipped
        await using (var tidy = Serve(folder["data"]))
        {
            await tidy.AnswersAsync();
            await tidy.SignalAsync(LeverageProcess.Terminate);
        }
        foreach (var snapshot in Directory.GetFiles(folder["data"], "snapshot-*.bin"))
        {
            File.Delete(snapshot);
        }
        var segment = Directory.GetFiles(folder["data"], "journal-*.db").Order(StringComparer.Ordinal).First();
        var bytes = await File.ReadAllBytesAsync(segment);
        // everywhere: a page may keep stale copies of what was moved elsewhere
        for (int from = 0, at; (at = bytes.AsSpan(from).IndexOf("alice"u8)) >= 0; from += at + 1)
        {
            bytes[from + at] ^= 4;
        }
        await File.WriteAllBytesAsync(segment, bytes);
        await using var serve = LeverageProcess.Start("serve", "--data", folder["data"], "--port", "0",
                "--insecure-local");
        Assert.Equal(1, await serve.EndsAsync());
        Assert.Contains("at sequence", serve.Error, StringComparison.Ordinal);
        Assert.Contains("state_corrupt", serve.Error, StringComparison.Ordinal);
        Assert.Contains("leverage restore", serve.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"feeds\": [ { \"feed\": \"BTC-USD\", \"minSources\": 9 } ] }", "minSources 9 is not in 1..5")]
    [InlineData("{ \"feeds\": [ { \"feed\": \"XYZ-USD\" } ] }", "XYZ-USD is no feed of the instruments")]
    [InlineData("{ \"feed\": [] }", "feed")]
    public async Task ABadOracleFileIsUsageAndTouchesNothing(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var run = await Cli.RunAsync("serve", "--insecure-local", "--data", folder["data"], "--oracle",
            folder.Write("oracle.json", text));
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data"]));
    }

    [Fact]
    public async Task InstrumentsThatTheJournalWasNotWrittenUnderAreRefused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        var hash = JournalMaker.Fill(folder["data"], snapshot: true);
        Directory.CreateDirectory(folder["rules"]);
        const string Profiles = "src/OrleansLeverage.Domain/Rules/Profiles/";
        folder.Write("rules/worked.json", RepositoryFiles.File(Profiles + "worked.rules.json").Text);
        var instruments = folder.Write("few.json", RepositoryFiles.File(Profiles + "worked.instruments.json").Text);
        foreach (var verb in (string[])["serve", "verify"])
        {
            var run = await Cli.RunAsync(
                [verb, "--data", folder["data"], "--instruments", instruments, "--rules", folder["rules"],
                    .. verb == "serve" ? ["--insecure-local"] : Array.Empty<string>()]);
            Assert.Equal(1, run.Code);
            Assert.Contains("cannot be read into a state", run.Output + run.Error, StringComparison.Ordinal);
        }
        var whole = await Cli.RunAsync("verify", "--data", folder["data"]);
        Assert.Contains(hash, whole.Output, StringComparison.Ordinal);
        Assert.Equal(0, whole.Code);
    }

    private static LeverageProcess Serve(string data) => LeverageProcess.Start(
        "serve", "--insecure-local", "--data", data, "--port", "0", "--json");

    /// <summary>A journal with acknowledged deposits, left by a process that was killed.</summary>
    private static async Task<GridClient> KilledAsync(string data)
    {
        var client = new GridClient(3);
        await using var serve = Serve(data);
        using var http = GridClient.Http(await serve.AnswersAsync());
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("applied", await client.DepositAsync(http, "alice", 1m));
        }
        await serve.KillAsync();
        return client;
    }

    private static bool CanMount()
    {
        var can = LeverageProcess.CanMount();
        if (!can)
        {
            Console.WriteLine("this machine does not let users mount in a namespace of their own: not tested");
        }
        return can;
    }

    private static void CopyJournal(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var path in Directory.GetFiles(from).Where(p =>
            Path.GetFileName(p) is not ("lock" or [.., '-', 's', 'h', 'm'])))
        {
            File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
        }
    }
}
