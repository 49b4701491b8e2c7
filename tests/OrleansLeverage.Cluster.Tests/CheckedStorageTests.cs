using Orleans.Storage;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Storage;
using OrleansLeverage.Silo;
using OrleansLeverage.Tests.Engine;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Bodies that come back other than they were written, or under another's name.</summary>
public sealed class CheckedStorageTests
{
    private const string Name = "account";
    private static readonly GrainId Alice = GrainId.Create("account", "alice");
    private static readonly GrainId Bob = GrainId.Create("account", "bob");
    private static readonly byte[] Body = [1, 0, 7, 255, 42, 9];

    private readonly Shelf _shelf = new();

    private CheckedStorage Storage => new(_shelf);

    [Fact]
    public async Task A_body_comes_back_as_it_was_written_with_the_stores_own_version()
    {
        var written = await WriteAsync(Alice, Body);
        Assert.Equal(("1", true), (written.ETag, written.RecordExists));
        Assert.Equal(Body, written.State!.Body);
        var read = await ReadAsync(Alice);
        Assert.Equal(("1", true), (read.ETag, read.RecordExists));
        Assert.Equal(Body, read.State!.Body);
        // a write names the version that it replaces
        written.State = new StoredState { Body = [1, 2] };
        await Storage.WriteStateAsync(Name, Alice, written);
        Assert.Equal("2", written.ETag);
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(Alice, Body));
        Assert.Equal([1, 2], (await ReadAsync(Alice)).State!.Body);
        await Storage.ClearStateAsync(Name, Alice, written);
        Assert.Empty((await ReadAsync(Alice)).State!.Body);
    }

    [Fact]
    public async Task Whatever_is_changed_or_missing_is_seen_and_named()
    {
        await WriteAsync(Alice, Body);
        var kept = _shelf.Kept[Alice];
        for (var at = 0; at < kept.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var broken = (byte[])kept.Clone();
                broken[at] ^= (byte)(1 << bit);
                _shelf.Kept[Alice] = broken;
                // without its mark it is a body of a version that no program knows, which its reader refuses
                var error = at > 0 ? await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Alice)) : null;
                Assert.Contains("account/alice", error?.Message ?? "account/alice", StringComparison.Ordinal);
            }
        }
        for (var length = 1; length < kept.Length; length++)
        {
            _shelf.Kept[Alice] = kept[..length];
            await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Alice));
        }
        _shelf.Kept[Alice] = [.. kept, 0];
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Alice));
    }

    [Fact]
    public async Task What_was_written_for_another_is_refused()
    {
        await WriteAsync(Alice, Body);
        _shelf.Kept[Bob] = _shelf.Kept[Alice];
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Bob));
        Assert.Contains("account/bob", error.Message, StringComparison.Ordinal);
        Assert.Equal(Body, (await ReadAsync(Alice)).State!.Body);
    }

    [Fact]
    public async Task What_was_kept_before_there_were_hashes_is_read_as_it_is()
    {
        _shelf.Kept[Alice] = Body;
        Assert.Equal(Body, (await ReadAsync(Alice)).State!.Body);
        Assert.Empty((await ReadAsync(Bob)).State!.Body);
        Assert.False((await ReadAsync(Bob)).RecordExists);
    }

    /// <summary>A silo keeps its grains in blobs with a hash, whether in one store or in several.</summary>
    [Theory]
    [InlineData(1, "leverage")]
    [InlineData(3, "leverage-{shard}")]
    public void A_silo_with_blobs_checks_what_it_reads(int shards, string container)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddSilo(new SiloSettings
        {
            Storage = StorageKind.AzureBlob, StorageShards = shards, StorageContainer = container,
            StorageConnection = "UseDevelopmentStorage=true",
        }, new GridOptions { Universe = GridFixture.Universe, Oracle = GridFixture.Profiles });
        using var host = builder.Build();
        Assert.IsType<CheckedStorage>(host.Services.GetRequiredKeyedService<IGrainStorage>(GridStorage.Name));
    }

    private async Task<GrainState<StoredState>> WriteAsync(GrainId grain, byte[] body)
    {
        var state = new GrainState<StoredState>(new StoredState { Body = body });
        await Storage.WriteStateAsync(Name, grain, state);
        return state;
    }

    private async Task<GrainState<StoredState>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<StoredState>(new StoredState());
        await Storage.ReadStateAsync(Name, grain, state);
        return state;
    }

    /// <summary>A store whose bodies a test can reach.</summary>
    private sealed class Shelf : IGrainStorage
    {
        private readonly Dictionary<GrainId, int> _versions = [];

        public Dictionary<GrainId, byte[]> Kept { get; } = [];

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (Kept.TryGetValue(grainId, out var body))
            {
                grainState.State = (T)(object)new StoredState { Body = body };
                (grainState.ETag, grainState.RecordExists) = ($"{_versions.GetValueOrDefault(grainId)}", true);
            }
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var version = _versions.GetValueOrDefault(grainId);
            if ((grainState.ETag ?? "0") != $"{version}")
            {
                throw new InconsistentStateException($"{grainId} is at version {version}");
            }
            Kept[grainId] = ((StoredState)(object)grainState.State!).Body;
            _versions[grainId] = version + 1;
            (grainState.ETag, grainState.RecordExists) = ($"{version + 1}", true);
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Kept.Remove(grainId);
            return Task.CompletedTask;
        }
    }
}
