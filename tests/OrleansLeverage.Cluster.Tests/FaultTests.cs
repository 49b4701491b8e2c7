using System.Globalization;
using OrleansLeverage.Cluster.Tests.Processes;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Silos killed, frozen and restarted, and storage that is slow, fails and contradicts, under load: nothing
/// acknowledged is lost, nothing is applied twice. Few of each by default; <c>LEVERAGE_FAULTS=full</c> for the counts
/// that releases are held to, <c>kills</c> for their kills alone.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly string? Faults = Environment.GetEnvironmentVariable("LEVERAGE_FAULTS");
    private static readonly bool IsFull = Faults == "full";
    private static readonly TimeSpan GapAim = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CoverPatience = TimeSpan.FromSeconds(60);

    [ProcessFact]
    public async Task Killed_frozen_and_restarted_silos_lose_nothing()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var azurite = await Azurite.StartAsync();
        await using var silos = new SiloProcesses(postgres, azurite.Port, silos: 3);
        await silos.StartAsync();
        var load = new LoadDriver(silos.Grid, workers: 12, accountsPerWorker: 10);
        await load.StartAsync();
        await silos.CoveredAsync(CoverPatience);
        var (kills, freezes, restarts) = IsFull ? (20, 5, 5) : Faults == "kills" ? (20, 0, 0) : (2, 1, 1);
        var random = new Random(3);
        var fault = 0;
        for (var i = 0; i < kills; i++)
        {
            var victim = random.Next(silos.Count);
            await MeasureAsync($"kill {++fault}", silos, load, async () =>
            {
                silos.Signal(victim, ChildProcess.Kill);
                await silos.EndsAsync(victim);
                return await silos.CoveredAsync(CoverPatience);
            });
            await silos.StartAsync(victim);
        }
        for (var i = 0; i < freezes; i++)
        {
            var victim = random.Next(silos.Count);
            await MeasureAsync($"freeze {i + 1}", silos, load, async () =>
            {
                silos.Signal(victim, ChildProcess.Stop);
                await Task.Delay(TimeSpan.FromSeconds(8));
                silos.Signal(victim, ChildProcess.Continue);
                // where it has been voted dead meanwhile it finds out and ends itself
                await Task.Delay(TimeSpan.FromSeconds(3));
                await silos.ForgetIfEndedAsync(victim);
                return await silos.CoveredAsync(CoverPatience);
            });
            await silos.StartIfEndedAsync(victim);
        }
        for (var i = 0; i < restarts; i++)
        {
            var victim = random.Next(silos.Count);
            await MeasureAsync($"restart {i + 1}", silos, load, async () =>
            {
                silos.Signal(victim, ChildProcess.Terminate);
                Assert.Equal(0, await silos.EndsAsync(victim));
                return await silos.CoveredAsync(CoverPatience);
            });
            await silos.StartAsync(victim);
        }
        await CheckAsync(silos, load);
    }

    [ProcessFact]
    public async Task Storage_that_is_slow_fails_and_contradicts_loses_nothing()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var azurite = await Azurite.StartAsync();
        await using var proxy = new FaultProxy(azurite.Port);
        await using var silos = new SiloProcesses(postgres, proxy.Port, silos: 2);
        await silos.StartAsync();
        var load = new LoadDriver(silos.Grid, workers: 8, accountsPerWorker: 6);
        await load.StartAsync();
        foreach (var (fault, oneIn) in new[] { (StorageFault.Slow, 4), (StorageFault.Busy, 4), (StorageFault.Cut, 6),
            (StorageFault.LoseAnswer, 10), (StorageFault.Conflict, 12) })
        {
            var before = proxy.Hit;
            await MeasureAsync($"storage {fault}", silos, load, async () =>
            {
                (proxy.OneIn, proxy.Fault) = (oneIn, fault);
                await Task.Delay(TimeSpan.FromSeconds(IsFull ? 10 : 4));
                proxy.Fault = StorageFault.None;
                return await silos.CoveredAsync(CoverPatience);
            });
            Assert.True(proxy.Hit > before, $"{fault} met no request");
        }
        await CheckAsync(silos, load);
    }

    private async Task MeasureAsync(string name, SiloProcesses silos, LoadDriver load, Func<Task<TimeSpan>> fault)
    {
        load.SlowestSince();
        var before = load.Acknowledged;
        var covered = await fault();
        var (slowest, what) = load.SlowestSince();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: longest wait for an acknowledgement "
            + $"{slowest.TotalSeconds:0.0} s, covered again {covered.TotalSeconds:0.0} s after, "
            + $"{load.Acknowledged - before} acknowledged meanwhile, {silos.Grid.Health.Condition}"));
        if (slowest > GapAim)
        {
            output.WriteLine($"  waited for: {what}");
            for (var silo = 0; silo < silos.Count; silo++)
            {
                var said = silos.Said(silo);
                output.WriteLine($"  silo {silo}: {said[Math.Max(0, said.Length - 6_000)..]}");
            }
        }
    }

    private async Task CheckAsync(SiloProcesses silos, LoadDriver load)
    {
        var unresolved = load.Unresolved;
        await load.StopAsync();
        await silos.CoveredAsync(CoverPatience);
        var differences = await load.DifferencesAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{load.Acknowledged} acknowledged over {load.Accounts} accounts, {unresolved} unknown and sent again"));
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
        Assert.True(load.Acknowledged > 200, $"{load.Acknowledged} acknowledged are no load");
    }
}
