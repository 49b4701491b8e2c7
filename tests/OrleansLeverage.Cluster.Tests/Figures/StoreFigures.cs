using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;
using Orleans.Storage;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Storage;
using OrleansLeverage.Grains.Systemic;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Silo;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests.Figures;

/// <summary>
/// What a store and a network leave of it, silos and client in processes of their own: commands and round trips, and
/// how long accounts go unwatched after their silo dies. <c>LEVERAGE_FIGURES=100000</c> accounts.
/// </summary>
public sealed class StoreFigures(ITestOutputHelper output)
{
    private const int ReadsAtOnce = 32;
    private static readonly int? Asked = int.TryParse(Environment.GetEnvironmentVariable("LEVERAGE_FIGURES"),
        NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>
    /// More than these the emulator does not give within an hour in one storage account: each read looks at every blob
    /// of the account.
    /// </summary>
    private const int EmulatorMax = 5_000;

    private const int Shards = 128;

    private static readonly SourceId Source = new("figures");
    private static readonly Universe Universe = SiloProcesses.Universe;
    private static long _ids;
    private int _accounts;

    [ProcessTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commands_and_round_trips_from_another_process(bool isAzurite)
    {
        await using var azurite = isAzurite ? await Azurite.StartAsync() : null;
        await using var silos = new SiloProcesses(postgres: null, azurite?.Port, silos: 1);
        await silos.StartAsync();
        var accounts = Enumerable.Range(0, 256).Select(i => new AccountId($"f-{i}")).ToArray();
        await EachAsync(16, accounts.Length, i => DepositAsync(silos.Grid, accounts[i]));
        var store = isAzurite ? "Azurite" : "memory";
        foreach (var atOnce in new[] { 1, 16, 64 })
        {
            var count = Asked is null ? 40 : isAzurite ? 300 * Math.Min(atOnce, 16) : 3_000 * Math.Min(atOnce, 16);
            // once to warm up
            await MeasureAsync(atOnce, count / 4, i => DepositAsync(silos.Grid, accounts[i * 7 % accounts.Length]));
            var (seconds, times) = await MeasureAsync(atOnce, count,
                i => DepositAsync(silos.Grid, accounts[i * 7 % accounts.Length]));
            Say($"{store}, commands, {atOnce} at once: {count / seconds:0}/s, {Percentiles(times)}, load {Load()}");
        }
        var (_, reads) = await MeasureAsync(1, Asked is null ? 40 : 3_000,
            i => silos.Grid.AccountAsync(accounts[i % accounts.Length]).AsTask());
        Say($"{store}, reading an account, 1 at once: {Percentiles(reads)}, load {Load()}");
    }

    [ProcessTheory]
    [InlineData("Azurite", 1)]
    [InlineData("Azurite", Shards)]
    [InlineData("a blob server in memory", 1)]
    public async Task Accounts_are_watched_again_after_their_silo_dies(string store, int shards)
    {
        var isAzurite = store == "Azurite";
        _accounts = isAzurite && shards == 1 ? Math.Min(Asked ?? 200, EmulatorMax) : Asked ?? 200;
        await using var postgres = await Postgres.StartAsync();
        await using var azurite = isAzurite
            ? await Azurite.StartAsync(inMemory: true, accounts: shards > 1 ? shards : 0) : null;
        await using var server = isAzurite ? null : await BlobServer.StartAsync();
        var port = azurite?.Port ?? server!.Port;
        var connection = Azurite.ConnectionString(port, shards > 1 ? "{shard}" : "");
        var (written, read) = await SeedAsync(connection, shards);
        Say($"{store}, {shards} storage accounts, {Environment.ProcessorCount} processors, {_accounts} accounts of "
            + $"three positions, written at {written:0}/s; the store gives {read:0} reads/s, {ReadsAtOnce} at once, "
            + $"nothing else running, load {Load()}");
        await using var silos = new SiloProcesses(postgres, port, silos: 2);
        (silos.Settings["StorageConnection"], silos.Settings["StorageShards"]) = (connection, $"{shards}");
        await silos.StartAsync(0);
        await silos.ConnectAsync();
        using var stop = new CancellationTokenSource();
        var prices = Task.Run(() => PublishAsync(silos.Grid, stop.Token));
        var cold = await CoveredAsync(silos.Grid);
        Say($"from the first silo's start until all are covered: {cold:0.0} s, {_accounts / cold:0} accounts/s, "
            + $"load {Load()}");
        await silos.StartAsync(1);
        await Task.Delay(Asked is null ? 500 : 12_000);
        silos.Signal(0, ChildProcess.Kill);
        var dead = Stopwatch.GetTimestamp();
        await silos.EndsAsync(0);
        while (silos.Grid.System is { Coverage: 1.0 } && silos.Grid.Reading is { Silos: 2 })
        {
            await Task.Delay(5);
        }
        var missed = Stopwatch.GetElapsedTime(dead).TotalSeconds;
        await CoveredAsync(silos.Grid);
        var covered = Stopwatch.GetElapsedTime(dead).TotalSeconds;
        Say($"kill -9 of the silo with all accounts: missed after {missed:0.0} s, all covered again after "
            + $"{covered:0.0} s, {_accounts / (covered - missed):0} accounts/s, load {Load()}");
        await stop.CancelAsync();
        await prices;
    }

    /// <summary>
    /// How many blobs a second the emulator gives, by how they are laid out: what is tried to have it give more.
    /// </summary>
    [ProcessTheory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(64, 1)]
    public async Task Reads_of_the_emulator_by_its_layout(int accounts, int containers)
    {
        var blobs = Asked is { } asked ? Math.Min(asked, 10_000) : 100;
        await using var azurite = await Azurite.StartAsync(inMemory: true, accounts);
        var places = new BlobContainerClient[accounts * containers];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new BlobContainerClient(Azurite.ConnectionString(azurite.Port, $"{i % accounts}"),
                $"c-{i / accounts}");
            await places[i].CreateAsync();
        }
        BlobClient Blob(int i) => places[(int)(GrainKeys.Hash($"{i}") % (ulong)places.Length)].GetBlobClient($"b-{i}");
        var body = new byte[300];
        var writing = await TimeAsync(() => EachAsync(ReadsAtOnce, blobs,
            async i => await Blob(i).UploadAsync(new BinaryData(body))));
        var reads = Math.Min(blobs, 3_000);
        var reading = await TimeAsync(() => EachAsync(ReadsAtOnce, reads,
            async i => await Blob((i * 7919) % blobs).DownloadContentAsync()));
        Say($"Azurite in memory, {accounts} accounts, {containers} containers each, {blobs} blobs: "
            + $"{blobs / writing:0} writes/s, {reads / reading:0} reads/s, {ReadsAtOnce} at once, load {Load()}");
    }

    /// <summary>
    /// Accounts and their roster, written as a silo would have left them, by its own storage; how many it wrote and
    /// then reads in a second.
    /// </summary>
    private async Task<(double Written, double Read)> SeedAsync(string connection, int shards)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var (silo, gateway) = (Servers.FreePort(), Servers.FreePort());
        builder.AddSilo(new SiloSettings
        {
            ClusterId = "seed", SiloPort = silo, PrimaryPort = silo, GatewayPort = gateway,
            Storage = StorageKind.AzureBlob, StorageConnection = connection, StorageShards = shards,
            StorageTimeoutMs = 20_000,
        }, new GridOptions { Universe = Universe, Oracle = [], MakesFrames = false });
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>(GridStorage.Name);
        var bodies = new SyntheticStorage(Universe, ClusterFigures.Frame(Universe, 1, 1m));
        var writing = await TimeAsync(() => EachAsync(ReadsAtOnce, _accounts,
            i => WriteAsync("account", Id(i), bodies.Body(i))));
        var names = Enumerable.Range(0, _accounts).Select(SyntheticStorage.Name)
            .ToLookup(GrainKeys.RosterBucket);
        for (var bucket = 0; bucket < GrainKeys.RosterBuckets; bucket++)
        {
            await WriteAsync("account-roster", grains.GetGrain<IAccountRosterGrain>(bucket).GetGrainId(),
                RosterCodec.Write(names[bucket].Count(),
                    [.. names[bucket].Select(n => KeyValuePair.Create(n, default(KnownRisk)))]));
        }
        var reads = Math.Min(_accounts, 2_000);
        var reading = await TimeAsync(() => EachAsync(ReadsAtOnce, reads, i => storage.ReadStateAsync("account", Id(i),
            new GrainState<StoredState>(new StoredState()))));
        await host.StopAsync();
        return (_accounts / writing, reads / reading);

        GrainId Id(int i) => grains.GetGrain<IAccountGrain>(SyntheticStorage.Name(i)).GetGrainId();

        Task WriteAsync(string state, GrainId grain, byte[] body) => storage.WriteStateAsync(state, grain,
            new GrainState<StoredState>(new StoredState { Body = body }));
    }

    /// <summary>Until every account is covered; how long that took.</summary>
    private async Task<double> CoveredAsync(ClusterGrid grid)
    {
        var start = Stopwatch.GetTimestamp();
        while (!(grid.System is { Coverage: 1.0 } && grid.Reading is { Late.Length: 0 } reading
            && reading.Listed == _accounts))
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(8))
            {
                throw new TimeoutException($"not covered: {grid.Reading?.Covered} of {grid.Reading?.Listed}, "
                    + $"{grid.Health}");
            }
            await Task.Delay(20);
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task PublishAsync(ClusterGrid grid, CancellationToken stop)
    {
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            foreach (var (feed, price) in Universe.Feeds.Zip(ClusterFigures.Frame(Universe, 1, 1m).Prices.ToArray()))
            {
                try
                {
                    await grid.PublishAsync(new PriceUpdate(feed.Id, price.Price!.Value.Value, Source, 1,
                        nowMs * 16 + round % 16, nowMs), stop);
                }
                catch (Exception)
                {
                    // the next is as good
                }
            }
            await Task.Delay(200, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task DepositAsync(ILeverageGrid grid, AccountId account)
    {
        var id = CommandId.Series(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 3,
            Interlocked.Increment(ref _ids));
        var result = await grid.ExecuteAsync(new Deposit(id, account, AssetId.Usd, 1m));
        Assert.True(result.IsApplied, result.ToString());
    }

    private static async Task<(double Seconds, double[] Times)> MeasureAsync(int atOnce, int count,
        Func<int, Task> call)
    {
        var times = new double[count];
        var seconds = await TimeAsync(() => EachAsync(atOnce, count, async i =>
        {
            var start = Stopwatch.GetTimestamp();
            await call(i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }));
        Array.Sort(times);
        return (seconds, times);
    }

    private static string Percentiles(double[] times) => string.Create(CultureInfo.InvariantCulture,
        $"{times[times.Length / 2] * 1e3:0.000} ms p50, {times[times.Length * 99 / 100] * 1e3:0.000} ms p99");

    private static Task EachAsync(int atOnce, int count, Func<int, Task> body)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                await body(i);
            }
        })));
    }

    private static async Task<double> TimeAsync(Func<Task> body)
    {
        var start = Stopwatch.GetTimestamp();
        await body();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    private void Say(string text) => output.WriteLine(text);
}
