using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansLeverage.Benchmarks.Canonical;

/// <summary>
/// One message per account: the silo of the cluster's figures, in a process of its own, sends each account grain a
/// frame one way and as a call that is waited for. Where the package source lacks Orleans that project was not built.
/// </summary>
internal static partial class OrleansPeer
{
    private const string Project = "OrleansLeverage.Cluster.Tests";

    /// <summary>Milliseconds until all accounts have valued themselves, or why there are none.</summary>
    public static async Task<(double? OneWay, double? Awaited, string Reason)> RunAsync(int accounts)
    {
        if (Find() is not { } assembly)
        {
            return (null, null, "left out: the cluster's tests are not built here, which needs the Orleans packages");
        }
        var (said, reason) = await PeerProgram.RunAsync("env",
            string.Create(CultureInfo.InvariantCulture, $"LEVERAGE_FIGURES={accounts}"), "dotnet", "test", assembly,
            "--nologo", "--filter", "FullyQualifiedName~ClusterFigures", "--logger", "console;verbosity=detailed");
        return said is null ? (null, null, reason)
            : Times().Match(said) is { Success: true } found ? (Number(found, "oneWay"), Number(found, "awaited"), "")
            : (null, null, "its figures were not among what it printed");
    }

    private static double Number(Match found, string name) =>
        double.Parse(found.Groups[name].Value, CultureInfo.InvariantCulture);

    /// <summary>Built beside this program, in the same configuration.</summary>
    private static string? Find()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var tests = output.Parent?.Parent?.Parent?.Parent;
        var path = Path.Combine(tests?.FullName ?? "", Project, "bin", output.Parent?.Name ?? "", output.Name,
            Project + ".dll");
        return File.Exists(path) ? path : null;
    }

    [GeneratedRegex(@"direct (?<oneWay>[0-9.]+) ms.*awaited (?<awaited>[0-9.]+) ms")]
    private static partial Regex Times();
}
