using OrleansLeverage.Domain;
using OrleansLeverage.Tests.Domain;
using Outcome = (OrleansLeverage.Domain.CommandStatus Status, System.Collections.Generic.Dictionary<
    OrleansLeverage.Domain.AccountId, OrleansLeverage.Tests.Engine.Model.ModelAccount> After);

namespace OrleansLeverage.Tests.Engine.Model;

/// <summary>
/// The whole grid as a dictionary of accounts: says what each command must answer, and does it. Written from the
/// design; it shares no code with the engine but the words of commands and the frame's prices.
/// </summary>
internal sealed class ModelGrid
{
    private readonly Dictionary<CommandId, (AccountCommand Command, CommandStatus Status)> _answered = [];
    private readonly Dictionary<Instrument, Rational> _funding = [];

    public Dictionary<AccountId, ModelAccount> Accounts { get; } = [];

    /// <summary>Where commands are decided.</summary>
    public required PriceFrame Frame { get; set; }

    private RiskRules Rules => Frame.Universe.Rules;

    public Rational Funding(Instrument instrument) => _funding.GetValueOrDefault(instrument);

    public ModelMargin Margin(ModelAccount account) => new(account, Frame, Funding);

    public CommandStatus Execute(AccountCommand command)
    {
        if (_answered.TryGetValue(command.Id, out var before))
        {
            return !before.Command.Equals(command) ? CommandStatus.CommandIdReused
                : before.Status == CommandStatus.Applied ? CommandStatus.Duplicate
                : CommandStatus.IdAlreadyFailed;
        }
        var (status, after) = Decide(command);
        if (status == CommandStatus.Applied)
        {
            foreach (var (id, account) in after)
            {
                Accounts[id] = account;
            }
            if (command is PublishFunding funding)
            {
                Raise(funding);
            }
        }
        // what depends on the command alone is not remembered; what depends on the state never changes its answer
        if (status is CommandStatus.Applied or CommandStatus.PositionLimit or CommandStatus.ReduceOnly
            or CommandStatus.OracleStale or CommandStatus.InsufficientBalance or CommandStatus.InsufficientCollateral
            or CommandStatus.MarketClosed or CommandStatus.UnknownReservation or CommandStatus.NothingToDo
            or CommandStatus.Recovered)
        {
            _answered.Add(command.Id, (command, status));
        }
        return status;
    }

    private static Outcome No(CommandStatus status) => (status, []);

    private static Outcome Yes(AccountId id, ModelAccount account) =>
        (CommandStatus.Applied, new Dictionary<AccountId, ModelAccount> { [id] = account });

    private Outcome Decide(AccountCommand command) => command switch
    {
        Transfer transfer => DecideTransfer(transfer),
        ApplyFill fill => DecideFill(fill),
        PublishFunding funding => Perpetual(funding.Instrument) is not { } perpetual
            ? No(CommandStatus.UnknownInstrument)
            : Math.Abs(funding.Rate) > 1m ? No(CommandStatus.AmountOutOfRange)
            : Frame[perpetual.MarkFeed].State is PriceState.Fresh or PriceState.Degraded ? (CommandStatus.Applied, [])
            : No(CommandStatus.OracleStale),
        SingleAccountCommand single when !Accounts.ContainsKey(single.Account) && single is not Deposit =>
            No(CommandStatus.UnknownAccount),
        SingleAccountCommand single => DecideSingle(single,
            Accounts.GetValueOrDefault(single.Account) ?? new ModelAccount()),
        _ => throw new ArgumentException(command.GetType().Name),
    };

    private Outcome DecideSingle(SingleAccountCommand command, ModelAccount account)
    {
        switch (command)
        {
            case Deposit deposit:
                var asset = Frame.Universe.Asset(deposit.Asset);
                return asset is null ? No(CommandStatus.UnknownAsset)
                    : Amount(account, asset, deposit.Amount) is { } bad ? No(bad)
                    : Yes(deposit.Account, account.Moved(asset, deposit.Amount));
            case Withdraw withdraw:
                var paid = Frame.Universe.Asset(withdraw.Asset);
                return paid is null ? No(CommandStatus.UnknownAsset)
                    : Leaves(account, paid, withdraw.Amount) is { } no ? No(no)
                    : Yes(withdraw.Account, account.Moved(paid, -withdraw.Amount));
            case ReleaseOrder release:
                return account.Orders.ContainsKey(release.Order)
                    ? Yes(release.Account, account.Without([release.Order]))
                    : No(CommandStatus.UnknownReservation);
            case Liquidate liquidate:
                return DecideLiquidate(liquidate, account);
            case ReserveOrder reserve when Frame.Universe.Instrument(reserve.Instrument) is { } instrument:
                return DecideReserve(reserve, instrument, account);
            case SettleFunding settle when Frame.Universe.Instrument(settle.Instrument) is { } instrument:
                var position = account.Position(instrument);
                return position.Quantity == Rational.Zero || Funding(instrument) == position.FundingIndex
                    ? No(CommandStatus.NothingToDo)
                    : Yes(settle.Account, account.Settled(instrument, Funding(instrument)));
            case SetLeverage set when Frame.Universe.Instrument(set.Instrument) is { } instrument:
                return DecideLeverage(set, instrument, account);
            case SetMarginMode set when Frame.Universe.Instrument(set.Instrument) is { } instrument:
                return DecideMode(set, instrument, account);
            case AssignIsolatedMargin assign when Frame.Universe.Instrument(assign.Instrument) is { } instrument:
                return DecideAssign(assign, instrument, account);
            default:
                return No(CommandStatus.UnknownInstrument);
        }
    }

    private Outcome DecideLiquidate(Liquidate command, ModelAccount account)
    {
        var margin = Margin(account);
        return !margin.IsKnown || !margin.MayDecide ? No(CommandStatus.OracleStale)
            : margin.Tier() < RiskTier.Liquidation || !account.HasExposure ? No(CommandStatus.Recovered)
            : Yes(command.Account, account.Without([.. account.Orders.Keys]));
    }

    private Outcome DecideReserve(ReserveOrder reserve, Instrument instrument, ModelAccount account)
    {
        var after = account.Ordered(reserve.Id, instrument, reserve.Quantity.Value);
        return Form(instrument, reserve.Quantity.Value, reserve.Price.Value) is { } bad ? No(bad)
            : after.Worst(instrument) > instrument.PositionLimit ? No(CommandStatus.PositionLimit)
            : after.Worst(instrument) > account.Worst(instrument) && Short(after, isFresh: true) is { } no ? No(no)
            : Yes(reserve.Account, after);
    }

    private Outcome DecideLeverage(SetLeverage set, Instrument instrument, ModelAccount account)
    {
        var position = account.Position(instrument);
        Rational price = instrument.Style == ContractStyle.Inverse ? 1m : Frame.Mark(instrument)?.Value ?? 0m;
        var notional = Rational.Abs(position.Quantity) * instrument.Multiplier * price;
        var tier = instrument.Margin.Tiers.Last(t => t.FloorNotional <= notional);
        Rational rate = tier.InitialRate ?? Rational.One / tier.MaxLeverage;
        if (instrument.Margin.Scaling is { } scaling)
        {
            Rational interest = Frame.OpenInterest[instrument.Index];
            var grown = (interest - scaling.LowerCap) / (scaling.UpperCap - scaling.LowerCap);
            rate += (Rational.One - rate) * Rational.Min(Rational.Max(grown, 0m), 1m);
        }
        if (set.Leverage <= 0m || set.Leverage * rate > Rational.One)
        {
            return No(CommandStatus.LeverageOutOfRange);
        }
        var after = account.With(instrument, position with { Leverage = set.Leverage });
        var asksForMore = (position.Leverage is null || set.Leverage < position.Leverage)
            && account.Worst(instrument) > Rational.Zero;
        return asksForMore && Short(after, isFresh: false) is { } no ? No(no) : Yes(set.Account, after);
    }

    private Outcome DecideMode(SetMarginMode set, Instrument instrument, ModelAccount account)
    {
        var position = account.Position(instrument);
        var isolates = set.Mode == MarginMode.Isolated;
        if (position.IsIsolated == isolates)
        {
            return No(CommandStatus.NothingToDo);
        }
        if (position.Quantity == Rational.Zero)
        {
            return Yes(set.Account, account.With(instrument, position with { IsIsolated = isolates, Margin = 0m })
                .Moved(instrument.Settlement, position.Margin));
        }
        var margin = Margin(account);
        if (!margin.IsKnown)
        {
            return No(CommandStatus.OracleStale);
        }
        // it takes its initial margin and what it has lost with it, and brings all back
        var price = instrument.Settlement.PriceFeed is { } feed ? Frame[feed].Price!.Value.Value : 1m;
        var takes = isolates
            ? Rational.Ceiling((margin.InitialOf(instrument, position, account.Worst(instrument))
                + Rational.Max(-margin.GainOf(instrument, position), 0m)) / price, instrument.Settlement.Quantum)
            : -position.Margin;
        return Moved(set.Account, account, instrument, position with { IsIsolated = isolates }, takes);
    }

    private Outcome DecideAssign(AssignIsolatedMargin assign, Instrument instrument, ModelAccount account)
    {
        var position = account.Position(instrument);
        return Amount(account, instrument.Settlement, Math.Abs(assign.Amount)) is { } bad ? No(bad)
            : !position.IsIsolated ? No(CommandStatus.NothingToDo)
            : position.Margin + assign.Amount < Rational.Zero ? No(CommandStatus.InsufficientBalance)
            : Moved(assign.Account, account, instrument, position, assign.Amount);
    }

    private Outcome Moved(AccountId id, ModelAccount account, Instrument instrument,
        ModelPosition position, Rational takes)
    {
        if (takes > Rational.Zero && account.Balance(instrument.Settlement) < takes)
        {
            return No(CommandStatus.InsufficientBalance);
        }
        var after = account.With(instrument, position with { Margin = position.Margin
            + takes }).Moved(instrument.Settlement, -takes);
        return Short(after, isFresh: takes < Rational.Zero) is { } no ? No(no) : Yes(id, after);
    }

    private Outcome DecideTransfer(Transfer transfer)
    {
        if (transfer.From == transfer.To)
        {
            return No(CommandStatus.SelfTrade);
        }
        if (Accounts.GetValueOrDefault(transfer.From) is not { } from
            || Accounts.GetValueOrDefault(transfer.To) is not { } to)
        {
            return No(CommandStatus.UnknownAccount);
        }
        if (Frame.Universe.Asset(transfer.Asset) is not { } asset)
        {
            return No(CommandStatus.UnknownAsset);
        }
        return (Leaves(from, asset, transfer.Amount) ?? Amount(to, asset, transfer.Amount)) is { } no ? No(no)
            : (CommandStatus.Applied, new Dictionary<AccountId, ModelAccount>
            {
                [transfer.From] = from.Moved(asset, -transfer.Amount), [transfer.To] = to.Moved(asset, transfer.Amount),
            });
    }

    private Outcome DecideFill(ApplyFill fill)
    {
        if (fill.First.Account == fill.Second.Account)
        {
            return No(CommandStatus.SelfTrade);
        }
        if (fill.First.Quantity.Value != -fill.Second.Quantity.Value)
        {
            return No(CommandStatus.LegsMismatch);
        }
        if (!Accounts.ContainsKey(fill.First.Account) || !Accounts.ContainsKey(fill.Second.Account))
        {
            return No(CommandStatus.UnknownAccount);
        }
        if (Frame.Universe.Instrument(fill.Instrument) is not { } instrument)
        {
            return No(CommandStatus.UnknownInstrument);
        }
        var first = Leg(fill, instrument, fill.First, fill.Reason != FillReason.Trade);
        var second = Leg(fill, instrument, fill.Second, fill.Reason == FillReason.Deleverage);
        // Applied is the least of all statuses; of two refusals the first in their order is given
        return first.Status == CommandStatus.Applied && second.Status == CommandStatus.Applied
            ? (CommandStatus.Applied, new Dictionary<AccountId, ModelAccount>
            {
                [fill.First.Account] = first.After!, [fill.Second.Account] = second.After!,
            })
            : No(new[] { first.Status, second.Status }.Where(s => s != CommandStatus.Applied).Min());
    }

    private (CommandStatus Status, ModelAccount? After) Leg(ApplyFill fill, Instrument instrument, FillLeg leg,
        bool mustReduce)
    {
        var account = Accounts[leg.Account];
        var (quantity, price) = (leg.Quantity.Value, fill.Price.Value);
        if (Form(instrument, quantity, price) is { } bad)
        {
            return (bad, null);
        }
        var traded = Rational.Abs(quantity) * instrument.Multiplier * (instrument.Style == ContractStyle.Linear
            ? (Rational)price : Rational.One / price);
        if (leg.Fee > traded * Rules.FeeRateMax || -leg.Fee > traded * Rules.RebateRateMax
            || leg.Fee % instrument.Settlement.Quantum != 0m)
        {
            return (CommandStatus.FeeOutOfRange, null);
        }
        var held = account.Position(instrument).Quantity;
        if (Rational.Abs(held + quantity) > instrument.PositionLimit)
        {
            return (CommandStatus.PositionLimit, null);
        }
        var adds = held == Rational.Zero || held > Rational.Zero == quantity > 0m
            || Math.Abs(quantity) > Rational.Abs(held);
        if (adds && mustReduce)
        {
            return (CommandStatus.ReduceOnly, null);
        }
        var after = account.Filled(instrument, quantity, price, leg.Fee, Funding(instrument));
        return adds && Short(after, isFresh: false) is { } no ? (no, null) : (CommandStatus.Applied, after);
    }

    private CommandStatus? Form(Instrument instrument, decimal quantity, decimal price) =>
        quantity == 0m ? CommandStatus.QuantityZero
        : quantity % instrument.LotSize != 0m ? CommandStatus.QuantityStep
        : Math.Abs(quantity) > instrument.PositionLimit ? CommandStatus.QuantityOutOfRange
        : price > instrument.PriceMax || price <= 0m ? CommandStatus.PriceOutOfRange
        : price % instrument.TickSize != 0m ? CommandStatus.PriceTick
        : Math.Abs(quantity) * instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? price
            : 1m) > Rules.NotionalMax
            ? CommandStatus.NotionalOutOfRange
            : null;

    private CommandStatus? Amount(ModelAccount account, Asset asset, decimal amount) =>
        amount <= 0m || amount > Rules.AmountMax || Rational.Abs(account.Balance(asset)) + amount > Money.Max
            ? CommandStatus.AmountOutOfRange
        : amount % asset.Quantum != 0m ? CommandStatus.AmountStep
        : null;

    private CommandStatus? Leaves(ModelAccount account, Asset asset, decimal amount)
    {
        if (Amount(account, asset, amount) is { } bad)
        {
            return bad;
        }
        if (account.Balance(asset) < amount)
        {
            return CommandStatus.InsufficientBalance;
        }
        var needsMargin = account.HasExposure || account.Orders.Count > 0 || account.Balances.Values.Any(b =>
            b < Rational.Zero);
        return needsMargin ? Short(account.Moved(asset, -amount), isFresh: true, withoutProfit: true) : null;
    }

    private CommandStatus? Short(ModelAccount after, bool isFresh, bool withoutProfit = false)
    {
        var margin = Margin(after);
        return !margin.IsKnown || (isFresh && !margin.IsFresh) ? CommandStatus.OracleStale
            : !(withoutProfit ? margin.CoversWithoutProfit : margin.Covers) ? CommandStatus.InsufficientCollateral
            : null;
    }

    private Instrument? Perpetual(InstrumentId id) =>
        Frame.Universe.Instrument(id) is { Kind: InstrumentKind.Perpetual } perpetual ? perpetual : null;

    private void Raise(PublishFunding funding)
    {
        var instrument = Perpetual(funding.Instrument)!;
        Rational mark = Frame.Mark(instrument)!.Value.Value;
        var value = instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? mark : Rational.One / mark);
        _funding[instrument] = Funding(instrument) + ModelAccount.Floor(funding.Rate * value, 0.000000000001m);
    }
}
