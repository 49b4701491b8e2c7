using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Cluster.Tests.Hosting;

/// <summary>A cluster that liquidates by itself and the engine of one process, given the same.</summary>
internal sealed class LiquidationPair(GridCluster cluster, LockstepGrid lockstep, ManualTime time)
{
    private const int Payers = 5;

    private static readonly SourceId Source = new("history");

    public static LiveLiquidation How { get; } = new() { Desk = new AccountId("desk") };

    public static LiveLiquidation Shares { get; } = How with { Residual = ResidualLoss.ShareByGain };

    private readonly Dictionary<FeedId, Price> _prices = new(Crowd.StartPrices);
    private long _sequence;

    /// <summary>The crowd, the desk, and who paid into the insurance fund, by asset.</summary>
    public async Task OpenAsync(int seed, params (AssetId Asset, decimal Amount)[] fund)
    {
        await PublishAsync();
        AssetId[] assets = [AssetId.Usd, new("BTC"), new("ETH"), new("USDC")];
        await ExecuteAsync(new ImportAccount(CommandId.Series(Crowd.StartMs, 21, 1), How.Desk,
            [.. assets.Select(a => new ImportedBalance(a, a == AssetId.Usd ? 900_000_000m : 1_000_000m))], []));
        foreach (var command in Crowd.Commands(seed, accounts: 40))
        {
            await ExecuteAsync(command);
        }
        var number = 0;
        foreach (var (asset, amount) in fund)
        {
            // by several, so that it lies with several
            for (var i = 0; i < Payers; i++)
            {
                var payer = new AccountId($"payer-{i}");
                await ExecuteAsync(new Deposit(CommandId.Series(Crowd.StartMs, 22, ++number), payer, asset, amount));
                await ExecuteAsync(new InsuranceTransfer(CommandId.Series(Crowd.StartMs, 22, ++number), payer, asset,
                    amount / Payers));
            }
        }
    }

    public void Move(decimal factor)
    {
        foreach (var feed in Books.Universe.Feeds.Where(f => f.Beta != 0m))
        {
            _prices[feed.Id] = new Price(Math.Max(0.01m, Decimals.FloorTo(_prices[feed.Id].Value * factor, 0.01m)));
        }
    }

    /// <summary>Prices are those of the start again.</summary>
    public void Reset()
    {
        foreach (var (feed, price) in Crowd.StartPrices)
        {
            _prices[feed] = price;
        }
    }

    public async Task PublishAsync()
    {
        time.Advance(Crowd.FrameMs);
        _sequence++;
        lockstep.Publish(time.NowMs, _prices, static _ => { });
        foreach (var (feed, price) in _prices)
        {
            await cluster.Grid.PublishAsync(new PriceUpdate(feed, price.Value, Source, 1, _sequence, time.NowMs));
        }
        await cluster.Grid.StepAsync(time.NowMs);
        Assert.Equal(lockstep.Frame.Number, cluster.Grid.Frame.Number);
    }

    public async Task ExecuteAsync(AccountCommand command)
    {
        var (here, there) = (lockstep.Execute(command), await cluster.Grid.ExecuteAsync(command));
        Assert.True(here.Status == there.Status, $"{command}: {here} and {there}");
    }

    public static GridOptions Options(Universe universe, ManualTime time) => new()
    {
        Universe = universe, Oracle = Crowd.Profiles, Time = time, MakesFrames = false, Workers = 1,
        WindowCapacity = 4_096, TriggersMax = 100_000, Liquidation = How,
    };

    public static Universe Under(LiquidationScope scope, decimal feeRate) => new(2, Books.Rules with
    {
        Liquidation = new LiquidationRules { Scope = scope, FeeRate = feeRate, TargetRatio = 0.8m },
    }, Books.Universe.Feeds, Books.Universe.Assets, Books.Universe.Instruments);

    /// <summary>What the insurance fund has, USD.</summary>
    public static decimal Fund(GridState state) => state.House[HouseAccount.Insurance, AssetId.Usd];

    /// <summary>What the insurance fund has of everything.</summary>
    public static string Funds(GridState state) => string.Join(' ', state.House.Balances
        .Where(b => b.Account == HouseAccount.Insurance).Select(b => $"{b.Asset} {Decimals.Text(b.Amount)}"));

    public static string Accounts(GridState state, AccountId without = default) => string.Join('\n',
        state.Accounts.InOrder().Select(state.Accounts.Read).Where(a => a.Id != without).Select(a => $"{a.Id}: "
            + string.Join(' ', a.Balances.Select(b => $"{b.Asset.Id} {Decimals.Text(b.Amount)}")) + " | "
            + string.Join(' ', a.Positions.Where(p => !p.Quantity.IsZero).Select(p =>
                $"{p.Instrument.Id} {Decimals.Text(p.Quantity.Value)} at {Decimals.Text(p.Cost)}"))));
}
