namespace OrleansLeverage.Domain;

/// <summary>Decisions about one account: what a command would write, at one frame, without writing it.</summary>
public sealed partial class Account
{
    /// <summary>
    /// Decides a command of this account alone. The checks follow the order of <see cref="CommandStatus"/>; the first
    /// that fails gives the answer.
    /// </summary>
    public Decision Decide(SingleAccountCommand command, PriceFrame frame)
    {
        if (command.Account != Id)
        {
            throw new ArgumentException($"a command for {command.Account} at {Id}", nameof(command));
        }
        return command switch
        {
            Deposit deposit => DecideDeposit(deposit, frame),
            Withdraw withdraw => DecideWithdraw(withdraw, frame),
            ReserveOrder reserve => DecideReserve(reserve, frame),
            ReleaseOrder release => Array.Exists(_reservations, r => r.Order == release.Order)
                ? new Decision(CommandStatus.Applied, [new OrderReleased(release.Order)], [])
                : Decision.Refused(CommandStatus.UnknownReservation),
            SettleFunding settle => DecideFunding(settle, frame),
            SetLeverage set => DecideLeverage(set, frame),
            SetMarginMode set => DecideMode(set, frame),
            AssignIsolatedMargin assign => DecideIsolatedMargin(assign, frame),
            ExpireInstrument expire => DecideExpiry(expire, frame),
            Liquidate => DecideLiquidate(frame),
            InsuranceTransfer transfer => DecideInsurance(transfer, frame),
            ImportAccount import => DecideImport(import, frame),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name,
                "not a command of one account"),
        };
    }

    /// <summary>This account's side of a transfer: signed amount, positive comes in.</summary>
    public Decision DecideTransfer(AssetId assetId, decimal amount, PriceFrame frame)
    {
        if (frame.Universe.Asset(assetId) is not { } asset)
        {
            return Decision.Refused(CommandStatus.UnknownAsset, assetId.Value);
        }
        return AmountProblem(asset, Math.Abs(amount), frame) is { } problem ? problem
            : amount > 0m ? new Decision(CommandStatus.Applied, [Moved(asset, amount, BalanceReason.Transfer)], [])
            : DecideOutgoing(asset, -amount, BalanceReason.Transfer, [], frame);
    }

    private Decision DecideDeposit(Deposit deposit, PriceFrame frame)
    {
        if (frame.Universe.Asset(deposit.Asset) is not { } asset)
        {
            return Decision.Refused(CommandStatus.UnknownAsset, deposit.Asset.Value);
        }
        return AmountProblem(asset, deposit.Amount, frame) is { } problem
            ? problem
            : new Decision(CommandStatus.Applied, [Moved(asset, deposit.Amount, BalanceReason.Deposit)],
                [new HouseEntry(HouseAccount.External, asset, -deposit.Amount)]);
    }

    private Decision DecideWithdraw(Withdraw withdraw, PriceFrame frame)
    {
        if (frame.Universe.Asset(withdraw.Asset) is not { } asset)
        {
            return Decision.Refused(CommandStatus.UnknownAsset, withdraw.Asset.Value);
        }
        return AmountProblem(asset, withdraw.Amount, frame) is { } problem ? problem
            : DecideOutgoing(asset, withdraw.Amount, BalanceReason.Withdrawal,
                [new HouseEntry(HouseAccount.External, asset, withdraw.Amount)], frame,
                frame.Universe.Rules.Withdrawal);
    }

    /// <summary>
    /// Leaving needs the balance itself, and where margin is needed, fresh prices and initial margin covered by both
    /// the collateral and the margin balance that remain: profit that is not realised cannot leave, a loss stays
    /// covered. Rules of withdrawal may let profit carry the margin, and may ask for a share of the notional.
    /// </summary>
    private Decision DecideOutgoing(Asset asset, decimal amount, BalanceReason reason, HouseEntry[] house,
        PriceFrame frame, WithdrawalRules? rules = null)
    {
        if (Balance(asset) < amount)
        {
            return Decision.Refused(CommandStatus.InsufficientBalance, $"{asset} {Decimals.Text(Balance(asset))}");
        }
        var moved = Moved(asset, -amount, reason);
        if (HasExposure || _reservations.Length > 0 || Array.Exists(_balances, b => b.Amount < 0m))
        {
            var after = With([moved]);
            if (MarginProblem(after, frame, requireFresh: true, withoutProfit: rules is not { ProfitCounts: true })
                is { } problem)
            {
                return problem;
            }
            if (OutgoingCapProblem(after, frame) is { } excess)
            {
                return excess;
            }
            if (rules is not null
                && WithdrawalGate.Spare(AccountValuation.Of(after, frame), rules) is < 0m and var spare)
            {
                return Decision.Refused(CommandStatus.InsufficientCollateral,
                    $"{Decimals.Text(-spare)} short of what must stay");
            }
        }
        return new Decision(CommandStatus.Applied, [moved], house);
    }

    private Decision DecideReserve(ReserveOrder reserve, PriceFrame frame)
    {
        if (frame.Universe.Instrument(reserve.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, reserve.Instrument.Value);
        }
        if (OrderProblem(instrument, reserve.Quantity, reserve.Price, frame) is { } problem)
        {
            return problem;
        }
        var reserved = new OrderReserved(new Reservation(reserve.Id, instrument, reserve.Quantity, reserve.Price));
        var after = With([reserved]);
        var held = Position(instrument).Quantity.Value;
        var (before, worst) = (Orders(instrument).WorstQuantity(held), after.Orders(instrument).WorstQuantity(held));
        if (worst > before && (LimitProblem(instrument, worst) ?? StopProblem(instrument, frame)
            ?? ModeProblem(Position(instrument).Mode, frame)) is { } limit)
        {
            return limit;
        }
        if (_reservations.Length >= ReservationsMax)
        {
            return Decision.Refused(CommandStatus.PositionLimit, $"{ReservationsMax} open orders");
        }
        return worst > before && (MarginProblem(after, frame, requireFresh: true)
            ?? CapProblem(after, instrument, frame)) is { } shortfall
            ? shortfall
            : new Decision(CommandStatus.Applied, [reserved], []);
    }

    private Decision DecideFunding(SettleFunding settle, PriceFrame frame)
    {
        if (frame.Universe.Instrument(settle.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, settle.Instrument.Value);
        }
        var position = Position(instrument);
        if (position.AccruedFunding(frame.FundingIndex(instrument)) == 0m)
        {
            return Decision.Refused(CommandStatus.NothingToDo, "no funding accrued");
        }
        var events = new List<AccountEvent>(2);
        var house = new List<HouseEntry>(1);
        events.Add(new PositionChanged(SettleFunding(position, frame, events, house)));
        return new Decision(CommandStatus.Applied, events, house);
    }

    private Decision DecideLeverage(SetLeverage set, PriceFrame frame)
    {
        if (frame.Universe.Instrument(set.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, set.Instrument.Value);
        }
        if (!frame.Universe.Rules.CustomLeverage)
        {
            return Decision.Refused(CommandStatus.LeverageOutOfRange, "accounts set no leverage of their own");
        }
        var position = Position(instrument);
        if ((LeverageProblem(instrument, position.Quantity.Value, set.Leverage, frame)
            ?? RoomProblem(position)) is { } refused)
        {
            return refused;
        }
        var changed = new PositionChanged(position with { LeverageSetting = set.Leverage });
        var asksForMore = (position.LeverageSetting is not { } before || set.Leverage < before)
            && Orders(instrument).WorstQuantity(position.Quantity.Value) > 0m;
        return asksForMore && MarginProblem(With([changed]), frame, requireFresh: false) is { } problem
            ? problem
            : new Decision(CommandStatus.Applied, [changed], []);
    }

    private Decision DecideMode(SetMarginMode set, PriceFrame frame)
    {
        if (frame.Universe.Instrument(set.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, set.Instrument.Value);
        }
        var position = Position(instrument);
        if (position.Mode == set.Mode)
        {
            return Decision.Refused(CommandStatus.NothingToDo, $"{set.Mode}");
        }
        if (ModeProblem(set.Mode, frame) is { } notOffered)
        {
            return notOffered;
        }
        if (set.Mode == MarginMode.Portfolio && frame.Universe.PortfolioOf(instrument) < 0)
        {
            return Decision.Refused(CommandStatus.NothingToDo, $"no portfolio margin is offered for {instrument}");
        }
        if (RoomProblem(position) is { } full)
        {
            return full;
        }
        if (position.Quantity.IsZero)
        {
            return new Decision(CommandStatus.Applied,
                Isolate(position with { Mode = set.Mode }, -position.IsolatedMargin), []);
        }
        var valuation = AccountValuation.Of(this, frame);
        if (!valuation.IsKnown)
        {
            return Decision.Refused(CommandStatus.OracleStale, valuation.MissingFeed?.Id.Value);
        }
        var margin = -position.IsolatedMargin;
        if (set.Mode == MarginMode.Isolated)
        {
            var value = valuation.Positions.First(p => p.Position.Instrument.Index == instrument.Index);
            var loss = Math.Min(value.UnrealisedProfit + value.AccruedFunding, 0m);
            margin = Decimals.CeilingTo(
                (value.InitialMargin - loss) / value.SettlementPrice, instrument.Settlement.Quantum);
        }
        return MovedIsolated(position with { Mode = set.Mode }, margin, frame);
    }

    private Decision DecideIsolatedMargin(AssignIsolatedMargin assign, PriceFrame frame)
    {
        if (frame.Universe.Instrument(assign.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, assign.Instrument.Value);
        }
        var position = Position(instrument);
        if (AmountProblem(instrument.Settlement, Math.Abs(assign.Amount), frame) is { } problem)
        {
            return problem;
        }
        if (position.Mode != MarginMode.Isolated)
        {
            return Decision.Refused(CommandStatus.NothingToDo, $"{position.Mode}");
        }
        return position.IsolatedMargin + assign.Amount < 0m
            ? Decision.Refused(CommandStatus.InsufficientBalance, Decimals.Text(position.IsolatedMargin))
            : MovedIsolated(position, assign.Amount, frame);
    }

    /// <summary>
    /// Moves settlement asset between the balance and an isolated position, leaving both sides with their initial
    /// margin.
    /// </summary>
    private Decision MovedIsolated(Position position, decimal toPosition, PriceFrame frame)
    {
        if (toPosition > 0m && Balance(position.Instrument.Settlement) < toPosition)
        {
            return Decision.Refused(CommandStatus.InsufficientBalance,
                Decimals.Text(Balance(position.Instrument.Settlement)));
        }
        var events = Isolate(position, toPosition);
        return MarginProblem(With(events), frame, requireFresh: toPosition < 0m) is { } problem
            ? problem
            : new Decision(CommandStatus.Applied, events, []);
    }

    private List<AccountEvent> Isolate(Position position, decimal toPosition)
    {
        var events = new List<AccountEvent>
        {
            new PositionChanged(position with { IsolatedMargin = position.IsolatedMargin + toPosition }),
        };
        if (toPosition != 0m)
        {
            events.Add(Moved(position.Instrument.Settlement, -toPosition, BalanceReason.IsolatedMargin));
        }
        return events;
    }

    private Decision DecideLiquidate(PriceFrame frame)
    {
        var valuation = AccountValuation.Of(this, frame);
        if (!valuation.IsKnown || valuation.PriceState is not (PriceState.Fresh or PriceState.Degraded))
        {
            return Decision.Refused(CommandStatus.OracleStale,
                valuation.MissingFeed?.Id.Value ?? valuation.PriceState.ToString());
        }
        if (valuation.Tier(frame.Universe.Rules) < RiskTier.Liquidation || !HasExposure)
        {
            return Decision.Refused(CommandStatus.Recovered);
        }
        var events = new List<AccountEvent>(_reservations.Length + 1);
        events.AddRange(_reservations.Select(r => new OrderReleased(r.Order)));
        events.Add(new EpisodeChanged(Episode with { InLiquidation = true }));
        return new Decision(CommandStatus.Applied, events, []);
    }

    private static Decision? LeverageProblem(Instrument instrument, decimal quantity, decimal leverage,
        PriceFrame frame)
    {
        var price = instrument.Style == ContractStyle.Inverse ? 1m : frame.Mark(instrument)?.Value ?? 0m;
        var max = instrument.MaxLeverage(Math.Abs(quantity) * instrument.Multiplier * price, Math.Abs(quantity),
            frame.OpenInterestUsd(instrument));
        return leverage <= 0m || leverage > max || Decimals.Scale(leverage) > Decimals.ScaleMax
            ? Decision.Refused(CommandStatus.LeverageOutOfRange, $"at most {Decimals.Text(decimal.Round(max, 8))}")
            : null;
    }

    private Decision? AmountProblem(Asset asset, decimal amount, PriceFrame frame) =>
        amount <= 0m || amount > frame.Universe.Rules.AmountMax || Math.Abs(Balance(asset)) + amount > Money.Max
            ? Decision.Refused(CommandStatus.AmountOutOfRange)
            : Decimals.IsMultipleOf(amount, asset.Quantum)
                ? null
                : Decision.Refused(CommandStatus.AmountStep, Decimals.Text(asset.Quantum));

    /// <summary>
    /// Refused where a bucket of <paramref name="after"/> has less margin balance, or
    /// (<paramref name="withoutProfit"/>) less collateral, than initial margin.
    /// </summary>
    private static Decision? MarginProblem(Account after, PriceFrame frame, bool requireFresh,
        bool withoutProfit = false)
    {
        var valuation = AccountValuation.Of(after, frame);
        if (!valuation.IsKnown || (requireFresh && valuation.PriceState != PriceState.Fresh))
        {
            return Decision.Refused(CommandStatus.OracleStale,
                valuation.MissingFeed?.Id.Value ?? valuation.PriceState.ToString());
        }
        if (!valuation.CoversInitialMargin())
        {
            return Decision.Refused(CommandStatus.InsufficientCollateral,
                $"margin balance {Decimals.Text(valuation.InitialBalance)}, "
                + $"initial margin {Decimals.Text(valuation.InitialMargin)}");
        }
        return withoutProfit && (valuation.CrossCollateral < valuation.CrossInitialMargin
            || valuation.Collateral < valuation.InitialMargin)
            ? Decision.Refused(CommandStatus.InsufficientCollateral,
                $"collateral {Decimals.Text(valuation.Collateral)}, "
                + $"initial margin {Decimals.Text(valuation.InitialMargin)}")
            : null;
    }

    private bool AddsRisk(Instrument instrument, Quantity quantity)
    {
        var held = Position(instrument).Quantity;
        return held.IsZero || held.IsLong == quantity.IsLong || quantity.Abs.Value > held.Abs.Value;
    }

    private BalanceChanged Moved(Asset asset, decimal delta, BalanceReason reason) =>
        new(asset, delta, Balance(asset) + delta, reason);

    private Account With(IEnumerable<AccountEvent> events)
    {
        var after = Copy();
        foreach (var fact in events)
        {
            after.Apply(fact);
        }
        return after;
    }
}
