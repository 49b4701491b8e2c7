using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// An account in a list of the largest; equal ones by notional, then by the lower key. The margin ratio is null where a
/// bucket has no balance: worse than any ratio.
/// </summary>
public readonly record struct RankedAccount(long Key, double GrossNotional, double Equity, double? MarginRatio,
    RiskTier Tier) : IComparable<RankedAccount>
{
    /// <summary>What the list is ordered by; may be infinite, so it stays inside.</summary>
    internal double Rank { get; init; }

    public int CompareTo(RankedAccount other)
    {
        var order = Rank.CompareTo(other.Rank);
        order = order != 0 ? order : GrossNotional.CompareTo(other.GrossNotional);
        return order != 0 ? order : other.Key.CompareTo(Key);
    }
}
