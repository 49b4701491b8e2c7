using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Commands;

/// <summary>Caps on leverage in the check before a trade: exact, and only against what adds risk.</summary>
public sealed class LeverageLimitTests
{
    private static readonly AssetId Btc = new("BTC");
    private static readonly InstrumentId Perpetual = new("BTC-USD-PERP");

    /// <summary>10,000 of equity, 0.5 BTC at 60,000 is three times it: allowed at 3, refused at a cent less.</summary>
    [Theory]
    [InlineData(300, CommandStatus.Applied)]
    [InlineData(299, CommandStatus.LeverageCap)]
    public void AnAssetsCapIsExact(int percent, CommandStatus status) =>
        Assert.Equal(status, Reserve(Capped(percent / 100m), 0.5m));

    [Theory]
    [InlineData(300, CommandStatus.Applied)]
    [InlineData(299, CommandStatus.LeverageCap)]
    public void AnAccountsCapCountsEverything(int percent, CommandStatus status) =>
        Assert.Equal(status, Reserve(new LeverageLimits { Account = percent / 100m }, 0.5m));

    [Fact]
    public void TheSwitchesStopWhatAddsRiskAndNothingElse()
    {
        var all = new LeverageLimits { KillSwitch = true };
        var one = new LeverageLimits
        {
            Assets = new Dictionary<AssetId, LeverageLimit> { [Btc] = new(null, ReduceOnly: true) },
        };
        foreach (var limits in (LeverageLimits[])[all, one])
        {
            Assert.Equal(CommandStatus.ReduceOnly, Reserve(limits, 0.01m));
            // a long may be reduced
            Assert.Equal(CommandStatus.Applied, Reserve(limits, -0.1m, held: 0.2m));
        }
        var other = new LeverageLimits
        {
            Assets = new Dictionary<AssetId, LeverageLimit> { [new AssetId("ETH")] = new(0.1m, ReduceOnly: true) },
        };
        Assert.Equal(CommandStatus.Applied, Reserve(other, 0.5m));
    }

    /// <summary>Above its cap already, an account may go down and not up.</summary>
    [Fact]
    public void WhoIsAboveMayComeDown()
    {
        Assert.Equal(CommandStatus.Applied, Reserve(Capped(1m), -0.1m, held: 0.4m));
        Assert.Equal(CommandStatus.LeverageCap, Reserve(Capped(1m), 0.1m, held: 0.4m));
    }

    /// <summary>A trade is held to the caps as an order is, whoever reported it.</summary>
    [Theory]
    [InlineData(300, true, CommandStatus.Applied)]
    [InlineData(299, true, CommandStatus.LeverageCap)]
    [InlineData(299, false, CommandStatus.Applied)]
    public void ATradeMayNotPassACapEither(int percent, bool fills, CommandStatus status)
    {
        Assert.Equal(status, Fill(Capped(percent / 100m) with { Fills = fills }, 0.5m));
        Assert.Equal(status, Fill(new LeverageLimits { Account = percent / 100m, Fills = fills }, 0.5m));
    }

    [Fact]
    public void TheSwitchesStopTradesThatAddRisk()
    {
        foreach (var limits in (LeverageLimits[])[new() { KillSwitch = true }, Stopped("BTC")])
        {
            Assert.Equal(CommandStatus.ReduceOnly, Fill(limits, 0.01m));
            Assert.Equal(CommandStatus.Applied, Fill(limits, -0.2m, held: 0.2m));
            // turning a position opens the other side
            Assert.Equal(CommandStatus.ReduceOnly, Fill(limits, -0.3m, held: 0.2m));
            Assert.Equal(CommandStatus.Applied, Fill(limits with { Fills = false }, 0.01m));
        }
        Assert.Equal(CommandStatus.Applied, Fill(Stopped("ETH"), 0.01m));
        // above its cap a position may come down by trades, and not up
        Assert.Equal(CommandStatus.Applied, Fill(Capped(1m), -0.1m, held: 0.4m));
        Assert.Equal(CommandStatus.LeverageCap, Fill(Capped(1m), 0.01m, held: 0.4m));
    }

    /// <summary>The desk takes liquidated positions over whatever the limits say: the alternative is no fill.</summary>
    [Fact]
    public void TheDeskOfALiquidationIsLetThrough()
    {
        foreach (var limits in (LeverageLimits[])[new() { KillSwitch = true }, Capped(0.1m)])
        {
            Assert.Equal(CommandStatus.Applied, Fill(limits, 0.5m, takesOver: true));
        }
    }

    /// <summary>An order that a fill belongs to does not count beside it: both would be twice the position.</summary>
    [Fact]
    public void TheFillOfAnOrderAtTheCapIsTaken()
    {
        var (account, frame) = Scene(Capped(3m), 0m);
        var order = account.Decide(new ReserveOrder(CommandId.Create(3, 1), account.Id, Perpetual, new Quantity(0.5m),
            new Price(60_000m)), frame);
        Assert.Equal(CommandStatus.Applied, order.Status);
        foreach (var fact in order.Events)
        {
            account.Apply(fact);
        }
        Assert.Equal(CommandStatus.Applied, account.DecideFill(Books.Instrument(Perpetual.Value), new Quantity(0.5m),
            new Price(60_000m), 0m, mustReduce: false, frame).Status);
    }

    /// <summary>10,000 against 0.4 BTC at 60,000: 8,000 must stay at a cap of three, to the cent.</summary>
    [Fact]
    public void WhatLeavesMayNotLiftAnAccountAboveACap()
    {
        foreach (var limits in (LeverageLimits[])[Capped(3m), new LeverageLimits { Account = 3m }])
        {
            Assert.Equal(CommandStatus.Applied, Withdraw(limits, 2_000m));
            Assert.Equal(CommandStatus.LeverageCap, Withdraw(limits, 2_000.01m));
        }
        // a cap on another asset does not hold, nor does a switch: nothing is opened by leaving
        Assert.Equal(CommandStatus.Applied, Withdraw(new LeverageLimits
        {
            Assets = new Dictionary<AssetId, LeverageLimit> { [new AssetId("ETH")] = new(0.1m) },
        }, 2_000.01m));
        Assert.Equal(CommandStatus.Applied, Withdraw(new LeverageLimits { KillSwitch = true }, 2_000.01m));
    }

    [Fact]
    public void ARuleFileCarriesThem()
    {
        var text = StandardRules.RulesText.Replace("\"limits\":",
            "\"leverageLimits\": { \"account\": \"20\", \"assets\": [ { \"asset\": \"BTC\", "
            + "\"maxLeverage\": \"2.57\" } ], \"killSwitch\": false }, \"limits\":", StringComparison.Ordinal);
        var limits = RuleFile.Parse(text, "test").Rules.Leverage!;
        Assert.Equal((20m, 2.57m, false), (limits.Account, limits.Assets[Btc].MaxLeverage, limits.KillSwitch));
        Assert.True(limits.Fills);
        Assert.False(RuleFile.Parse(text.Replace("\"killSwitch\"", "\"fills\": false, \"killSwitch\"",
            StringComparison.Ordinal), "test").Rules.Leverage!.Fills);
        var bad = text.Replace("\"2.57\"", "\"0\"", StringComparison.Ordinal);
        var refused = Assert.Throws<RuleFileException>(() => RuleFile.Parse(bad, "test"));
        Assert.Equal(RuleFileStatus.OutOfRange, refused.Status);
        Assert.Null(RuleFile.Parse(StandardRules.RulesText, "test").Rules.Leverage);
    }

    private static LeverageLimits Capped(decimal leverage) => new()
    {
        Assets = new Dictionary<AssetId, LeverageLimit> { [Btc] = new(leverage) },
    };

    private static LeverageLimits Stopped(string asset) => new()
    {
        Assets = new Dictionary<AssetId, LeverageLimit> { [new AssetId(asset)] = new(null, ReduceOnly: true) },
    };

    private static CommandStatus Reserve(LeverageLimits limits, decimal quantity, decimal held = 0m)
    {
        var (account, frame) = Scene(limits, held);
        return account.Decide(new ReserveOrder(CommandId.Create(3, 1), account.Id, Perpetual, new Quantity(quantity),
            new Price(60_000m)), frame).Status;
    }

    private static CommandStatus Fill(
        LeverageLimits limits, decimal quantity, decimal held = 0m, bool takesOver = false)
    {
        var (account, frame) = Scene(limits, held);
        return account.DecideFill(Books.Instrument(Perpetual.Value), new Quantity(quantity), new Price(60_000m), 0m,
            mustReduce: false, frame, takesOver).Status;
    }

    private static CommandStatus Withdraw(LeverageLimits limits, decimal amount)
    {
        var (account, frame) = Scene(limits, 0.4m);
        return account.Decide(new Withdraw(CommandId.Create(3, 1), account.Id, AssetId.Usd, amount), frame).Status;
    }

    private static (Account Account, PriceFrame Frame) Scene(LeverageLimits limits, decimal held)
    {
        var books = Books.Universe;
        var universe = new Universe(books.Version + 1, Books.Rules with { Leverage = limits }, books.Feeds,
            books.Assets, books.Instruments);
        var frame = Books.Frame();
        var under = new PriceFrame(frame.Number, frame.TimeMs, universe, [.. books.Feeds.Select(f => frame[f])]);
        var account = Books.Account().With("USD", 10_000m);
        if (held != 0m)
        {
            account.Holding("BTC-USD-PERP", held, 60_000m);
        }
        return (account, under);
    }
}
