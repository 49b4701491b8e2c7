using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Commands;

/// <summary>What accepted commands do, and the rules that no single status shows.</summary>
public sealed class CommandBehaviourTests
{
    private ulong _number = 100;

    [Fact]
    public void ADepositIsOwedByTheOutside()
    {
        var decision = Books.Account().Decide(new Deposit(Scene.Id, new AccountId("a1"), new AssetId("BTC"), 0.5m),
            Books.Frame());
        Assert.Equal([new BalanceChanged(Books.Asset("BTC"), 0.5m, 0.5m, BalanceReason.Deposit)], decision.Events);
        Assert.Equal([new HouseEntry(HouseAccount.External, Books.Asset("BTC"), -0.5m)], decision.House);
    }

    /// <summary>
    /// Profit that is not realised cannot leave: 1,000 of cash, 10,000 of profit, 100 of initial margin at most leave
    /// 900.
    /// </summary>
    [Theory]
    [InlineData(900, CommandStatus.Applied)]
    [InlineData(901, CommandStatus.InsufficientCollateral)]
    public void UnrealisedProfitCannotLeave(int amount, CommandStatus status)
    {
        // 10,000 / 100 at the setting: 100 of initial margin
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 0.1m, 20_000m, leverage: 60m);
        Assert.Equal(status, Answer(account, new Withdraw(Next(), account.Id, AssetId.Usd, amount)));
    }

    /// <summary>A loss must stay covered, too.</summary>
    [Theory]
    [InlineData(800, CommandStatus.Applied)]
    [InlineData(801, CommandStatus.InsufficientCollateral)]
    public void ALossStaysCovered(int amount, CommandStatus status)
    {
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 0.1m, 61_000m, leverage: 60m);
        Assert.Equal(status, Answer(account, new Withdraw(Next(), account.Id, AssetId.Usd, amount)));
    }

    /// <summary>Nor through an isolated position whose profit let its own margin go.</summary>
    [Fact]
    public void ProfitCannotLeaveByWayOfAnIsolatedPosition()
    {
        var account = Books.Account().With("USD", 10m).Holding("BTC-USD-PERP", 0.1m, 20_000m, isolatedMargin: 500m,
            leverage: 60m);
        Assert.Equal(CommandStatus.Applied, Do(account, new AssignIsolatedMargin(Next(), account.Id, Perp, -500m)));
        Assert.Equal(CommandStatus.InsufficientCollateral,
            Answer(account, new Withdraw(Next(), account.Id, AssetId.Usd, 411m)));
        Assert.Equal(CommandStatus.Applied, Answer(account, new Withdraw(Next(), account.Id, AssetId.Usd, 410m)));
    }

    /// <summary>Where nothing needs margin, money leaves whatever the prices.</summary>
    [Fact]
    public void AnAccountWithoutExposureNeedsNoPrice()
    {
        var account = Books.Account().With("USD", 10m).With("BTC", 1m);
        Assert.Equal(CommandStatus.Applied, Answer(account, new Withdraw(Next(), account.Id, new AssetId("BTC"), 1m),
            Books.Frame(state: PriceState.Halted)));
        account.With("USD", -20m);
        Assert.Equal(CommandStatus.OracleStale, Answer(account,
            new Withdraw(Next(), account.Id, new AssetId("BTC"), 0.5m), Books.Frame(state: PriceState.Halted)));
        Assert.Equal(CommandStatus.Applied, Answer(account,
            new Withdraw(Next(), account.Id, new AssetId("BTC"), 0.5m)));
        Assert.Equal(CommandStatus.InsufficientCollateral,
            Answer(account, new Withdraw(Next(), account.Id, new AssetId("BTC"), 1m)));
    }

    /// <summary>
    /// Orders hold margin for the worst that can fill; what only reduces asks for none, until it would turn the
    /// position.
    /// </summary>
    [Fact]
    public void OrdersHoldMarginForTheWorstFill()
    {
        // 600 of margin: 60,000 at 100x; equity 700
        var account = Books.Account().With("USD", 700m).Holding("BTC-USD-PERP", 1m, 60_000m);
        Assert.Equal(CommandStatus.Applied, Do(account, Order(account, -1m)));
        Assert.Equal(CommandStatus.Applied, Do(account, Order(account, -1m)));
        // both sold, the account would be one short: as much as it is long; a third one makes it two
        Assert.Equal(CommandStatus.InsufficientCollateral, Do(account, Order(account, -1m)));
        Assert.Equal(CommandStatus.InsufficientCollateral, Do(account, Order(account, 1m)));
        Assert.Equal(600m, AccountValuation.Of(account, Books.Frame()).InitialMargin);
        Assert.Equal(CommandStatus.Applied, Do(account,
            new ReleaseOrder(Next(), account.Id, account.Reservations[0].Order)));
        Assert.Equal(CommandStatus.UnknownReservation, Do(account, new ReleaseOrder(Next(), account.Id, Next())));
        Assert.Single(account.Reservations);
    }

    /// <summary>Whoever is short of margin, and whatever the prices' state, may order what only reduces.</summary>
    [Fact]
    public void AReducingOrderIsNotAskedForMargin()
    {
        var account = Books.Account().With("USD", 300m).Holding("BTC-USD-PERP", 1m, 60_000m);
        Assert.Equal(CommandStatus.Applied, Answer(account, Order(account, -1m)));
        Assert.Equal(CommandStatus.Applied, Answer(account, Order(account, -1m), Books.Frame(state: PriceState.Stale)));
        Assert.Equal(CommandStatus.InsufficientCollateral, Answer(account, Order(account, 0.0001m)));
    }

    /// <summary>An isolated position stands on its own margin: the rest of the account does not help it.</summary>
    [Fact]
    public void AnIsolatedPositionNeedsItsOwnMargin()
    {
        // 60,000 at 100x: 600
        var account = Books.Account().With("USD", 1_000_000m).Holding("BTC-USD-PERP", 1m, 60_000m,
            isolatedMargin: 700m);
        Assert.Equal(CommandStatus.Applied, Answer(account, new AssignIsolatedMargin(Next(), account.Id, Perp, -100m)));
        Assert.Equal(CommandStatus.InsufficientCollateral,
            Answer(account, new AssignIsolatedMargin(Next(), account.Id, Perp, -100.00000001m)));
        CommandStatus Fill(decimal quantity) => account.DecideFill(Books.Instrument("BTC-USD-PERP"),
            new Quantity(quantity), new Price(60_000m), 0m, false, Books.Frame()).Status;
        Assert.Equal(CommandStatus.Applied, Fill(0.1m));
        Assert.Equal(CommandStatus.InsufficientCollateral, Fill(0.2m));
    }

    /// <summary>A position limit holds for what is held and ordered together.</summary>
    [Fact]
    public void OrdersCountTowardsThePositionLimit()
    {
        // brackets beyond the first two would ask for more than there is; the limit is 20,000
        var account = Books.Account().With("USD", 9_000_000_000m).Holding("BTC-USD-PERP", 19_000m, 60_000m);
        Assert.Equal(CommandStatus.Applied, Do(account, Order(account, 600m)));
        Assert.Equal(CommandStatus.PositionLimit, Do(account, Order(account, 600m)));
        Assert.Equal(CommandStatus.Applied, Do(account, Order(account, 400m)));
        Assert.Equal(CommandStatus.Applied, Do(account, Order(account, -600m)));
    }

    [Fact]
    public void OrdersAreBounded()
    {
        var account = Books.Account().With("USD", 1_000_000m);
        for (var i = 0; i < Account.ReservationsMax; i++)
        {
            account.Ordering("BTC-USD-PERP", 0.0001m, i);
        }
        var decision = account.Decide(Order(account, 0.0001m), Books.Frame());
        Assert.Equal((CommandStatus.PositionLimit, "1024 open orders"), (decision.Status, decision.Detail));
    }

    /// <summary>A fill that reduces is not asked for margin, nor for a price; one that turns the position is.</summary>
    [Fact]
    public void AFillThatReducesIsNotAskedForMargin()
    {
        var account = Books.Account().With("USD", -5_000m).Holding("BTC-USD-PERP", 1m, 60_000m);
        CommandStatus Fill(decimal quantity, bool mustReduce = false) => account.DecideFill(
            Books.Instrument("BTC-USD-PERP"), new Quantity(quantity), new Price(50_000m), 0m, mustReduce,
                Books.Frame()).Status;
        Assert.Equal(CommandStatus.Applied, Fill(-0.5m));
        Assert.Equal(CommandStatus.Applied, Fill(-1m, mustReduce: true));
        Assert.Equal(CommandStatus.ReduceOnly, Fill(-1.0001m, mustReduce: true));
        Assert.Equal(CommandStatus.ReduceOnly, Fill(0.0001m, mustReduce: true));
        Assert.Equal(CommandStatus.InsufficientCollateral, Fill(-1.0001m));
        Assert.Equal(CommandStatus.InsufficientCollateral, Fill(0.0001m));
    }

    /// <summary>At the millisecond of its expiry a contract is closed.</summary>
    [Theory]
    [InlineData(999_999, CommandStatus.Applied)]
    [InlineData(1_000_000, CommandStatus.MarketClosed)]
    public void AnExpiredContractIsClosed(long timeMs, CommandStatus status)
    {
        var contract = Books.Instrument("BTC-USD-PERP") with { Expiry =
            DateTimeOffset.FromUnixTimeMilliseconds(1_000_000) };
        var account = Books.Account().With("USD", 100_000m);
        Assert.Equal(status, account.DecideFill(contract, new Quantity(1m), new Price(60_000m), 0m, false,
            Books.Frame(timeMs: timeMs)).Status);
    }

    [Theory]
    [InlineData("60.00000001", CommandStatus.FeeOutOfRange)]
    [InlineData("600", CommandStatus.Applied)]
    [InlineData("600.00000001", CommandStatus.FeeOutOfRange)]
    [InlineData("-60", CommandStatus.Applied)]
    [InlineData("-60.00000001", CommandStatus.FeeOutOfRange)]
    [InlineData("1.000000001", CommandStatus.FeeOutOfRange)]
    public void AFeeIsWithinItsShareOfTheNotional(string fee, CommandStatus status)
    {
        // 60,000 traded: 1 % and 0.1 %
        var value = decimal.Parse(fee, System.Globalization.CultureInfo.InvariantCulture);
        if (fee == "60.00000001")
        {
            value = -value;
        }
        var account = Books.Account().With("USD", 100_000m);
        Assert.Equal(status, account.DecideFill(Books.Instrument("BTC-USD-PERP"), new Quantity(1m), new Price(60_000m),
            value, false, Books.Frame()).Status);
    }

    [Fact]
    public void AFillBooksProfitFeeAndFundingOfEachAccount()
    {
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 2m, 50_000m);
        var funding = new decimal[Books.Universe.Instruments.Count];
        funding[0] = 1.5m;
        var decision = account.DecideFill(Books.Instrument("BTC-USD-PERP"), new Quantity(-1m), new Price(60_000m), 30m,
            false, Books.Frame(funding: funding));
        Assert.Equal(
        [
            (-3m, 997m, BalanceReason.Funding), (10_000m, 10_997m, BalanceReason.RealisedProfit),
                (-30m, 10_967m, BalanceReason.Fee),
        ], decision.Events.OfType<BalanceChanged>().Select(e => (e.Delta, e.After, e.Reason)));
        var after = Assert.Single(decision.Events.OfType<PositionChanged>()).After;
        Assert.Equal((1m, 50_000m, 10_000m, 1.5m),
            (after.Quantity.Value, after.Cost, after.RealisedProfit, after.FundingIndex));
        Assert.Equal([(HouseAccount.Clearing, -60_000m + 1.5m), (HouseAccount.Fees, 30m)],
            decision.House.Select(h => (h.Account, h.Delta)));
    }

    /// <summary>
    /// Isolated: the position's margin takes profit and funding, the balance the fee, and what is left comes back at
    /// the end.
    /// </summary>
    [Fact]
    public void AnIsolatedPositionPaysForItself()
    {
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 2m, 60_000m, isolatedMargin: 5_000m);
        Write(account, account.DecideFill(Books.Instrument("BTC-USD-PERP"), new Quantity(-1m), new Price(59_000m), 10m,
            false, Books.Frame()));
        Assert.Equal((990m, 4_000m), (account.Balance(Books.Usd), account.Positions[0].IsolatedMargin));
        Write(account, account.DecideFill(Books.Instrument("BTC-USD-PERP"), new Quantity(-1m), new Price(61_000m), 0m,
            false, Books.Frame()));
        Assert.Equal((5_990m, 0m), (account.Balance(Books.Usd), account.Positions[0].IsolatedMargin));
        Assert.Equal(MarginMode.Isolated, account.Positions[0].Mode);
    }

    [Fact]
    public void IsolationTakesTheInitialMarginAlongAndBringsAllBack()
    {
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 0.1m, 60_000m, leverage: 50m);
        Assert.Equal(CommandStatus.Applied, Do(account,
            new SetMarginMode(Next(), account.Id, Perp, MarginMode.Isolated)));
        Assert.Equal((880m, 120m), (account.Balance(Books.Usd), account.Positions[0].IsolatedMargin));
        Assert.Equal(CommandStatus.NothingToDo, Do(account,
            new SetMarginMode(Next(), account.Id, Perp, MarginMode.Isolated)));
        Assert.Equal(CommandStatus.Applied, Do(account, new SetMarginMode(Next(), account.Id, Perp, MarginMode.Cross)));
        Assert.Equal((1_000m, 0m), (account.Balance(Books.Usd), account.Positions[0].IsolatedMargin));
    }

    /// <summary>
    /// A position that has lost 100 takes that along, too, or its own equity would not be its initial margin.
    /// </summary>
    [Fact]
    public void IsolationTakesTheLossAlong()
    {
        var account = Books.Account().With("USD", 1_000m).Holding("BTC-USD-PERP", 0.1m, 61_000m, leverage: 50m);
        Assert.Equal(CommandStatus.Applied, Do(account,
            new SetMarginMode(Next(), account.Id, Perp, MarginMode.Isolated)));
        Assert.Equal((780m, 220m), (account.Balance(Books.Usd), account.Positions[0].IsolatedMargin));
    }

    /// <summary>Above a limit that was lowered, what reduces is still taken; what adds is not.</summary>
    [Fact]
    public void APositionAboveItsLimitCanBeReduced()
    {
        var account = Books.Account().With("USD", 9_000_000_000m).Holding("BTC-USD-PERP", 30_000m, 60_000m);
        CommandStatus Fill(decimal quantity) => account.DecideFill(Books.Instrument("BTC-USD-PERP"),
            new Quantity(quantity), new Price(60_000m), 0m, false, Books.Frame()).Status;
        Assert.Equal(CommandStatus.Applied, Fill(-1_000m));
        Assert.Equal(CommandStatus.PositionLimit, Fill(0.0001m));
        Assert.Equal(CommandStatus.Applied, Answer(account, Order(account, -1_000m)));
        Assert.Equal(CommandStatus.PositionLimit, Answer(account, Order(account, 0.0001m)));
    }

    [Fact]
    public void IsolatingWhatTheBalanceCannotPayIsRefused()
    {
        var account = Books.Account().With("BTC", 1m).Holding("BTC-USD-PERP", 0.1m, 60_000m);
        Assert.Equal(CommandStatus.InsufficientBalance,
            Do(account, new SetMarginMode(Next(), account.Id, Perp, MarginMode.Isolated)));
    }

    /// <summary>
    /// A leverage setting is asked for margin only where something is held or ordered under it, and only when it falls.
    /// </summary>
    [Fact]
    public void ALowerLeverageNeedsItsMargin()
    {
        var account = Books.Account().With("USD", 700m).Holding("BTC-USD-PERP", 1m, 60_000m);
        Assert.Equal(CommandStatus.InsufficientCollateral, Do(account, new SetLeverage(Next(), account.Id, Perp, 85m)));
        Assert.Equal(CommandStatus.Applied, Do(account, new SetLeverage(Next(), account.Id, Perp, 86m)));
        Assert.Equal(CommandStatus.LeverageOutOfRange, Do(account, new SetLeverage(Next(), account.Id, Perp, 100.1m)));
        Assert.Equal(CommandStatus.Applied, Do(account,
            new SetLeverage(Next(), account.Id, new InstrumentId("SOL-USD-PERP"), 1m)));
        account.With("USD", -600m);
        Assert.Equal(CommandStatus.Applied, Do(account, new SetLeverage(Next(), account.Id, Perp, 100m)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0000000000001")]
    public void ALeverageThatIsNoneIsRefused(string leverage)
    {
        var account = Books.Account();
        Assert.Equal(CommandStatus.LeverageOutOfRange, Do(account, new SetLeverage(Next(), account.Id, Perp,
            decimal.Parse(leverage, System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void AnExpiryClosesAtItsPriceAndReleasesOrders()
    {
        var account = Books.Account().With("USD", 100m).Holding("BTC-USD-PERP", 1m, 60_000m);
        Do(account, Order(account, -0.5m));
        account.Ordering("SOL-USD-PERP", 1m, 5);
        Assert.Equal(CommandStatus.Applied, Do(account,
            new ExpireInstrument(Next(), account.Id, Perp, new Price(60_010.123456789m))));
        Assert.Equal(110.12345678m, account.Balance(Books.Usd));
        Assert.Equal((0m, 0m), (account.Positions[0].Quantity.Value, account.Positions[0].Cost));
        Assert.Equal(["SOL-USD-PERP"], account.Reservations.Select(r => r.Instrument.Id.Value));
    }

    [Fact]
    public void LiquidationReleasesOrdersAndIsRemembered()
    {
        var account = Books.Account().With("USD", 100m)
            .Holding("BTC-USD-PERP", 1m, 60_000m).Ordering("BTC-USD-PERP", 1m, 1);
        Assert.Equal(CommandStatus.Applied, Do(account, new Liquidate(Next(), account.Id),
            Books.Frame(state: PriceState.Degraded)));
        Assert.Empty(account.Reservations);
        Assert.True(account.Episode.InLiquidation);
    }

    [Fact]
    public void AnAccountWithoutPositionsIsNotLiquidated()
    {
        var account = Books.Account().With("USD", -100m).With("BTC", 1m);
        Assert.Equal(CommandStatus.Recovered, Do(account, new Liquidate(Next(), account.Id)));
    }

    [Fact]
    public void AnImportIsAllOrNothing()
    {
        var account = Books.Account();
        ImportAccount Import(params ImportedPosition[] positions) =>
            new(Next(), account.Id, [new ImportedBalance(AssetId.Usd, 1_000m)], positions);
        var good = new ImportedPosition(Perp, new Quantity(0.1m), new Price(59_999.123m), Leverage: 20m,
            IsolatedMargin: 400m);
        Assert.Equal(CommandStatus.QuantityZero, Do(account, Import(good, good with { Quantity = Quantity.Zero })));
        Assert.Empty(account.Balances);
        // what the balance still has bounds the second margin
        Assert.Equal(CommandStatus.InsufficientBalance, Do(account, Import(good, good with { IsolatedMargin = 601m })));
        Assert.Equal(CommandStatus.AmountOutOfRange, Do(account, Import(good with { IsolatedMargin = -1m })));
        Assert.Equal(CommandStatus.LeverageOutOfRange, Do(account, Import(good with { Leverage = 0m })));
        Assert.Equal(CommandStatus.Applied, Do(account, Import(good)));
        var position = Assert.Single(account.Positions);
        Assert.Equal((0.1m, 5_999.9123m, 400m, MarginMode.Isolated, 20m),
            (position.Quantity.Value, position.Cost, position.IsolatedMargin,
            position.Mode, position.LeverageSetting!.Value));
        Assert.Equal(600m, account.Balance(Books.Usd));
        Assert.Equal(CommandStatus.NothingToDo, Do(account, new ImportAccount(Next(), account.Id, [], [])));
    }

    private static InstrumentId Perp => new("BTC-USD-PERP");

    private CommandId Next() => CommandId.Create(2, ++_number);

    private ReserveOrder Order(Account account, decimal quantity) =>
        new(Next(), account.Id, Perp, new Quantity(quantity), new Price(60_000m));

    private static CommandStatus Answer(Account account, SingleAccountCommand command, PriceFrame? frame = null) =>
        account.Decide(command, frame ?? Books.Frame()).Status;

    private static CommandStatus Do(Account account, SingleAccountCommand command, PriceFrame? frame = null)
    {
        var decision = account.Decide(command, frame ?? Books.Frame());
        Write(account, decision);
        return decision.Status;
    }

    private static void Write(Account account, Decision decision)
    {
        foreach (var fact in decision.Events)
        {
            account.Apply(fact);
        }
    }
}
