using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// The insurance fund of a cluster of two silos: payments in lie with accounts until a claim gathers them, a claim is
/// paid whole or not at all, and nobody is ever paid what the fund has not.
/// </summary>
public sealed class InsuranceFundTests : IAsyncLifetime
{
    private static readonly AccountId Claimant = new("claimant");
    private readonly ManualTime _time = new(Crowd.StartMs);
    private readonly TestStorage _storage = new();
    private GridCluster _cluster = null!;
    private long _ids;

    private ClusterGrid Grid => _cluster.Grid;

    public async Task InitializeAsync()
    {
        _cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = Books.Universe, Oracle = Crowd.Profiles, Time = _time, MakesFrames = false, Workers = 1,
        }, silos: 2, _storage);
        await Grid.StepAsync(_time.NowMs);
        await AppliedAsync(new Deposit(NextId(), Claimant, AssetId.Usd, 10m));
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_several_paid_in_is_claimed_to_the_unit_and_no_more()
    {
        await PayAsync(payers: 70, each: 1.25m);
        await RefusedAsync(Claim(87.51m), "the insurance fund has 87.5");
        Assert.Equal(CommandStatus.Applied, (await Grid.ExecuteAsync(Claim(80m))).Status);
        var last = Claim(7.5m);
        Assert.Equal(CommandStatus.Applied, (await Grid.ExecuteAsync(last)).Status);
        Assert.Equal(CommandStatus.Duplicate, (await Grid.ExecuteAsync(last)).Status);
        await RefusedAsync(Claim(0.01m), "the insurance fund has 0");
        await ProveAsync(claimed: 87.5m, fund: 0m);
    }

    /// <summary>A refusal for want of money is for ever, as in one process.</summary>
    [Fact]
    public async Task A_claim_that_was_refused_stays_refused()
    {
        var claim = Claim(1m);
        await RefusedAsync(claim, "the insurance fund has 0");
        await PayAsync(payers: 1, each: 5m);
        Assert.Equal(CommandStatus.IdAlreadyFailed, (await Grid.ExecuteAsync(claim)).Status);
        await ProveAsync(claimed: 0m, fund: 5m);
    }

    /// <summary>In a list what was paid in before may be claimed, and of a list that is refused nothing happened.
    /// </summary>
    [Fact]
    public async Task A_list_pays_and_claims_in_its_order()
    {
        await PayAsync(payers: 1, each: 1m);
        var payer = new AccountId("payer-0");
        var refused = await Grid.ExecuteAllAsync(
            [Claim(4m), new InsuranceTransfer(NextId(), payer, AssetId.Usd, 3m)]);
        Assert.All(refused, r => Assert.Equal(CommandStatus.InsufficientBalance, r.Status));
        await ProveAsync(claimed: 0m, fund: 1m);
        var applied = await Grid.ExecuteAllAsync(
            [new InsuranceTransfer(NextId(), payer, AssetId.Usd, 3m), Claim(2m), Claim(2m)]);
        Assert.All(applied, r => Assert.Equal(CommandStatus.Applied, r.Status));
        await ProveAsync(claimed: 4m, fund: 0m);
        // of one account alone, too
        var own = await Grid.ExecuteAllAsync(
            [new InsuranceTransfer(NextId(), Claimant, AssetId.Usd, 2m), Claim(2.5m)]);
        Assert.All(own, r => Assert.Equal(CommandStatus.InsufficientBalance, r.Status));
        await ProveAsync(claimed: 4m, fund: 0m);
    }

    [Fact]
    public async Task Of_claims_at_once_as_many_are_paid_as_there_is_money_for()
    {
        // more than are gathered at once
        await PayAsync(payers: 70, each: 1m);
        var claimants = Enumerable.Range(0, 20).Select(i => new AccountId($"claimant-{i}")).ToArray();
        foreach (var claimant in claimants)
        {
            await AppliedAsync(new Deposit(NextId(), claimant, AssetId.Usd, 1m));
        }
        var answers = await Task.WhenAll(claimants.Select(c => Grid.ExecuteAsync(
            new InsuranceTransfer(NextId(), c, AssetId.Usd, -5m)).AsTask()));
        Assert.Equal(14, answers.Count(a => a.Status == CommandStatus.Applied));
        Assert.Equal(6, answers.Count(a => a.Status == CommandStatus.InsufficientBalance));
        await ProveAsync(claimed: 0m, fund: 0m);
    }

    /// <summary>
    /// Planned lists that come at once share transactions and their writes; each is all or none by itself, on what
    /// those before it leave.
    /// </summary>
    [Fact]
    public async Task Lists_that_come_at_once_share_writes_and_nothing_else()
    {
        const int Lists = 40;
        await PayAsync(payers: 5, each: 20m);
        var accounts = Enumerable.Range(0, Lists).Select(i => new AccountId($"c-{i}")).ToArray();
        foreach (var account in accounts)
        {
            await AppliedAsync(new Deposit(NextId(), account, AssetId.Usd, 1m));
        }
        var writes = 0;
        _storage.Before = grain =>
        {
            Interlocked.Add(ref writes, grain == "insurance-fund/USD" ? 1 : 0);
            return Task.CompletedTask;
        };
        var answers = await Task.WhenAll(accounts.Select(async (account, i) =>
        {
            List<AccountCommand> commands = [new InsuranceTransfer(NextId(), account, AssetId.Usd, -5m)];
            if (i % 4 == 2)
            {
                // more than it has: nor does it get the first
                commands.Add(new Transfer(NextId(), account, Claimant, AssetId.Usd, 1_000m));
            }
            var state = (await _cluster.Grains.Account(account).ReadAsync()).Account!;
            var sequence = AccountCodec.Read(account, state, Books.Universe, names: true).Sequence;
            var list = await _cluster.Grains.Journal("desk").ExecutePlannedAsync(
                [.. commands.Select(c => c.ToMessage())],
                new PlannedMessage(account.Value, i % 4 == 3 ? sequence + 1 : sequence, default, []));
            return (CommandStatus)list[0].Status;
        }));
        Assert.Equal(Enumerable.Range(0, Lists).Select(i => i % 4 == 2 ? CommandStatus.InsufficientBalance
            : i % 4 == 3 ? CommandStatus.NothingToDo : CommandStatus.Applied), answers);
        await ProveAsync(claimed: 0m, fund: 0m);
        var after = await Grid.StateAsync(default);
        Assert.Equal(Enumerable.Range(0, Lists).Select(i => i % 4 < 2 ? 6m : 1m),
            accounts.Select(a => after.Accounts.Read(a)!.Balances.Single().Amount));
        // each by itself would write it twice or more
        Assert.True(writes < Lists, $"{writes} writes of the fund");
    }

    /// <summary>Whichever write of a claim and its gathering fails, before or after it was made.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_fails_pays_nothing_twice_and_loses_nothing(bool isMade)
    {
        var (claimed, failures) = (0m, 0);
        for (var write = 1; ; write++)
        {
            await PayAsync(payers: 2, each: 1m);
            var seen = 0;
            Task Fail(string grain) => Interlocked.Increment(ref seen) == write
                ? throw new IOException("the store is away") : Task.CompletedTask;
            (_storage.Before, _storage.After) = isMade ? (_storage.Before, (Func<string, Task>)Fail)
                : ((Func<string, Task>)Fail, _storage.After);
            // all there is, so that it has to be gathered
            var all = 2m * write - claimed;
            var answer = await Grid.ExecuteAsync(Claim(all));
            (_storage.Before, _storage.After) = (static _ => Task.CompletedTask, static _ => Task.CompletedTask);
            Assert.True(answer.IsApplied, $"write {write}: {answer}");
            claimed += all;
            await ProveAsync(claimed, fund: 0m);
            if (Volatile.Read(ref seen) < write)
            {
                break;
            }
            failures++;
        }
        // gathered: two accounts, the fund, the record; claimed: the account, the fund, the record
        Assert.True(failures >= 7, $"{failures} writes failed");
    }

    private InsuranceTransfer Claim(decimal amount) => new(NextId(), Claimant, AssetId.Usd, -amount);

    private async Task PayAsync(int payers, decimal each)
    {
        for (var i = 0; i < payers; i++)
        {
            var payer = new AccountId($"payer-{i}");
            await AppliedAsync(new Deposit(NextId(), payer, AssetId.Usd, 20m));
            await AppliedAsync(new InsuranceTransfer(NextId(), payer, AssetId.Usd, each));
        }
    }

    private async Task AppliedAsync(AccountCommand command)
    {
        var answer = await Grid.ExecuteAsync(command);
        Assert.True(answer.Status == CommandStatus.Applied, $"{command}: {answer}");
    }

    private async Task RefusedAsync(AccountCommand command, string why)
    {
        var answer = await Grid.ExecuteAsync(command);
        Assert.Equal((CommandStatus.InsufficientBalance, why), (answer.Status, answer.Detail));
    }

    private async Task ProveAsync(decimal claimed, decimal fund)
    {
        // a part that was prepared and is read again asks first how it ended
        var state = await GridFixture.EventuallyAsync(async () => await Grid.StateAsync(default),
            s => s.House[HouseAccount.Insurance, AssetId.Usd] == fund
                && s.Accounts.Read(Claimant)!.Balances.Single().Amount == 10m + claimed, "paid otherwise");
        Assert.Empty(Conservation.Check(state).Unbalanced);
    }

    private CommandId NextId() => CommandId.Series(_time.NowMs, 41, Interlocked.Increment(ref _ids));
}
