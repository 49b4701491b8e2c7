using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Commands and answers through their messages.</summary>
public sealed class CommandTranslationTests
{
    private static readonly CommandId Id = CommandId.Series(1_700_000_000_000, 7, 9);
    private static readonly CommandId Order = CommandId.Series(1_700_000_000_000, 8, 10);
    private static readonly AccountId Alice = new("alice");
    private static readonly AccountId Bob = new("bob-2");
    private static readonly InstrumentId Perpetual = new("BTC-USD-PERP");
    private static readonly AssetId Coin = new("BTC");

    /// <summary>One of each kind, no two of its numbers alike.</summary>
    private static readonly AccountCommand[] Commands =
    [
        new Deposit(Id, Alice, Coin, 1.25m), new Withdraw(Id, Alice, Coin, 2.5m),
        new ReserveOrder(Id, Alice, Perpetual, new Quantity(-0.125m), new Price(61_000.5m)),
        new ReleaseOrder(Id, Alice, Order), new SettleFunding(Id, Alice, Perpetual),
        new SetLeverage(Id, Alice, Perpetual, 12.5m), new SetMarginMode(Id, Alice, Perpetual, MarginMode.Portfolio),
        new AssignIsolatedMargin(Id, Alice, Perpetual, -3.5m),
        new ExpireInstrument(Id, Alice, Perpetual, new Price(59_999m)), new Liquidate(Id, Alice),
        new ApplyFill(Id, Perpetual, new Price(60_000m), new FillLeg(Alice, new Quantity(2m), 0.5m),
            new FillLeg(Bob, new Quantity(-2m), -0.25m), FillReason.Deleverage),
        new PublishFunding(Id, Perpetual, -0.0001m), new Transfer(Id, Alice, Bob, Coin, 4.5m),
        new InsuranceTransfer(Id, Alice, Coin, -12.5m), new InsuranceTransfer(Id, Alice, Coin, 12.5m, Perpetual),
    ];

    [Fact]
    public void Every_command_comes_back_as_it_went()
    {
        Assert.All(Commands, c => Assert.Equal(c, c.ToMessage().ToCommand()));
        var import = new ImportAccount(Id, Alice, [new ImportedBalance(Coin, -1.5m)],
            [new ImportedPosition(Perpetual, new Quantity(-3m), new Price(7.25m), 5m, 2.75m),
                new ImportedPosition(new InstrumentId("ETH-USD-PERP"), new Quantity(4m), new Price(8m))]);
        var back = Assert.IsType<ImportAccount>(import.ToMessage().ToCommand());
        Assert.Equal((import.Id, import.Account), (back.Id, back.Account));
        Assert.Equal(import.Balances, back.Balances);
        Assert.Equal(import.Positions, back.Positions);
        var kinds = Commands.Append(import).Select(c => c.ToMessage().Kind).ToHashSet();
        Assert.Equal(Enum.GetValues<CommandKind>().Order(), kinds.Order());
        var types = typeof(AccountCommand).Assembly.GetTypes()
            .Where(t => t.IsAssignableTo(typeof(AccountCommand)) && !t.IsAbstract);
        Assert.Equal(types.OrderBy(t => t.Name), Commands.Append(import).Select(c => c.GetType()).Distinct()
            .OrderBy(t => t.Name));
    }

    [Fact]
    public void Kinds_keep_their_numbers() => Assert.Equal(
        "Deposit=1 Withdraw=2 ReserveOrder=3 ReleaseOrder=4 SettleFunding=5 SetLeverage=6 SetMarginMode=7 "
        + "AssignIsolatedMargin=8 ExpireInstrument=9 Liquidate=10 ImportAccount=11 Fill=12 PublishFunding=13 "
        + "Transfer=14 InsuranceTransfer=15",
        string.Join(' ', Enum.GetValues<CommandKind>().Select(k => $"{k}={(int)k}")));

    [Fact]
    public void A_kind_of_a_newer_version_is_refused_by_its_number()
    {
        var error = Assert.Throws<FormatException>(() =>
            (Commands[0].ToMessage() with { Kind = (CommandKind)99 }).ToCommand());
        Assert.Contains("99", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void An_id_that_is_none_is_refused_whatever_place_it_has(string id)
    {
        Assert.Throws<FormatException>(() => (Commands[0].ToMessage() with { Account = id }).ToCommand());
        Assert.Throws<FormatException>(() => (new Transfer(Id, Alice, Bob, Coin, 1m).ToMessage() with { Other = id })
            .ToCommand());
        Assert.Throws<FormatException>(() => (Commands[10].ToMessage() with { Other = id }).ToCommand());
    }

    [Fact]
    public void Answers_come_back_as_they_went()
    {
        foreach (var result in new[]
        {
            new CommandResult(Id, CommandStatus.Applied, 7L, new FrameNumber(3, 99L)),
            new CommandResult(Id, CommandStatus.Duplicate, 8L, new FrameNumber(3, 99L), CommandStatus.Applied, "x"),
            new CommandResult(Id, CommandStatus.OutcomeUnknown, 0L, default),
        })
        {
            Assert.Equal(result, result.ToMessage().ToResult());
        }
    }
}
