using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Liquidation;

/// <summary>A venue's rules of withdrawal, where collateral is really asked for: in the live grid.</summary>
public sealed class WithdrawalRulesTests
{
    /// <summary>Of 10,000 against 60,000 of notional a tenth of the notional must stay, whatever the margin.</summary>
    [Fact]
    public async Task AShareOfTheNotionalStays()
    {
        await using var scene = Scene(new WithdrawalRules(ClosedWhileNegative: false, NotionalShare: 0.1m));
        await scene.Import("alice", 10_000m, 1m);
        Assert.Equal(CommandStatus.InsufficientCollateral, await Withdrawn(scene, "alice", 4_000.00000001m));
        Assert.Equal(CommandStatus.Applied, await Withdrawn(scene, "alice", 4_000m));
    }

    /// <summary>At 66,000 a coin gained 6,000 and needs 660 of margin: profit carries it, or it does not.</summary>
    [Theory]
    [InlineData(true, CommandStatus.Applied)]
    [InlineData(false, CommandStatus.InsufficientCollateral)]
    public async Task ProfitCarriesTheMarginWhereItCounts(bool counts, CommandStatus expected)
    {
        await using var scene = Scene(new WithdrawalRules(counts, ClosedWhileNegative: false));
        await scene.Import("alice", 1_000m, 1m);
        await scene.Move(66_000m);
        Assert.Equal(expected, await Withdrawn(scene, "alice", 1_000m));
    }

    /// <summary>
    /// While an account is in debt nobody takes money out, whoever they are and across a restart; once it is paid and
    /// the account has been well for as many frames as the rules ask, they do.
    /// </summary>
    [Fact]
    public async Task NobodyWithdrawsWhileAnAccountIsInDebt()
    {
        await using var scene = Scene(new WithdrawalRules());
        await scene.Import("saver", 500m);
        await scene.Import("long", 1_000m, 1m);
        Assert.Equal(CommandStatus.Applied, await Withdrawn(scene, "saver", 1m));
        await scene.Move(57_000m);
        var refused = new Withdraw(scene.Bench.NextId(), new AccountId("saver"), AssetId.Usd, 1m);
        Assert.Equal(CommandStatus.WithdrawalsClosed, (await scene.Bench.Execute(refused)).Status);
        Assert.Equal(CommandStatus.IdAlreadyFailed, (await scene.Bench.Execute(refused)).Status);
        // what is wrong with the command itself is told first, what the account lacks after
        Assert.Equal(CommandStatus.InsufficientBalance, await Withdrawn(scene, "saver", 1_000m));
        await scene.Bench.Reopen();
        await scene.Move(57_000m);
        Assert.Equal(CommandStatus.WithdrawalsClosed, await Withdrawn(scene, "saver", 1m));

        await scene.Applied(new Deposit(scene.Bench.NextId(), new AccountId("long"), AssetId.Usd, 50_000m));
        await scene.Move(57_000m);
        Assert.Equal(CommandStatus.WithdrawalsClosed, await Withdrawn(scene, "saver", 1m));
        await scene.Move(57_000m);
        Assert.Equal(CommandStatus.Applied, await Withdrawn(scene, "saver", 1m));
    }

    [Fact]
    public async Task TheFundPaysNoMoreThanItHas()
    {
        await using var scene = Scene(new WithdrawalRules());
        await scene.Import("alice", 1_000m);
        await scene.Fund(300m);
        var claim = new InsuranceTransfer(scene.Bench.NextId(), new AccountId("alice"), AssetId.Usd, -300.00000001m);
        var refused = await scene.Bench.Execute(claim);
        Assert.Equal((CommandStatus.InsufficientBalance, "the insurance fund has 300"), (refused.Status,
            refused.Detail));
        await scene.Applied(claim with { Id = scene.Bench.NextId(), Amount = -300m });
        Assert.Equal((1_300m, 0m), (await scene.Bench.Usd("alice"), await scene.FundNow()));
        Assert.Empty(scene.Bench.Grid.Books().Unbalanced);
    }

    [Fact]
    public async Task LeverageOfOnesOwnIsRefusedWhereTheVenueSetsIt()
    {
        await using var scene = new LiveScene(Books.Rules with { CustomLeverage = false }, null);
        await scene.Move(60_000m);
        await scene.Import("alice", 1_000m);
        var set = new SetLeverage(scene.Bench.NextId(), new AccountId("alice"), LiveScene.Market, 5m);
        Assert.Equal(CommandStatus.LeverageOutOfRange, (await scene.Bench.Execute(set)).Status);
        var imported = new ImportAccount(scene.Bench.NextId(), new AccountId("bob"),
            [new ImportedBalance(AssetId.Usd, 1_000m)],
            [new ImportedPosition(LiveScene.Market, new Quantity(0.1m), new Price(60_000m), Leverage: 5m)]);
        Assert.Equal(CommandStatus.LeverageOutOfRange, (await scene.Bench.Execute(imported)).Status);
    }

    private static LiveScene Scene(WithdrawalRules rules)
    {
        var scene = new LiveScene(Books.Rules with { Withdrawal = rules }, null);
        scene.Move(60_000m).GetAwaiter().GetResult();
        return scene;
    }

    private static async Task<CommandStatus> Withdrawn(LiveScene scene, string account, decimal amount) =>
        (await scene.Bench.Execute(new Withdraw(scene.Bench.NextId(), new AccountId(account), AssetId.Usd, amount)))
        .Status;
}
