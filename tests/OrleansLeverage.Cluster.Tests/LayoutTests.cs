using System.Collections.Concurrent;
using Orleans.Storage;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Storage;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// Where things are kept is part of what is stored: expected values are from FNV-1a and the finish of MurmurHash3,
/// reckoned by another program.
/// </summary>
public sealed class LayoutTests
{
    [Theory]
    [InlineData("alice", 45, 0xcd4d69fee1a888edUL)]
    [InlineData("bob", 60, 0xd599d3893d8607bcUL)]
    [InlineData("a", 13, 0xed8170de1919a24dUL)]
    [InlineData("acct-00000091", 39, 0xa55008a3f7c32ee7UL)]
    [InlineData("0", 28, 0x9fbcf1d2737b4ddcUL)]
    [InlineData("z-9", 49, 0x074bd0b4a0fa5cb1UL)]
    public void An_account_stays_in_its_bucket_of_the_roster(string account, int bucket, ulong hash) =>
        Assert.Equal((bucket, hash), (GrainKeys.RosterBucket(account), GrainKeys.Hash(account)));

    [Theory]
    [InlineData(0UL, 1UL, 6)]
    [InlineData(0x018bcfe56800aaaaUL, 0x123456789UL, 4)]
    [InlineData(0xffffffffffffffffUL, 0UL, 12)]
    public void A_command_stays_in_its_bucket_of_the_journal(ulong high, ulong low, long bucket) =>
        Assert.Equal(bucket, GrainKeys.JournalBucket(new CommandId(new UInt128(high, low))));

    [Fact]
    public async Task A_grain_is_read_written_and_cleared_in_one_store_of_several()
    {
        var shards = Enumerable.Range(0, 7).Select(_ => new Shard()).ToArray();
        var storage = new ShardedStorage(shards);
        foreach (var (account, shard) in new[] { ("alice", 1), ("bob", 0), ("a", 1), ("acct-00000091", 6), ("0", 4),
            ("z-9", 5) })
        {
            var grain = GrainId.Create("account", account);
            var state = new GrainState<StoredState>();
            await storage.ReadStateAsync("account", grain, state);
            await storage.WriteStateAsync("account", grain, state);
            await storage.ClearStateAsync("account", grain, state);
            Assert.Equal([$"read {account}", $"write {account}", $"clear {account}"],
                shards[shard].Asked.Where(a => a.EndsWith(' ' + account)));
        }
        Assert.Equal(18, shards.Sum(s => s.Asked.Count));
    }

    private sealed class Shard : IGrainStorage
    {
        public ConcurrentQueue<string> Asked { get; } = [];

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            Note("read", grainId);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            Note("write", grainId);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            Note("clear", grainId);

        private Task Note(string what, GrainId grain)
        {
            Asked.Enqueue($"{what} {grain.Key}");
            return Task.CompletedTask;
        }
    }
}
