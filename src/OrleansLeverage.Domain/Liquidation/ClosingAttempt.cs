namespace OrleansLeverage.Domain;

/// <summary>One close as it would be booked; without an account where the close was refused.</summary>
internal sealed record ClosingAttempt(LiquidationStep Step, Account? Account, AccountValuation? Valuation)
{
    public static ClosingAttempt Of(Account account, AccountValuation valuation, in PositionValuation position,
        Quantity close, LiquidationRules rules, LiquidationPricing pricing, ClosingMarket? market)
    {
        var instrument = position.Position.Instrument;
        var before = MarginBucket.Of(valuation, instrument, position.IsIsolated);
        var closed = Math.Abs(close.Value) * UnitNotional(position);
        var freed = position.IsPortfolio ? Freed(valuation, closed)
            : Freed(position, close, closed, valuation.Frame.Universe);
        var share = ClosingPrice.Share(before, freed, AccountValuation.UsdQuantum);
        var bankruptcy = ClosingPrice.Bankruptcy(
            instrument.Style, position.Position.Quantity.IsLong ? 1 : -1, position.Mark, closed, share);
        var price = market?.Invoke(instrument, close, new Price(position.Mark))
            ?? Priced(position, before, bankruptcy, rules, pricing);
        var fill = account.DecideFill(instrument, close, price, 0m, mustReduce: true, valuation.Frame);
        var step = new LiquidationStep
        {
            Instrument = instrument, IsIsolated = position.IsIsolated, Close = close, Price = price,
            BankruptcyPrice = bankruptcy, Status = fill.Status, Before = before, After = before,
        };
        return fill.Status == CommandStatus.Applied
            ? Booked(step, account, valuation, fill, share,
                pricing == LiquidationPricing.Bankruptcy ? decimal.MaxValue : FeeMax(step, rules.FeeRate))
            : new ClosingAttempt(step, null, null);
    }

    /// <summary>Fee and claim on top of the fill, each in whole quantums of the settlement asset.</summary>
    private static ClosingAttempt Booked(LiquidationStep step, Account account, AccountValuation valuation,
        Decision fill, decimal share, decimal feeMax)
    {
        var (asset, frame) = (step.Instrument.Settlement, valuation.Frame);
        var after = Applied(account, fill.Events);
        var filled = AccountValuation.Of(after, frame);
        // nothing but this bucket moved, so the whole account's change is the bucket's
        var above = Decimals.FloorTo((filled.Equity - valuation.Equity + share) / frame.UsdPrice(asset)!.Value,
            asset.Quantum);
        var change = InsuranceFund.Change(above, feeMax);
        if (change == 0m)
        {
            return new ClosingAttempt(
                step with
                {
                    Events = fill.Events, House = fill.House,
                    After = MarginBucket.Of(filled, step.Instrument, step.IsIsolated),
                }, after, filled);
        }
        var events = new List<AccountEvent>(fill.Events);
        var position = after.Position(step.Instrument);
        if (step.IsIsolated && !position.Quantity.IsZero)
        {
            events.Add(new PositionChanged(position with { IsolatedMargin = position.IsolatedMargin - change }));
        }
        else
        {
            events.Add(new BalanceChanged(asset, -change, after.Balance(asset) - change,
                change > 0m ? BalanceReason.Fee : BalanceReason.Insurance));
        }
        after.Apply(events[^1]);
        var settled = AccountValuation.Of(after, frame);
        return new ClosingAttempt(
            step with
            {
                Fee = Math.Max(0m, change), Claim = Math.Max(0m, -change), Events = events,
                House = [.. fill.House, new HouseEntry(HouseAccount.Insurance, asset, change)],
                After = MarginBucket.Of(settled, step.Instrument, step.IsIsolated),
            }, after, settled);
    }

    private static decimal FeeMax(LiquidationStep step, decimal rate)
    {
        var (instrument, contracts) = (step.Instrument, Math.Abs(step.Close.Value));
        var value = instrument.Style == ContractStyle.Linear
            ? contracts * instrument.Multiplier * step.Price.Value
            : contracts * instrument.Multiplier / step.Price.Value;
        return Decimals.FloorTo(value * rate, instrument.Settlement.Quantum);
    }

    /// <summary>Maintenance margin that goes with the closed part, by what is asked for before and after.</summary>
    private static decimal Freed(in PositionValuation position, Quantity close, decimal closed, Universe universe)
    {
        var (held, left) = (position.Position, position.Notional - closed);
        if (left == 0m || !universe.HasTerms)
        {
            return position.MaintenanceMargin - (left == 0m ? 0m : held.Instrument.Margin.Maintenance(left));
        }
        var rest = held.Quantity + close;
        return position.MaintenanceMargin - (held with
        {
            Quantity = rest, Cost = held.Cost * (rest.Value / held.Quantity.Value),
        }).Maintenance(universe.Rules, UnitNotional(position), position.SettlementPrice);
    }

    /// <summary>Of scenarios no position has a part: by notional, each has.</summary>
    private static decimal Freed(AccountValuation valuation, decimal closed)
    {
        var (held, maintenance) = (0m, valuation.Portfolios.Sum(p => p.MaintenanceMargin));
        foreach (var position in valuation.Positions)
        {
            held += position.IsPortfolio ? position.Notional : 0m;
        }
        return maintenance * Math.Min(closed, held) / held;
    }

    /// <summary>USD per contract, as the valuation takes it.</summary>
    private static decimal UnitNotional(in PositionValuation position) =>
        position.Position.Instrument.UnitNotional(position.Mark, position.SettlementPrice);

    private static Price Priced(in PositionValuation position, MarginBucket bucket, decimal? bankruptcy,
        LiquidationRules rules, LiquidationPricing pricing)
    {
        var side = position.Position.Quantity.IsLong ? 1 : -1;
        var instrument = position.Position.Instrument;
        return pricing == LiquidationPricing.Bankruptcy
            // to the account's side of bankruptcy, so that the tick is no claim
            ? OnTick(instrument, bankruptcy ?? (side > 0 ? 0m : instrument.PriceMax), up: side > 0)
            : OnTick(instrument, ClosingPrice.Conceded(side, position.Mark, pricing == LiquidationPricing.Concession
                ? rules.Concession
                : ClosingPrice.FillableConcession(bucket, position.MaintenanceMargin, position.Notional,
                    rules.BankruptcyAdjustment, rules.SpreadToMaintenance)), up: side < 0);
    }

    private static Price OnTick(Instrument instrument, decimal price, bool up)
    {
        var rounded = up
            ? Decimals.CeilingTo(price, instrument.TickSize)
            : Decimals.FloorTo(price, instrument.TickSize);
        var most = Decimals.FloorTo(instrument.PriceMax, instrument.TickSize);
        return new Price(Math.Clamp(rounded, instrument.TickSize, most));
    }

    private static Account Applied(Account account, IEnumerable<AccountEvent> events)
    {
        var after = account.Copy();
        foreach (var fact in events)
        {
            after.Apply(fact);
        }
        return after;
    }
}
