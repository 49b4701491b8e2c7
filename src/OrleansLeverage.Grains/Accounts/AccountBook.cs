using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>
/// Everything one account keeps, in one piece, so that one write holds a command's effect, its id, its share of the
/// house's books and the trigger that follows.
/// <code>
/// version, account?, applied, refused, house, window of ids, last trigger, outbox, prepared part of a transaction?
///                                                                            and in version 2 the loss that is shared
/// </code>
/// </summary>
internal sealed class AccountBook(int windowCapacity)
{
    // the first where it says all, so that silos of both versions can read it
    private const byte Version = 1;
    private const byte VersionShares = 2;

    /// <summary>Null where there is no such account; never changed, only replaced.</summary>
    public Account? Account { get; set; }

    /// <summary>Commands counted here; of a command of several accounts, one counts it.</summary>
    public long Applied { get; set; }

    public long Refused { get; set; }

    public HouseLedger House { get; } = new();

    public CommandWindow Window { get; } = new(windowCapacity);

    /// <summary>Sequence of the last trigger, by this account's own count.</summary>
    public long LastTrigger { get; set; }

    /// <summary>Triggers that the desk has not taken, oldest first.</summary>
    public List<Trigger> Outbox { get; private set; } = [];

    /// <summary>What the account does if a transaction commits; nothing else happens to it until it has.</summary>
    public LegMessage? Prepared { get; set; }

    /// <summary>What others have yet to pay for a loss of this account; null where nothing.</summary>
    public LossShare? Sharing { get; set; }

    /// <summary>Takes a journal record in: effects, counts, the house's part, and a command's id.</summary>
    public void Book(bool counts, AppliedRecord record, long nowMs)
    {
        foreach (var change in record.Changes)
        {
            Account = change.ApplyTo(Account);
        }
        foreach (var entry in record.House)
        {
            House.Add(entry.Account, entry.Asset.Id, entry.Delta);
        }
        Applied += counts ? 1 : 0;
        Sharing = Sharing?.After(record.Id);
        if (!record.Id.IsReserved)
        {
            Window.Add(record.Id, new RememberedCommand(record.Digest, CommandStatus.Applied, record.Sequence), nowMs);
        }
    }

    public byte[] Write(ByteSink sink)
    {
        sink.Clear();
        sink.Byte(Sharing is null ? Version : VersionShares);
        sink.Flag(Account is not null);
        if (Account is not null)
        {
            AccountCodec.Write(sink, Account, names: true);
        }
        sink.Number(Applied);
        sink.Number(Refused);
        BodyCodec.WriteHouse(sink, House);
        BodyCodec.WriteWindow(sink, Window);
        sink.Number(LastTrigger);
        BodyCodec.WriteTriggers(sink, Outbox);
        BodyCodec.WritePrepared(sink, Prepared);
        Sharing?.Write(sink);
        return sink.ToArray();
    }

    /// <summary>What is shown of it: without what is only prepared.</summary>
    public AccountMessage ToMessage(ByteSink sink)
    {
        byte[]? bytes = null;
        if (Account is not null)
        {
            sink.Clear();
            AccountCodec.Write(sink, Account, names: true);
            bytes = sink.ToArray();
        }
        return new AccountMessage(bytes, Applied, Refused,
            [.. House.Balances.Select(h => new HouseAmount((byte)h.Account, h.Asset.Value, h.Amount))]);
    }

    /// <summary>An empty body is that of an account that never was.</summary>
    public static AccountBook Read(AccountId id, ReadOnlySpan<byte> body, Universe universe, int windowCapacity,
        long nowMs)
    {
        var book = new AccountBook(windowCapacity);
        if (body.IsEmpty)
        {
            return book;
        }
        var source = new ByteSource(body);
        var version = BodyCodec.Version(ref source, VersionShares, $"account {id}");
        book.Account = source.Flag() ? AccountCodec.Read(id, ref source, universe, names: true) : null;
        book.Applied = source.Long();
        book.Refused = source.Long();
        BodyCodec.ReadHouse(ref source, book.House);
        BodyCodec.ReadWindow(ref source, book.Window, nowMs);
        book.LastTrigger = source.Long();
        book.Outbox = [.. BodyCodec.ReadTriggers(ref source)];
        book.Prepared = BodyCodec.ReadPrepared(ref source);
        book.Sharing = version == VersionShares ? LossShare.Read(ref source) : null;
        source.End();
        return book;
    }

    /// <summary>The account and its share of the house, without the rest.</summary>
    public static (Account? Account, HouseLedger House) Peek(AccountId id, ReadOnlySpan<byte> body, Universe universe)
    {
        var house = new HouseLedger();
        if (body.IsEmpty)
        {
            return (null, house);
        }
        var source = new ByteSource(body);
        BodyCodec.Version(ref source, VersionShares, $"account {id}");
        var account = source.Flag() ? AccountCodec.Read(id, ref source, universe, names: true) : null;
        _ = source.Long();
        _ = source.Long();
        BodyCodec.ReadHouse(ref source, house);
        return (account, house);
    }

    /// <summary>The bytes of the account, null where there is none, and its share of the house.</summary>
    public static (byte[]? Account, HouseLedger House) Slice(AccountId id, byte[] body, Universe universe)
    {
        var house = new HouseLedger();
        if (body.Length == 0)
        {
            return (null, house);
        }
        var source = new ByteSource(body);
        BodyCodec.Version(ref source, VersionShares, $"account {id}");
        byte[]? account = null;
        if (source.Flag())
        {
            var from = source.Position;
            _ = AccountCodec.Read(id, ref source, universe, names: true);
            account = body[from..source.Position];
        }
        _ = source.Long();
        _ = source.Long();
        BodyCodec.ReadHouse(ref source, house);
        return (account, house);
    }
}
