using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Members in Azure tables, by configuration alone: the silo is built beside everything else with the package that is
/// otherwise left out, so that where a source does not carry it nothing but this is missing.
/// </summary>
public sealed class AzureTableTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [ProcessFact]
    public async Task Silos_find_each_other_and_their_dead_in_tables()
    {
        var artifacts = Directory.CreateTempSubdirectory("leverage-table-");
        if (await BuildAsync(artifacts.FullName) is not { } program)
        {
            output.WriteLine("not exercised: the package source does not carry the package for table clustering");
            return;
        }
        await using var azurite = await Azurite.StartWithTablesAsync();
        await using var silos = new SiloProcesses(postgres: null, azurite.Port, silos: 2) { Program = program };
        silos.Settings["Clustering"] = "Configured";
        silos.Environment["Orleans__Clustering__ProviderType"] = "AzureTableStorage";
        silos.Environment["Orleans__Clustering__ConnectionString"] = azurite.TableConnectionString;
        await silos.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var deposit = new Deposit(CommandId.Series(1, 1, i + 1), new AccountId($"a-{i}"), AssetId.Usd, 1m);
            Assert.True((await silos.Grid.ExecuteAsync(deposit)).IsApplied);
        }
        await silos.CoveredAsync(Patience);
        Assert.Equal(2, silos.Grid.Reading!.Silos);

        silos.Signal(0, ChildProcess.Kill);
        await silos.EndsAsync(0);

        await silos.CoveredAsync(Patience);
        Assert.Equal((1, 20L), (silos.Grid.Reading!.Silos, silos.Grid.Reading.Covered));
        var again = await silos.Grid.ExecuteAsync(
            new Deposit(CommandId.Series(1, 1, 1), new AccountId("a-0"), AssetId.Usd, 1m));
        Assert.Equal(CommandStatus.Duplicate, again.Status);
        artifacts.Delete(recursive: true);
    }

    /// <summary>The silo's program with table clustering; null where its package is not to be had.</summary>
    private static async Task<string?> BuildAsync(string artifacts)
    {
        await using var build = ChildProcess.Start("dotnet", ["build",
            Path.Combine(Servers.Root, "src", "OrleansLeverage.Silo"), "-c", "Release", "-p:AzureTableClustering=true",
            "--artifacts-path", artifacts, "-v", "q", "-nologo", "--disable-build-servers"]);
        var code = await build.EndsAsync(TimeSpan.FromMinutes(5));
        if (build.Said.Contains("error NU1101", StringComparison.Ordinal)
            || build.Said.Contains("error NU1102", StringComparison.Ordinal))
        {
            return null;
        }
        Assert.True(code == 0, build.Said);
        return Path.Combine(artifacts, "bin", "OrleansLeverage.Silo", "release", "OrleansLeverage.Silo.dll");
    }
}
