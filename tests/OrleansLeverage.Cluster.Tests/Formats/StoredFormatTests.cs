using Orleans.Serialization;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Domain;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Frames;
using OrleansLeverage.Grains.Storage;
using OrleansLeverage.Grains.Systemic;
using Xunit;

namespace OrleansLeverage.Cluster.Tests.Formats;

/// <summary>
/// What programs of before have kept, as blobs in <c>Formats/Stored</c>, one a line: name and body. A silo of today
/// reads all of it and goes on, and what it writes is of a format that they know: during an upgrade both write.
/// <c>LEVERAGE_WRITE_STORED=name</c> has the program that <c>LEVERAGE_OLD_SILO</c> is the path of make such a file.
/// </summary>
public sealed class StoredFormatTests
{
    private const int Marked = 255;
    private const int HashBytes = 8;

    private static readonly string[] Kinds =
    [
        "account", "account-roster", "deleveraging", "fill-journal", "frame", "price", "trigger-desk",
    ];

    /// <summary>Before bodies had a hash over them, and with it.</summary>
    [Theory]
    [InlineData("without-hash")]
    [InlineData("with-hash")]
    public async Task A_silo_goes_on_with_what_a_program_of_before_has_kept(string name)
    {
        await using var store = await BlobServer.StartAsync();
        var before = Read(name);
        foreach (var (blob, body) in before)
        {
            store.Keep(blob, body);
        }
        await using (var silos = new SiloProcesses(postgres: null, store.Port, silos: 1))
        {
            await silos.StartAsync();
            var market = new StoredMarket(silos);
            using var prices = market.Prices();
            await market.ProveAsync(prices);
        }

        // and back
        var written = store.Kept.Where(b => !before.TryGetValue(b.Key, out var kept) || !kept.SequenceEqual(b.Value))
            .ToArray();
        Assert.True(written.Length >= 5, $"{written.Length} blobs were written");
        var known = before.GroupBy(b => Kind(b.Key)).ToDictionary(g => g.Key, g => g.Max(b => Body(b.Value)[0]));
        foreach (var (blob, body) in written)
        {
            if (known.TryGetValue(Kind(blob), out var newest))
            {
                Assert.True(Body(body)[0] <= newest,
                    $"{blob} is kept in version {Body(body)[0]}, and a program of before knows up to {newest}");
            }
        }
    }

    /// <summary>The same bytes are made of what was read: what today's program writes an earlier one reads.</summary>
    [Theory]
    [InlineData("without-hash")]
    [InlineData("with-hash")]
    public void What_was_kept_is_written_the_same_again(string name)
    {
        var count = 0;
        foreach (var (blob, kept) in Read(name))
        {
            var body = Body(kept);
            var again = Kind(blob) switch
            {
                "account" => AccountBook.Read(new AccountId(Key(blob)), body, SiloProcesses.Universe, 512, 0L)
                    .Write(new()),
                "account-roster" => RosterCodec.Read(body, blob) is var (revision, accounts)
                    ? RosterCodec.Write(revision, accounts) : [],
                "frame" => FundingBook.Read(body, SiloProcesses.Universe, 512, 0L).Write(new()),
                _ => null,
            };
            if (again is not null)
            {
                Assert.True(body.AsSpan().SequenceEqual(again), $"{blob}: {Convert.ToHexString(body)} was read and "
                    + $"is written as {Convert.ToHexString(again)}");
                count++;
            }
        }
        Assert.True(count >= 7, $"{count} compared");
    }

    [OldSiloFact]
    public async Task A_program_of_before_makes_what_is_known_here()
    {
        await using var store = await BlobServer.StartAsync();
        await using (var silos = new SiloProcesses(postgres: null, store.Port, silos: 1))
        {
            silos.Program = OldSiloFactAttribute.Program!;
            await silos.StartAsync();
            var market = new StoredMarket(silos);
            using var prices = market.Prices();
            await market.MakeAsync(prices);
            // a silo that drains writes what it has
            silos.Signal(0, ChildProcess.Terminate);
            await silos.EndsAsync(0);
        }
        Assert.Equal(Kinds, store.Kept.Keys.Select(Kind).Distinct().Order(StringComparer.Ordinal));
        if (Environment.GetEnvironmentVariable("LEVERAGE_WRITE_STORED") is { } name)
        {
            File.WriteAllLines(FileOf(name), store.Kept.OrderBy(b => b.Key, StringComparer.Ordinal)
                .Select(b => $"{b.Key} {Convert.ToBase64String(b.Value)}"));
        }
    }

    [Theory]
    [InlineData("without-hash")]
    [InlineData("with-hash")]
    public void Every_kind_of_grain_is_among_what_was_kept(string name)
    {
        var kept = Read(name).Keys.Select(Kind).Distinct().Order(StringComparer.Ordinal).ToArray();
        // the fund's money lies with accounts, and the log is written when plans are many
        Assert.Equal(Kinds, kept);
    }

    private static Dictionary<string, byte[]> Read(string name) => File.ReadAllLines(FileOf(name))
        .Select(line => line.Split(' ')).ToDictionary(p => p[0], p => Convert.FromBase64String(p[1]));

    private static string FileOf(string name) => Path.Combine(Servers.Root, "tests", "OrleansLeverage.Cluster.Tests",
        "Formats", "Stored", name + ".txt");

    /// <summary>Blobs are named state-grain/key.json, and both names are the same.</summary>
    private static string Kind(string blob) => blob[..blob.IndexOf('/', StringComparison.Ordinal)] is var pair
        && pair.Length % 2 == 1 ? pair[..(pair.Length / 2)] : blob;

    private static string Key(string blob) => blob[(blob.IndexOf('/', StringComparison.Ordinal) + 1)..^".json".Length];

    /// <summary>What the grain's own codec made: without what storage puts around it.</summary>
    private static byte[] Body(byte[] blob)
    {
        var services = new ServiceCollection().AddSerializer(s => s.AddAssembly(typeof(StoredState).Assembly))
            .BuildServiceProvider();
        var body = services.GetRequiredService<Serializer>().Deserialize<StoredState>(blob)!.Body;
        return body.Length > 0 && body[0] == Marked ? body[(1 + HashBytes)..] : body;
    }
}
