namespace OrleansLeverage.Domain;

/// <summary>
/// Fills, funding and expiry: whatever moves a position. The books close to the unit: over all accounts and the
/// house,
/// <code>
/// Σ balance + Σ isolated margin − Σ sign·cost + Σ q·F_last + Σ house = 0     per settlement asset
/// </code>
/// because a leg of value v and quantity x changes the left side by −sign·v + x·F, which is what it enters under
/// Clearing; the two legs of a trade cancel there, up to what rounding took from both, which is dust.
/// </summary>
public sealed partial class Account
{
    /// <summary>
    /// This account's leg of a fill. What reduces is not asked for margin; what <paramref name="mustReduce"/> may
    /// neither add nor turn the position; a position never grows past its limit.
    /// </summary>
    /// <param name="takesOver">The desk's side of a liquidation, which caps on leverage and switches let through.
    /// </param>
    public Decision DecideFill(Instrument instrument, Quantity quantity, Price price, decimal fee, bool mustReduce,
        PriceFrame frame, bool takesOver = false)
    {
        if (OrderProblem(instrument, quantity, price, frame) is { } problem)
        {
            return problem;
        }
        var rules = frame.Universe.Rules;
        var traded = Math.Abs(quantity.Value) * instrument.Multiplier
            * (instrument.Style == ContractStyle.Linear ? price.Value : 1m);
        var feeUnit = instrument.Style == ContractStyle.Linear ? traded : traded / price.Value;
        if (fee > feeUnit * rules.FeeRateMax || -fee > feeUnit * rules.RebateRateMax
            || !Decimals.IsMultipleOf(fee, instrument.Settlement.Quantum))
        {
            return Decision.Refused(CommandStatus.FeeOutOfRange);
        }
        // what reduces may do so from above a limit that was lowered
        var adds = AddsRisk(instrument, quantity);
        var after = Position(instrument).Quantity.Value + quantity.Value;
        if (adds && LimitProblem(instrument, Math.Abs(after)) is { } limit)
        {
            return limit;
        }
        if (adds && mustReduce)
        {
            return Decision.Refused(CommandStatus.ReduceOnly, Position(instrument).Quantity.ToString());
        }
        if (adds && !takesOver && (StopProblem(instrument, frame, isFill: true)
            ?? ModeProblem(Joining(instrument, frame.Universe).Mode, frame)) is { } stopped)
        {
            return stopped;
        }
        var events = new List<AccountEvent>();
        var house = new List<HouseEntry>();
        MovePosition(instrument, quantity, price.Value, fee, frame, events, house);
        if (adds && rules.FillsNeedInitialMargin
            && MarginProblem(With(events), frame, requireFresh: false) is { } shortfall)
        {
            return shortfall;
        }
        if (adds && !takesOver && FillCapProblem(With(events), instrument, frame) is { } excess)
        {
            return excess;
        }
        return new Decision(CommandStatus.Applied, events, house);
    }

    private Decision DecideExpiry(ExpireInstrument expire, PriceFrame frame)
    {
        if (frame.Universe.Instrument(expire.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, expire.Instrument.Value);
        }
        // of an option it is the underlying's price, which has nothing to do with the largest premium
        var most = instrument.Option is null ? instrument.PriceMax : Price.Max;
        if (expire.SettlementPrice.Value > most || expire.SettlementPrice.Value <= 0m)
        {
            return Decision.Refused(CommandStatus.PriceOutOfRange, $"at most {Decimals.Text(most)}");
        }
        var position = Position(instrument);
        // orders of a market that is no more hold margin for nothing, whether or not anything is held
        var orders = _reservations.Where(r => r.Instrument.Index == instrument.Index).ToArray();
        if (position.Quantity.IsZero && orders.Length == 0)
        {
            return Decision.Refused(CommandStatus.NothingToDo, "no position and no order");
        }
        var events = new List<AccountEvent>();
        var house = new List<HouseEntry>();
        if (!position.Quantity.IsZero)
        {
            var paid = instrument.Option?.Payoff(expire.SettlementPrice, instrument.IsCoinSettled)
                ?? expire.SettlementPrice.Value;
            MovePosition(instrument, -position.Quantity, paid, 0m, frame, events, house);
        }
        events.AddRange(orders.Select(r => new OrderReleased(r.Order)));
        return new Decision(CommandStatus.Applied, events, house);
    }

    private static Decision? MarketProblem(Instrument instrument, PriceFrame frame) =>
        !instrument.IsOpen || (instrument.Expiry is { } expiry && frame.TimeMs >= expiry.ToUnixTimeMilliseconds())
            ? Decision.Refused(CommandStatus.MarketClosed, instrument.Id.Value)
            : null;

    /// <summary>
    /// Checks of form that orders, fills and imports share. An average entry price need not lie on the tick.
    /// </summary>
    private static Decision? OrderProblem(Instrument instrument, Quantity quantity, Price price, PriceFrame frame,
        bool isAverage = false)
    {
        if (MarketProblem(instrument, frame) is { } closed)
        {
            return closed;
        }
        if (quantity.IsZero)
        {
            return Decision.Refused(CommandStatus.QuantityZero);
        }
        if (!instrument.IsOnLot(quantity))
        {
            return Decision.Refused(CommandStatus.QuantityStep, Decimals.Text(instrument.LotSize));
        }
        if (quantity.Abs.Value > instrument.PositionLimit)
        {
            return Decision.Refused(CommandStatus.QuantityOutOfRange,
                $"at most {Decimals.Text(instrument.PositionLimit)}");
        }
        // a price that was never set is 0
        if (price.Value > instrument.PriceMax || price.Value <= 0m)
        {
            return Decision.Refused(CommandStatus.PriceOutOfRange, $"at most {Decimals.Text(instrument.PriceMax)}");
        }
        if (!isAverage && !instrument.IsOnTick(price))
        {
            return Decision.Refused(CommandStatus.PriceTick, Decimals.Text(instrument.TickSize));
        }
        var notional = quantity.Abs.Value * instrument.Multiplier
            * (instrument.Style == ContractStyle.Linear ? price.Value : 1m);
        return notional > frame.Universe.Rules.NotionalMax
            ? Decision.Refused(CommandStatus.NotionalOutOfRange,
                $"at most {Decimals.Text(frame.Universe.Rules.NotionalMax)}")
            : null;
    }

    /// <summary>Refused where the instrument's position would grow to more than its limit.</summary>
    private Decision? LimitProblem(Instrument instrument, decimal quantity) => quantity > instrument.PositionLimit
        ? Decision.Refused(CommandStatus.PositionLimit, $"at most {Decimals.Text(instrument.PositionLimit)}")
        : RoomProblem(Position(instrument));

    /// <summary>Refused where the account would hold one position more than it may.</summary>
    private Decision? RoomProblem(Position position) => position.IsDefault && _positions.Length >= PositionsMax
        ? Decision.Refused(CommandStatus.PositionLimit, $"{PositionsMax} positions")
        : null;

    private void MovePosition(Instrument instrument, Quantity quantity, decimal price, decimal fee, PriceFrame frame,
        List<AccountEvent> events, List<HouseEntry> house)
    {
        var settled = SettleFunding(Joining(instrument, frame.Universe), frame, events, house);
        var (after, exact) = settled.Fill(quantity, price);
        var value = instrument.Value(quantity, price);
        var settlement = instrument.Settlement;
        house.Add(new HouseEntry(HouseAccount.Clearing, settlement,
            instrument.ProfitSign * value - quantity.Value * after.FundingIndex));
        var realised = Quantised(settlement, exact, house);
        var toBalance = realised;
        if (after.Mode == MarginMode.Isolated)
        {
            // the position's own margin takes profit and loss; what is left of it comes back when the position is flat
            var margin = after.IsolatedMargin + realised;
            toBalance = after.Quantity.IsZero ? margin : 0m;
            after = after with { IsolatedMargin = after.Quantity.IsZero ? 0m : margin };
        }
        Book(settlement, toBalance, BalanceReason.RealisedProfit, events);
        Book(settlement, -fee, BalanceReason.Fee, events);
        if (fee != 0m)
        {
            house.Add(new HouseEntry(HouseAccount.Fees, settlement, fee));
        }
        events.Add(new PositionChanged(after));
    }

    /// <summary>
    /// The position as it is; a new one of an underlying that the account holds in portfolio margin joins it.
    /// </summary>
    private Position Joining(Instrument instrument, Universe universe)
    {
        var position = Position(instrument);
        var portfolio = position.IsDefault ? universe.PortfolioOf(instrument) : -1;
        return portfolio >= 0 && Array.Exists(_positions, p => p.Mode == MarginMode.Portfolio
            && !p.Quantity.IsZero && universe.PortfolioOf(p.Instrument) == portfolio)
            ? position with { Mode = MarginMode.Portfolio }
            : position;
    }

    /// <summary>
    /// The position with its funding settled; what went to the balance is in <paramref name="events"/>.
    /// </summary>
    private Position SettleFunding(Position position, PriceFrame frame, List<AccountEvent> events,
        List<HouseEntry> house)
    {
        var index = frame.FundingIndices[position.Instrument.Index];
        var accrued = position.AccruedFunding(index);
        var settled = position with { FundingIndex = index };
        if (accrued == 0m)
        {
            return settled;
        }
        var settlement = position.Instrument.Settlement;
        var booked = Quantised(settlement, accrued, house);
        if (position.Mode == MarginMode.Isolated)
        {
            return settled with { IsolatedMargin = settled.IsolatedMargin + booked };
        }
        Book(settlement, booked, BalanceReason.Funding, events);
        return settled;
    }

    /// <summary>What is booked of an amount: whole quantums, rounded against the account; the rest is dust.</summary>
    private static decimal Quantised(Asset asset, decimal amount, List<HouseEntry> house)
    {
        var booked = Decimals.FloorTo(amount, asset.Quantum);
        if (booked != amount)
        {
            house.Add(new HouseEntry(HouseAccount.Dust, asset, amount - booked));
        }
        return booked;
    }

    /// <summary>Adds a movement after those already in <paramref name="events"/>.</summary>
    private void Book(Asset asset, decimal delta, BalanceReason reason, List<AccountEvent> events)
    {
        if (delta == 0m)
        {
            return;
        }
        var before = Balance(asset);
        foreach (var fact in events)
        {
            if (fact is BalanceChanged changed && changed.Asset.Index == asset.Index)
            {
                before = changed.After;
            }
        }
        events.Add(new BalanceChanged(asset, delta, before + delta, reason));
    }
}
