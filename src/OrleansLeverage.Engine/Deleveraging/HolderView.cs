using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging;

/// <summary>One holder of a market at a frame; the candidate is null where a price is missing.</summary>
public readonly record struct HolderView(DeleveragingCandidate? Candidate, InsolventPosition? Insolvent)
{
    /// <summary>USD value of one lot at the mark; null where a price is missing.</summary>
    public static decimal? LotUsd(Instrument instrument, PriceFrame frame) =>
        frame.Mark(instrument) is { } mark && frame.UsdPrice(instrument.Settlement) is { } settlement
            ? instrument.LotSize * instrument.Multiplier * (instrument.Style == ContractStyle.Linear
                ? mark.Value * settlement
                : settlement / mark.Value)
            : null;

    /// <summary>Null for an account that does not hold the market.</summary>
    public static HolderView? Of(Account account, Instrument instrument, PriceFrame frame)
    {
        if (account.Position(instrument).Quantity.IsZero)
        {
            return null;
        }
        var valuation = AccountValuation.Of(account, frame);
        if (!valuation.IsKnown)
        {
            return new HolderView(null, null);
        }
        var (position, bucket, hedge) = Locate(valuation, instrument);
        return new HolderView(Holder(account, position, bucket, hedge),
            bucket.Equity < 0m ? Short(account, valuation, position, bucket) : null);
    }

    /// <summary>
    /// Adds what the account owes to the lists of the markets that it holds, by their number: every market from one
    /// valuation. Nothing for an account that cannot be valued.
    /// </summary>
    public static void AddInsolvent(Account account, PriceFrame frame, List<InsolventPosition>?[] byMarket)
    {
        if (!account.HasExposure)
        {
            return;
        }
        var valuation = AccountValuation.Of(account, frame);
        if (!valuation.IsKnown || !Owes(valuation))
        {
            return;
        }
        foreach (var held in valuation.Positions)
        {
            if (held.Position.Quantity.IsZero)
            {
                continue;
            }
            var (position, bucket, _) = Locate(valuation, held.Position.Instrument);
            if (bucket.Equity < 0m)
            {
                (byMarket[held.Position.Instrument.Index] ??= []).Add(Short(account, valuation, position, bucket));
            }
        }
    }

    /// <summary>Whether any bucket of the account is below zero.</summary>
    private static bool Owes(AccountValuation valuation)
    {
        var cross = valuation.Equity;
        foreach (var position in valuation.Positions)
        {
            if (position.IsIsolated)
            {
                if (position.IsolatedEquity < 0m)
                {
                    return true;
                }
                cross -= position.IsolatedEquity;
            }
        }
        return cross < 0m;
    }

    /// <summary>The position, the bucket whose margin it shares, and what else the account holds of the coin.</summary>
    private static (PositionValuation Position, Bucket Bucket, decimal Hedge) Locate(AccountValuation valuation,
        Instrument instrument)
    {
        var (position, bucket) = (default(PositionValuation), default(Bucket));
        var hedge = 0m;
        foreach (var other in valuation.Positions)
        {
            bucket = bucket.With(other);
            if (other.Position.Instrument.Index == instrument.Index)
            {
                position = other;
            }
            else if (other.Position.Instrument.Base.Index == instrument.Base.Index)
            {
                hedge += other.SignedNotional;
            }
        }
        return (position, position.IsIsolated ? Bucket.Isolated(position) : bucket.Cross(valuation), hedge);
    }

    private static DeleveragingCandidate Holder(Account account, in PositionValuation position, in Bucket bucket,
        decimal hedge)
    {
        var (instrument, held) = (position.Position.Instrument, position.Position.Quantity);
        var side = held.IsLong ? 1 : -1;
        var lots = (long)(held.Abs.Value / instrument.LotSize);
        // what other positions in the coin offset, rounded up: a lot that is hedged in part is hedged
        var offset = Math.Min(position.Notional, Math.Max(0m, -side * hedge));
        var hedged = offset == 0m ? 0L : (long)Math.Min(lots, decimal.Ceiling(offset * lots / position.Notional));
        return new DeleveragingCandidate
        {
            Account = account.Id,
            Side = side,
            Lots = lots,
            HedgedLots = hedged,
            EntryValue = EntryValue(position),
            MarkValue = position.Notional,
            Profit = position.UnrealisedProfit,
            Wallet = bucket.Wallet,
            Equity = bucket.Equity,
            MaintenanceMargin = bucket.Maintenance,
            GrossNotional = bucket.Gross,
            Sequence = account.Sequence,
        };
    }

    /// <summary>
    /// The value that stands to the present one as the entry price stands to the mark; of an inverse contract that is
    /// the reverse of its coins.
    /// </summary>
    private static decimal EntryValue(in PositionValuation position)
    {
        var (held, cost) = (position.Position, Math.Abs(position.Position.Cost));
        if (held.Instrument.Style == ContractStyle.Linear)
        {
            return cost * position.SettlementPrice;
        }
        var coins = held.Quantity.Abs.Value * held.Instrument.Multiplier / position.Mark;
        return cost == 0m ? 0m : position.Notional * (coins / cost);
    }

    private static InsolventPosition Short(Account account, AccountValuation valuation, in PositionValuation position,
        in Bucket bucket)
    {
        var share = bucket.Maintenance > 0m ? position.MaintenanceMargin / bucket.Maintenance : 1m;
        var held = position.Position.Quantity;
        return new InsolventPosition(account.Id, held.IsLong ? 1 : -1, held.Abs.Value, -bucket.Equity * share,
            valuation.PriceState, valuation.OldestPriceMs);
    }

    /// <summary>Positions that share margin: the cross ones together, or an isolated one alone.</summary>
    private readonly record struct Bucket(decimal Wallet, decimal Equity, decimal Maintenance, decimal Gross,
        decimal IsolatedEquity, decimal CrossProfit, decimal CrossGross)
    {
        public Bucket With(in PositionValuation position) => position.IsIsolated
            ? this with { IsolatedEquity = IsolatedEquity + position.IsolatedEquity }
            : this with
            {
                CrossProfit = CrossProfit + position.UnrealisedProfit,
                CrossGross = CrossGross + position.Notional,
            };

        public Bucket Cross(AccountValuation valuation)
        {
            var equity = valuation.Equity - IsolatedEquity;
            return this with
            {
                Equity = equity,
                Wallet = equity - CrossProfit,
                Maintenance = valuation.CrossMaintenanceMargin,
                Gross = CrossGross,
            };
        }

        public static Bucket Isolated(in PositionValuation position) => new(
            position.IsolatedEquity - position.UnrealisedProfit, position.IsolatedEquity, position.MaintenanceMargin,
            position.Notional, 0m, 0m, 0m);
    }
}
