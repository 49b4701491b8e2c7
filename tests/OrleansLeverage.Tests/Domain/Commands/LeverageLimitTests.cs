using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Commands;

/// <summary>Caps on leverage in the check before a trade: exact, and only against what adds risk.</summary>
public sealed class LeverageLimitTests
{
    private static readonly AssetId Btc = new("BTC");

    /// <summary>10,000 of equity, 0.5 BTC at 60,000 is three times it: allowed at 3, refused at a cent less.</summary>
    [Theory]
    [InlineData(300, CommandStatus.Applied)]
    [InlineData(299, CommandStatus.PositionLimit)]
    public void AnAssetsCapIsExact(int percent, CommandStatus status) =>
        Assert.Equal(status, Reserve(Capped(percent / 100m), 0.5m));

    [Theory]
    [InlineData(300, CommandStatus.Applied)]
    [InlineData(299, CommandStatus.PositionLimit)]
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
        Assert.Equal(CommandStatus.PositionLimit, Reserve(Capped(1m), 0.1m, held: 0.4m));
    }

    [Fact]
    public void ARuleFileCarriesThem()
    {
        var text = StandardRules.RulesText.Replace("\"limits\":",
            "\"leverageLimits\": { \"account\": \"20\", \"assets\": [ { \"asset\": \"BTC\", "
            + "\"maxLeverage\": \"2.57\" } ], \"killSwitch\": false }, \"limits\":", StringComparison.Ordinal);
        var limits = RuleFile.Parse(text, "test").Rules.Leverage!;
        Assert.Equal((20m, 2.57m, false), (limits.Account, limits.Assets[Btc].MaxLeverage, limits.KillSwitch));
        var bad = text.Replace("\"2.57\"", "\"0\"", StringComparison.Ordinal);
        var refused = Assert.Throws<RuleFileException>(() => RuleFile.Parse(bad, "test"));
        Assert.Equal(RuleFileStatus.OutOfRange, refused.Status);
        Assert.Null(RuleFile.Parse(StandardRules.RulesText, "test").Rules.Leverage);
    }

    private static LeverageLimits Capped(decimal leverage) => new()
    {
        Assets = new Dictionary<AssetId, LeverageLimit> { [Btc] = new(leverage) },
    };

    private static CommandStatus Reserve(LeverageLimits limits, decimal quantity, decimal held = 0m)
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
        return account.Decide(new ReserveOrder(CommandId.Create(3, 1), account.Id, new InstrumentId("BTC-USD-PERP"),
            new Quantity(quantity), new Price(60_000m)), under).Status;
    }
}
