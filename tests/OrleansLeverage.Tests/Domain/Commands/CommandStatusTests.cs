using System.Text.RegularExpressions;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Commands;

/// <summary>
/// Every answer an account can give, and of any two that fit the earlier in the order of <see cref="CommandStatus"/>.
/// </summary>
public sealed class CommandStatusTests
{
    private static readonly Dictionary<string, Case> Commands = new()
    {
        ["deposit"] = new(() => new Scene(), s => s.Deposit(), [UnknownAsset, AmountOutOfRange, AmountStep]),
        ["withdraw"] = new(() => new Scene { Held = 1m }, s => s.Withdraw(),
            [UnknownAsset, AmountOutOfRange, AmountStep, InsufficientBalance, OracleStale, InsufficientCollateral]),
        ["transfer out"] = new(() => new Scene { Held = 1m }, s => s.TransferOut(),
            [UnknownAsset, AmountOutOfRange, AmountStep, InsufficientBalance, OracleStale, InsufficientCollateral]),
        ["transfer in"] = new(() => new Scene { Held = 1m }, s => s.TransferIn(),
            [UnknownAsset, AmountOutOfRange, AmountStep]),
        ["reserve"] = new(() => new Scene(), s => s.Reserve(),
        [
            UnknownInstrument, MarketClosed, QuantityZero, QuantityStep, QuantityOutOfRange, PriceOutOfRange, PriceTick,
            NotionalOutOfRange, PositionLimit, OracleStale, InsufficientCollateral,
        ]),
        ["fill"] = new(() => new Scene(), s => s.Fill(),
        [
            MarketClosed, QuantityZero, QuantityStep, QuantityOutOfRange, PriceOutOfRange, PriceTick,
            NotionalOutOfRange, FeeOutOfRange, PositionLimit, ReduceOnly, PriceUnknown, InsufficientCollateral,
        ]),
        ["set leverage"] = new(() => new Scene { Held = 1m }, s => s.SetLeverage(),
            [UnknownInstrument, LeverageOutOfRange, PriceUnknown, InsufficientCollateral]),
        ["set leverage of another"] = new(() => new Scene(), s => s.SetLeverage(),
            [UnknownInstrument, LeverageOutOfRange, Full]),
        ["set mode"] = new(() => new Scene { Held = 1m }, s => s.SetMode(),
            [UnknownInstrument, SameMode, PriceUnknown, InsufficientCollateral]),
        ["set mode of another"] = new(() => new Scene(), s => s.SetMode(), [UnknownInstrument, SameMode, Full]),
        ["assign margin"] = new(() => new Scene { Held = 1m, HeldIsolated = 10_000m }, s => s.Assign(),
        [
            UnknownInstrument, AmountOutOfRange, AmountStep, NotIsolated, InsufficientBalance, PriceUnknown,
            InsufficientCollateral,
        ]),
        ["take margin back"] = new(() => new Scene { Held = 1m, HeldIsolated = 10_000m, Amount = -10m }, s =>
            s.Assign(),
            [UnknownInstrument, AmountStep, NotIsolated, OracleStale, InsufficientCollateral]),
        ["settle funding"] = new(() => new Scene { Held = 1m, Funding = 0.5m }, s => s.Settle(),
            [UnknownInstrument, NoFunding]),
        ["expire"] = new(() => new Scene { Held = 1m }, s => s.Expire(),
            [UnknownInstrument, PriceOutOfRange, NothingHeld]),
        ["liquidate"] = new(() => new Scene { Held = 1m, Balance = 1m }, s => s.Liquidate(), [Stale, Recovered]),
        ["import"] = new(() => new Scene(), s => s.Import(),
        [
            UnknownAsset, UnknownInstrument, MarketClosed, AmountOutOfRange, AmountStep, QuantityZero, QuantityStep,
            QuantityOutOfRange, PriceOutOfRange, NotionalOutOfRange, LeverageOutOfRange, Full, InsufficientBalance,
        ]),
    };

    private sealed record Case(Func<Scene> Accepted, Func<Scene, Decision> Decide, Fault[] Faults);

    private sealed record Fault(CommandStatus Status, Action<Scene> Apply);

    private static Fault UnknownAsset => new(CommandStatus.UnknownAsset, s => s.Asset = "DOGE");

    private static Fault UnknownInstrument => new(CommandStatus.UnknownInstrument, s => s.Instrument = "DOGE-USD-PERP");

    private static Fault MarketClosed => new(CommandStatus.MarketClosed, s => s.Open = false);

    private static Fault AmountOutOfRange => new(CommandStatus.AmountOutOfRange, s => s.Amount += 10_000_000_000m);

    private static Fault AmountStep => new(CommandStatus.AmountStep, s => s.Amount += 0.000000001m);

    private static Fault QuantityZero => new(CommandStatus.QuantityZero, s => s.NoQuantity = true);

    private static Fault QuantityStep => new(CommandStatus.QuantityStep, s => s.Quantity += 0.00001m);

    private static Fault QuantityOutOfRange => new(CommandStatus.QuantityOutOfRange, s => s.Quantity += 20_000m);

    private static Fault PriceOutOfRange => new(CommandStatus.PriceOutOfRange, s => s.Price += 100_000_000m);

    private static Fault PriceTick => new(CommandStatus.PriceTick, s => s.Price += 0.001m);

    private static Fault NotionalOutOfRange => new(CommandStatus.NotionalOutOfRange, s => s.Quantity += 2_000m);

    private static Fault FeeOutOfRange => new(CommandStatus.FeeOutOfRange, s => s.Fee = 1_000_000_000m);

    private static Fault LeverageOutOfRange => new(CommandStatus.LeverageOutOfRange, s => s.Leverage = 126m);

    private static Fault SameMode => new(CommandStatus.NothingToDo, s => s.Mode = MarginMode.Cross);

    private static Fault NotIsolated => new(CommandStatus.NothingToDo, s => s.HeldIsolated = null);

    private static Fault NoFunding => new(CommandStatus.NothingToDo, s => s.Funding = 0m);

    private static Fault NothingHeld => new(CommandStatus.NothingToDo, s => s.Held = 0m);

    private static Fault PositionLimit => new(CommandStatus.PositionLimit, s => s.Held = 20_000m);

    private static Fault Full => new(CommandStatus.PositionLimit, s => s.Full = true);

    private static Fault ReduceOnly => new(CommandStatus.ReduceOnly, s => s.MustReduce = true);

    private static Fault InsufficientBalance => new(CommandStatus.InsufficientBalance, s => s.Balance = 9m);

    private static Fault OracleStale => new(CommandStatus.OracleStale, s => s.State = PriceState.Degraded);

    private static Fault Stale => new(CommandStatus.OracleStale, s => s.State = PriceState.Stale);

    private static Fault PriceUnknown => new(CommandStatus.OracleStale, s => s.Measured = false);

    private static Fault InsufficientCollateral => new(CommandStatus.InsufficientCollateral, s =>
    {
        s.Burdened = true;
        s.Balance = Math.Min(s.Balance, 10_500m);
    });

    private static Fault Recovered => new(CommandStatus.Recovered, s => s.Balance = 10_000m);

    public static TheoryData<string> Names => [.. Commands.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSceneItselfIsAccepted(string command)
    {
        var (accepted, decide, _) = Commands[command];
        var decision = decide(accepted());
        Assert.Equal((CommandStatus.Applied, null), (decision.Status, decision.Detail));
        Assert.NotEmpty(decision.Events);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryFaultHasItsStatusAndChangesNothing(string command)
    {
        var (accepted, decide, faults) = Commands[command];
        foreach (var fault in faults)
        {
            var scene = accepted();
            fault.Apply(scene);
            var decision = decide(scene);
            Assert.True(fault.Status == decision.Status,
                $"{command}: {decision.Status} ({decision.Detail}) for {fault.Status}");
            Assert.Empty(decision.Events);
            Assert.Empty(decision.House);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OfTwoFaultsTheEarlierIsTold(string command)
    {
        var (accepted, decide, faults) = Commands[command];
        foreach (var first in faults)
        {
            foreach (var second in faults.Where(f => f.Status != first.Status))
            {
                var scene = accepted();
                first.Apply(scene);
                second.Apply(scene);
                var expected = first.Status < second.Status ? first.Status : second.Status;
                var actual = decide(scene).Status;
                Assert.True(expected == actual, $"{command}: {actual} where {first.Status} and {second.Status} fit");
            }
        }
    }

    /// <summary>Those that are not an account's to give come from whoever keeps ids, legs and storage.</summary>
    [Fact]
    public void EveryStatusOfAnAccountIsTested()
    {
        var tested = Commands.Values.SelectMany(c => c.Faults).Select(f => f.Status)
            .Concat([CommandStatus.Applied, CommandStatus.UnknownReservation]).Distinct();
        CommandStatus[] elsewhere =
        [
            CommandStatus.Duplicate, CommandStatus.CommandIdReused, CommandStatus.IdAlreadyFailed,
            CommandStatus.IdTooOld,
            CommandStatus.ReservedId, CommandStatus.SelfTrade, CommandStatus.LegsMismatch, CommandStatus.UnknownAccount,
            CommandStatus.Overloaded, CommandStatus.StorageUnavailable, CommandStatus.OutcomeUnknown,
            CommandStatus.WithdrawalsClosed, CommandStatus.LeverageCap, CommandStatus.MarginModeNotOffered,
        ];
        Assert.Equal(Enum.GetValues<CommandStatus>(), tested.Concat(elsewhere).Order());
    }

    [Fact]
    public void EveryStatusHasACodeOfItsOwn()
    {
        var codes = Enum.GetValues<CommandStatus>().Select(s => s.Code()).ToArray();
        Assert.All(codes, c => Assert.Matches(new Regex(@"^[a-z]+(_[a-z]+)*\z"), c));
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((CommandStatus)255).Code());
    }

    /// <summary>Reasons of state are remembered; reasons of form, of load and of storage may be tried again.</summary>
    [Fact]
    public void OnlyReasonsOfStateAreRecorded()
    {
        var recorded = Enum.GetValues<CommandStatus>().Where(s => s.IsRecorded());
        Assert.Equal(
        [
            CommandStatus.Applied, CommandStatus.MarketClosed, CommandStatus.NothingToDo,
            CommandStatus.UnknownReservation,
            CommandStatus.PositionLimit, CommandStatus.ReduceOnly, CommandStatus.InsufficientBalance,
            CommandStatus.OracleStale,
            CommandStatus.InsufficientCollateral, CommandStatus.Recovered, CommandStatus.WithdrawalsClosed,
            CommandStatus.LeverageCap, CommandStatus.MarginModeNotOffered,
        ], recorded);
    }

    [Fact]
    public void AnotherAccountsCommandIsMisuse() => Assert.Throws<ArgumentException>(
        () => Books.Account("a1").Decide(new Deposit(Scene.Id, new AccountId("a2"), AssetId.Usd, 1m), Books.Frame()));
}
