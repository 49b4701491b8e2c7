using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// What lies with some accounts for the insurance fund, as it was found when they were held, moved into the fund's own
/// books: no command, so no account counts it.
/// </summary>
internal sealed class FundGathering(Asset asset, FrameNumber frame)
{
    private readonly List<TransactionParty> _parties = [];
    private decimal _gathered;

    public TransactionLegs Legs { get; } = [];

    /// <summary>Parties that were held and have nothing to do.</summary>
    public IEnumerable<TransactionParty> Others => _parties.Where(p => !Legs.ContainsKey(p));

    public void Add(TransactionParty party, HoldMessage hold)
    {
        _parties.Add(party);
        if (party.Kind == PartyKind.Account)
        {
            var share = hold.Insurance.Where(h => h.Asset == asset.Id.Value).Sum(h => h.Amount);
            Move(party, -share);
            _gathered += share;
        }
        else
        {
            // the fund is held last
            Move(party, _gathered);
        }
    }

    private void Move(TransactionParty party, decimal amount)
    {
        if (amount != 0m)
        {
            Legs.Add(party, counts: false, new AppliedRecord(default, default, 0L, frame, [],
                [new HouseEntry(HouseAccount.Insurance, asset, amount)]));
        }
    }
}
