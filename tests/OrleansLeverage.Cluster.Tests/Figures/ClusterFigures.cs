using System.Diagnostics;
using System.Globalization;
using Orleans.Configuration;
using Orleans.Storage;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Rows;
using OrleansLeverage.Grains.Storage;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Cluster.Tests.Figures;

/// <summary>
/// What a silo takes and gives, printed with the machine: <c>LEVERAGE_FIGURES=100000</c> accounts, or a million.
/// Storage is synthetic and in memory. One silo and its client in one process.
/// </summary>
public sealed class ClusterFigures(ITestOutputHelper output)
{
    private static readonly int Accounts = int.TryParse(Environment.GetEnvironmentVariable("LEVERAGE_FIGURES"),
        NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 2_000;

    [Fact]
    public async Task One_silo()
    {
        var universe = StandardRules.Universe();
        var frame = Frame(universe, 1, 1m);
        using var host = Silo(universe, frame);
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var columns = host.Services.GetRequiredService<SiloGrid>();
        var address = host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var service = host.Services.GetRequiredService<GridServiceClient>().At(address);
        Say($"{Environment.ProcessorCount} processors, {RuntimeName}, load {Load()}, {Accounts} accounts of three "
            + "positions");

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var seconds = await TimeAsync(() => EachAsync(64, i => grains.GetGrain<IAccountGrain>(SyntheticStorage.Name(i))
            .TouchAsync()));
        Say($"activation: {Accounts / seconds:0} accounts/s");
        await service.PublishAsync(Frame(universe, 2, 1m).ToMessage(true));
        await service.SettleAsync(1, 2);
        var managed = GC.GetTotalMemory(forceFullCollection: true) - before;
        Say($"memory: {(managed + columns.NativeBytes) / (double)Accounts:0} B/account, of them "
            + $"{columns.NativeBytes / (double)Accounts:0} B the row");
        Assert.Equal(Accounts, columns.Count);

        var columnar = await ColumnarAsync(service, universe);
        var direct = await DirectAsync(grains, columns);
        var awaited = await AwaitedAsync(grains, columns);
        Say($"columnar {columnar.P50 * 1e3:0.00} ms p50, {columnar.P99 * 1e3:0.00} ms p99; direct {direct * 1e3:0} ms, "
            + $"best of three: {direct / columnar.P50:0}x; awaited {awaited * 1e3:0} ms, 64 at once");
        await CommandsAsync(host.Services.GetRequiredService<ILeverageGrid>());
        await host.StopAsync();
    }

    /// <summary>From the call that publishes a frame until every row and the merged figures are of it.</summary>
    private static async Task<(double P50, double P99)> ColumnarAsync(IGridService service, Universe universe)
    {
        var times = new double[200];
        for (var i = -20; i < times.Length; i++)
        {
            var sequence = 23 + i;
            var frame = Frame(universe, sequence, 1m + 0.0001m * (i % 7)).ToMessage(true);
            var start = Stopwatch.GetTimestamp();
            await service.PublishAsync(frame);
            await service.SettleAsync(1, sequence);
            times[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        Array.Sort(times);
        return (times[times.Length / 2], times[times.Length * 99 / 100]);
    }

    /// <summary>The same frame, one message to each account, until every one has been valued.</summary>
    private static async Task<double> DirectAsync(IGrainFactory grains, SiloGrid columns)
    {
        var accounts = columns.Accounts(bucket: null).Select(a => grains.GetGrain<IAccountGrain>(a)).ToArray();
        var best = double.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var (number, until) = (columns.Frame.Number, columns.DirectCount + accounts.Length);
            var start = Stopwatch.GetTimestamp();
            foreach (var account in accounts)
            {
                account.OnFrameAsync(number.Epoch, number.Sequence).Ignore();
            }
            while (columns.DirectCount < until)
            {
                await Task.Delay(1);
            }
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    /// <summary>One call to each account to value itself exactly at the frame, and its answer waited for.</summary>
    private static async Task<double> AwaitedAsync(IGrainFactory grains, SiloGrid columns)
    {
        var accounts = columns.Accounts(bucket: null).Select(a => grains.GetGrain<IAccountGrain>(a)).ToArray();
        var number = columns.Frame.Number;
        return await TimeAsync(() => EachAsync(64, i => accounts[i].ConfirmAsync(number.Epoch, number.Sequence),
            accounts.Length));
    }

    private async Task CommandsAsync(ILeverageGrid grid)
    {
        const int Commands = 60_000;
        var times = new double[Commands];
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var seconds = await TimeAsync(() => EachAsync(64, async i =>
        {
            var start = Stopwatch.GetTimestamp();
            var result = await grid.ExecuteAsync(new Deposit(CommandId.Series(nowMs, 1, i + 1),
                new AccountId(SyntheticStorage.Name(i * 7 % Accounts)), AssetId.Usd, 1m));
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Assert.True(result.IsApplied, result.ToString());
        }, Commands));
        Array.Sort(times);
        Say($"commands: {Commands / seconds:0}/s, 64 at once, {times[Commands / 2] * 1e3:0.000} ms p50, "
            + $"{times[Commands * 99 / 100] * 1e3:0.000} ms p99, load {Load()}");
    }

    internal static IHost Silo(Universe universe, PriceFrame frame, Action<IServiceCollection>? change = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(Processes.Servers.FreePort(), Processes.Servers.FreePort());
            silo.Services.AddKeyedSingleton<IGrainStorage>(GridStorage.Name, new SyntheticStorage(universe, frame));
            silo.Configure<GrainDirectoryOptions>(o => o.CacheSize = 2_000_000);
            silo.AddLeverageGrains(new GridOptions { Universe = universe, Oracle = [], MakesFrames = false,
                Workers = Math.Min(Environment.ProcessorCount, 2) });
            change?.Invoke(silo.Services);
        });
        builder.Services.AddLeverageGridClient(new ClusterGridOptions { Universe = universe, Polls = false });
        return builder.Build();
    }

    /// <summary>A frame with every feed measured at a price of its own.</summary>
    internal static PriceFrame Frame(Universe universe, long sequence, decimal factor) => new(
        new FrameNumber(1, sequence), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), universe,
        [.. universe.Feeds.Select(f => new FramePrice(
            new Price(Decimals.FloorTo(factor * (100m + 10m * f.Index), f.TickSize)), PriceState.Fresh, 1L))]);

    private static async Task EachAsync(int atOnce, Func<int, Task> body, int? count = null)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < (count ?? Accounts); i = Interlocked.Increment(ref next))
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

    private static string RuntimeName => System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription;

    private static string Load() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    private void Say(string text) => output.WriteLine(text);
}
