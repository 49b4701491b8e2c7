using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.Codec;

/// <summary>
/// Bytes of journal records. Kinds are never reused and records only grow at their end, so every version is read.
/// Version 2 of the schema adds the record of deleveraging; what version 1 has is written as it was.
/// </summary>
internal static class JournalCodec
{
    public const int SchemaVersion = 2;

    private const byte FrameKind = 1;
    private const byte AppliedKind = 2;
    private const byte RefusedKind = 3;
    private const byte TriggerKindByte = 4;
    private const byte AcknowledgedKind = 5;
    private const byte FundingKind = 6;
    private const byte DeleveragingKind = 7;

    public static void Write(ByteSink sink, JournalRecord record)
    {
        switch (record)
        {
            case FrameRecord frame:
                sink.Byte(FrameKind);
                WriteFrame(sink, frame);
                break;
            case AppliedRecord applied:
                sink.Byte(AppliedKind);
                WriteKey(sink, applied.Id, applied.Digest, applied.Frame);
                sink.Number(applied.Sequence);
                sink.Number(applied.Changes.Count);
                foreach (var change in applied.Changes)
                {
                    WriteChange(sink, change);
                }
                sink.Number(applied.House.Count);
                foreach (var entry in applied.House)
                {
                    EventCodec.WriteHouse(sink, entry);
                }
                break;
            case RefusedRecord refused:
                sink.Byte(RefusedKind);
                WriteKey(sink, refused.Id, refused.Digest, refused.Frame);
                sink.Byte((byte)refused.Status);
                break;
            case TriggerRecord trigger:
                sink.Byte(TriggerKindByte);
                WriteNumber(sink, trigger.Frame);
                WriteChange(sink, trigger.Change);
                sink.Flag(trigger.Trigger is not null);
                if (trigger.Trigger is { } raised)
                {
                    WriteTrigger(sink, raised);
                }
                break;
            case AcknowledgedRecord acknowledged:
                sink.Byte(AcknowledgedKind);
                sink.Text(acknowledged.Subscriber);
                sink.Number(acknowledged.Sequence);
                break;
            case FundingRecord funding:
                sink.Byte(FundingKind);
                sink.Text(funding.Instrument.Value);
                sink.Decimal(funding.Index);
                break;
            case DeleveragingRecord deleveraging:
                sink.Byte(DeleveragingKind);
                DeleveragingCodec.Write(sink, deleveraging.Happened);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record), record.GetType().Name, "has no code");
        }
    }

    public static JournalRecord Read(ref ByteSource source, Universe universe)
    {
        var kind = source.Byte();
        return kind switch
        {
            FrameKind => ReadFrame(ref source),
            AppliedKind => ReadApplied(ref source, universe),
            RefusedKind => ReadRefused(ref source),
            TriggerKindByte => ReadTriggerRecord(ref source, universe),
            FundingKind => new FundingRecord(new InstrumentId(source.Text()), source.Decimal()),
            DeleveragingKind => new DeleveragingRecord(DeleveragingCodec.Read(ref source)),
            AcknowledgedKind => new AcknowledgedRecord(source.Text(), source.Long()),
            _ => throw new FormatException($"at byte {source.Position}: record kind {kind}"),
        };
    }

    public static void WriteTrigger(ByteSink sink, Trigger trigger)
    {
        sink.Number(trigger.Sequence);
        sink.Text(trigger.Account.Value);
        sink.Byte((byte)trigger.Kind);
        sink.Byte((byte)trigger.Tier);
        WriteNumber(sink, trigger.Frame);
        sink.Signed(trigger.FrameTimeMs);
        sink.Number(trigger.AccountSequence);
        sink.Decimal(trigger.Equity);
        sink.Decimal(trigger.MarginBalance);
        sink.Decimal(trigger.MaintenanceMargin);
        sink.Decimal(trigger.GrossNotional);
    }

    public static Trigger ReadTrigger(ref ByteSource source) =>
        new(source.Long(), new AccountId(source.Text()), source.Named<TriggerKind>(), source.Named<RiskTier>(),
            ReadNumber(ref source),
            source.Signed(), source.Long(), source.Decimal(), source.Decimal(), source.Decimal(), source.Decimal());

    public static void WriteNumber(ByteSink sink, FrameNumber number)
    {
        sink.Number(number.Epoch);
        sink.Number(number.Sequence);
    }

    public static FrameNumber ReadNumber(ref ByteSource source) => new(source.Number(), source.Long());

    private static void WriteFrame(ByteSink sink, FrameRecord frame)
    {
        WriteNumber(sink, frame.Number);
        sink.Signed(frame.TimeMs);
        sink.Number(frame.RulesVersion);
        sink.Number(frame.Prices.Count);
        foreach (var (feed, price, state, timeMs) in frame.Prices)
        {
            sink.Text(feed.Value);
            sink.Decimal(price);
            sink.Byte((byte)state);
            sink.Signed(timeMs);
        }
        sink.Number(frame.Funding.Count);
        foreach (var (instrument, index) in frame.Funding)
        {
            sink.Text(instrument.Value);
            sink.Decimal(index);
        }
    }

    private static FrameRecord ReadFrame(ref ByteSource source)
    {
        var number = ReadNumber(ref source);
        var timeMs = source.Signed();
        var rules = source.Number();
        var prices = new (FeedId, decimal, PriceState, long)[source.Count()];
        for (var i = 0; i < prices.Length; i++)
        {
            prices[i] = (new FeedId(source.Text()), source.Decimal(), source.Named<PriceState>(), source.Signed());
        }
        var funding = new (InstrumentId, decimal)[source.Count()];
        for (var i = 0; i < funding.Length; i++)
        {
            funding[i] = (new InstrumentId(source.Text()), source.Decimal());
        }
        return new FrameRecord(number, timeMs, rules, prices, funding);
    }

    private static void WriteKey(ByteSink sink, CommandId id, PayloadDigest digest, FrameNumber frame)
    {
        sink.Wide(id.Value);
        sink.Wide(new UInt128(digest.Whole, digest.Fields));
        WriteNumber(sink, frame);
    }

    private static (CommandId Id, PayloadDigest Digest, FrameNumber Frame) ReadKey(ref ByteSource source)
    {
        var id = new CommandId(source.Wide());
        var digest = source.Wide();
        return (id, new PayloadDigest((ulong)(digest >> 64), unchecked((ulong)digest)), ReadNumber(ref source));
    }

    private static AppliedRecord ReadApplied(ref ByteSource source, Universe universe)
    {
        var (id, digest, frame) = ReadKey(ref source);
        var sequence = source.Long();
        var changes = new AccountChange[source.Count()];
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = ReadChange(ref source, universe);
        }
        var house = new HouseEntry[source.Count()];
        for (var i = 0; i < house.Length; i++)
        {
            house[i] = EventCodec.ReadHouse(ref source, universe);
        }
        return new AppliedRecord(id, digest, sequence, frame, changes, house);
    }

    private static RefusedRecord ReadRefused(ref ByteSource source)
    {
        var (id, digest, frame) = ReadKey(ref source);
        return new RefusedRecord(id, digest, source.Named<CommandStatus>(), frame);
    }

    private static TriggerRecord ReadTriggerRecord(ref ByteSource source, Universe universe)
    {
        var frame = ReadNumber(ref source);
        var change = ReadChange(ref source, universe);
        return new TriggerRecord(source.Flag() ? ReadTrigger(ref source) : null, change, frame);
    }

    private static void WriteChange(ByteSink sink, AccountChange change)
    {
        sink.Text(change.Account.Value);
        sink.Number(change.Sequence);
        sink.Number(change.Events.Count);
        foreach (var fact in change.Events)
        {
            EventCodec.Write(sink, fact);
        }
    }

    private static AccountChange ReadChange(ref ByteSource source, Universe universe)
    {
        var account = new AccountId(source.Text());
        var sequence = source.Long();
        var events = new AccountEvent[source.Count()];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = EventCodec.Read(ref source, universe);
        }
        return new AccountChange(account, sequence, events);
    }
}
