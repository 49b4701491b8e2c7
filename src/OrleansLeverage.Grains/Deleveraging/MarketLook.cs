using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Grains.Rows;

namespace OrleansLeverage.Grains.Deleveraging;

/// <summary>
/// Everybody who holds a market, from committed accounts, at one frame that is sent to every silo. Each silo looks at
/// the accounts of its rows; where the rows of a bucket are not the roster's list, the list's accounts are asked one by
/// one, so that nobody is missing from a plan because a silo was lost.
/// </summary>
internal sealed class MarketLook(IGrainFactory grains, GridServiceClient silos, ISiloStatusOracle statuses,
    Universe universe)
{
    /// <summary>Buckets asked for in one message.</summary>
    public const int PageBuckets = 4;

    private const int AskedAtOnce = 64;

    /// <summary>The whole market, and what the insurance fund holds of its settlement asset.</summary>
    public async Task<(CandidateBook Book, decimal Insurance)> AtAsync(Instrument market, PriceFrame frame)
    {
        var message = frame.ToMessage(isReported: false);
        var views = new List<HolderView>();
        var insurance = 0m;
        for (var from = 0; from < GrainKeys.RosterBuckets; from += PageBuckets)
        {
            var (holders, held) = await PageAsync(market, message, frame, from);
            views.AddRange(holders.Select(h => h.ToView()));
            insurance += held;
        }
        // last: what is gathered meanwhile may count twice, and is never missing
        insurance += await grains.Fund(market.Settlement.Id).ReadAsync();
        return (CandidateBook.Of(views, market, frame), insurance);
    }

    public async Task<(List<HolderMessage> Holders, decimal Insurance)> PageAsync(Instrument market,
        FrameMessage message, PriceFrame frame, int from)
    {
        var buckets = Math.Min(PageBuckets, GrainKeys.RosterBuckets - from);
        var asked = statuses.GetApproximateSiloStatuses(onlyActive: true).Keys.Order()
            .Select(silo => AskAsync(silo, message, market, from, buckets)).ToArray();
        var listed = await Task.WhenAll(Enumerable.Range(from, buckets)
            .Select(b => grains.GetGrain<IAccountRosterGrain>(b).CountAsync()));
        var answers = await Task.WhenAll(asked);
        var holders = new List<HolderMessage>();
        var insurance = 0m;
        for (var i = 0; i < buckets; i++)
        {
            var parts = answers.Where(a => a.Length == buckets).Select(a => a[i]).ToArray();
            var isWhole = parts.Sum(p => p.Rows.Rows) == listed[i].Accounts
                && parts.Aggregate(0UL, (sum, p) => unchecked(sum + p.Rows.HashSum)) == listed[i].HashSum;
            if (!isWhole)
            {
                parts = [await OneByOneAsync(market, frame, from + i)];
            }
            holders.AddRange(parts.SelectMany(p => p.Holders));
            insurance += parts.Sum(p => p.Insurance);
        }
        return (holders, insurance);
    }

    /// <summary>An account as it is now; null where there is none.</summary>
    public async Task<Account?> ReadAsync(AccountId id) =>
        (await grains.Account(id).ReadAsync()).Account is { } bytes
            ? AccountCodec.Read(id, bytes, universe, names: true)
            : null;

    private async Task<BucketHolders[]> AskAsync(SiloAddress silo, FrameMessage frame, Instrument market, int from,
        int buckets)
    {
        try
        {
            return await silos.At(silo).HoldersAsync(frame, market.Id.Value, from, buckets);
        }
        catch (Exception)
        {
            // its rows are missing from the sums: their accounts are asked one by one
            return [];
        }
    }

    private async Task<BucketHolders> OneByOneAsync(Instrument market, PriceFrame frame, int bucket)
    {
        var holders = new List<HolderMessage>();
        var insurance = 0m;
        foreach (var some in (await grains.GetGrain<IAccountRosterGrain>(bucket).ListAsync()).Chunk(AskedAtOnce))
        {
            var messages = await Task.WhenAll(some.Select(id => grains.GetGrain<IAccountGrain>(id).ReadAsync()));
            foreach (var (name, message) in some.Zip(messages))
            {
                var id = new AccountId(name);
                insurance += message.House.Where(h => (HouseAccount)h.Account == HouseAccount.Insurance
                    && h.Asset == market.Settlement.Id.Value).Sum(h => h.Amount);
                if (message.Account is { } bytes && HolderView.Of(
                    AccountCodec.Read(id, bytes, universe, names: true), market, frame) is { } view)
                {
                    holders.Add(view.ToMessage(id));
                }
            }
        }
        return new BucketHolders(default, insurance, [.. holders]);
    }
}
