using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// What a bucket keeps: the commits that are not known to be settled everywhere.
/// <code>
/// version, (transaction, party*)*     in version 1 every party is an account, by its id
/// </code>
/// </summary>
public sealed partial class FillJournalGrain
{
    // the first where it says all, so that silos of both versions can read it
    private const byte VersionAccounts = 1;
    private const byte VersionParties = 2;

    private Task WriteStateAsync()
    {
        var sink = AccountServices.Sink;
        sink.Clear();
        var version = _committed.Values.All(parties => Array.TrueForAll(parties, p => p.Kind == PartyKind.Account))
            ? VersionAccounts : VersionParties;
        sink.Byte(version);
        sink.Number(_committed.Count);
        foreach (var (key, parties) in _committed)
        {
            BodyCodec.WriteKey(sink, key);
            sink.Number(parties.Length);
            foreach (var party in parties)
            {
                if (version == VersionAccounts)
                {
                    sink.Text(party.Key);
                }
                else
                {
                    party.Write(sink);
                }
            }
        }
        return _state.WriteAsync(sink.ToArray(), _services.Options, _ => DeactivateOnIdle());
    }

    private void Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return;
        }
        var source = new ByteSource(body);
        var version = BodyCodec.Version(ref source, VersionParties, $"journal bucket {this.GetPrimaryKeyLong()}");
        for (var count = source.Count(); count > 0; count--)
        {
            var key = BodyCodec.ReadKey(ref source);
            var parties = new TransactionParty[source.Count()];
            for (var i = 0; i < parties.Length; i++)
            {
                parties[i] = version == VersionAccounts ? new TransactionParty(PartyKind.Account, source.Text())
                    : TransactionParty.Read(ref source);
            }
            _committed.Add(key, parties);
        }
        source.End();
    }
}
