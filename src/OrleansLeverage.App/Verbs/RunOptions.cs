using System.CommandLine;
using System.Numerics;

namespace OrleansLeverage.App.Verbs;

/// <summary>What every run that draws or divides its work is told, in the same words everywhere.</summary>
internal static class RunOptions
{
    private const int WorkersMax = 64;

    /// <param name="what">What is drawn.</param>
    public static Option<T> Seed<T>(string what)
        where T : INumber<T> => new("--seed")
        {
            Description = $"Seed of {what}; the same seed gives the same answer",
            DefaultValueFactory = _ => T.CreateChecked(42),
        };

    public static Option<int> Workers()
    {
        Option<int> workers = new("--workers")
        {
            Description = "Threads; the answer does not depend on it",
            DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, WorkersMax),
        };
        workers.AcceptWithin(1, WorkersMax);
        return workers;
    }
}
