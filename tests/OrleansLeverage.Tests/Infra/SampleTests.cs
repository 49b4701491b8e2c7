using System.Diagnostics;
using System.Text.Json;
using OrleansLeverage.Tests.Repository;
using OrleansLeverage.Tests.Web;
using Xunit;

namespace OrleansLeverage.Tests.Infra;

/// <summary>The samples run as their first lines say, against a server.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task ADepositIsAppliedAndTheLeverageTold()
    {
        await using var web = await WebGrid.StartAsync();
        // the sample's clock is the machine's, and the grid remembers ids of its own time
        web.Time.Advance(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - web.Time.NowMs);
        var (code, words) = await RunAsync("deposit.cs", Address(web), "alice", "250.5");
        Assert.True(code == 0, words);
        Assert.Contains("applied; equity 1000250.5, leverage 0", words);
    }

    [Fact]
    public async Task TheStreamIsToldAsItComes()
    {
        await using var web = await WebGrid.StartAsync();
        var (code, words) = await RunAsync("watch.cs", Address(web), "1");
        Assert.True(code == 0, words);
        Assert.Contains("at risk 0", words);
    }

    [Fact]
    public void TheNotebookIsOneThatOnlyReads()
    {
        using var notebook = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(RepositoryFiles.Root, "samples", "leverage.ipynb")));
        var code = string.Concat(notebook.RootElement.GetProperty("cells").EnumerateArray()
            .SelectMany(cell => cell.GetProperty("source").EnumerateArray()).Select(line => line.GetString()));
        Assert.Contains("requests.get", code);
        Assert.DoesNotMatch(@"requests\.(post|put|patch|delete)", code);
        Assert.All(notebook.RootElement.GetProperty("cells").EnumerateArray(), cell => Assert.True(
            !cell.TryGetProperty("outputs", out var outputs) || outputs.GetArrayLength() == 0));
    }

    private static string Address(WebGrid web) => $"http://127.0.0.1:{web.Port}";

    private static async Task<(int Code, string Words)> RunAsync(string sample, params string[] args)
    {
        using var run = Process.Start(new ProcessStartInfo("dotnet", ["run", sample, "--", .. args])
        {
            WorkingDirectory = Path.Combine(RepositoryFiles.Root, "samples"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var words = Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        await run.WaitForExitAsync();
        return (run.ExitCode, string.Concat(await words));
    }
}
