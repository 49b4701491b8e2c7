using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api;

/// <summary>
/// Ids that the grid does not know are rationed per client, so that nobody fills memory and disk with accounts, or
/// learns by trying which ones exist. Known accounts cost nothing.
/// </summary>
internal sealed class NewAccountQuota(ILeverageGrid grid, EdgeLimits limits) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> _perClient =
        PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
            Client.Of(context), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = limits.NewAccountsBurst,
                TokensPerPeriod = limits.NewAccountsPerSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            }));

    private readonly ConcurrentDictionary<AccountId, bool> _known = new();

    /// <summary>False where the accounts are new and the client has had its share.</summary>
    public async ValueTask<bool> AdmitsAsync(HttpContext context, IEnumerable<AccountId> accounts)
    {
        var strangers = 0;
        foreach (var account in accounts.Distinct())
        {
            strangers += await IsKnownAsync(account) ? 0 : 1;
        }
        using var lease = strangers > 0 ? _perClient.AttemptAcquire(context, strangers) : null;
        return lease?.IsAcquired ?? true;
    }

    public void Dispose() => _perClient.Dispose();

    private async ValueTask<bool> IsKnownAsync(AccountId account)
    {
        // accounts are never deleted, so what was seen once need not be asked again
        if (_known.ContainsKey(account))
        {
            return true;
        }
        if (await grid.AccountAsync(account) is null)
        {
            return false;
        }
        if (_known.Count < limits.KnownAccountsCached)
        {
            _known.TryAdd(account, true);
        }
        return true;
    }
}
