using System.Text.RegularExpressions;

namespace OrleansLeverage.Tests.Repository;

/// <summary>One thing wrong, said so that a reader finds it.</summary>
public sealed record Finding(string Path, int Line, string Problem)
{
    public override string ToString() => Line > 0 ? $"{Path}:{Line}: {Problem}" : $"{Path}: {Problem}";
}

/// <summary>
/// What source files must not contain. Every rule takes files and returns findings, so that each can be shown bad ones.
/// </summary>
public static class SourceLint
{
    public const int ColumnsMax = 120;

    private static readonly string[] Pure =
        ["src/OrleansLeverage.Domain", "src/OrleansLeverage.Kernel", "src/OrleansLeverage.Analytics"];

    private static readonly (Regex Call, string Instead)[] Banned =
    [
        (new(@"\bDateTime(Offset)?\s*\.\s*(Utc)?Now\b|\bDateTime\s*\.\s*Today\b"), "take the time from a TimeProvider"),
        (new(@"\bThread\s*\.\s*Sleep\b"), "wait for the event"),
        (new(@"\.\s*Result\b(?!\s*[(<])"), "await the task"),
        (new(@"\bnew\s+(System\.)?Random\s*\(\s*\)|\bRandom\s+\w+\s*=\s*new\s*\(\s*\)"), "seed it"),
        (new(@"\bRandom\s*\.\s*Shared\b"), "seed one of your own"),
    ];

    private static readonly (Regex Call, string Instead)[] BannedInPure =
    [
        (new(@"\bGuid\s*\.\s*NewGuid\b|\bRandomNumberGenerator\b"), "ids and randomness are passed in"),
        (new(@"\b(File|Directory|FileStream|FileInfo|DirectoryInfo|Console)\s*[.(]"), "no files and no console here"),
        (new(@"\bTimeProvider\s*\.\s*System\b|\bStopwatch\b|\bEnvironment\s*\.\s*TickCount"), "the clock is passed in"),
        (new(@"\basync\b|\bawait\b"), "nothing waits here"),
    ];

    /// <summary>Types that a build makes from the API's description.</summary>
    private const string Generated = "src/OrleansLeverage.Web/Dashboard/src/data/v1.ts";

    // the port's own messages: what it says of deleveraging, and the scenarios that a cut of it is put through
    private static readonly Regex AnEngine =
        new(@"\bOrleansLeverage\.Engine\.(?!(Deleveraging|Indices|Scenarios)\s*;)\w|\bEmbeddedGrid\b");

    private static readonly Regex Unsafe = new(@"\bunsafe\b");

    // The words are put together so that this file does not hold them.
    private static readonly Regex LeftOpen =
        new(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b|NotImplemented" + @"Exception|\bSkip *= *" + "\"");

    private static readonly Regex OneMachine =
        new(@"(^|[^A-Za-z0-9_.~/-])/(work|root|home|Users|farm|tmp)/[A-Za-z]|\b[A-Z]:\\Users\\");

    private static readonly Regex Registry = new(@"https?://[a-z0-9.-]*(nuget|npmjs|debian|pypi)");

    public static IEnumerable<Finding> BannedCalls(IEnumerable<RepositoryFile> files) => files.SelectMany(file =>
        Search(file, file.CodeLines, Pure.Any(file.IsUnder) ? [.. Banned, .. BannedInPure] : Banned));

    public static IEnumerable<Finding> UnsafeCode(IEnumerable<RepositoryFile> files) => files
        .Where(file => !file.IsUnder("src/OrleansLeverage.Kernel"))
        .SelectMany(file => Search(file, file.CodeLines, [(Unsafe, "unsafe code lives in the kernel")]));

    /// <summary>The HTTP API knows the port, whoever is behind it.</summary>
    public static IEnumerable<Finding> EnginesInWeb(IEnumerable<RepositoryFile> files) => files
        .Where(file => file.IsUnder("src/OrleansLeverage.Web"))
        .SelectMany(file => Search(file, file.CodeLines, [(AnEngine, "ILeverageGrid is all that is known here")]));

    public static IEnumerable<Finding> LeftOpenWork(IEnumerable<RepositoryFile> files) =>
        files.SelectMany(file => Search(file, file.Lines, [(LeftOpen, "finish it or file it")]));

    public static IEnumerable<Finding> PlacesOfOneMachine(IEnumerable<RepositoryFile> files) => files.SelectMany(file =>
        Search(file, file.Lines, [(OneMachine, "a path of one machine"), (Registry, "a package registry's host")]));

    public static IEnumerable<Finding> LongLines(IEnumerable<RepositoryFile> files) => files
        .Where(file => file.Extension is ".cs" or ".sh" or ".js" or ".css" or ".html" or ".csproj" or ".props"
            or ".targets" or ".mjs" or ".ts" or ".tsx")
        .Where(file => file.Path != Generated)
        .SelectMany(file => file.Lines.Select((line, at) => (line, at)).Where(row => row.line.Length > ColumnsMax)
            .Select(row => new Finding(file.Path, row.at + 1, $"{row.line.Length} columns, at most {ColumnsMax}")));

    /// <summary>No file above 600 lines; over the product's source the median and the 90th percentile too.</summary>
    public static IEnumerable<Finding> FileSizes(IReadOnlyCollection<RepositoryFile> files)
    {
        foreach (var file in files.Where(file => file.LineCount > 600))
        {
            yield return new Finding(file.Path, 0, $"{file.LineCount} lines, at most 600");
        }
        var sizes = files.Where(file => file.IsUnder("src")).Select(file => file.LineCount).Order().ToArray();
        if (sizes.Length == 0)
        {
            yield break;
        }
        var (median, p90) = (sizes[sizes.Length / 2], sizes[sizes.Length * 9 / 10]);
        if (median > 120 || p90 > 350)
        {
            yield return new Finding("src", 0, $"lines: median {median} (at most 120), p90 {p90} (at most 350)");
        }
    }

    private static IEnumerable<Finding> Search(RepositoryFile file, string[] lines, (Regex Word, string Why)[] rules)
    {
        for (var at = 0; at < lines.Length; at++)
        {
            foreach (var (word, why) in rules)
            {
                if (word.Match(lines[at]) is { Success: true } match)
                {
                    yield return new Finding(file.Path, at + 1, $"'{match.Value.Trim()}': {why}");
                }
            }
        }
    }
}
