namespace OrleansLeverage.Domain;

/// <summary>One position at one frame, in USD.</summary>
public readonly record struct PositionValuation(
    Position Position, decimal Mark, decimal SettlementPrice, decimal SignedNotional, decimal UnrealisedProfit, decimal AccruedFunding,
    decimal MaintenanceMargin, decimal InitialMargin, decimal OrderNotional)
{
    public decimal Notional => Math.Abs(SignedNotional);

    public bool IsIsolated => Position.Mode == MarginMode.Isolated;

    /// <summary>Equity of an isolated position alone: its margin, profit and funding.</summary>
    public decimal IsolatedEquity => Position.IsolatedMargin * SettlementPrice + UnrealisedProfit + AccruedFunding;
}

/// <summary>
/// An account at one frame, exactly. All amounts in USD.
/// <code>
/// equity         = Σ balance·price + Σ isolated margin + Σ unrealised profit + Σ accrued funding
/// margin balance = the same with positive balances at their collateral weight (debts in full), cross positions only
/// maintenance    = Σ notional·rate − amount, by bracket; the ratio is maintenance / margin balance, 1.00 = liquidation
/// </code>
/// Isolated positions are margin buckets of their own: the account's ratio is the worst of its buckets.
/// </summary>
public sealed class AccountValuation
{
    /// <summary>What initial margins are rounded up to.</summary>
    public const decimal UsdQuantum = 0.00000001m;

    private AccountValuation(Account account, PriceFrame frame, Feed? missing, PositionValuation[] positions)
    {
        Account = account;
        Frame = frame;
        MissingFeed = missing;
        Positions = positions;
    }

    public Account Account { get; }

    public PriceFrame Frame { get; }

    /// <summary>The first feed the account depends on that has not been measured; null where all have.</summary>
    public Feed? MissingFeed { get; }

    public bool IsKnown => MissingFeed is null;

    /// <summary>The least trustworthy price the account depends on; Fresh for one that depends on none.</summary>
    public PriceState PriceState { get; private set; } = PriceState.Fresh;

    /// <summary>Time of the oldest price the account depends on; null where it depends on none.</summary>
    public long? OldestPriceMs { get; private set; }

    public IReadOnlyList<PositionValuation> Positions { get; }

    public decimal Equity { get; private set; }

    public decimal CrossMarginBalance { get; private set; }

    public decimal CrossMaintenanceMargin { get; private set; }

    public decimal CrossInitialMargin { get; private set; }

    public decimal MaintenanceMargin { get; private set; }

    public decimal InitialMargin { get; private set; }

    /// <summary>Margin balance of all buckets together.</summary>
    public decimal MarginBalance { get; private set; }

    public decimal LongNotional { get; private set; }

    public decimal ShortNotional { get; private set; }

    public decimal GrossNotional => LongNotional + ShortNotional;

    public decimal NetNotional => LongNotional - ShortNotional;

    /// <summary>Margin balance above initial margin, cross; negative where margin is short.</summary>
    public decimal FreeCollateral => CrossMarginBalance - CrossInitialMargin;

    public static AccountValuation Of(Account account, PriceFrame frame)
    {
        var held = new PositionValuation[account.Positions.Count];
        var count = 0;
        Feed? missing = null;
        var reservations = account.Reservations.Count > 0;
        foreach (var position in account.Positions)
        {
            if (position.Quantity.IsZero && !reservations)
            {
                continue;
            }
            if (!TryValue(account, position, frame, ref missing, out var value))
            {
                return new AccountValuation(account, frame, missing, []);
            }
            held[count++] = value;
        }
        if (reservations)
        {
            foreach (var reservation in account.Reservations)
            {
                var known = held.AsSpan(0, count).ToArray().Any(v => v.Position.Instrument.Index == reservation.Instrument.Index);
                if (known)
                {
                    continue;
                }
                if (!TryValue(account, new Position { Instrument = reservation.Instrument }, frame, ref missing, out var value))
                {
                    return new AccountValuation(account, frame, missing, []);
                }
                Array.Resize(ref held, Math.Max(held.Length, count + 1));
                held[count++] = value;
            }
        }
        Array.Resize(ref held, count);
        foreach (var balance in account.Balances)
        {
            if (frame.UsdPrice(balance.Asset) is null)
            {
                return new AccountValuation(account, frame, balance.Asset.PriceFeed, []);
            }
        }
        var valuation = new AccountValuation(account, frame, null, held);
        valuation.Total();
        return valuation;
    }

    /// <summary>The tier at this frame, by multiplication: nothing is divided, so nothing is rounded.</summary>
    public RiskTier Tier(RiskRules rules)
    {
        if (!IsKnown)
        {
            return RiskTier.Unknown;
        }
        if (Equity < 0m || (Equity == 0m && GrossNotional > 0m))
        {
            return RiskTier.Bankrupt;
        }
        var worst = Tier(rules, CrossMaintenanceMargin, CrossMarginBalance);
        foreach (var position in Positions)
        {
            if (position.IsIsolated)
            {
                var tier = Tier(rules, position.MaintenanceMargin, position.IsolatedEquity);
                worst = tier > worst ? tier : worst;
            }
        }
        return worst;
    }

    /// <summary>True where every bucket's ratio is below <paramref name="threshold"/> less <paramref name="margin"/>.</summary>
    public bool IsBelow(decimal threshold, decimal margin)
    {
        var line = threshold - margin;
        var below = CrossMaintenanceMargin < line * CrossMarginBalance || CrossMaintenanceMargin == 0m;
        foreach (var position in Positions)
        {
            below &= !position.IsIsolated || position.MaintenanceMargin < line * position.IsolatedEquity;
        }
        return below;
    }

    /// <summary>Ratio of the worst bucket; null where a bucket has margin to keep and no balance, or nothing is held.</summary>
    public decimal? MarginRatio()
    {
        decimal? worst = CrossMaintenanceMargin == 0m ? 0m
            : CrossMarginBalance > 0m ? CrossMaintenanceMargin / CrossMarginBalance : null;
        foreach (var position in Positions)
        {
            if (position.IsIsolated && position.Notional > 0m)
            {
                decimal? ratio = position.IsolatedEquity > 0m ? position.MaintenanceMargin / position.IsolatedEquity : null;
                worst = worst is null || ratio is null ? null : Math.Max(worst.Value, ratio.Value);
            }
        }
        return worst;
    }

    private static RiskTier Tier(RiskRules rules, decimal maintenance, decimal marginBalance)
    {
        if (maintenance == 0m)
        {
            return RiskTier.Healthy;
        }
        if (maintenance > rules.LiquidationRatio * marginBalance)
        {
            return RiskTier.Liquidation;
        }
        return maintenance >= rules.MarginCallRatio * marginBalance ? RiskTier.MarginCall
            : maintenance >= rules.WarningRatio * marginBalance ? RiskTier.Warning
            : RiskTier.Healthy;
    }

    private static bool TryValue(Account account, Position position, PriceFrame frame, ref Feed? missing, out PositionValuation value)
    {
        value = default;
        var instrument = position.Instrument;
        if (frame.Mark(instrument) is not { } mark)
        {
            missing = instrument.MarkFeed;
            return false;
        }
        if (frame.UsdPrice(instrument.Settlement) is not { } settlement)
        {
            missing = instrument.Settlement.PriceFeed;
            return false;
        }
        // inverse: q·m/P coins at S; where the coin is priced by the mark itself S/P is exactly 1 and nothing is divided
        var unit = instrument.Style == ContractStyle.Linear
            ? instrument.Multiplier * mark.Value * settlement
            : instrument.Multiplier * (mark.Value == settlement ? 1m : settlement / mark.Value);
        var signed = position.Quantity.Value * unit;
        var profit = instrument.ProfitSign * (signed - position.Cost * settlement);
        var funding = position.AccruedFunding(frame.FundingIndices[instrument.Index]) * settlement;
        var notional = Math.Abs(signed);
        var orders = account.Reservations.Count == 0 ? notional : WorstWithOrders(account, position) * unit;
        value = new PositionValuation(position, mark.Value, settlement, signed, profit, funding,
            notional == 0m ? 0m : instrument.Margin.Maintenance(notional),
            orders == 0m ? 0m : instrument.Margin.Initial(orders, position.LeverageSetting, frame.OpenInterest[instrument.Index], UsdQuantum),
            orders);
        return true;
    }

    /// <summary>Largest |quantity| that fills of the open orders can lead to: all buys, or all sells.</summary>
    private static decimal WorstWithOrders(Account account, Position position)
    {
        var highest = position.Quantity.Value;
        var lowest = highest;
        foreach (var reservation in account.Reservations)
        {
            if (reservation.Instrument.Index == position.Instrument.Index)
            {
                highest += Math.Max(reservation.Quantity.Value, 0m);
                lowest += Math.Min(reservation.Quantity.Value, 0m);
            }
        }
        return Math.Max(Math.Abs(highest), Math.Abs(lowest));
    }

    private void Total()
    {
        foreach (var balance in Account.Balances)
        {
            var value = balance.Amount * Frame.UsdPrice(balance.Asset)!.Value;
            Equity += value;
            CrossMarginBalance += balance.Amount > 0m ? value * balance.Asset.CollateralWeight : value;
            DependsOn(balance.Asset.PriceFeed);
        }
        MarginBalance = CrossMarginBalance;
        foreach (var position in Positions)
        {
            Add(position);
        }
    }

    private void Add(in PositionValuation position)
    {
        var gain = position.UnrealisedProfit + position.AccruedFunding;
        Equity += position.IsIsolated ? position.IsolatedEquity : gain;
        MarginBalance += position.IsIsolated ? position.IsolatedEquity : gain;
        MaintenanceMargin += position.MaintenanceMargin;
        InitialMargin += position.InitialMargin;
        if (!position.IsIsolated)
        {
            CrossMarginBalance += gain;
            CrossMaintenanceMargin += position.MaintenanceMargin;
            CrossInitialMargin += position.InitialMargin;
        }
        LongNotional += Math.Max(position.SignedNotional, 0m);
        ShortNotional += Math.Max(-position.SignedNotional, 0m);
        DependsOn(position.Position.Instrument.MarkFeed);
        DependsOn(position.Position.Instrument.Settlement.PriceFeed);
    }

    private void DependsOn(Feed? feed)
    {
        if (feed is null)
        {
            return;
        }
        var price = Frame[feed];
        PriceState = Worse(PriceState, price.State);
        OldestPriceMs = OldestPriceMs is { } oldest ? Math.Min(oldest, price.TimeMs) : price.TimeMs;
    }

    private static PriceState Worse(PriceState left, PriceState right) => Rank(left) >= Rank(right) ? left : right;

    private static int Rank(PriceState state) => state switch
    {
        PriceState.Fresh => 0,
        PriceState.Degraded => 1,
        PriceState.Stale => 2,
        PriceState.Halted => 3,
        _ => 4,
    };
}
