using System.Diagnostics;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.Benchmarks.Load;

/// <summary>
/// The product's own <c>serve</c> in a process of its own, over a journal that holds a seeded population. Ends with the
/// benchmark.
/// </summary>
internal sealed class ServeProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ServeProcess(Process process, string folder, Uri address, IReadOnlyDictionary<FeedId, Price> prices,
        IReadOnlyList<AccountId> accounts, LoadKeys keys)
    {
        (_process, _folder, Address, Prices, Accounts, Keys) = (process, folder, address, prices, accounts, keys);
    }

    public LoadKeys Keys { get; }

    public IReadOnlyList<AccountId> Accounts { get; }

    public Uri Address { get; }

    /// <summary>At which the population is healthy.</summary>
    public IReadOnlyDictionary<FeedId, Price> Prices { get; }

    /// <summary>Resident bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<ServeProcess> StartAsync(int accounts, int clients)
    {
        var folder = Directory.CreateTempSubdirectory("leverage-load-").FullName;
        var universe = StandardRules.Universe();
        var story = DemoStory.Over(universe, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var prices = story.Feeds.ToDictionary(feed => feed.Feed, feed => feed.Start);
        var profiles = universe.Feeds.Select(feed => new OracleProfile
        {
            Feed = feed.Id, SourcesConfigured = 1, MinSources = 1, JumpConfirmations = 1, FrozenMs = 0,
            HeartbeatMs = 10_000, GraceMs = 10_000, TickSize = feed.TickSize,
        }).ToArray();
        var (data, oracle) = (Path.Combine(folder, "data"), Path.Combine(folder, "oracle.json"));
        await File.WriteAllTextAsync(oracle, OracleProfiles.Write(profiles));
        var ids = await SeedAsync(data, universe, profiles, prices, accounts);
        var keys = LoadKeys.Make(Path.Combine(folder, "keys.json"), clients);
        var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "leverage.dll"), "serve", "--data", data, "--oracle", oracle,
            "--port", "0", "--keys", keys.File, "--json",
        ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new ServeProcess(process, folder, await AddressAsync(process), prices, ids, keys);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The banner as JSON, which may be of several lines.</summary>
    private static async Task<Uri> AddressAsync(Process process)
    {
        var text = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text += line;
            if (line.TrimEnd().EndsWith('}'))
            {
                using var banner = JsonDocument.Parse(text);
                return new Uri(banner.RootElement.GetProperty("dashboard").GetString()!);
            }
        }
        throw new InvalidOperationException($"serve ended before it answered: {text}");
    }

    private static async Task<IReadOnlyList<AccountId>> SeedAsync(string data, Universe universe,
        IReadOnlyList<OracleProfile> profiles, Dictionary<FeedId, Price> prices, int accounts)
    {
        Directory.CreateDirectory(data);
        var population = Population.Create(universe, prices, new PopulationOptions { Accounts = accounts, Seed = 42 },
            Environment.ProcessorCount);
        await using var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Oracle = profiles, Directory = data, FrameIntervalMs = 1000, MarketReportMs = 0,
        });
        foreach (var (feed, price) in prices)
        {
            await grid.PublishAsync(new PriceUpdate(feed, price.Value, new SourceId("seed"), 1, 1,
                TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
        }
        foreach (var chunk in population.Accounts().Chunk(500))
        {
            var imports = chunk.Select(account => new ImportAccount(
                CommandId.Series(grid.Frame.TimeMs, 2, account.Number + 1), account.Id, account.Balances,
                account.Positions)).ToArray();
            var results = await grid.ExecuteAllAsync(imports);
            if (!results[0].IsApplied)
            {
                throw new InvalidOperationException(results[0].ToString());
            }
        }
        return [.. population.Accounts().Select(account => account.Id)];
    }
}
