using OrleansLeverage.Analytics.Cppi;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Strategies;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Strategies;

/// <summary>An account followed frame by frame from the grid's own snapshots.</summary>
public sealed class CppiAccountTests
{
    private static readonly Universe Universe = StandardRules.Universe();

    private static readonly Instrument Perpetual = Universe.Instrument(new InstrumentId("BTC-USD-PERP"))!;

    [Fact]
    public void OrdersBringTheAccountToItsTarget()
    {
        var strategy = new CppiAccount(new CppiPolicy(3, 0.8), Perpetual);
        // 100,000 of equity, floor 80,000: 60,000 is one coin
        var first = Look(strategy, Cash(100_000m), 60_000m);
        Assert.Equal((new Quantity(1m), NoCppiOrder.None), (first.Order, first.Reason));
        Assert.Equal(80_000.0, strategy.Floor);
        // one coin that rose by 5,000: equity 105,000, cushion 25,000, target 75,000, held 65,000
        var held = Holding(100_000m, 1m, 60_000m);
        var second = Look(strategy, held, 65_000m);
        Assert.Equal(10_000.0, second.Look!.Value.Trade, 1e-6);
        Assert.Equal(Decimals.FloorTo(10_000m / 65_000m, Perpetual.LotSize), second.Order!.Value.Value);
        // a fall to 38,000 leaves 78,000: out of the market
        var third = Look(strategy, held, 38_000m);
        Assert.Equal((CppiState.CashLock, new Quantity(-1m)), (third.Look!.Value.Target.State, third.Order));
    }

    [Fact]
    public void NothingIsProposedWithoutAFreshPrice()
    {
        var strategy = new CppiAccount(new CppiPolicy(3, 0.8), Perpetual);
        var frame = Frame(60_000m, PriceState.Stale);
        var stale = strategy.Look(LeverageCalculator.Snapshot(Cash(100m), frame), frame[Perpetual.MarkFeed]);
        Assert.Equal((null, NoCppiOrder.PriceNotFresh), (stale.Order, stale.Reason));
        var none = strategy.Look(LeverageCalculator.Snapshot(Cash(100m), frame), default);
        Assert.Equal(NoCppiOrder.PriceUnknown, none.Reason);
        Assert.Null(strategy.Floor);
        Assert.Throws<ArgumentException>(() => Look(strategy, Cash(0m), 60_000m));
        var inverse = Universe.Instrument(new InstrumentId("BTC-USDI-PERP"))!;
        Assert.Throws<ArgumentException>(() => new CppiAccount(new CppiPolicy(3, 0.8), inverse));
        Assert.Equal(NoCppiOrder.BelowLot, Look(strategy, Cash(0.01m), 60_000m).Reason);
    }

    private static CppiAccountLook Look(CppiAccount strategy, Account account, decimal price)
    {
        var frame = Frame(price, PriceState.Fresh);
        return strategy.Look(LeverageCalculator.Snapshot(account, frame), frame[Perpetual.MarkFeed]);
    }

    private static Account Cash(decimal usd)
    {
        var account = new Account(new AccountId("insured"));
        account.Apply(new BalanceChanged(Universe.Usd, usd, usd, BalanceReason.Deposit));
        return account;
    }

    private static Account Holding(decimal usd, decimal coins, decimal entry)
    {
        var account = Cash(usd);
        var quantity = new Quantity(coins / Perpetual.Multiplier);
        account.Apply(new PositionChanged(new Position
        {
            Instrument = Universe.Instrument(Perpetual.Id)!, Quantity = quantity,
            Cost = Perpetual.Value(quantity, new Price(entry)),
        }));
        return account;
    }

    private static PriceFrame Frame(decimal price, PriceState state) => new(new FrameNumber(1, 1), 1_000_000, Universe,
        [.. Universe.Feeds.Select(_ => new FramePrice(new Price(price), state, 1_000_000))]);
}
