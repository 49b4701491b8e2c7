using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Deleveraging.Saga;

/// <summary>One round and where its legs stand.</summary>
internal sealed class SagaRound
{
    private readonly SagaLeg[] _legs;

    public SagaRound(CommandId plan, int number, RoundPlan round, long timeMs)
    {
        (Plan, TimeMs) = (round, timeMs);
        _legs = [.. round.Legs.Select((leg, i) => new SagaLeg(leg, LegId(plan, number, i, timeMs)))];
    }

    public RoundPlan Plan { get; }

    public long TimeMs { get; }

    public IReadOnlyList<SagaLeg> Legs => _legs;

    /// <summary>Legs are sent in order: the first that was not.</summary>
    public int NextUnsent { get; private set; }

    public decimal Filled { get; private set; }

    /// <summary>True where no leg can change any more.</summary>
    public bool IsSettled => NextUnsent == _legs.Length && _open == 0;

    private int _open;

    /// <summary>
    /// The id of a leg's fill: dated when its round was planned, so that it is never older than ids are remembered; the
    /// rest is a digest of plan, round and place, so that the same leg has the same id wherever it is sent from.
    /// </summary>
    public static CommandId LegId(CommandId plan, int round, int leg, long timeMs)
    {
        Span<byte> source = stackalloc byte[24];
        BinaryPrimitives.WriteUInt128BigEndian(source, plan.Value);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], round);
        BinaryPrimitives.WriteInt32BigEndian(source[20..], leg);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(source, digest);
        return CommandId.Create(timeMs, BinaryPrimitives.ReadUInt128BigEndian(digest));
    }

    public void Send(int from, int count, long timeMs)
    {
        for (var i = from; i < from + count; i++)
        {
            (_legs[i].State, _legs[i].SentMs) = (LegState.Sent, timeMs);
        }
        _open += count;
        NextUnsent = from + count;
    }

    /// <summary>Legs that were sent and of which nothing is known.</summary>
    public IReadOnlyList<int> Unresolved()
    {
        if (_open == 0)
        {
            return [];
        }
        return [.. Enumerable.Range(0, NextUnsent).Where(i => _legs[i].State == LegState.Sent)];
    }

    public void Fill(int leg, long sequence)
    {
        Settle(leg, LegState.Filled);
        _legs[leg].Sequence = sequence;
        Filled += _legs[leg].Plan.Contracts;
    }

    public void Refuse(int leg, CommandStatus status)
    {
        Settle(leg, LegState.Refused);
        _legs[leg].Refusal = status;
    }

    public void CancelRest()
    {
        for (; NextUnsent < _legs.Length; NextUnsent++)
        {
            _legs[NextUnsent].State = LegState.Cancelled;
        }
    }

    /// <summary>A leg as it was written; in their order.</summary>
    public void Restore(int leg, LegState state, CommandStatus? refusal, long? sentMs, long? sequence)
    {
        var restored = _legs[leg];
        (restored.State, restored.Refusal, restored.SentMs, restored.Sequence) = (state, refusal, sentMs, sequence);
        _open += state == LegState.Sent ? 1 : 0;
        Filled += state == LegState.Filled ? restored.Plan.Contracts : 0m;
        NextUnsent += state == LegState.Planned ? 0 : 1;
    }

    public AuditRound Audit(int number, int side) => new(number, TimeMs, Plan.Frame, Plan.FrameTimeMs, Plan.PriceTimeMs,
        Plan.RulesVersion, Plan.Mark, Plan.Price, Plan.Requested,
        [.. _legs.Select(l => new AuditLeg(l.Plan.Counterparty, side, l.Plan.Contracts, l.Plan.Rank, l.Plan.Score,
            l.Plan.Forgone, l.Command, l.State, l.Refusal, l.SentMs, l.Sequence))]);

    private void Settle(int leg, LegState state)
    {
        if (_legs[leg].State != LegState.Sent)
        {
            throw new InvalidDataException(
                $"leg {leg} of round {Plan.Frame} is {_legs[leg].State}, it cannot become {state}");
        }
        _legs[leg].State = state;
        _open--;
    }
}

internal sealed class SagaLeg(LegPlan plan, CommandId command)
{
    public LegPlan Plan { get; } = plan;

    public CommandId Command { get; } = command;

    public LegState State { get; set; }

    public CommandStatus? Refusal { get; set; }

    public long? SentMs { get; set; }

    public long? Sequence { get; set; }
}
