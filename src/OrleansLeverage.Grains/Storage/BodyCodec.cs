using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Grains.Storage;

/// <summary>Parts that several grains' bodies are made of.</summary>
internal static class BodyCodec
{
    public static void WriteWindow(ByteSink sink, CommandWindow window)
    {
        sink.Signed(window.LowWaterMs);
        sink.Number(window.Count);
        foreach (var (id, command) in window.All)
        {
            sink.Wide(id.Value);
            sink.Wide(new UInt128(command.Digest.Whole, command.Digest.Fields));
            sink.Byte((byte)command.Status);
            sink.Number(command.Sequence);
        }
    }

    public static void ReadWindow(ref ByteSource source, CommandWindow window, long nowMs)
    {
        var lowWaterMs = source.Signed();
        for (var count = source.Count(); count > 0; count--)
        {
            var id = new CommandId(source.Wide());
            var digest = source.Wide();
            window.Add(id, new RememberedCommand(
                new PayloadDigest((ulong)(digest >> 64), unchecked((ulong)digest)), source.Named<CommandStatus>(),
                source.Long()), nowMs);
        }
        window.LowWaterMs = Math.Max(window.LowWaterMs, lowWaterMs);
    }

    public static void WriteHouse(ByteSink sink, HouseLedger house)
    {
        var balances = house.Balances.ToArray();
        sink.Number(balances.Length);
        foreach (var (account, asset, amount) in balances)
        {
            sink.Byte((byte)account);
            sink.Text(asset.Value);
            sink.Decimal(amount);
        }
    }

    public static void ReadHouse(ref ByteSource source, HouseLedger house)
    {
        for (var count = source.Count(); count > 0; count--)
        {
            house.Add(source.Named<HouseAccount>(), new AssetId(source.Text()), source.Decimal());
        }
    }

    public static void WriteTriggers(ByteSink sink, IReadOnlyCollection<Engine.Trigger> triggers)
    {
        sink.Number(triggers.Count);
        foreach (var trigger in triggers)
        {
            JournalCodec.WriteTrigger(sink, trigger);
        }
    }

    public static Engine.Trigger[] ReadTriggers(ref ByteSource source)
    {
        var triggers = new Engine.Trigger[source.Count()];
        for (var i = 0; i < triggers.Length; i++)
        {
            triggers[i] = JournalCodec.ReadTrigger(ref source);
        }
        return triggers;
    }

    /// <summary>A part of a transaction that is prepared, or none.</summary>
    public static void WritePrepared(ByteSink sink, LegMessage? prepared)
    {
        sink.Flag(prepared is not null);
        if (prepared is not null)
        {
            WriteKey(sink, prepared.Transaction);
            sink.Bytes(prepared.Records);
        }
    }

    public static LegMessage? ReadPrepared(ref ByteSource source)
    {
        if (!source.Flag())
        {
            return null;
        }
        var key = ReadKey(ref source);
        return new LegMessage(key, source.Bytes().ToArray());
    }

    public static void WriteKey(ByteSink sink, TransactionKey key)
    {
        sink.Number(key.Bucket);
        sink.Wide(key.Command.ToId().Value);
        Span<byte> attempt = stackalloc byte[16];
        key.Attempt.TryWriteBytes(attempt);
        sink.Append(attempt);
    }

    public static TransactionKey ReadKey(ref ByteSource source)
    {
        var bucket = source.Long();
        var command = Ulid.Of(new CommandId(source.Wide()));
        Span<byte> attempt = stackalloc byte[16];
        for (var i = 0; i < attempt.Length; i++)
        {
            attempt[i] = source.Byte();
        }
        return new TransactionKey(bucket, command, new Guid(attempt));
    }

    /// <summary>The version byte that every body begins with.</summary>
    public static byte Version(ref ByteSource source, byte newest, string what)
    {
        var version = source.Byte();
        if (version == 0 || version > newest)
        {
            throw new InvalidDataException($"{what} is kept in version {version}; this program knows up to {newest}");
        }
        return version;
    }
}
