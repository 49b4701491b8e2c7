using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Contracts;

/// <summary>Orders, plans and holders into messages and back, without loss.</summary>
internal static class DeleveragingTranslation
{
    public static OrderMessage ToMessage(this DeleveragingOrder o) => new(Ulid.Of(o.Plan), o.Instrument.Value ?? "",
        o.Bankrupt.Value ?? "", o.Rule.ToMessage(), o.Operator, o.Quantity);

    public static DeleveragingOrder ToOrder(this OrderMessage m) => new(m.Plan.ToId(),
        m.Instrument.Length == 0 ? default : new InstrumentId(m.Instrument),
        m.Bankrupt.Length == 0 ? default : new AccountId(m.Bankrupt), m.Rule.ToRule(), m.Operator, m.Quantity);

    public static PlanMessage ToMessage(this DeleveragingPlan p) => new()
    {
        Status = (byte)p.Status, Detail = p.Detail, Instrument = p.Instrument.Value ?? "",
        Bankrupt = p.Bankrupt.Value ?? "", Rule = p.Rule.ToMessage(), Epoch = p.Frame.Epoch,
        FrameSequence = p.Frame.Sequence, FrameTimeMs = p.FrameTimeMs, PriceState = (byte)p.PriceState,
        PriceTimeMs = p.PriceTimeMs, Mark = p.Mark, Price = p.Price?.Value, Side = p.Side, Requested = p.Requested,
        Residual = p.Residual, Shortfall = p.Shortfall, Fund = p.Fund, Ranked = p.Ranked,
        Excluded = [.. p.Excluded.OrderBy(e => e.Key).Select(e => new ExclusionMessage((int)e.Key, e.Value))],
        Legs = [.. p.Legs.Select(l => new PlannedLegMessage(l.Counterparty.Value, l.Side, l.Contracts, l.Held,
            l.Hedged, l.Rank, l.Quantile, l.ProfitTerm, l.LeverageTerm, l.Score, l.Forgone, l.Before.ToMessage(),
            l.After.ToMessage()))],
    };

    public static DeleveragingPlan ToPlan(this PlanMessage m) => new((DeleveragingStatus)m.Status, m.Detail,
        m.Instrument.Length == 0 ? default : new InstrumentId(m.Instrument),
        m.Bankrupt.Length == 0 ? default : new AccountId(m.Bankrupt), m.Rule.ToRule(),
        new FrameNumber((int)m.Epoch, m.FrameSequence), m.FrameTimeMs, (PriceState)m.PriceState, m.PriceTimeMs, m.Mark,
        m.Price is { } price ? new Price(price) : null, m.Side, m.Requested, m.Residual, m.Shortfall, m.Fund, m.Ranked,
        m.Excluded.ToDictionary(e => (ExclusionReason)e.Reason, e => e.Count),
        [.. m.Legs.Select(l => new PlannedLeg(new AccountId(l.Counterparty), l.Side, l.Contracts, l.Held, l.Hedged,
            l.Rank, l.Quantile, l.ProfitTerm, l.LeverageTerm, l.Score, l.Forgone, l.Before.ToOutcome(),
            l.After.ToOutcome()))]);

    public static ConditionMessage ToMessage(this DeleveragingCondition c) => new(c.Instrument.Value, (byte)c.State,
        c.Frame.Epoch, c.Frame.Sequence, c.Inhibited, (byte)c.PriceState, c.PriceAgeMs, c.PriceAgeMaxMs,
        c.InsolventAccounts, c.InsolventContracts, c.Shortfall, c.Fund)
    {
        FrameTimeMs = c.FrameTimeMs,
        Largest = [.. c.Largest.Select(i => new InsolventMessage(i.Account.Value, i.Side, i.Contracts, i.Shortfall,
            (byte)i.PriceState, i.OldestPriceMs))],
    };

    public static DeleveragingCondition ToCondition(this ConditionMessage m) => new(new InstrumentId(m.Instrument),
        (DeleveragingStatus)m.State, new FrameNumber((int)m.Epoch, m.FrameSequence), m.Inhibited,
        (PriceState)m.PriceState, m.PriceAgeMs, m.PriceAgeMaxMs, m.InsolventAccounts, m.InsolventContracts, m.Shortfall,
        m.Fund)
    {
        FrameTimeMs = m.FrameTimeMs,
        Largest = [.. m.Largest.Select(i => new InsolventPosition(new AccountId(i.Account), i.Side, i.Contracts,
            i.Shortfall, (PriceState)i.PriceState, i.OldestPriceMs))],
    };

    public static DeleveragingAnswer ToAnswer(this DeleveragingReply m) => new((DeleveragingStatus)m.Status, m.Detail,
        m.Plan?.ToPlan(), m.Record is { } record ? ReadRecord(record).Audit() : null);

    public static byte[] WriteRecord(SagaPlan plan)
    {
        var sink = new ByteSink();
        DeleveragingCodec.WritePlan(sink, plan);
        return sink.ToArray();
    }

    public static SagaPlan ReadRecord(ReadOnlySpan<byte> record)
    {
        var source = new ByteSource(record);
        var plan = DeleveragingCodec.ReadPlan(ref source);
        source.End();
        return plan;
    }

    public static HolderMessage ToMessage(this HolderView view, AccountId account)
    {
        var message = new HolderMessage { Account = account.Value };
        if (view.Candidate is { } c)
        {
            message = message with
            {
                IsKnown = true, Side = c.Side, Lots = c.Lots, HedgedLots = c.HedgedLots, EntryValue = c.EntryValue,
                MarkValue = c.MarkValue, Profit = c.Profit, Wallet = c.Wallet, Equity = c.Equity,
                MaintenanceMargin = c.MaintenanceMargin, GrossNotional = c.GrossNotional, Sequence = c.Sequence,
            };
        }
        return view.Insolvent is not { } i ? message : message with
        {
            Shortfall = i.Shortfall, Contracts = i.Contracts, PriceState = (byte)i.PriceState,
            OldestPriceMs = i.OldestPriceMs,
        };
    }

    public static HolderView ToView(this HolderMessage m)
    {
        var account = new AccountId(m.Account);
        return new HolderView(!m.IsKnown ? null : new DeleveragingCandidate
        {
            Account = account, Side = m.Side, Lots = m.Lots, HedgedLots = m.HedgedLots, EntryValue = m.EntryValue,
            MarkValue = m.MarkValue, Profit = m.Profit, Wallet = m.Wallet, Equity = m.Equity,
            MaintenanceMargin = m.MaintenanceMargin, GrossNotional = m.GrossNotional, Sequence = m.Sequence,
        }, m.Shortfall is { } shortfall
            ? new InsolventPosition(account, m.Side, m.Contracts, shortfall, (PriceState)m.PriceState, m.OldestPriceMs)
            : null);
    }

    private static RuleMessage ToMessage(this DeleveragingRule r) => new(r.Name, r.Version, (byte)r.Policy,
        (byte)r.Score, r.IsHedgeAware, r.IsProfitableOnly, r.ProfitShareMax);

    private static DeleveragingRule ToRule(this RuleMessage m) => new()
    {
        Name = m.Name, Version = m.Version, Policy = (DeleveragingPolicy)m.Policy, Score = (DeleveragingScore)m.Score,
        IsHedgeAware = m.IsHedgeAware, IsProfitableOnly = m.IsProfitableOnly, ProfitShareMax = m.ProfitShareMax,
    };

    private static OutcomeMessage ToMessage(this AccountOutcome o) => new(o.Equity, o.GrossNotional, o.NetNotional,
        o.Leverage, o.MarginRatio, (byte)o.Tier);

    private static AccountOutcome ToOutcome(this OutcomeMessage m) => new(m.Equity, m.Gross, m.Net, m.Leverage,
        m.MarginRatio, (RiskTier)m.Tier);
}
