using OrleansLeverage.Cluster.Tests.Hosting;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Under rules that close withdrawals while an account is in debt, whichever silo has that account: the course of the
/// engine of one process, on a cluster of two silos.
/// </summary>
public sealed class WithdrawalTests
{
    private static readonly SourceId Source = new("history");
    private static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly AccountId Long = new("long");

    private readonly ManualTime _time = new(Crowd.StartMs);
    private long _ids;

    [Fact]
    public async Task Nobody_withdraws_while_an_account_of_any_silo_is_in_debt()
    {
        var universe = new Universe(2, Books.Rules with { Withdrawal = new WithdrawalRules() }, Books.Universe.Feeds,
            Books.Universe.Assets, Books.Universe.Instruments);
        await using var cluster = await GridCluster.StartAsync(new GridOptions
        {
            Universe = universe, Oracle = Crowd.Profiles, Time = _time, MakesFrames = false, Workers = 1,
        }, silos: 2);
        AccountId[] savers = [.. Enumerable.Range(0, 6).Select(i => new AccountId($"saver-{i}"))];
        await PublishAsync(cluster, 60_000m);
        foreach (var saver in savers)
        {
            await AppliedAsync(cluster, new Deposit(NextId(), saver, AssetId.Usd, 500m));
        }
        await AppliedAsync(cluster, new ImportAccount(NextId(), Long, [new ImportedBalance(AssetId.Usd, 1_000m)],
            [new ImportedPosition(Market, new Quantity(1m), new Price(60_000m))]));
        await AllAsync(cluster, savers, CommandStatus.Applied);

        await PublishAsync(cluster, 57_000m);
        await AllAsync(cluster, savers, CommandStatus.WithdrawalsClosed);
        // in a list of several accounts, too
        var list = await cluster.Grid.ExecuteAllAsync([new Deposit(NextId(), savers[0], AssetId.Usd, 1m),
            new Withdraw(NextId(), savers[1], AssetId.Usd, 1m)]);
        Assert.All(list, r => Assert.Equal((CommandStatus.WithdrawalsClosed, "an account is in debt"),
            (r.Status, r.Detail)));

        await AppliedAsync(cluster, new Deposit(NextId(), Long, AssetId.Usd, 50_000m));
        await PublishAsync(cluster, 57_000m);
        await AllAsync(cluster, savers, CommandStatus.WithdrawalsClosed);
        await PublishAsync(cluster, 57_000m);
        await AllAsync(cluster, savers, CommandStatus.Applied);
    }

    private async Task AllAsync(GridCluster cluster, AccountId[] savers, CommandStatus expected)
    {
        foreach (var saver in savers)
        {
            var answer = await cluster.Grid.ExecuteAsync(new Withdraw(NextId(), saver, AssetId.Usd, 1m));
            Assert.True(answer.Status == expected, $"{saver}: {answer}, not {expected}");
        }
    }

    private static async Task AppliedAsync(GridCluster cluster, AccountCommand command)
    {
        var answer = await cluster.Grid.ExecuteAsync(command);
        Assert.True(answer.Status == CommandStatus.Applied, $"{command}: {answer}");
    }

    private async Task PublishAsync(GridCluster cluster, decimal bitcoin)
    {
        _time.Advance(Crowd.FrameMs);
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            var value = feed.Value.StartsWith("BTC", StringComparison.Ordinal) ? bitcoin : price.Value;
            await cluster.Grid.PublishAsync(new PriceUpdate(feed, value, Source, 1, ++_ids, _time.NowMs));
        }
        await cluster.Grid.StepAsync(_time.NowMs);
    }

    private CommandId NextId() => CommandId.Series(_time.NowMs, 51, Interlocked.Increment(ref _ids));
}
