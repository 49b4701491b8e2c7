using OrleansLeverage.Cluster.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests.Formats;

/// <summary>A cluster of a build of before, made one of today's silo by silo, and back, while it is used.</summary>
public sealed class UpgradeTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SideBySide = TimeSpan.FromSeconds(4);

    [OldSiloFact]
    public async Task Silos_of_two_builds_side_by_side_lose_nothing_and_apply_nothing_twice()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var azurite = await Azurite.StartAsync();
        await using var silos = new SiloProcesses(postgres, azurite.Port, silos: 3);
        var today = silos.Program;
        silos.Program = OldSiloFactAttribute.Program!;
        await silos.StartAsync();
        var load = new LoadDriver(silos.Grid, workers: 8, accountsPerWorker: 6);
        await load.StartAsync();
        await silos.CoveredAsync(Patience);
        // the last goes back, as one does that is not liked
        foreach (var (silo, program) in new[] { (0, today), (1, today), (2, today), (1, silos.Program) })
        {
            var before = load.Acknowledged;
            silos.Signal(silo, ChildProcess.Terminate);
            Assert.Equal(0, await silos.EndsAsync(silo));
            silos.Program = program;
            await silos.StartAsync(silo);
            await silos.CoveredAsync(Patience);
            await Task.Delay(SideBySide);
            output.WriteLine($"silo {silo} is {(program == today ? "of today" : "of before")}: "
                + $"{load.Acknowledged - before} acknowledged, longest wait "
                + $"{load.SlowestSince().Took.TotalSeconds:0.0} s");
            Assert.True(load.Acknowledged > before, "nothing is acknowledged");
        }
        await load.StopAsync();
        await silos.CoveredAsync(Patience);
        var differences = await load.DifferencesAsync();
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
        output.WriteLine($"{load.Acknowledged} acknowledged over {load.Accounts} accounts");
    }
}
