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

    public ITransactionPartyGrain Grain(IGrainFactory grains) => Kind switch
    {
        PartyKind.Account => grains.GetGrain<IAccountGrain>(Key),
        PartyKind.Fund => grains.GetGrain<IInsuranceFundGrain>(Key),
        _ => grains.Frames(),
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

    public void Add(TransactionLegs others)
    {
        foreach (var (party, leg) in others)
        {
            leg.ForEach(l => Add(party, l.Counts, l.Record));
        }
    }
}
