using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Engine.Codec;

/// <summary>Bytes of what happens to plans, and of plans as they stand. Kinds are never reused.</summary>
internal static class DeleveragingCodec
{
    private const byte ArmedKind = 1;
    private const byte BeganKind = 2;
    private const byte SentKind = 3;
    private const byte CancelledKind = 4;
    private const byte RoundKind = 5;
    private const byte EndedKind = 6;
    private const byte HedgeBit = 1;
    private const byte ProfitableBit = 2;

    public static void Write(ByteSink sink, SagaEvent happened)
    {
        sink.Byte(happened switch
        {
            PlanArmed => ArmedKind,
            ExecutionBegan => BeganKind,
            LegsSent => SentKind,
            RestCancelled => CancelledKind,
            RoundPlanned => RoundKind,
            PlanEnded => EndedKind,
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "has no code"),
        });
        sink.Wide(happened.Plan.Value);
        sink.Signed(happened.TimeMs);
        switch (happened)
        {
            case PlanArmed armed:
                WriteOrder(sink, armed.Order, armed.Side);
                WriteRound(sink, armed.Round);
                break;
            case ExecutionBegan began:
                sink.Text(began.Operator);
                break;
            case LegsSent sent:
                sink.Number(sent.From);
                sink.Number(sent.Count);
                break;
            case RoundPlanned planned:
                WriteRound(sink, planned.Round);
                break;
            case PlanEnded ended:
                sink.Byte((byte)ended.Status);
                sink.Text(ended.Operator);
                sink.Text(ended.Detail);
                break;
        }
    }

    public static SagaEvent Read(ref ByteSource source)
    {
        var kind = source.Byte();
        var (plan, timeMs) = (new CommandId(source.Wide()), source.Signed());
        return kind switch
        {
            ArmedKind => ReadArmed(ref source, plan, timeMs),
            BeganKind => new ExecutionBegan(plan, timeMs, source.Text()),
            SentKind => new LegsSent(plan, timeMs, source.Number(), source.Number()),
            CancelledKind => new RestCancelled(plan, timeMs),
            RoundKind => new RoundPlanned(plan, timeMs, ReadRound(ref source)),
            EndedKind => new PlanEnded(plan, timeMs, source.Named<DeleveragingStatus>(), source.Text(), source.Text()),
            _ => throw new FormatException($"at byte {source.Position}: deleveraging kind {kind}"),
        };
    }

    /// <summary>A plan with everything that its legs came to.</summary>
    /// <param name="isOutcome">
    /// Without what differs between machines that did the same: times, and how many commands had been counted.
    /// </param>
    public static void WritePlan(ByteSink sink, SagaPlan plan, bool isOutcome = false)
    {
        sink.Wide(plan.Order.Plan.Value);
        WriteOrder(sink, plan.Order, plan.Side);
        sink.Signed(isOutcome ? 0L : plan.ArmedMs);
        sink.Decimal(plan.Requested);
        sink.Byte((byte)plan.State);
        sink.Text(plan.Detail);
        sink.Text(plan.ExecutedBy);
        WriteTime(sink, isOutcome ? null : plan.BeganMs);
        WriteTime(sink, isOutcome ? null : plan.EndedMs);
        sink.Number(plan.Rounds.Count);
        foreach (var round in plan.Rounds)
        {
            sink.Signed(isOutcome ? 0L : round.TimeMs);
            WriteRound(sink, round.Plan);
            foreach (var leg in round.Legs)
            {
                sink.Byte((byte)leg.State);
                sink.Flag(leg.Refusal is not null);
                if (leg.Refusal is { } refusal)
                {
                    sink.Byte((byte)refusal);
                }
                WriteTime(sink, isOutcome ? null : leg.SentMs);
                WriteTime(sink, isOutcome ? null : leg.Sequence);
            }
        }
    }

    public static SagaPlan ReadPlan(ref ByteSource source)
    {
        var id = new CommandId(source.Wide());
        var (order, side) = ReadOrder(ref source, id);
        var (armedMs, requested) = (source.Signed(), source.Decimal());
        var state = source.Named<DeleveragingStatus>();
        var (detail, executedBy) = (source.Text(), source.Text());
        var (beganMs, endedMs) = (ReadTime(ref source), ReadTime(ref source));
        var rounds = new SagaRound[source.Count()];
        for (var i = 0; i < rounds.Length; i++)
        {
            var timeMs = source.Signed();
            rounds[i] = new SagaRound(id, i + 1, ReadRound(ref source), timeMs);
            for (var leg = 0; leg < rounds[i].Legs.Count; leg++)
            {
                var legState = source.Named<LegState>();
                CommandStatus? refusal = source.Flag() ? source.Named<CommandStatus>() : null;
                rounds[i].Restore(leg, legState, refusal, ReadTime(ref source), ReadTime(ref source));
            }
        }
        return rounds.Length > 0
            ? SagaPlan.Restore(order, side, armedMs, requested, state, detail, executedBy, beganMs, endedMs, rounds)
            : throw new FormatException($"at byte {source.Position}: plan {id} has no round");
    }

    private static PlanArmed ReadArmed(ref ByteSource source, CommandId plan, long timeMs)
    {
        var (order, side) = ReadOrder(ref source, plan);
        return new PlanArmed(plan, timeMs, order, side, ReadRound(ref source));
    }

    private static void WriteOrder(ByteSink sink, DeleveragingOrder order, int side)
    {
        sink.Text(order.Instrument.Value);
        sink.Text(order.Bankrupt.Value);
        sink.Flag(side > 0);
        var rule = order.Rule;
        sink.Text(rule.Name);
        sink.Number(rule.Version);
        sink.Byte((byte)rule.Policy);
        sink.Byte((byte)rule.Score);
        sink.Byte((byte)((rule.IsHedgeAware ? HedgeBit : 0) | (rule.IsProfitableOnly ? ProfitableBit : 0)));
        sink.Decimal(rule.ProfitShareMax);
        sink.Text(order.Operator);
        sink.Flag(order.Quantity is not null);
        if (order.Quantity is { } quantity)
        {
            sink.Decimal(quantity);
        }
    }

    private static (DeleveragingOrder Order, int Side) ReadOrder(ref ByteSource source, CommandId plan)
    {
        var (instrument, account) = (new InstrumentId(source.Text()), new AccountId(source.Text()));
        var side = source.Flag() ? 1 : -1;
        var (name, version) = (source.Text(), source.Number());
        var (policy, score) = (source.Named<DeleveragingPolicy>(), source.Named<DeleveragingScore>());
        var bits = source.Byte();
        if (bits > (HedgeBit | ProfitableBit))
        {
            throw new FormatException($"at byte {source.Position}: rule of kind {bits}");
        }
        var rule = new DeleveragingRule
        {
            Name = name, Version = version, Policy = policy, Score = score, IsHedgeAware = (bits & HedgeBit) != 0,
            IsProfitableOnly = (bits & ProfitableBit) != 0, ProfitShareMax = source.Decimal(),
        };
        var operatorName = source.Text();
        return (new DeleveragingOrder(plan, instrument, account, rule, operatorName,
            source.Flag() ? source.Decimal() : null), side);
    }

    private static void WriteRound(ByteSink sink, RoundPlan round)
    {
        JournalCodec.WriteNumber(sink, round.Frame);
        sink.Signed(round.FrameTimeMs);
        sink.Signed(round.PriceTimeMs);
        sink.Number(round.RulesVersion);
        sink.Decimal(round.Mark);
        sink.Decimal(round.Price.Value);
        sink.Decimal(round.Requested);
        sink.Number(round.Legs.Count);
        foreach (var leg in round.Legs)
        {
            sink.Text(leg.Counterparty.Value);
            sink.Decimal(leg.Contracts);
            sink.Number(leg.Rank);
            sink.Flag(leg.Score is not null);
            sink.Decimal(leg.Score ?? 0m);
            sink.Decimal(leg.Forgone);
        }
    }

    private static RoundPlan ReadRound(ref ByteSource source)
    {
        var frame = JournalCodec.ReadNumber(ref source);
        var (frameTimeMs, priceTimeMs, rules) = (source.Signed(), source.Signed(), source.Number());
        var (mark, price, requested) = (source.Decimal(), source.Price(), source.Decimal());
        var legs = new LegPlan[source.Count()];
        for (var i = 0; i < legs.Length; i++)
        {
            var (account, contracts, rank) = (new AccountId(source.Text()), source.Decimal(), source.Number());
            var hasScore = source.Flag();
            var score = source.Decimal();
            if (!hasScore && score != 0m)
            {
                throw new FormatException($"at byte {source.Position}: a score that is none");
            }
            legs[i] = new LegPlan(account, contracts, rank, hasScore ? score : null, source.Decimal());
        }
        return new RoundPlan(frame, frameTimeMs, priceTimeMs, rules, mark, price, requested, legs);
    }

    private static void WriteTime(ByteSink sink, long? value)
    {
        sink.Flag(value is not null);
        if (value is { } time)
        {
            sink.Signed(time);
        }
    }

    private static long? ReadTime(ref ByteSource source) => source.Flag() ? source.Signed() : null;
}
