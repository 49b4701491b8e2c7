using OrleansLeverage.Domain;

namespace OrleansLeverage.Engine.State;

/// <summary>The house's books: a balance per account of the house and asset. One writer.</summary>
internal sealed class HouseLedger
{
    private readonly SortedDictionary<(HouseAccount Account, AssetId Asset), decimal> _balances = [];

    public IEnumerable<(HouseAccount Account, AssetId Asset, decimal Amount)> Balances =>
        _balances.Select(b => (b.Key.Account, b.Key.Asset, b.Value));

    public decimal this[HouseAccount account, AssetId asset] => _balances.GetValueOrDefault((account, asset));

    public void Add(HouseAccount account, AssetId asset, decimal delta)
    {
        var after = this[account, asset] + delta;
        if (after == 0m)
        {
            _balances.Remove((account, asset));
        }
        else
        {
            _balances[(account, asset)] = after;
        }
    }
}
