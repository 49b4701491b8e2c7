using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Market.Simulation;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// What an account costs: its row in the columns and its packed exact state, resident; the whole process; and the disk.
/// A million accounts of three positions, imported durably.
/// </summary>
internal static class MemoryFootprint
{
    public static async Task RunAsync(bool tiny, TextWriter output)
    {
        var accounts = tiny ? 2_000 : 1_000_000;
        var universe = StandardRules.Universe();
        var scenario = DemoStory.Over(universe, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var start = scenario.Feeds.ToDictionary(f => f.Feed, f => f.Start);
        var population = Population.Create(universe, start,
            new PopulationOptions { Accounts = accounts, Seed = 42, PositionsMin = 3, PositionsMax = 3 },
                Environment.ProcessorCount);
        var directory = Directory.CreateTempSubdirectory("leverage-bench-").FullName;
        var baseline = Machine.ResidentBytes();
        var profiles = universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 60_000)).ToArray();
        await using (var grid = EmbeddedGrid.Open(new EmbeddedOptions
        {
            Universe = universe, Oracle = profiles, Directory = directory, FrameIntervalMs = 1000,
                QueueCapacity = 200_000,
        }))
        {
            foreach (var (feed, price) in start)
            {
                await grid.PublishAsync(new PriceUpdate(feed, price.Value, new SourceId("bench"), 1, 1,
                    grid.Frame.TimeMs));
            }
            var positions = 0L;
            await Parallel.ForEachAsync(population.Accounts(), new ParallelOptions { MaxDegreeOfParallelism = 512 },
                async (account, _) =>
            {
                Interlocked.Add(ref positions, account.Positions.Count);
                var id = CommandId.Series(grid.Frame.TimeMs, 2, account.Number + 1);
                var result = await grid.ExecuteAsync(new ImportAccount(id, account.Id, account.Balances,
                    account.Positions));
                if (!result.IsApplied)
                {
                    throw new InvalidOperationException(result.ToString());
                }
            });
            GC.Collect();
            var (rows, packed) = grid.Memory;
            output.WriteLine($"{Machine.Number(accounts)} accounts, {Machine.Number(positions)} positions: "
                + $"row {(double)rows / accounts:F1} B + packed exact state {(double)packed / accounts:F1} B = "
                + $"{(double)(rows + packed) / accounts:F1} B per account; "
                + $"process {Machine.Number(Machine.ResidentBytes() / 1e6)} MB resident "
                + $"({Machine.Number(baseline / 1e6)} MB before the grid), "
                + $"disk {Machine.Number(Disk(directory) / 1e6)} MB; load {Machine.Load()}");
        }
        output.WriteLine($"after a clean stop: disk {Machine.Number(Disk(directory) / 1e6)} MB with snapshot");
        Directory.Delete(directory, recursive: true);
    }

    private static long Disk(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
