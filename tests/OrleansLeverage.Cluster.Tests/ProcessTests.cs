using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Three silos in processes of their own, PostgreSQL and the storage emulator.</summary>
public sealed class ProcessTests
{
    [ProcessFact]
    public async Task Commands_survive_the_end_of_every_silo()
    {
        await using var postgres = await Postgres.StartAsync();
        await using var azurite = await Azurite.StartAsync();
        await using var silos = new SiloProcesses(postgres, azurite.Port, silos: 3);
        await silos.StartAsync();
        var account = new AccountId("alice");
        for (var i = 1; i <= 20; i++)
        {
            var deposit = new Deposit(CommandId.Series(1, 1, i), account, AssetId.Usd, 1m);
            var result = await silos.Grid.ExecuteAsync(deposit);
            Assert.Equal(CommandStatus.Applied, result.Status);
        }
        await silos.CoveredAsync(TimeSpan.FromSeconds(30));
        for (var silo = 0; silo < silos.Count; silo++)
        {
            silos.Signal(silo, ChildProcess.Terminate);
            Assert.Equal(0, await silos.EndsAsync(silo));
            await silos.StartAsync(silo);
        }
        Assert.Equal(20m, (await silos.Grid.AccountAsync(account))!.Equity);
        var again = await silos.Grid.ExecuteAsync(new Deposit(CommandId.Series(1, 1, 7), account, AssetId.Usd, 1m));
        Assert.Equal(CommandStatus.Duplicate, again.Status);
        Assert.True(await postgres.CountAsync("SELECT count(*) FROM silo_member WHERE status = 3") >= 3);
    }
}
