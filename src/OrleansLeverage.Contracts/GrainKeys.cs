using OrleansLeverage.Domain;

namespace OrleansLeverage.Contracts;

/// <summary>Which bucket an id falls into: part of the stored state's layout, so it never changes.</summary>
internal static class GrainKeys
{
    /// <summary>Buckets of the roster.</summary>
    public const int RosterBuckets = 64;

    /// <summary>Buckets of the journal of transactions.</summary>
    public const int JournalBuckets = 16;

    /// <summary>FNV-1a over the id's characters, which are ASCII, finished so that its low bits are spread.</summary>
    public static ulong Hash(string id)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in id)
        {
            hash = unchecked((hash ^ c) * 1099511628211UL);
        }
        return Spread(hash);
    }

    public static int RosterBucket(string account) => (int)(Hash(account) % RosterBuckets);

    public static long JournalBucket(CommandId id) =>
        (long)(Spread(unchecked((ulong)id.Value ^ (ulong)(id.Value >> 64))) % JournalBuckets);

    /// <summary>Whether the silos' rows of a bucket are the accounts on the roster.</summary>
    public static bool IsWhole(this RosterCount listed, IReadOnlyCollection<RowCount> rows) =>
        rows.Sum(r => r.Rows) == listed.Accounts
        && rows.Aggregate(0UL, (sum, r) => unchecked(sum + r.HashSum)) == listed.HashSum;

    public static IAccountGrain Account(this IGrainFactory grains, AccountId id) =>
        grains.GetGrain<IAccountGrain>(id.Value);

    public static IFillJournalGrain Journal(this IGrainFactory grains, CommandId id) =>
        grains.GetGrain<IFillJournalGrain>(JournalBucket(id));

    /// <summary>A bucket for what is no client's command, spread by an account's id.</summary>
    public static IFillJournalGrain Journal(this IGrainFactory grains, string account) =>
        grains.GetGrain<IFillJournalGrain>((long)(Hash(account) % JournalBuckets));

    public static IAccountRosterGrain Roster(this IGrainFactory grains, string account) =>
        grains.GetGrain<IAccountRosterGrain>(RosterBucket(account));

    public static IInsuranceFundGrain Fund(this IGrainFactory grains, AssetId asset) =>
        grains.GetGrain<IInsuranceFundGrain>(asset.Value);

    public static IFrameGrain Frames(this IGrainFactory grains) => grains.GetGrain<IFrameGrain>(0);

    public static ISystemicGrain Systemic(this IGrainFactory grains) => grains.GetGrain<ISystemicGrain>(0);

    public static ITriggerDeskGrain Triggers(this IGrainFactory grains) => grains.GetGrain<ITriggerDeskGrain>(0);

    public static IMarketReadGrain MarketReads(this IGrainFactory grains) => grains.GetGrain<IMarketReadGrain>(0);

    public static IDeleveragingGrain Deleveraging(this IGrainFactory grains) =>
        grains.GetGrain<IDeleveragingGrain>(0);

    private static ulong Spread(ulong hash)
    {
        hash = unchecked((hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDUL);
        return hash ^ (hash >> 33);
    }
}
