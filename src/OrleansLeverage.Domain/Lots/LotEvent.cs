namespace OrleansLeverage.Domain.Lots;

public enum LotEventKind
{
    /// <summary>Bought: a lot at what was paid.</summary>
    Buy,

    /// <summary>Earned (staking, interest, an airdrop): see <see cref="IncomeRule"/>.</summary>
    Income,

    /// <summary>Sold, given away, spent: a disposal at the price stated.</summary>
    Sell,

    /// <summary>From one wallet to another; what is lost on the way is a fee in kind.</summary>
    Transfer,
}

/// <summary>
/// One line of a ledger of one asset. Quantities in units of the asset, amounts in the reporting currency, all
/// positive. Lines of one instant are in the order of their ids.
/// </summary>
public sealed record LotEvent(DateTimeOffset Time, string Id, LotEventKind Kind, decimal Quantity)
{
    /// <summary>Market price of a unit; null only where nothing depends on it (a transfer without a fee).</summary>
    public decimal? Price { get; init; }

    /// <summary>What was paid or received in all, before fees; null means quantity times price.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Fee in the reporting currency.</summary>
    public decimal Fee { get; init; }

    /// <summary>
    /// Fee in the asset itself. On a disposal it is disposed of with the rest, for nothing more; a buyer paid its value
    /// on top and has disposed of it at once, at the market price; a transfer loses it.
    /// </summary>
    public decimal FeeQuantity { get; init; }

    /// <summary>What the line is called in reports: SELL, GIFT, STAKING, MOVE.</summary>
    public string Label { get; init; } = "";

    public string Wallet { get; init; } = "";

    /// <summary>Where a transfer goes.</summary>
    public string ToWallet { get; init; } = "";

    /// <summary>Ids of the lots a disposal takes, in order; for <see cref="LotMethod.Specific"/>.</summary>
    public IReadOnlyList<string> Lots { get; init; } = [];
}
