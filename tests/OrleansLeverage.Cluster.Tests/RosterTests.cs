using System.Collections.Concurrent;
using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>The durable list of accounts, and what comes back of them when all silos were lost.</summary>
public sealed class RosterTests
{
    private readonly ManualTime _time = new(1_700_000_000_000);
    private readonly TestStorage _storage = new();

    /// <summary>Accounts of one bucket.</summary>
    private static readonly string[] Accounts = [.. Enumerable.Range(0, 10_000).Select(i => $"r-{i}")
        .Where(a => GrainKeys.RosterBucket(a) == 17).Take(12)];

    [Fact]
    public async Task What_is_missing_is_reactivated_worst_known_risk_first_and_so_many_at_once()
    {
        await OpenAsync(cluster: await StartAsync(atOnce: 1));
        // known at different times; of the last two nothing is known, and one has a bucket without balance
        var risks = Accounts[..10].Select((a, i) => new RiskMessage(a, 1_000d + i, i == 4 ? null : 0.1 * (i * 7 % 10)))
            .ToArray();
        await using (var cluster = await StartAsync(atOnce: 1))
        {
            var roster = cluster.Grains.GetGrain<IAccountRosterGrain>(17);
            await roster.ReportAsync(risks[..5], _time.NowMs - 3_000);
            await roster.ReportAsync(risks[5..], _time.NowMs);
            var read = new ConcurrentQueue<string>();
            _storage.Reading = id =>
            {
                read.Enqueue(id);
                return Task.CompletedTask;
            };

            var missing = await roster.MissingAsync();
            Assert.Equal((12L, 10_045d, _time.NowMs - 3_000, 0L, double.PositiveInfinity), (missing.Missing,
                missing.MissingNotional, missing.KnownAtMs, missing.Reactivated, missing.WorstRatio));
            Assert.DoesNotContain(read, id => id.StartsWith("account/", StringComparison.Ordinal));
            var report = await roster.RecoverAsync();

            Assert.Equal(missing with { Reactivated = 12 }, report);
            var expected = risks.OrderByDescending(r => r.MarginRatio ?? double.PositiveInfinity)
                .ThenByDescending(r => r.Notional).Select(r => r.Account)
                .Concat(Accounts[10..].Order(StringComparer.Ordinal)).Select(a => $"account/{a}");
            Assert.Equal(expected, read.Where(id => id.StartsWith("account/", StringComparison.Ordinal)));
            Assert.Equal(12, cluster.Columns.Sum(c => c.Count));
            Assert.Equal(default(RecoveryReport) with { Bucket = 17 }, await roster.RecoverAsync());
        }
    }

    [Fact]
    public async Task No_more_are_reactivated_at_once_than_is_set()
    {
        await OpenAsync(cluster: await StartAsync(atOnce: 1));
        await using var cluster = await StartAsync(atOnce: 3);
        var (now, most) = (0, 0);
        var gate = new TaskCompletionSource();
        _storage.Reading = async id =>
        {
            if (id.StartsWith("account/", StringComparison.Ordinal))
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await gate.Task;
                Interlocked.Decrement(ref now);
            }
        };
        var recovery = cluster.Grains.GetGrain<IAccountRosterGrain>(17).RecoverAsync();
        while (Volatile.Read(ref now) < 3)
        {
            await Task.Yield();
        }
        // one that is asked meanwhile begins nothing of its own
        Assert.Equal((12L, 0L), (await cluster.Grains.GetGrain<IAccountRosterGrain>(17).RecoverAsync()) is var second
            ? (second.Missing, second.Reactivated) : default);
        gate.SetResult();

        Assert.Equal(12, (await recovery).Reactivated);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task An_account_is_on_the_list_before_its_first_command_is_answered()
    {
        await using var cluster = await StartAsync(atOnce: 1);
        var order = new ConcurrentQueue<string>();
        _storage.After = id =>
        {
            order.Enqueue(id);
            return Task.CompletedTask;
        };
        await DepositAsync(cluster, Accounts[0], 1);
        Assert.Equal(["account-roster/11", $"account/{Accounts[0]}"], order.Where(id =>
            id.StartsWith("account", StringComparison.Ordinal)));
        // a roster that is not durable opens no account
        _storage.Before = id => id == "account-roster/11" ? throw new IOException("no store") : Task.CompletedTask;
        var account = cluster.Grains.GetGrain<IAccountGrain>(Accounts[1]);
        var answer = await account.ExecuteAsync(CommandTranslation.ToMessage(
            new Deposit(CommandId.Series(_time.NowMs, 2, 1), new AccountId(Accounts[1]), AssetId.Usd, 1m)));
        Assert.Equal(CommandStatus.StorageUnavailable, (CommandStatus)answer.Status);
        Assert.Null(_storage.Body($"account/{Accounts[1]}"));
    }

    [Fact]
    public async Task What_is_no_account_of_the_bucket_is_refused_by_name()
    {
        await using var cluster = await StartAsync(atOnce: 1);
        var roster = cluster.Grains.GetGrain<IAccountRosterGrain>(17);
        foreach (var id in new[] { "A", "a_b", "-a", "a-", "", new string('a', 65), "alice" })
        {
            var error = await Assert.ThrowsAsync<ArgumentException>(() => roster.EnlistAsync(id));
            Assert.Contains($"'{id}'", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await roster.CountAsync()).Accounts);
    }

    private async Task OpenAsync(GridCluster cluster)
    {
        await using (cluster)
        {
            foreach (var (i, account) in Accounts.Index())
            {
                await DepositAsync(cluster, account, i);
            }
        }
    }

    private async Task DepositAsync(GridCluster cluster, string account, int number) => Assert.True(
        (await cluster.Grid.ExecuteAsync(new Deposit(CommandId.Series(_time.NowMs, 1, number + 1),
            new AccountId(account), AssetId.Usd, 1m))).IsApplied);

    private Task<GridCluster> StartAsync(int atOnce) => GridCluster.StartAsync(new GridOptions
    {
        Universe = GridFixture.Universe, Oracle = GridFixture.Profiles, Time = _time, MakesFrames = false, Workers = 1,
        RecoveriesAtOnce = atOnce,
    }, silos: 1, _storage);
}
