using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Analytics.Scenarios;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Scenarios;
using OrleansLeverage.Kernel;
using OrleansLeverage.Kernel.Scenarios;

namespace OrleansLeverage.Benchmarks;

/// <summary>
/// Portfolio margin of everybody: 1,000,000 accounts, 3,000,000 positions in 2,000 option series, every account's worst
/// scenario, tier and nomination; beside numpy on the same shape, an object per account, and the exact margin.
/// </summary>
internal static class ScenarioMargins
{
    private const int SeriesPerExpiry = 100;
    private const int PositionsPerAccount = 3;

    // about one account in a hundred is due at every frame
    private const double Cash = 150_000d;

    public static Task RunAsync(bool tiny, TextWriter output)
    {
        var (accounts, expiries, runs) = tiny ? (1_000, 2, 3) : (1_000_000, 20, 60);
        var workers = Math.Min(2, Environment.ProcessorCount);
        var market = Market(expiries);
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var grid = ScenarioProfiles.Find("deribit-pm-usdc-btc").Rules;
        foreach (var (name, rules) in new[]
        {
            ("16 scenarios", grid with { Scenarios = [.. grid.Scenarios.Take(16)] }),
            ("31 scenarios", grid with { Scenarios = [.. grid.Scenarios.Take(31)] }),
            ("deribit-pm-usdc-btc, 35 scenarios", grid),
            ("derive-pmrm2, 31 scenarios netted by expiry", ScenarioProfiles.Find("derive-pmrm2").Rules),
        })
        {
            Measure(name, rules, market, accounts, workers, runs, figures, output);
        }
        MeasureMatrix(grid, Market(tiny ? 1 : 5), tiny ? 3 : 40, figures, output);
        foreach (var count in new[] { 16, 31 })
        {
            var numpy = Numpy(accounts, market.Options.Count, count);
            output.WriteLine(numpy is { } found
                ? $"numpy, {count} scenarios, worst alone: {found:F1} ms"
                : "numpy: not installed");
            figures[$"numpy {count} ms"] = numpy ?? double.NaN;
        }
        output.WriteLine($"load {Machine.Load()}");
        output.WriteLine(JsonSerializer.Serialize(figures.Where(figure => !double.IsNaN(figure.Value))
            .ToDictionary(figure => figure.Key, figure => figure.Value)));
        return Task.CompletedTask;
    }

    /// <summary>What every frame pays whoever holds what: all series in all scenarios, and their columns.</summary>
    private static void MeasureMatrix(ScenarioRules rules, ScenarioMarket market, int runs,
        SortedDictionary<string, double> figures, TextWriter output)
    {
        using var marks = new ScenarioVectors([.. market.Options.Select(series => series.Name)]);
        var (priced, loaded) = (new List<double>(runs), new List<double>(runs));
        for (var i = -runs / 4; i < runs; i++)
        {
            var clock = Stopwatch.StartNew();
            var matrix = ScenarioPricing.Matrix(rules, market with { Spot = market.Spot + i });
            var price = clock.Elapsed.TotalMilliseconds;
            clock.Restart();
            marks.Load(matrix);
            if (i >= 0)
            {
                priced.Add(price);
                loaded.Add(clock.Elapsed.TotalMilliseconds);
            }
        }
        priced.Sort();
        loaded.Sort();
        figures["frame matrix p50 ms"] = Machine.Percentile(priced, 50);
        output.WriteLine($"frame matrix, {market.Options.Count} series x {rules.Scenarios.Count} scenarios, one "
            + $"thread: priced p50 {Machine.Percentile(priced, 50):F2} ms, p99 "
            + $"{Machine.Percentile(priced, 99):F2} ms, least {priced[0]:F2} ms; loaded p50 "
            + $"{Machine.Percentile(loaded, 50):F2} ms");
    }

    private static void Measure(string name, ScenarioRules rules, ScenarioMarket market, int accounts, int workers,
        int runs, SortedDictionary<string, double> figures, TextWriter output)
    {
        var clock = Stopwatch.StartNew();
        var matrix = ScenarioPricing.Matrix(rules, market);
        var priced = clock.Elapsed.TotalMilliseconds;
        using var marks = new ScenarioVectors([.. market.Options.Select(series => series.Name)]);
        using var table = new ScenarioTable();
        var holdings = Fill(table, accounts, market.Options.Count);
        clock.Restart();
        marks.Load(matrix);
        var loads = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            clock.Restart();
            marks.Load(matrix);
            loads.Add(clock.Elapsed.TotalMilliseconds);
        }
        output.WriteLine($"{name}, {accounts:N0} accounts, {PositionsPerAccount * accounts:N0} positions, "
            + $"{market.Options.Count:N0} series, {workers} threads, {table.NativeBytes / 1e6:F0} MB:");
        foreach (var variant in SweepVariant.Supported.Where(variant => variant != "scalar" || accounts < 10_000))
        {
            using var sweep = new ScenarioSweep(table, workers, variant: variant);
            var (times, bytes, busy) = Times(sweep, marks, runs);
            figures[$"{name} {variant} p50 ms"] = Machine.Percentile(times, 50);
            output.WriteLine($"  {variant}: p50 {Machine.Percentile(times, 50):F2} ms, "
                + $"p99 {Machine.Percentile(times, 99):F2} ms, least {times[0]:F2} ms, processor time of all threads "
                + $"{busy:F2} ms, {bytes} B per frame, "
                + $"{sweep.Nominations.Offered:N0} nominated");
        }
        output.WriteLine($"  once per frame before it: matrix priced in {priced:F1} ms (cold), loaded in "
            + $"{loads.Min():F2} ms");
        var share = Math.Max(1, accounts / 2_000);
        clock.Restart();
        foreach (var portfolio in holdings.Where((_, i) => i % share == 0))
        {
            ScenarioMargin.Of(matrix, portfolio);
        }
        output.WriteLine($"  exact, one account after the other: {clock.Elapsed.TotalMilliseconds * share:N0} ms "
            + "(of a sample, scaled)");
    }

    private static (List<double> Times, long Bytes, double Busy) Times(ScenarioSweep sweep, ScenarioVectors marks,
        int runs)
    {
        var times = new List<double>(runs);
        var bytes = 0L;
        var busy = TimeSpan.Zero;
        for (var i = -runs / 3; i < runs; i++)
        {
            if (i == 0)
            {
                busy = Environment.CpuUsage.TotalTime;
            }
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var from = Stopwatch.GetTimestamp();
            sweep.Run(marks);
            var time = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
            if (i >= 0)
            {
                bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
                times.Add(time);
            }
        }
        busy = Environment.CpuUsage.TotalTime - busy;
        times.Sort();
        return (times, bytes, busy.TotalMilliseconds / runs);
    }

    /// <summary>
    /// Three positions each, most accounts within one or two expiries, popularity falling with the square of the place.
    /// </summary>
    private static List<ScenarioPortfolio> Fill(ScenarioTable table, int accounts, int series)
    {
        var random = new Random(1);
        var sample = new List<ScenarioPortfolio>();
        var entries = new ScenarioEntry[PositionsPerAccount];
        for (var a = 0; a < accounts; a++)
        {
            var expiry = (int)(series / SeriesPerExpiry * Math.Pow(random.NextDouble(), 2));
            for (var p = 0; p < PositionsPerAccount; p++)
            {
                var at = random.Next(4) == 0 ? random.Next(series) / SeriesPerExpiry : expiry;
                var place = at * SeriesPerExpiry + (int)(SeriesPerExpiry * Math.Pow(random.NextDouble(), 2));
                entries[p] = new ScenarioEntry(1 + place, Math.Round(random.NextDouble() * 4 - 2, 1));
            }
            table.Add(a, Cash, entries);
            sample.Add(new ScenarioPortfolio
            {
                Cash = (decimal)Cash,
                Holdings = a % 500 == 0 || accounts < 10_000
                    ? [.. entries.Select(entry => new ScenarioHolding(Name(entry.Unit - 1), (decimal)entry.Quantity))]
                    : [],
            });
        }
        return sample;
    }

    private static ScenarioMarket Market(int expiries)
    {
        var dates = Enumerable.Range(0, expiries).Select(i =>
            new ExpiryState($"E{i}", 86_400L * (i + 1) * 9, 60_000m + 150m * i)).ToArray();
        return new ScenarioMarket
        {
            Spot = 60_000m,
            Expiries = dates,
            Options = [.. dates.SelectMany((date, e) => Enumerable.Range(0, SeriesPerExpiry).Select(k =>
                new OptionSeries(Name(e * SeriesPerExpiry + k), date.Name,
                    k % 2 == 0 ? OptionRight.Call : OptionRight.Put, 25_000m + 800m * k, 0.45m + 0.003m * k)))],
        };
    }

    private static string Name(int place) => string.Create(CultureInfo.InvariantCulture, $"S{place}");

    /// <summary>Milliseconds that numpy says; null where it is not installed.</summary>
    private static double? Numpy(int accounts, int series, int scenarios)
    {
        var start = new ProcessStartInfo(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in new[] { "-c", Script, $"{accounts}", $"{series}", $"{scenarios}" })
        {
            start.ArgumentList.Add(argument);
        }
        try
        {
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return double.TryParse(text, CultureInfo.InvariantCulture, out var found) ? found : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // rows of the matrix taken by account, times quantities, added up, and the least of each account
    private const string Script = """
        import sys, time
        import numpy as np
        n, m, s = map(int, sys.argv[1:]); rng = np.random.default_rng(1)
        held = (m * rng.random((3, n)) ** 2).astype(np.int32); quantity = rng.random((3, n)) * 4 - 2
        profit = rng.standard_normal((m, s)) * 1000
        best = 1e9
        for k in range(3):
            t = time.perf_counter()
            total = quantity[0][:, None] * profit[held[0]]
            for p in (1, 2):
                total += quantity[p][:, None] * profit[held[p]]
            worst = np.minimum(total.min(axis=1), 0.0)
            best = min(best, time.perf_counter() - t)
        print(best * 1000)
        """;
}
