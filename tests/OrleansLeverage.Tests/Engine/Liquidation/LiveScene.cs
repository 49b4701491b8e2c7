using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Embedded;
using OrleansLeverage.Tests.Engine.Triggers;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Liquidation;

/// <summary>A durable grid under rules of its own, accounts brought in at 60,000, and bitcoin's price.</summary>
internal sealed class LiveScene(RiskRules rules, LiveLiquidation? liquidation) : IAsyncDisposable
{
    public static readonly AccountId Desk = new("desk");
    public static readonly InstrumentId Market = new("BTC-USD-PERP");
    private static readonly SourceId Source = new("history");
    private long _sequence;

    public GridBench Bench { get; } = new(options => options with
    {
        Universe = Under(rules), Liquidation = liquidation,
    });

    public static Universe Under(RiskRules rules) => new(2, rules, Books.Universe.Feeds, Books.Universe.Assets,
        Books.Universe.Instruments);

    public async Task Import(string account, decimal usd, decimal contracts = 0m) => await Applied(new ImportAccount(
        Bench.NextId(), new AccountId(account), [new ImportedBalance(AssetId.Usd, usd)],
        contracts == 0m ? []
            : [new ImportedPosition(Market, new Quantity(contracts), new Price(60_000m))]));

    /// <summary>The venue puts something into its insurance fund.</summary>
    public async Task Fund(decimal usd)
    {
        await Import("treasury", usd);
        await Applied(new InsuranceTransfer(Bench.NextId(), new AccountId("treasury"), AssetId.Usd, usd));
    }

    public async Task Applied(AccountCommand command)
    {
        var result = await Bench.Execute(command);
        Assert.True(result.IsApplied, $"{command}: {result}");
    }

    public Task Move(decimal btc) => Bench.Publish(Bench.Time.NowMs + Crowd.FrameMs, Prices(btc));

    /// <summary>The same to another grid, such as one on a copy of the journal.</summary>
    public async Task Move(EmbeddedGrid grid, decimal btc)
    {
        Bench.Time.Advance(Crowd.FrameMs);
        foreach (var (feed, price) in Prices(btc))
        {
            await grid.PublishAsync(new PriceUpdate(feed, price.Value, Source, 1, 1_000_000 + ++_sequence,
                Bench.Time.NowMs));
        }
        grid.Step();
        await grid.StateHashAsync();
    }

    public async Task<decimal> Held(string account) => (await Bench.Grid.AccountAsync(new AccountId(account)))!
        .Positions.Sum(p => p.Position.Quantity.Value);

    public async Task<decimal> FundNow() =>
        (await Bench.Grid.Deleveraging.ConditionAsync(Market))!.Fund;

    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    private static IEnumerable<KeyValuePair<FeedId, Price>> Prices(decimal btc) => Crowd.StartPrices.Select(p =>
        p.Key == new FeedId("BTC-USD") ? KeyValuePair.Create(p.Key, new Price(btc)) : p);
}
