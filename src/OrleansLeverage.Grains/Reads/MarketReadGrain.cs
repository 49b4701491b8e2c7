using Orleans.Concurrency;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Census;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Grains.Reads;

/// <summary>
/// Puts the silos' answers together, on whichever silo is asked. Computes nothing that a silo has not: orders are
/// merged, counts and whole sums are added.
/// </summary>
[StatelessWorker]
[Reentrant]
[GrainType("market-read")]
public sealed class MarketReadGrain(AccountServices services, GridServiceClient silos, ISiloStatusOracle statuses)
    : Grain, IMarketReadGrain
{
    /// <summary>A census may be waited for two seconds; a silo that takes longer is missing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private const int AskedAtOnce = 64;

    public async Task<ListingMessage?> ListAsync(ListingQuery query)
    {
        var (parts, missing) = await AskAsync(silo => silo.ListAsync(query));
        if (parts.Length == 0)
        {
            return null;
        }
        var listings = parts.Select(p => (p.ToListing(), p.Keys)).ToArray();
        var merged = CensusMerge.Pages(listings, query.ToQuery());
        return merged.ToMessage(keys: []) with { Parts = Parts(listings.Min(l => l.Item1.Frame), missing) };
    }

    public async Task<CensusMessage?> CensusAsync()
    {
        var (parts, missing) = await AskAsync(silo => silo.CensusAsync());
        return parts.Length == 0 ? null
            : CensusMerge.Censuses([.. parts.Select(p => p.ToCensus())]).ToMessage() with
            {
                Parts = Parts(parts.Min(p => p.From.ToNumber()), missing),
            };
    }

    public async Task<LadderMessage?> LadderAsync()
    {
        var (asked, answers) = await AskEachAsync<LiquidationLadder[]>(async silo => [..
            (await silo.LaddersAsync()).Select(bytes => LiquidationLadder.FromBytes(bytes))]);
        // of all silos that have any, the newest that most of them have
        var from = answers.SelectMany(a => a ?? []).GroupBy(l => l.From).OrderByDescending(g => g.Count())
            .ThenByDescending(g => g.Key).FirstOrDefault();
        if (from is null)
        {
            return null;
        }
        return new LadderMessage(LiquidationLadder.Merge([.. from]).ToBytes(),
            [.. asked.Where((_, i) => answers[i]?.Any(l => l.From == from.Key) != true)]);
    }

    public async Task<AppliedMessage[]> HistoryAsync(string account, long below, int countMax)
    {
        var (parts, _) = await AskAsync<AppliedMessage[]>(async silo =>
            await silo.HistoryAsync(account, below, countMax));
        // an account that has moved is remembered by each silo that it was on
        return [.. parts.SelectMany(p => p).DistinctBy(a => a.Sequence).OrderByDescending(a => a.Sequence)
            .Take(countMax)];
    }

    public async Task<CutMessage> CutAsync(int bucket)
    {
        var counting = GrainFactory.GetGrain<IAccountRosterGrain>(bucket).CountAsync();
        var (parts, _) = await AskAsync<BucketCut>(async silo => await silo.CutAsync(bucket));
        var listed = await counting;
        var isWhole = parts.Sum(p => p.Rows.Rows) == listed.Accounts
            && parts.Aggregate(0UL, (sum, p) => unchecked(sum + p.Rows.HashSum)) == listed.HashSum;
        return isWhole
            ? new CutMessage([.. parts.SelectMany(p => p.Cut.Accounts)], [.. parts.SelectMany(p => p.Cut.States)],
                [.. parts.SelectMany(p => p.Cut.House)])
            : await OneByOneAsync(bucket);
    }

    public async Task<FeedSourcesMessage[]> SourcesAsync()
    {
        var asked = services.Universe.Feeds.Select(f => Answered<FeedSourcesMessage>(async () =>
            await GrainFactory.GetGrain<IPriceGrain>(f.Id.Value).SourcesAsync()));
        return [.. (await Task.WhenAll(asked)).OfType<FeedSourcesMessage>()];
    }

    /// <summary>Every account on the list, whether or not it is in any row.</summary>
    private async Task<CutMessage> OneByOneAsync(int bucket)
    {
        var accounts = new List<string>();
        var states = new List<byte[]>();
        var house = new List<HouseAmount>();
        var listed = await GrainFactory.GetGrain<IAccountRosterGrain>(bucket).ListAsync();
        foreach (var some in listed.Chunk(AskedAtOnce))
        {
            var messages = await Task.WhenAll(some.Select(id => GrainFactory.GetGrain<IAccountGrain>(id).ReadAsync()));
            foreach (var (id, message) in some.Zip(messages))
            {
                house.AddRange(message.House);
                if (message.Account is { } state)
                {
                    accounts.Add(id);
                    states.Add(state);
                }
            }
        }
        return new CutMessage([.. accounts], [.. states], [.. house]);
    }

    /// <summary>
    /// Asks every active silo. Those that do not answer are named, and so are those that have looked at nothing yet.
    /// </summary>
    private async Task<(T[] Parts, string[] Missing)> AskAsync<T>(Func<IGridService, Task<T?>> ask)
        where T : class
    {
        var (asked, answers) = await AskEachAsync(ask);
        return ([.. answers.OfType<T>()], [.. asked.Where((_, i) => answers[i] is null)]);
    }

    private async Task<(string[] Silos, T?[] Answers)> AskEachAsync<T>(Func<IGridService, Task<T?>> ask)
        where T : class
    {
        var active = statuses.GetApproximateSiloStatuses(onlyActive: true).Keys.Order().ToArray();
        return ([.. active.Select(s => s.ToString())],
            await Task.WhenAll(active.Select(silo => Answered(() => ask(silos.At(silo))))));
    }

    private static async Task<T?> Answered<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask().WaitAsync(Patience);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static PartsMessage Parts(FrameNumber oldest, string[] missing) => new(oldest.ToMessage(), missing);
}
