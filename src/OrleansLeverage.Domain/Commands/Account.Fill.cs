namespace OrleansLeverage.Domain;

/// <summary>
/// Fills, funding, expiry and imports: whatever moves a position. The books close to the unit: over all accounts and the
/// house,
/// <code>
/// Σ balance + Σ isolated margin − Σ sign·cost + Σ q·F_last + Σ house = 0     per settlement asset
/// </code>
/// because a leg of value v and quantity x changes the left side by −sign·v + x·F, which is what it enters under Clearing;
/// the two legs of a trade cancel there, up to what rounding took from both, which is dust.
/// </summary>
public sealed partial class Account
{
    /// <summary>
    /// This account's leg of a fill. What reduces is not asked for margin; what <paramref name="mustReduce"/> may neither add
    /// nor turn the position; a position never grows past its limit.
    /// </summary>
    public Decision DecideFill(Instrument instrument, Quantity quantity, Price price, decimal fee, bool mustReduce, PriceFrame frame)
    {
        if (OrderProblem(instrument, quantity, price, frame) is { } problem)
        {
            return problem;
        }
        var rules = frame.Universe.Rules;
        var traded = Math.Abs(quantity.Value) * instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? price.Value : 1m);
        var feeUnit = instrument.Style == ContractStyle.Linear ? traded : traded / price.Value;
        if (fee > feeUnit * rules.FeeRateMax || -fee > feeUnit * rules.RebateRateMax
            || !Decimals.IsMultipleOf(fee, instrument.Settlement.Quantum))
        {
            return Decision.Refused(CommandStatus.FeeOutOfRange);
        }
        var adds = AddsRisk(instrument, quantity);
        if (adds && mustReduce)
        {
            return Decision.Refused(CommandStatus.ReduceOnly, Position(instrument).Quantity.ToString());
        }
        var events = new List<AccountEvent>();
        var house = new List<HouseEntry>();
        MovePosition(instrument, quantity, price, fee, frame, events, house);
        if (adds && rules.FillsNeedInitialMargin && MarginProblem(With(events), frame, requireFresh: false) is { } shortfall)
        {
            return shortfall;
        }
        return new Decision(CommandStatus.Applied, events, house);
    }

    private Decision DecideExpiry(ExpireInstrument expire, PriceFrame frame)
    {
        if (frame.Universe.Instrument(expire.Instrument) is not { } instrument)
        {
            return Decision.Refused(CommandStatus.UnknownInstrument, expire.Instrument.Value);
        }
        var position = Position(instrument);
        if (position.Quantity.IsZero)
        {
            return Decision.Refused(CommandStatus.NothingToDo, "no position");
        }
        var events = new List<AccountEvent>();
        var house = new List<HouseEntry>();
        MovePosition(instrument, -position.Quantity, expire.SettlementPrice, 0m, frame, events, house);
        events.AddRange(_reservations.Where(r => r.Instrument.Index == instrument.Index).Select(r => new OrderReleased(r.Order)));
        return new Decision(CommandStatus.Applied, events, house);
    }

    private Decision DecideImport(ImportAccount import, PriceFrame frame)
    {
        var scratch = Copy();
        var events = new List<AccountEvent>();
        var house = new List<HouseEntry>();
        void Add(AccountEvent fact)
        {
            scratch.Apply(fact);
            events.Add(fact);
        }
        foreach (var imported in import.Balances)
        {
            if (frame.Universe.Asset(imported.Asset) is not { } asset)
            {
                return Decision.Refused(CommandStatus.UnknownAsset, imported.Asset.Value);
            }
            if (scratch.AmountProblem(asset, Math.Abs(imported.Amount), frame) is { } problem)
            {
                return problem;
            }
            Add(scratch.Moved(asset, imported.Amount, BalanceReason.Import));
            house.Add(new HouseEntry(HouseAccount.External, asset, -imported.Amount));
        }
        foreach (var imported in import.Positions)
        {
            if (frame.Universe.Instrument(imported.Instrument) is not { } instrument)
            {
                return Decision.Refused(CommandStatus.UnknownInstrument, imported.Instrument.Value);
            }
            if (scratch.OrderProblem(instrument, imported.Quantity, imported.EntryPrice, frame) is { } problem)
            {
                return problem;
            }
            var moves = new List<AccountEvent>();
            scratch.MovePosition(instrument, imported.Quantity, imported.EntryPrice, 0m, frame, moves, house);
            moves.ForEach(Add);
            if (imported.Leverage is not null || imported.IsolatedMargin > 0m)
            {
                var position = scratch.Position(instrument) with
                {
                    LeverageSetting = imported.Leverage,
                    Mode = imported.IsolatedMargin > 0m ? MarginMode.Isolated : MarginMode.Cross,
                };
                scratch.Isolate(position, imported.IsolatedMargin).ForEach(Add);
            }
        }
        return new Decision(CommandStatus.Applied, events, house);
    }

    /// <summary>Checks of form and limits that orders, fills and imports share.</summary>
    private Decision? OrderProblem(Instrument instrument, Quantity quantity, Price price, PriceFrame frame)
    {
        if (!instrument.IsOpen || (instrument.Expiry is { } expiry && frame.TimeMs >= expiry.ToUnixTimeMilliseconds()))
        {
            return Decision.Refused(CommandStatus.MarketClosed, instrument.Id.Value);
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
            return Decision.Refused(CommandStatus.QuantityOutOfRange, $"at most {Decimals.Text(instrument.PositionLimit)}");
        }
        if (price.Value > instrument.PriceMax)
        {
            return Decision.Refused(CommandStatus.PriceOutOfRange, $"at most {Decimals.Text(instrument.PriceMax)}");
        }
        if (!instrument.IsOnTick(price))
        {
            return Decision.Refused(CommandStatus.PriceTick, Decimals.Text(instrument.TickSize));
        }
        var notional = quantity.Abs.Value * instrument.Multiplier * (instrument.Style == ContractStyle.Linear ? price.Value : 1m);
        if (notional > frame.Universe.Rules.NotionalMax)
        {
            return Decision.Refused(CommandStatus.NotionalOutOfRange);
        }
        var position = Position(instrument);
        if (Math.Abs(position.Quantity.Value + quantity.Value) > instrument.PositionLimit
            || (position.IsDefault && _positions.Count >= PositionsMax))
        {
            return Decision.Refused(CommandStatus.PositionLimit, $"at most {Decimals.Text(instrument.PositionLimit)}");
        }
        return null;
    }

    private void MovePosition(Instrument instrument, Quantity quantity, Price price, decimal fee, PriceFrame frame,
        List<AccountEvent> events, List<HouseEntry> house)
    {
        var settled = SettleFunding(Position(instrument), frame, events, house);
        var (after, realised) = settled.Fill(quantity, price);
        var value = instrument.Value(quantity, price);
        var settlement = instrument.Settlement;
        house.Add(new HouseEntry(HouseAccount.Clearing, settlement, instrument.ProfitSign * value - quantity.Value * after.FundingIndex));
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

    private Position SettleFunding(Position position, PriceFrame frame, List<AccountEvent> events, List<HouseEntry> house)
    {
        var index = frame.FundingIndices[position.Instrument.Index];
        var accrued = position.AccruedFunding(index);
        var settled = position with { FundingIndex = index };
        if (accrued == 0m)
        {
            return settled;
        }
        var settlement = position.Instrument.Settlement;
        var booked = Decimals.FloorTo(accrued, settlement.Quantum);
        if (booked != accrued)
        {
            house.Add(new HouseEntry(HouseAccount.Dust, settlement, accrued - booked));
        }
        if (position.Mode == MarginMode.Isolated)
        {
            settled = settled with { IsolatedMargin = settled.IsolatedMargin + booked };
            events.Add(new PositionChanged(settled));
        }
        else
        {
            Book(settlement, booked, BalanceReason.Funding, events);
        }
        return settled;
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
