using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using OrleansLeverage.Tests.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Commands;

/// <summary>Venues that isolate every position, or none: orders, trades, modes and imports are held to it.</summary>
public sealed class IsolationTests
{
    private static readonly AccountId Ann = new("ann");

    [Fact]
    public void Where_all_are_isolated_a_cross_position_does_not_open()
    {
        var (live, frame, account) = Scene(IsolationTerms.Only);
        var market = live.Universe.Instruments[0];
        Assert.Equal(CommandStatus.MarginModeNotOffered, Fill(account, market, frame).Status);
        Assert.Equal(CommandStatus.MarginModeNotOffered, Reserve(account, market, frame).Status);
        Assert.Equal(CommandStatus.MarginModeNotOffered, Import(account, market, frame, 0m).Status);
        Assert.Equal(CommandStatus.Applied, Import(account, market, frame, 500m).Status);
        Take(account, account.Decide(new SetMarginMode(Id(1), Ann, market.Id, MarginMode.Isolated), frame));
        Assert.Equal(CommandStatus.InsufficientCollateral, Fill(account, market, frame).Status);
        Take(account, account.Decide(new AssignIsolatedMargin(Id(2), Ann, market.Id, 100m), frame));
        Assert.Equal(CommandStatus.Applied, Reserve(account, market, frame).Status);
        Take(account, Fill(account, market, frame));
        Assert.Equal((CommandStatus.MarginModeNotOffered, "positions are isolated here"), account.Decide(
            new SetMarginMode(Id(3), Ann, market.Id, MarginMode.Cross), frame) is var back
            ? (back.Status, back.Detail) : default);
    }

    [Fact]
    public void Where_none_is_isolated_nothing_can_be()
    {
        var (live, frame, account) = Scene(IsolationTerms.None);
        var market = live.Universe.Instruments[0];
        Assert.Equal(CommandStatus.MarginModeNotOffered, account.Decide(
            new SetMarginMode(Id(1), Ann, market.Id, MarginMode.Isolated), frame).Status);
        Assert.Equal(CommandStatus.MarginModeNotOffered, Import(account, market, frame, 500m).Status);
        Assert.Equal(CommandStatus.Applied, Fill(account, market, frame).Status);
    }

    /// <summary>What reduces is let through whatever the mode: nobody is locked into a position.</summary>
    [Fact]
    public void A_position_of_another_mode_may_be_closed()
    {
        var (live, frame, account) = Scene(IsolationTerms.Only);
        var market = live.Universe.Instruments[0];
        account.Apply(new PositionChanged(new Position
        {
            Instrument = market, Quantity = new Quantity(1m), Cost = 100m,
        }));
        Assert.Equal(CommandStatus.Applied, account.DecideFill(market, new Quantity(-1m), new Price(100m), 0m,
            mustReduce: false, frame).Status);
        Assert.Equal(CommandStatus.MarginModeNotOffered, Fill(account, market, frame).Status);
    }

    private static (LiveVenue Live, PriceFrame Frame, Account Account) Scene(IsolationTerms isolation)
    {
        var rules = RuleFile.Parse(MadeRules.Text.Replace("\"orderReserve\"",
            $"\"isolation\": \"{(isolation == IsolationTerms.Only ? "only" : "none")}\", \"orderReserve\"",
            StringComparison.Ordinal), "f");
        var live = new LiveVenue(rules, "G");
        var frame = live.Frame(new VenueAccount([], [new VenuePosition
        {
            Market = "G", Side = 1, Contracts = 1m, Entry = 100m, Mark = 100m,
        }]));
        var account = new Account(Ann);
        account.Apply(new BalanceChanged(live.Universe.Usd, 1_000m, 1_000m, BalanceReason.Deposit));
        return (live, frame, account);
    }

    private static Decision Fill(Account account, Instrument market, PriceFrame frame) => account.DecideFill(market,
        new Quantity(1m), new Price(100m), 0m, mustReduce: false, frame);

    private static Decision Reserve(Account account, Instrument market, PriceFrame frame) => account.Decide(
        new ReserveOrder(Id(9), Ann, market.Id, new Quantity(1m), new Price(100m)), frame);

    private static Decision Import(Account account, Instrument market, PriceFrame frame, decimal margin) =>
        account.Copy().Decide(new ImportAccount(Id(8), Ann, [], [new ImportedPosition(market.Id, new Quantity(1m),
            new Price(100m), IsolatedMargin: margin)]), frame);

    private static void Take(Account account, Decision decision)
    {
        Assert.Equal(CommandStatus.Applied, decision.Status);
        foreach (var fact in decision.Events)
        {
            account.Apply(fact);
        }
    }

    private static CommandId Id(int number) => CommandId.Create(1, (ulong)number);
}
