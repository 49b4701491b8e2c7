using OrleansLeverage.Benchmarks.Canonical;

namespace OrleansLeverage.Benchmarks;

/// <summary>Which benchmark runs, and at what size: tiny ones run as tests, so that none rots.</summary>
internal static class BenchmarkCommand
{
    private static readonly Dictionary<string, Func<bool, TextWriter, Task>> Benchmarks = new()
    {
        ["commands"] = DurableCommands.RunAsync,
        ["check"] = PreTradeChecks.RunAsync,
        ["memory"] = MemoryFootprint.RunAsync,
        ["canonical"] = CanonicalSweep.RunAsync,
        ["burst"] = CrashBurst.RunAsync,
        ["cascade"] = CascadeSpeed.RunAsync,
        ["adl"] = DeleveragingPlans.RunAsync,
        ["options"] = OptionSpeed.RunAsync,
        ["scenarios"] = ScenarioMargins.RunAsync,
        ["garch"] = GarchFits.RunAsync,
        ["forecast"] = ForecastSpeed.RunAsync,
    };

    public static IReadOnlyCollection<string> Names => Benchmarks.Keys;

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        var names = args.Where(a => !a.StartsWith('-')).ToArray();
        if (names.Length == 0 || names.Any(n => !Benchmarks.ContainsKey(n)))
        {
            output.WriteLine($"usage: NAME... [--tiny], NAME one of {string.Join(", ", Names)}");
            return 2;
        }
        var tiny = args.Contains("--tiny");
        output.WriteLine(Machine.Describe());
        foreach (var name in names)
        {
            output.WriteLine();
            output.WriteLine($"## {name}{(tiny ? " (tiny)" : "")}");
            await Benchmarks[name](tiny, output);
        }
        return 0;
    }
}
