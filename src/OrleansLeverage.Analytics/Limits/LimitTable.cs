using OrleansLeverage.Domain;

namespace OrleansLeverage.Analytics.Limits;

/// <summary>From policies' doubles to the exact caps that orders are tested against: one way, rounded down.</summary>
public static class LimitTable
{
    /// <param name="limits">Of each asset, the one in force.</param>
    /// <param name="account">Largest leverage of a whole account; null no cap.</param>
    /// <param name="stopped">Assets in which nothing may be opened.</param>
    public static LeverageLimits Of(IReadOnlyDictionary<AssetId, DailyLimit> limits, decimal? account = null,
        bool killSwitch = false, IReadOnlySet<AssetId>? stopped = null) => new()
        {
            KillSwitch = killSwitch,
            Account = account,
            Assets = limits.ToDictionary(row => row.Key, row => new LeverageLimit(
                Math.Min(LeverageLimits.LeverageMax, Math.Floor((decimal)row.Value.MaxLeverage * 100m) / 100m),
                stopped?.Contains(row.Key) == true)),
        };
}
