using Orleans.Storage;
using OrleansLeverage.Contracts;

namespace OrleansLeverage.Grains.Storage;

/// <summary>
/// One store over several, such as storage accounts: a grain's is given by the hash of its id and the number of stores,
/// so that this number is part of the layout and never changes.
/// </summary>
/// <param name="shards">In an order that never changes.</param>
public sealed class ShardedStorage(IReadOnlyList<IGrainStorage> shards) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Of(grainId).ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Of(grainId).WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Of(grainId).ClearStateAsync(stateName, grainId, grainState);

    private IGrainStorage Of(GrainId grain) => shards[(int)(GrainKeys.Hash(grain.ToString()) % (ulong)shards.Count)];
}
