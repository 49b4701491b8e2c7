using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Storage;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Cluster.Tests.Hosting;

/// <summary>
/// A store that outlives silos, with conditional writes as Azure's: a write names the version it replaces. Tests say
/// what happens to a write before it is made, and after.
/// </summary>
internal sealed class TestStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (byte[] Body, int Version)> _kept = new();
    private long _writes;
    private long _conflicts;

    /// <summary>Called with a grain's id before every write; what it throws is the write's failure.</summary>
    public Func<string, Task> Before { get; set; } = static _ => Task.CompletedTask;

    /// <summary>The same after the write was made, so that what it throws leaves the outcome unknown.</summary>
    public Func<string, Task> After { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called with a grain's id before its state is read.</summary>
    public Func<string, Task> Reading { get; set; } = static _ => Task.CompletedTask;

    public long Writes => Volatile.Read(ref _writes);

    public long Conflicts => Volatile.Read(ref _conflicts);

    public ICollection<string> Grains => _kept.Keys;

    public byte[]? Body(string grain) => _kept.TryGetValue(grain, out var kept) ? kept.Body : null;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Reading(grainId.ToString());
        if (_kept.TryGetValue(grainId.ToString(), out var kept))
        {
            grainState.State = (T)(object)new StoredState { Body = kept.Body };
            grainState.ETag = kept.Version.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var id = grainId.ToString();
        var body = ((StoredState)(object)grainState.State!).Body;
        await Before(id);
        var version = grainState.ETag is null ? 0 : int.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        var next = (body, version + 1);
        var made = version == 0
            ? _kept.TryAdd(id, next)
            : _kept.TryGetValue(id, out var kept) && kept.Version == version && _kept.TryUpdate(id, next, kept);
        if (!made)
        {
            Interlocked.Increment(ref _conflicts);
            throw new InconsistentStateException($"{id} is not at version {version}");
        }
        Interlocked.Increment(ref _writes);
        await After(id);
        grainState.ETag = (version + 1).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _kept.TryRemove(grainId.ToString(), out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }
}
