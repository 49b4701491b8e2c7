using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Engine.State;

/// <summary>The whole state as a stream of chunks, by name: what a snapshot file holds.</summary>
internal static class GridSnapshot
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Accounts in order of their ids, then the books and the window; chunks of about a megabyte.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Write(GridState state)
    {
        var sink = new ByteSink();
        var numbers = state.Accounts.InOrder();
        sink.Number(numbers.Length);
        foreach (var number in numbers)
        {
            var account = state.Accounts.Read(number);
            sink.Text(account.Id.Value);
            AccountCodec.Write(sink, account, names: true);
            if (sink.Length >= ChunkBytes)
            {
                yield return sink.ToArray();
                sink.Clear();
            }
        }
        WriteBooks(sink, state);
        WriteFrame(sink, state);
        WriteWindow(sink, state);
        WritePlans(sink, state);
        yield return sink.ToArray();
    }

    public static void Read(ReadOnlySpan<byte> bytes, GridState state)
    {
        var source = new ByteSource(bytes);
        var universe = state.Accounts.Universe;
        for (var count = source.Count(); count > 0; count--)
        {
            var id = new AccountId(source.Text());
            if (state.Accounts.Number(id) >= 0)
            {
                throw new FormatException($"at byte {source.Position}: account {id} comes twice");
            }
            state.Put(null, AccountCodec.Read(id, ref source, universe, names: true));
        }
        ReadBooks(ref source, state);
        state.Frame = !source.Flag() ? null : JournalCodec.Read(ref source, universe) as FrameRecord
            ?? throw new FormatException($"at byte {source.Position}: another record than a frame");
        ReadWindow(ref source, state);
        ReadPlans(ref source, state);
        source.End();
    }

    public static void WriteBooks(ByteSink sink, GridState state)
    {
        sink.Number(state.Applied);
        sink.Number(state.Refused);
        var house = state.House.Balances.ToArray();
        sink.Number(house.Length);
        foreach (var (account, asset, amount) in house)
        {
            sink.Byte((byte)account);
            sink.Text(asset.Value);
            sink.Decimal(amount);
        }
        sink.Number(state.Funding.Count);
        foreach (var (instrument, index) in state.Funding)
        {
            sink.Text(instrument.Value);
            sink.Decimal(index);
        }
        sink.Number(state.Outbox.LastSequence);
        var subscribers = state.Outbox.Subscribers;
        sink.Number(subscribers.Count);
        foreach (var (subscriber, acknowledged) in subscribers)
        {
            sink.Text(subscriber);
            sink.Number(acknowledged);
        }
        var pending = state.Outbox.Pending;
        sink.Number(pending.Count);
        foreach (var trigger in pending)
        {
            JournalCodec.WriteTrigger(sink, trigger);
        }
    }

    /// <summary>
    /// Plans of deleveraging; nothing at all where there never was one, as before there were any.
    /// </summary>
    public static void WritePlans(ByteSink sink, GridState state, bool isOutcome = false)
    {
        if (state.Deleveraging.IsEmpty)
        {
            return;
        }
        sink.Number(state.Deleveraging.Plans.Count);
        foreach (var plan in state.Deleveraging.Plans)
        {
            DeleveragingCodec.WritePlan(sink, plan, isOutcome);
        }
    }

    private static void ReadPlans(ref ByteSource source, GridState state)
    {
        for (var count = source.AtEnd ? 0 : source.Count(); count > 0; count--)
        {
            state.Deleveraging.Restore(DeleveragingCodec.ReadPlan(ref source));
        }
    }

    private static void WriteFrame(ByteSink sink, GridState state)
    {
        sink.Flag(state.Frame is not null);
        if (state.Frame is { } frame)
        {
            JournalCodec.Write(sink, frame);
        }
    }

    private static void ReadBooks(ref ByteSource source, GridState state)
    {
        state.Applied = source.Long();
        state.Refused = source.Long();
        for (var count = source.Count(); count > 0; count--)
        {
            state.House.Add(source.Named<HouseAccount>(), new AssetId(source.Text()), source.Decimal());
        }
        for (var count = source.Count(); count > 0; count--)
        {
            state.SetFunding(new InstrumentId(source.Text()), source.Decimal());
        }
        var last = source.Long();
        var subscribers = new (string, long)[source.Count()];
        for (var i = 0; i < subscribers.Length; i++)
        {
            subscribers[i] = (source.Text(), source.Long());
        }
        var pending = new Trigger[source.Count()];
        for (var i = 0; i < pending.Length; i++)
        {
            pending[i] = JournalCodec.ReadTrigger(ref source);
        }
        state.Outbox.Restore(last, subscribers, pending);
    }

    private static void WriteWindow(ByteSink sink, GridState state)
    {
        sink.Signed(state.Window.LowWaterMs);
        var commands = state.Window.All.ToArray();
        sink.Number(commands.Length);
        foreach (var (id, command) in commands)
        {
            sink.Wide(id.Value);
            sink.Wide(new UInt128(command.Digest.Whole, command.Digest.Fields));
            sink.Byte((byte)command.Status);
            sink.Number(command.Sequence);
        }
    }

    private static void ReadWindow(ref ByteSource source, GridState state)
    {
        var lowWaterMs = source.Signed();
        for (var count = source.Count(); count > 0; count--)
        {
            var id = new CommandId(source.Wide());
            var digest = source.Wide();
            var status = source.Named<CommandStatus>();
            var command = new RememberedCommand(new PayloadDigest((ulong)(digest >> 64), unchecked((ulong)digest)),
                status, source.Long());
            if (state.Window.TryGet(id, out _))
            {
                throw new FormatException($"at byte {source.Position}: command {id} comes twice");
            }
            state.Window.Add(id, command, state.Frame?.TimeMs ?? 0L);
        }
        state.Window.LowWaterMs = Math.Max(state.Window.LowWaterMs, lowWaterMs);
    }
}
