using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.State;

namespace OrleansLeverage.Contracts;

/// <summary>The durable state of a whole cluster, gathered grain by grain: what a hash or an audit is over.</summary>
internal static class ClusterState
{
    private const int AtOnce = 128;

    public static async Task<GridState> CollectAsync(IGrainFactory grains, Universe universe,
        CancellationToken cancellation)
    {
        var state = new GridState(universe, windowCapacity: 1024);
        var parts = new List<(string Id, AccountMessage Message)>();
        for (var bucket = 0; bucket < GrainKeys.RosterBuckets; bucket++)
        {
            var ids = await grains.GetGrain<IAccountRosterGrain>(bucket).ListAsync();
            foreach (var some in ids.Chunk(AtOnce))
            {
                cancellation.ThrowIfCancellationRequested();
                var messages = await Task.WhenAll(some.Select(id => grains.GetGrain<IAccountGrain>(id).ReadAsync()));
                parts.AddRange(some.Zip(messages));
            }
        }
        foreach (var (id, message) in parts.OrderBy(p => p.Id, StringComparer.Ordinal))
        {
            Add(state, id, message, universe);
        }
        foreach (var asset in universe.Assets)
        {
            state.House.Add(HouseAccount.Insurance, asset.Id, await grains.Fund(asset.Id).ReadAsync());
        }
        var funding = await grains.Frames().BooksAsync();
        state.Applied += funding.Applied;
        state.Refused += funding.Refused;
        foreach (var (instrument, index) in funding.Indices)
        {
            state.SetFunding(new InstrumentId(instrument), index);
        }
        var desk = await grains.Triggers().BooksAsync();
        state.Outbox.Restore(desk.LastSequence, desk.Subscribers.Select(s => (s.Name, s.Acknowledged)),
            desk.Pending.Select(t => t.ToTrigger()));
        foreach (var record in await grains.Deleveraging().LogAsync(int.MaxValue))
        {
            state.Deleveraging.Restore(DeleveragingTranslation.ReadRecord(record));
        }
        return state;
    }

    private static void Add(GridState state, string id, AccountMessage message, Universe universe)
    {
        if (message.Account is { } bytes)
        {
            state.Put(null, AccountCodec.Read(new AccountId(id), bytes, universe, names: true));
        }
        state.Applied += message.Applied;
        state.Refused += message.Refused;
        foreach (var (account, asset, amount) in message.House)
        {
            state.House.Add((HouseAccount)account, new AssetId(asset), amount);
        }
    }
}
