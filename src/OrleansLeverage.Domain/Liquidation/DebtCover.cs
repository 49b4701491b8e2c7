namespace OrleansLeverage.Domain;

/// <summary>Units of an asset.</summary>
public readonly record struct AssetAmount(Asset Asset, decimal Amount);

/// <summary>
/// How the debts of an account that holds nothing any more are paid from its own other coins, at the frame's prices:
/// the changer gives what is owed and takes USD first, then coins in the order of the universe, rounded against the
/// account to the quantum.
/// </summary>
/// <param name="Missing">USD by which all it has falls short of all it owes, from 0; then nothing is changed.</param>
/// <param name="Given">To the account; brings each debt to 0.</param>
/// <param name="Taken">From the account.</param>
public sealed record DebtCover(decimal Missing, IReadOnlyList<AssetAmount> Given, IReadOnlyList<AssetAmount> Taken)
{
    /// <summary>Null where nothing is owed, positions are left, or a price is unknown or not fresh.</summary>
    public static DebtCover? Of(Account account, PriceFrame frame)
    {
        if (account.HasExposure || account.Balances.All(b => b.Amount >= 0m)
            || account.Balances.Any(b => !IsPriced(b.Asset, frame)))
        {
            return null;
        }
        var (usd, owed, worth) = (frame.Universe.Usd, 0m, 0m);
        foreach (var balance in account.Balances)
        {
            var value = balance.Amount * frame.UsdPrice(balance.Asset)!.Value;
            owed += balance.Amount < 0m ? Decimals.CeilingTo(-value, usd.Quantum) : 0m;
            worth += balance.Amount > 0m ? Decimals.FloorTo(value, usd.Quantum) : 0m;
        }
        if (owed > worth)
        {
            return new DebtCover(owed - worth, [], []);
        }
        var taken = new List<AssetAmount>();
        foreach (var (asset, amount) in account.Balances.Where(b => b.Amount > 0m)
            .OrderBy(b => b.Asset.Index == usd.Index ? -1 : b.Asset.Index).Select(b => (b.Asset, b.Amount)))
        {
            var price = frame.UsdPrice(asset)!.Value;
            var units = Math.Min(amount, Decimals.CeilingTo(owed / price, asset.Quantum));
            if (units > 0m)
            {
                taken.Add(new AssetAmount(asset, units));
                owed = Math.Max(0m, owed - Decimals.FloorTo(units * price, usd.Quantum));
            }
        }
        return new DebtCover(0m,
            [.. account.Balances.Where(b => b.Amount < 0m).Select(b => new AssetAmount(b.Asset, -b.Amount))], taken);
    }

    private static bool IsPriced(Asset asset, PriceFrame frame) => asset.PriceFeed is not { } feed
        || (frame[feed].Price is not null && frame[feed].State is PriceState.Fresh or PriceState.Degraded);
}
