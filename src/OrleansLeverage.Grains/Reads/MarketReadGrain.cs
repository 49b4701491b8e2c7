using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Storage;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Census;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;
using OrleansLeverage.Kernel;

namespace OrleansLeverage.Grains.Reads;

/// <summary>
/// Puts the silos' answers together, on whichever silo is asked. Computes nothing that a silo has not: orders are
/// merged, counts and whole sums are added.
/// </summary>
[StatelessWorker]
[Reentrant]
[GrainType("market-read")]
public sealed class MarketReadGrain(AccountServices services, GridServiceClient silos, SiloWaits waits,
    ISiloStatusOracle statuses, [FromKeyedServices(GridStorage.Name)] IGrainStorage storage) : Grain, IMarketReadGrain
{
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

    public async Task<AccountMessage> StoredAsync(string account)
    {
        var id = new AccountId(account);
        var kept = new GrainState<StoredState>(new StoredState());
        try
        {
            await storage.ReadStateAsync(AccountGrain.StateName, GrainFactory.Account(id).GetGrainId(), kept)
                .WaitAsync(TimeSpan.FromMilliseconds(services.Options.StorageTimeoutMs));
        }
        catch (Exception exception) when (exception is not InvalidDataException)
        {
            throw new StoreUnavailableException($"account {account} could not be read: {exception.Message}", exception);
        }
        var book = AccountBook.Read(id, kept.State?.Body ?? [], services.Universe, services.Options.WindowCapacity,
            services.NowMs);
        // what is prepared may have been acknowledged: its journal knows, and forgets when the account has written it
        return book.Prepared is null ? book.ToMessage(AccountServices.Sink)
            : throw new StoreUnavailableException($"account {account} is in a transaction");
    }

    public async Task<CutMessage> CutAsync(int bucket)
    {
        var counting = GrainFactory.GetGrain<IAccountRosterGrain>(bucket).CountAsync();
        var (parts, _) = await AskAsync<BucketCut>(async silo => await silo.CutAsync(bucket));
        var listed = await counting;
        var cut = listed.IsWhole([.. parts.Select(p => p.Rows)])
            ? new CutMessage([.. parts.SelectMany(p => p.Cut.Accounts)], [.. parts.SelectMany(p => p.Cut.States)],
                [.. parts.SelectMany(p => p.Cut.House)])
            : await OneByOneAsync(bucket);
        // what is of no account comes with the last
        return bucket == GrainKeys.RosterBuckets - 1 ? cut with { House = [.. cut.House, .. await FundsAsync()] } : cut;
    }

    public async Task<bool?> InDebtAsync()
    {
        try
        {
            var counting = Task.WhenAll(Enumerable.Range(0, GrainKeys.RosterBuckets)
                .Select(b => GrainFactory.GetGrain<IAccountRosterGrain>(b).CountAsync()));
            var (parts, _) = await AskAsync<DebtorsMessage>(async silo => await silo.DebtorsAsync());
            if (Array.Exists(parts, p => p.InDebt > 0))
            {
                return true;
            }
            foreach (var listed in await counting)
            {
                var rows = parts.Select(p => p.Buckets[listed.Bucket]).ToArray();
                if (!listed.IsWhole(rows) && await IsInDebtAsync(listed.Bucket))
                {
                    return true;
                }
            }
            return false;
        }
        catch (Exception)
        {
            // a roster or an account that does not answer may be the one
            return null;
        }
    }

    public async Task<ShareMessage[]> GainsAsync(string instrument, decimal mark)
    {
        var market = services.Universe.Instrument(new InstrumentId(instrument))
            ?? throw new ArgumentException($"the universe has no instrument {instrument}");
        var counting = Task.WhenAll(Enumerable.Range(0, GrainKeys.RosterBuckets)
            .Select(b => GrainFactory.GetGrain<IAccountRosterGrain>(b).CountAsync()));
        var (parts, _) = await AskAsync<SharesMessage>(async silo => await silo.GainsAsync(instrument, mark));
        var partial = (await counting).Where(c => !c.IsWhole([.. parts.Select(p => p.Buckets[c.Bucket])]))
            .Select(c => c.Bucket).ToHashSet();
        var gains = parts.SelectMany(p => p.Shares).ToList();
        if (partial.Count > 0)
        {
            gains.RemoveAll(g => partial.Contains(GrainKeys.RosterBucket(g.Account)));
        }
        foreach (var bucket in partial)
        {
            var cut = await OneByOneAsync(bucket);
            gains.AddRange(cut.Accounts.Zip(cut.States, (id, state) => new ShareMessage(id, MarketGain.Of(
                AccountCodec.Read(new AccountId(id), state, services.Universe, names: true), market,
                new Price(mark)))).Where(g => g.Amount > 0m));
        }
        return [.. gains];
    }

    public async Task<FeedSourcesMessage[]> SourcesAsync()
    {
        var asked = services.Universe.Feeds.Select(f => SourcesAsync(f.Id.Value));
        return [.. (await Task.WhenAll(asked)).OfType<FeedSourcesMessage>()];
    }

    private async Task<HouseAmount[]> FundsAsync() => await Task.WhenAll(services.Universe.Assets.Select(async asset =>
        new HouseAmount((byte)HouseAccount.Insurance, asset.Id.Value, await GrainFactory.Fund(asset.Id).ReadAsync())));

    /// <summary>Whether an account on the list is in debt, asked one by one.</summary>
    private async Task<bool> IsInDebtAsync(int bucket)
    {
        var cut = await OneByOneAsync(bucket);
        return cut.Accounts.Zip(cut.States).Any(a => GridState.Bankrupt(
            AccountCodec.Read(new AccountId(a.First), a.Second, services.Universe, names: true)) > 0);
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
        waits.Keep(active);
        return ([.. active.Select(s => s.ToString())],
            await Task.WhenAll(active.Select(silo => waits.AnswerAsync(silo, () => ask(silos.At(silo))))));
    }

    private async Task<FeedSourcesMessage?> SourcesAsync(string feed)
    {
        try
        {
            return await GrainFactory.GetGrain<IPriceGrain>(feed).SourcesAsync().WaitAsync(
                TimeSpan.FromMilliseconds(services.Options.SiloPatienceMs));
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static PartsMessage Parts(FrameNumber oldest, string[] missing) => new(oldest.ToMessage(), missing);
}
