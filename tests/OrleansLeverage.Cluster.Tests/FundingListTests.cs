using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Funding that is published in a list: with everything else of the list or not at all, once, and paid once by whoever
/// holds the market.
/// </summary>
public sealed class FundingListTests : IAsyncLifetime
{
    private const decimal Rate = 0.0001m;

    /// <summary>Rate × 60,000 × one coin a contract.</summary>
    private const decimal Step = 6m;

    private static readonly SourceId Source = new("history");
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly AccountId Long = new("long");
    private static readonly AccountId Short = new("short");

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
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            await Grid.PublishAsync(new PriceUpdate(feed, price.Value, Source, 1, 1, _time.NowMs));
        }
        await Grid.StepAsync(_time.NowMs);
        foreach (var account in new[] { Long, Short })
        {
            await AppliedAsync([new Deposit(NextId(), account, AssetId.Usd, 100_000m)]);
        }
        await AppliedAsync([new ApplyFill(NextId(), Market, new Price(60_000m),
            new FillLeg(Long, new Quantity(1m), 0m), new FillLeg(Short, new Quantity(-1m), 0m))]);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task It_is_in_force_for_whoever_comes_next_and_once()
    {
        AccountCommand[] list = [Funding(), new Deposit(NextId(), Long, AssetId.Usd, 1m), Funding()];
        var frame = Grid.Frame.Number;
        await AppliedAsync(list);
        Assert.All(await Grid.ExecuteAllAsync(list), r => Assert.Equal(CommandStatus.Duplicate, r.Status));
        Assert.Equal(CommandStatus.Duplicate, (await Grid.ExecuteAsync(list[0])).Status);
        await Grid.LookAsync();
        Assert.Equal(frame.Sequence + 1, Grid.Frame.Number.Sequence);
        await AppliedAsync([new SettleFunding(NextId(), Long, Market)]);
        await AppliedAsync([new SettleFunding(NextId(), Short, Market)]);
        await ProveAsync(fundings: 2, deposits: 1);
        Assert.Equal(100_001m - 2m * Step, await UsdAsync(Long));
        Assert.Equal(100_000m + 2m * Step, await UsdAsync(Short));
    }

    [Fact]
    public async Task With_a_command_that_is_refused_it_has_not_happened()
    {
        var refused = await Grid.ExecuteAllAsync([Funding(), new Withdraw(NextId(), Long, AssetId.Usd, 1_000_000m)]);
        Assert.All(refused, r => Assert.Equal(CommandStatus.InsufficientBalance, r.Status));
        var rate = await Grid.ExecuteAllAsync(
            [new Deposit(NextId(), Long, AssetId.Usd, 1m), new PublishFunding(NextId(), Market, 1.5m)]);
        Assert.All(rate, r => Assert.Equal(CommandStatus.AmountOutOfRange, r.Status));
        await ProveAsync(fundings: 0, deposits: 0);
    }

    [Fact]
    public async Task Lists_and_single_commands_at_once_all_count()
    {
        var alone = Enumerable.Range(0, 5).Select(async _ => await Grid.ExecuteAsync(Funding()));
        var lists = Enumerable.Range(0, 5).Select(async i => (await Grid.ExecuteAllAsync(
            [Funding(), new Deposit(NextId(), i % 2 == 0 ? Long : Short, AssetId.Usd, 1m)]))[0]);
        Assert.All(await Task.WhenAll(alone.Concat(lists).ToArray()),
            r => Assert.Equal(CommandStatus.Applied, r.Status));
        await ProveAsync(fundings: 10, deposits: 5);
    }

    /// <summary>Whichever write of a list fails, before or after it was made.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_fails_leaves_all_of_a_list_or_nothing(bool isMade)
    {
        var failures = 0;
        for (var write = 1; ; write++)
        {
            var seen = 0;
            Task Fail(string grain) => Interlocked.Increment(ref seen) == write
                ? throw new IOException("the store is away") : Task.CompletedTask;
            (_storage.Before, _storage.After) = isMade ? (_storage.Before, (Func<string, Task>)Fail)
                : ((Func<string, Task>)Fail, _storage.After);
            await AppliedAsync([new Deposit(NextId(), Long, AssetId.Usd, 1m), Funding()]);
            (_storage.Before, _storage.After) = (static _ => Task.CompletedTask, static _ => Task.CompletedTask);
            await ProveAsync(fundings: write, deposits: write);
            if (Volatile.Read(ref seen) < write)
            {
                break;
            }
            failures++;
            // a frame grain that is another has the prices anew
            await Grid.StepAsync(_time.NowMs);
        }
        // the account, the frames, the record
        Assert.True(failures >= 3, $"{failures} writes failed");
    }

    private PublishFunding Funding() => new(NextId(), Market, Rate);

    private async Task AppliedAsync(AccountCommand[] commands)
    {
        var answers = await Grid.ExecuteAllAsync(commands);
        Assert.All(answers, a => Assert.True(a.IsApplied, $"{commands[0]}: {a}"));
    }

    private async Task<decimal> UsdAsync(AccountId account) =>
        (await Grid.AccountAsync(account))!.Balances.Single(b => b.Asset.Id == AssetId.Usd).Amount;

    private async Task ProveAsync(int fundings, int deposits)
    {
        // a part that was prepared and is read again asks first how it ended
        var state = await GridFixture.EventuallyAsync(async () => await Grid.StateAsync(default),
            s => Fundings(s) == fundings && Deposits(s) == deposits, "neither all nor nothing");
        Assert.Empty(Conservation.Check(state).Unbalanced);
    }

    private static decimal Fundings(GridState state) => state.Funding.GetValueOrDefault(Market) / Step;

    private static decimal Deposits(GridState state) =>
        -200_000m - state.House[HouseAccount.External, AssetId.Usd];

    private CommandId NextId() => CommandId.Series(_time.NowMs, 61, Interlocked.Increment(ref _ids));
}
