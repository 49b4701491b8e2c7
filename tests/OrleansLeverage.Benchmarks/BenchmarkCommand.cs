using OrleansLeverage.Benchmarks.Canonical;
using OrleansLeverage.Benchmarks.Load;

namespace OrleansLeverage.Benchmarks;

/// <summary>Which benchmark runs, and at what size: tiny ones run as tests, so that none rots.</summary>
internal static class BenchmarkCommand
{
    private static readonly Dictionary<string, Func<BenchmarkRun, Task>> Benchmarks = new()
    {
        ["commands"] = run => DurableCommands.RunAsync(run.Tiny, run.Output),
        ["check"] = run => PreTradeChecks.RunAsync(run.Tiny, run.Output),
        ["memory"] = run => MemoryFootprint.RunAsync(run.Tiny, run.Output),
        ["canonical"] = CanonicalSweep.RunAsync,
        ["burst"] = run => CrashBurst.RunAsync(run.Tiny, run.Output),
        ["cascade"] = run => CascadeSpeed.RunAsync(run.Tiny, run.Output),
        ["adl"] = run => DeleveragingPlans.RunAsync(run.Tiny, run.Output),
        ["share-loss"] = run => ShareLossSpeed.RunAsync(run.Tiny, run.Output),
        ["options"] = run => OptionSpeed.RunAsync(run.Tiny, run.Output),
        ["scenarios"] = run => ScenarioMargins.RunAsync(run.Tiny, run.Output),
        ["garch"] = run => GarchFits.RunAsync(run.Tiny, run.Output),
        ["load"] = HttpLoad.RunAsync,
        ["forecast"] = run => ForecastSpeed.RunAsync(run.Tiny, run.Output),
    };

    public static IReadOnlyCollection<string> Names => Benchmarks.Keys;

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var names = args.Where(a => !a.StartsWith('-')).ToArray();
        if (names.Length == 0 || names.Any(n => !Benchmarks.ContainsKey(n)))
        {
            output.WriteLine($"usage: NAME... [--tiny] [flags], NAME one of {string.Join(", ", Names)}");
            return 2;
        }
        var tiny = args.Contains("--tiny");
        var flags = args.Where(a => a.StartsWith('-')).ToHashSet(StringComparer.Ordinal);
        // figures as JSON are for a program: nothing else is written beside them
        var headings = flags.Contains("--json") ? TextWriter.Null : output;
        headings.WriteLine(Machine.Describe());
        foreach (var name in names)
        {
            headings.WriteLine();
            headings.WriteLine($"## {name}{(tiny ? " (tiny)" : "")}");
            await Benchmarks[name](new BenchmarkRun(tiny, flags, output));
        }
        return 0;
    }
}

/// <param name="Flags">Whatever began with a dash.</param>
internal sealed record BenchmarkRun(bool Tiny, IReadOnlySet<string> Flags, TextWriter Output);
