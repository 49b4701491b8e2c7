using System.Diagnostics;
using Xunit;

namespace OrleansLeverage.Tests.Repository;

/// <summary>The decisions of infra/test.sh: when it may leave the Orleans projects out, and what it sums.</summary>
public sealed class TestScriptTests : IDisposable
{
    private const string Missing =
        "/a/OrleansLeverage.Grains.csproj : error NU1101: Unable to find package Microsoft.Orleans.Server.";

    private readonly string _folder = Directory.CreateTempSubdirectory("test-script").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Missing, true)]
    [InlineData(Missing + "\n/a/OrleansLeverage.Silo.csproj : error NU1102:   - Found 6 version(s)", true)]
    [InlineData("/a/OrleansLeverage.Web.csproj : error NU1101: Unable to find package X.", false)]
    [InlineData("/a/OrleansLeverage.Grains.csproj : error NU1301: Unable to load the service index", false)]
    [InlineData(Missing + "\n/a/OrleansLeverage.Grains.csproj : error NU1603: resolved to another version", false)]
    [InlineData(Missing + "\nerror : the SDK was not found", false)]
    [InlineData("nothing was said", false)]
    public async Task OrleansProjectsAreLeftOutOnlyWhenTheirPackagesAreMissing(string log, bool leftOut)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "log"), log);
        var (code, _) = await Run("only_missing_for log 'OrleansLeverage.Grains.csproj OrleansLeverage.Silo.csproj'");
        Assert.Equal(leftOut, code == 0);
    }

    [Fact]
    public async Task WhatIsLeftOutIsWhatTheFilterLacks()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "infra"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "OrleansLeverage.sln"), """
            "A", "src\A\A.csproj", "{1}"
            "B", "src\B\B.csproj", "{2}"
            """);
        await File.WriteAllTextAsync(Path.Combine(_folder, "infra", "embedded.slnf"), """ "src\\A\\A.csproj" """);
        Assert.Equal("B.csproj", (await Run("orleans_projects")).Output);
    }

    [Fact]
    public async Task CountersAreSummedOverSuites()
    {
        Assert.Equal("0 0 0", (await Run("sum_results .")).Output);
        await File.WriteAllTextAsync(Path.Combine(_folder, "a.trx"), """
            <Counters total="7" executed="6" passed="4" failed="1"
                error="0" timeout="1" aborted="0" notExecuted="0" />
            """);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "b.trx"), """<Counters total="3" passed="3" failed="0" />""");
        Assert.Equal("7 2 1", (await Run("sum_results .")).Output);
    }

    [Theory]
    [InlineData("5 0 2 0", 0, "5 passed, 0 failed, 2 skipped")]
    [InlineData("5 1 0 1", 1, "5 passed, 1 failed, 0 skipped")]
    [InlineData("5 0 0 1", 1, "5 passed, 1 failed, 0 skipped")]
    [InlineData("0 0 0 0", 1, "0 passed, 0 failed, 0 skipped")]
    public async Task TheRunFailsWhenAnythingFailedOrNothingRan(string counts, int code, string line) =>
        Assert.Equal((code, line), await Run($"close {counts}"));

    private async Task<(int Code, string Output)> Run(string command)
    {
        var script = Path.Combine(RepositoryFiles.Root, "infra", "test.sh");
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", $"source '{script}'; {command}"])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
        })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, output.TrimEnd());
    }
}
