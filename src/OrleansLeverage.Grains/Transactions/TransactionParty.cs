using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>What takes part in a transaction, in the order in which parties are held; stored by its number.</summary>
internal enum PartyKind : byte
{
    Account,
    Fund,
    Frames,
}

/// <summary>
/// A party of a transaction. All transactions hold accounts by id, then insurance funds by asset, then the frames'
/// funding, so that no two wait for each other.
/// </summary>
internal readonly record struct TransactionParty(PartyKind Kind, string Key) : IComparable<TransactionParty>
{
    public static readonly TransactionParty Frames = new(PartyKind.Frames, "");

    public static TransactionParty Of(AccountId account) => new(PartyKind.Account, account.Value);

    public static TransactionParty Fund(AssetId asset) => new(PartyKind.Fund, asset.Value);

    /// <summary>Whom a command changes; accounts and assets that are none are left out.</summary>
    public static IEnumerable<TransactionParty> Of(AccountCommand command, Universe universe)
    {
        foreach (var account in command.Accounts())
        {
            yield return Of(account);
        }
        if (command.IsClaim() && universe.Asset(((InsuranceTransfer)command).Asset) is { } asset)
        {
            yield return Fund(asset.Id);
        }
        if (command is PublishFunding)
        {
            yield return Frames;
        }
    }

    public int CompareTo(TransactionParty other) => Kind != other.Kind ? Kind.CompareTo(other.Kind)
        : string.CompareOrdinal(Key, other.Key);

    public Task<HoldMessage> HoldAsync(IGrainFactory grains, TransactionKey transaction, Ulid[] ids) => Kind switch
    {
        PartyKind.Account => grains.GetGrain<IAccountGrain>(Key).HoldAsync(transaction, ids),
        PartyKind.Fund => grains.GetGrain<IInsuranceFundGrain>(Key).HoldAsync(transaction, ids),
        _ => grains.Frames().HoldAsync(transaction, ids),
    };

    public Task<bool> PrepareAsync(IGrainFactory grains, LegMessage leg) => Kind switch
    {
        PartyKind.Account => grains.GetGrain<IAccountGrain>(Key).PrepareAsync(leg),
        PartyKind.Fund => grains.GetGrain<IInsuranceFundGrain>(Key).PrepareAsync(leg),
        _ => grains.Frames().PrepareAsync(leg),
    };

    public Task SettleAsync(IGrainFactory grains, TransactionKey transaction, bool apply) => Kind switch
    {
        PartyKind.Account => grains.GetGrain<IAccountGrain>(Key).SettleAsync(transaction, apply),
        PartyKind.Fund => grains.GetGrain<IInsuranceFundGrain>(Key).SettleAsync(transaction, apply),
        _ => grains.Frames().SettleAsync(transaction, apply),
    };

    public Task SettledAsync(IGrainFactory grains, TransactionKey transaction) => Kind switch
    {
        PartyKind.Account => grains.GetGrain<IAccountGrain>(Key).SettledAsync(transaction),
        PartyKind.Fund => grains.GetGrain<IInsuranceFundGrain>(Key).SettledAsync(transaction),
        _ => grains.Frames().SettledAsync(transaction),
    };

    public void Write(ByteSink sink)
    {
        sink.Byte((byte)Kind);
        sink.Text(Key);
    }

    public static TransactionParty Read(ref ByteSource source) => new(source.Named<PartyKind>(), source.Text());
}

/// <summary>What every party has to do, where something is done.</summary>
internal sealed class TransactionLegs : SortedDictionary<TransactionParty, List<(bool Counts, JournalRecord Record)>>
{
    public void Add(TransactionParty party, bool counts, JournalRecord record)
    {
        if (!TryGetValue(party, out var leg))
        {
            Add(party, leg = []);
        }
        leg.Add((counts, record));
    }
}
